"""Recorded work as posted: what a closing reversed nets out, and what stands is there once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl
import pytest
from sqlalchemy import Table

from costing.variations import shipped_frameworks
from projections import tables as t
from projections.database import frame_of
from projections.queries.recorded_times import attached_work
from tests.projections.test_run_prices import NO_KEYS

ON = date(2025, 5, 6)
_POSTED = {"cost_kind": pl.String, "item_no": pl.Int64, "line_no": pl.Int64, "child_no": pl.Int64,
           "service_from": pl.Date, "process": pl.String, "worker_type": pl.String, "seconds": pl.Int64,
           "direct": pl.Boolean, "entry_kind": pl.String}  # fmt: skip


@dataclass
class Posted:
    """Tables in which nothing but these postings, of one worker's work for one child, is."""

    posted: Sequence[tuple[int | None, str]]
    horizon: date | None = None
    empty: dict[str, pl.DataFrame] = field(default_factory=dict)

    def frame(self, table: Table, columns: Sequence[str] = ()) -> pl.DataFrame:
        if table is t.posting:
            rows = [("staff", 1, 1, 1, ON, "CLA6", "social_worker", *each[:1], True, each[1]) for each in self.posted]
            return pl.DataFrame(rows, schema=_POSTED, orient="row")
        whole = frame_of(table, [])
        return whole.select(columns) if columns else whole

    def lines(self, first: date, last: date, by: Sequence[str]) -> pl.DataFrame:
        raise NotImplementedError

    def postings(self, first: date, last: date) -> pl.DataFrame:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("posted", "stands"),
    [
        ([(3600, "actual")], [3600]),
        ([(3600, "actual"), (-3600, "reversal")], []),
        ([(3600, "actual"), (-3600, "reversal"), (1800, "actual")], [1800]),
        ([(None, "actual")], [None]),
        ([(None, "actual"), (None, "reversal")], []),
    ],
)
def test_what_a_closing_reversed_is_in_no_figure(
    posted: list[tuple[int | None, str]], stands: list[int | None]
) -> None:
    found = attached_work(Posted(posted), NO_KEYS, shipped_frameworks()).within(ON, ON)
    assert found.unattached["seconds"].to_list() == stands
    assert found.times.is_empty()
