"""A worker's own figures: their weeks, their time by process, and how soon after the work they record it.

For the worker alone, and nothing here sets one worker beside another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from costing.apportion import split
from costing.processes import NO_PROCESS
from projections import tables as t
from recorder.store.log import from_micros

__all__ = ["MyFigures", "ProcessShare", "Week", "cost_of_entry", "my_figures"]

LONDON = ZoneInfo("Europe/London")
_CASE_KINDS = ("staff", "travel")


@dataclass(frozen=True)
class Week:
    """Seconds of one week from its Monday: direct and not, travel with its work; entries without a time."""

    monday: date
    direct: int
    indirect: int
    unknown: int

    @property
    def seconds(self) -> int:
        """All of it."""
        return self.direct + self.indirect


@dataclass(frozen=True)
class ProcessShare:
    """Seconds for a process (blank: not for one child), and how many of them were direct."""

    process: str
    seconds: int
    direct: int


@dataclass(frozen=True)
class MyFigures:
    """``lag_days`` is the median of whole days from the work to its first recording; None without an entry.

    ``same_day`` entries of ``entries`` were recorded on their own day.
    """

    weeks: tuple[Week, ...]
    processes: tuple[ProcessShare, ...]
    entries: int
    same_day: int
    lag_days: float | None


def my_figures(connection: Connection, worker_no: int, first: date, last: date) -> MyFigures:
    """The figures of one worker over the days from first to last, both included, whole weeks each shown."""
    w, a = t.activity_worker.c, t.activity.c
    query = (
        select(a.activity_no, a.service_date, a.direct, a.recorded_at, w.seconds, w.travel_seconds)
        .join(t.activity, a.activity_no == w.activity_no)
        .where(w.worker_no == worker_no, w.service_date.between(first, last), ~a.withdrawn)
        .order_by(a.activity_no)
    )
    rows = connection.execute(query).all()
    shares = _shares(connection, worker_no, first, last)
    begins = first - timedelta(days=first.weekday())
    weeks = {begins + timedelta(weeks=n): [0, 0, 0] for n in range((last - begins).days // 7 + 1)}
    by_process: dict[str, list[int]] = {}
    lags = []
    for row in rows:
        monday = row.service_date - timedelta(days=row.service_date.weekday())
        known = row.seconds is not None or row.travel_seconds is not None
        time = (row.seconds or 0) + (row.travel_seconds or 0)
        weeks[monday][2 if not known else 0 if row.direct else 1] += time if known else 1
        lags.append((from_micros(row.recorded_at).astimezone(LONDON).date() - row.service_date).days)
        for process, part in _parts(time, shares.get(row.activity_no, [])):
            held = by_process.setdefault(process, [0, 0])
            held[0] += part
            held[1] += part if row.direct else 0
    ordered = sorted(by_process.items(), key=lambda each: (-each[1][0], each[0]))
    return MyFigures(
        weeks=tuple(Week(monday, *said) for monday, said in sorted(weeks.items(), reverse=True)),
        processes=tuple(ProcessShare(process, *said) for process, said in ordered if said[0]),
        entries=len(lags),
        same_day=sum(1 for lag in lags if lag <= 0),
        lag_days=median(max(0, lag) for lag in lags) if lags else None,
    )


def cost_of_entry(connection: Connection, activity_id: bytes) -> int | None:
    """What an entry costs as the ledger stands, in units; None where a part of it has no price, or all of it."""
    p = t.posting.c
    number = select(t.activity.c.activity_no).where(t.activity.c.activity_id == activity_id).scalar_subquery()
    query = select(p.amount).where(p.cost_kind.in_(_CASE_KINDS), p.item_no == number)
    amounts: list[int | None] = list(connection.scalars(query))
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known and len(known) == len(amounts) else None


def _shares(connection: Connection, worker_no: int, first: date, last: date) -> dict[int, list[tuple[str, int]]]:
    w, c = t.activity_worker.c, t.activity_child.c
    mine = select(w.activity_no).where(w.worker_no == worker_no, w.service_date.between(first, last))
    query = select(c.activity_no, c.process, c.weight).where(c.activity_no.in_(mine)).order_by(c.activity_no, c.rank)
    found: dict[int, list[tuple[str, int]]] = {}
    for number, process, weight in connection.execute(query):
        found.setdefault(number, []).append((process, weight))
    return found


def _parts(seconds: int, shares: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The time of an entry by the process of each child, in the shares of the ledger."""
    if not shares:
        return [(NO_PROCESS, seconds)]
    parts = split(seconds, [weight for _, weight in shares])
    return [(process, part) for (process, _), part in zip(shares, parts, strict=True)]
