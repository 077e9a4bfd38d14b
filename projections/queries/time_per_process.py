"""Recorded time per process and worker type: for each review held, for each month in care, or as totals.

Maintaining a placement (CLA3) counts months in process: child and month, where the child was looked after on
every day of the month. Reviews (CLA6) count those held: minutes attach to the child's next review, where that
is at most 183 days later (rulings 15). A month or review without any recorded time counts with none. Of other
processes only the totals are known here. Whole months; seconds throughout.
A month or review with an entry whose time is not known is left out of the averages and counted: a blank is
never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import fmean, quantiles

import polars as pl
from sqlalchemy import Connection, case, func, or_, select

from costing.calendar import month_first, month_last, month_of
from projections import tables as t

__all__ = ["MAINTAIN", "REVIEW", "ProcessTime", "TimeReport", "time_per_process"]

MAINTAIN, REVIEW = "CLA3", "CLA6"
INTERVAL = timedelta(days=183)
_TRIM = 10  # a tenth is left out at each end


@dataclass(frozen=True)
class ProcessTime:
    """The recorded time of a worker type for a process; figures of one occurrence are None where none is counted.

    ``n`` counts occurrences (or months in process), ``not_known`` those left out of the figures because an entry
    of this worker type has no time, ``with_time`` those of the rest with any time.
    """

    process: str
    worker_type: str
    entries: int
    unknown: int
    direct: int
    indirect: int
    n: int | None = None
    with_time: int | None = None
    mean: float | None = None
    trimmed: float | None = None
    lower: float | None = None
    median: float | None = None
    upper: float | None = None
    not_known: int = 0

    @property
    def seconds(self) -> int:
        """All of it."""
        return self.direct + self.indirect


@dataclass(frozen=True)
class TimeReport:
    """The rows by process and worker type, the whole months they are of, and seconds that attach to no review."""

    first: date
    last: date
    rows: tuple[ProcessTime, ...]
    unattached: int


def time_per_process(connection: Connection, first: date, last: date) -> TimeReport:
    """The time recorded in the whole months from that of ``first`` to that of ``last``."""
    first, last = month_first(month_of(first)), month_last(month_of(last))
    totals = _totals(connection, first, last)
    months, care = _months_in_care(connection, first, last), _care_time(connection, first, last)
    reviews, attached, unattached = _review_time(connection, first, last)
    rows = []
    for process, worker_type, entries, unknown, direct, indirect in totals:
        plain = ProcessTime(process, worker_type, entries, unknown, direct, indirect)
        if process == MAINTAIN and months:
            plain = _described(plain, [care.get((*each, worker_type), 0) for each in months])
        elif process == REVIEW and reviews:
            plain = _described(plain, [attached.get((*each, worker_type), 0) for each in reviews])
        rows.append(plain)
    return TimeReport(first, last, tuple(rows), unattached)


def _described(plain: ProcessTime, seconds: list[int | None]) -> ProcessTime:
    """The row with the figures of one occurrence: the trimmed mean leaves a tenth out at each end."""
    ordered = sorted(each for each in seconds if each is not None)
    left_out = len(seconds) - len(ordered)
    if not ordered:
        return replace(plain, n=len(seconds), with_time=0, not_known=left_out)
    cut = len(ordered) // _TRIM
    single = len(ordered) == 1
    lower, middle, upper = (ordered * 3) if single else quantiles(ordered, n=4, method="inclusive")
    return replace(
        plain,
        n=len(seconds),
        not_known=left_out,
        with_time=sum(1 for each in ordered if each),
        mean=fmean(ordered),
        trimmed=fmean(ordered[cut : len(ordered) - cut]),
        lower=lower,
        median=middle,
        upper=upper,
    )


def _totals(connection: Connection, first: date, last: date) -> list[tuple[str, str, int, int, int, int]]:
    p = t.process_time.c
    query = (
        select(
            p.process,
            p.worker_type,
            func.sum(p.entries),
            func.sum(p.unknown),
            func.sum(case((p.direct, p.seconds), else_=0)),
            func.sum(case((p.direct, 0), else_=p.seconds)),
        )
        .where(p.month.between(month_of(first), month_of(last)))
        .group_by(p.process, p.worker_type)
        .order_by(p.process, p.worker_type)
    )
    return [(row[0], row[1], *(int(each or 0) for each in row[2:])) for row in connection.execute(query)]


def _care_time(connection: Connection, first: date, last: date) -> dict[tuple[int, int, str], int | None]:
    """Seconds by child, month and worker type; None where an entry's time is not known."""
    p = t.process_time.c
    query = (
        select(p.child_no, p.month, p.worker_type, func.sum(p.seconds), func.sum(p.unknown))
        .where(p.process == MAINTAIN, p.month.between(month_of(first), month_of(last)))
        .group_by(p.child_no, p.month, p.worker_type)
    )
    return {(row[0], row[1], row[2]): None if row[4] else int(row[3]) for row in connection.execute(query)}


