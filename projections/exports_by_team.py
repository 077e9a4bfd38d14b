"""Sums of postings by the team of the child each night, for summaries that go by team among other columns.

The sums that are kept know no team, so these are made of the postings, a month of service at a time: as many years as
there are take no more room than a month.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from sqlalchemy import ColumnElement, Connection, select

from costing.calendar import month_first, month_last
from costing.closing import REVERSAL
from projections import tables as t
from projections.database import frame_of, read_columns
from projections.queries.cost_lines import LiveCosts
from projections.queries.teams import UNALLOCATED, cut_by_team, team_spans

__all__ = ["TEAM", "sums_by_team"]

TEAM = "team"
_READ = (
    "child_no", "cost_kind", "entry_kind", "service_from", "service_to", "rate_pence", "amount", "seconds", "nights",
)  # fmt: skip


def sums_by_team(connection: Connection, which: Sequence[ColumnElement[bool]], names: Sequence[str]) -> pl.DataFrame:
    """Postings added up by ``names``, ``team`` among them: amount_units, staff_seconds, nights, postings, unpriced.

    A posting of whose nights some are of another team is cut, and counts in the row of each; its parts re-add to it.
    Nights of a child who is with no team are `UNALLOCATED`.
    """
    spans = team_spans(LiveCosts(connection))
    month = t.posting.c.service_month
    touched = list(connection.scalars(select(month).where(*which).distinct().order_by(month)))
    parts = [_month(connection, [*which, month == each], names, spans, each) for each in touched]
    sums = ("amount_units", "staff_seconds", "nights", "postings", "unpriced")
    empty = frame_of(t.posting, [])
    schema = {name: empty.schema.get(name, pl.String()) for name in names} | dict.fromkeys(sums, pl.Int64())
    found = pl.concat([pl.DataFrame(schema=schema), *(part.cast(pl.Schema(schema)) for part in parts)])
    return found.group_by(names).agg(pl.col(name).sum() for name in sums)


def _month(
    connection: Connection, which: Sequence[ColumnElement[bool]], names: Sequence[str], spans: pl.DataFrame, month: int
) -> pl.DataFrame:
    columns = list(dict.fromkeys([*_READ, *(name for name in names if name != TEAM)]))
    postings = read_columns(connection, t.posting, columns, *which).with_row_index("line")
    first, last = _days(postings, month)
    cut = cut_by_team(postings, spans, first, last).with_columns(
        pl.col(TEAM).fill_null(UNALLOCATED), stands=pl.when(pl.col("entry_kind") == REVERSAL).then(-1).otherwise(1)
    )
    return cut.group_by(names).agg(
        pl.col("amount").sum().alias("amount_units"),
        pl.col("seconds").filter(pl.col("cost_kind") == "staff").sum().alias("staff_seconds"),
        pl.col("nights").sum(),
        pl.col("stands").sum().alias("postings"),
        pl.col("stands").filter(pl.col("amount").is_null()).sum().alias("unpriced"),
    )


def _days(postings: pl.DataFrame, month: int) -> tuple[date, date]:
    """From the first day of a month of service to the last, and of every posting in it."""
    starts, ends = postings["service_from"].min(), postings["service_to"].max()
    assert isinstance(starts, date)
    assert isinstance(ends, date)
    return min(starts, month_first(month)), max(ends, month_last(month))
