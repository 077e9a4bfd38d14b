"""The standard times that hold: of each process, variation and worker type, those agreed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from costing.standard_times import StandardTime, variations_of_text
from projections import tables as t
from projections.queries.cost_lines import CostSource, LiveCosts

__all__ = ["StatedTime", "standard_times", "standard_times_of", "stated_times"]


@dataclass(frozen=True)
class StatedTime:
    """One statement of a time as it was made: agreed (``time``), or withdrawn with a reason."""

    number: int
    process: str
    variations: str
    worker_type: str
    agreed_on: date
    time: StandardTime | None
    withdrawn: str
    known_at: int


def standard_times(connection: Connection) -> tuple[StandardTime, ...]:
    """The times that hold now; see ``standard_times_of``."""
    return standard_times_of(LiveCosts(connection))


def standard_times_of(source: CostSource) -> tuple[StandardTime, ...]:
    """The times that hold, by process, the base case first.

    Of two agreed on one day the one stated last; what was agreed on a day and withdrawn since holds no
    longer, and the time of the day before it that was agreed holds again.
    """
    days: dict[tuple[str, str, str, date], StatedTime] = {}
    for each in stated_times(source):
        days[each.process, each.variations, each.worker_type, each.agreed_on] = each
    held: dict[tuple[str, str, str], StandardTime] = {}
    for (*key, _), each in sorted(days.items()):
        if each.time is not None:
            held[key[0], key[1], key[2]] = each.time
    return tuple(time for _, time in sorted(held.items(), key=lambda item: item[0]))


def stated_times(source: CostSource) -> list[StatedTime]:
    """Every time agreed and every withdrawal, in the order in which they were stated."""
    rows = source.frame(t.standard_time).sort("standard_time_no").iter_rows(named=True)
    return [_stated(row) for row in rows]


def _stated(row: dict[str, Any]) -> StatedTime:
    agreed = row["withdrawn"] is None
    return StatedTime(
        number=row["standard_time_no"],
        process=row["process"],
        variations=row["variations"],
        worker_type=row["worker_type"],
        agreed_on=row["agreed_on"],
        time=_time(row) if agreed else None,
        withdrawn=row["withdrawn"] or "",
        known_at=row["known_at"],
    )


def _time(row: dict[str, Any]) -> StandardTime:
    return StandardTime(
        process=row["process"],
        variations=variations_of_text(row["variations"]),
        effect=row["effect"],
        worker_type=row["worker_type"],
        hours=None if row["hours"] is None else Fraction(row["hours"]),
        n=row["n"],
        agreed_on=row["agreed_on"],
        agreed_by=row["agreed_by"],
    )