def _months_in_care(connection: Connection, first: date, last: date) -> list[tuple[int, int]]:
    """Child and month, where the child was looked after on every night of the month."""
    p = t.placement.c
    query = select(p.child_no, p.starts, p.ends, p.open).where(p.starts <= last, or_(p.open, p.ends > first))
    stays = pl.DataFrame(
        [tuple(row) for row in connection.execute(query)],
        schema={"child_no": pl.Int64, "starts": pl.Date, "ends": pl.Date, "open": pl.Boolean},
        orient="row",
    )
    months = pl.DataFrame({"begins": pl.date_range(first, last, "1mo", eager=True)}).with_columns(
        pl.col("begins").dt.offset_by("1mo").alias("over")
    )
    nights = pl.min_horizontal(pl.when(~pl.col("open")).then("ends"), "over") - pl.max_horizontal("starts", "begins")
    whole = (
        stays.join(months, how="cross")
        .with_columns(nights.dt.total_days().clip(0).alias("nights"))
        .group_by("child_no", "begins", "over")
        .agg(pl.col("nights").sum())
        .filter(pl.col("nights") >= (pl.col("over") - pl.col("begins")).dt.total_days())
    )
    return [(child, month_of(begins)) for child, begins in whole.select("child_no", "begins").sort(pl.all()).rows()]


_Held = tuple[int, date]


def _review_time(
    connection: Connection, first: date, last: date
) -> tuple[list[_Held], dict[tuple[int, date, str], int | None], int]:
    """Reviews held, seconds that attach to each by worker type, and seconds of the months that attach to none.

    None where the time of an entry that attaches is not known.
    """
    r, p = t.review.c, t.posting.c
    until = last + INTERVAL
    held = select(r.child_no, r.held_on).where(~r.withdrawn, r.held_on.between(first, until)).distinct()
    reviews = [(row.child_no, row.held_on) for row in connection.execute(held.order_by(r.child_no, r.held_on))]
    m, begin = t.process_time.c, first - INTERVAL
    # The few children with such work are found first: their postings lie together.
    worked = select(m.child_no).where(m.process == REVIEW, m.month.between(month_of(begin), month_of(last)))
    unknown = (func.count() - func.count(p.seconds)).label("unknown")
    work = select(p.child_no, p.service_from, p.worker_type, func.sum(p.seconds).label("seconds"), unknown).where(
        p.child_no.in_(worked), p.service_from.between(begin, last), p.cost_kind == "staff", p.process == REVIEW
    )
    by_child: dict[int, list[date]] = {}
    for child, day in reviews:
        by_child.setdefault(child, []).append(day)
    attached: dict[tuple[int, date, str], int | None] = {}
    unattached = 0
    for row in connection.execute(work.group_by(p.child_no, p.service_from, p.worker_type)):
        days = by_child.get(row.child_no, [])
        following = next((day for day in days if row.service_from <= day <= row.service_from + INTERVAL), None)
        if following is not None:
            key = (row.child_no, following, row.worker_type)
            held_so_far = attached.get(key, 0)
            attached[key] = None if row.unknown or held_so_far is None else held_so_far + int(row.seconds or 0)
        elif row.service_from >= first:
            unattached += int(row.seconds or 0)
    return [each for each in reviews if each[1] <= last], attached, unattached
