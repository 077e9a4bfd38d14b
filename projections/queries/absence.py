"""How long workers were away, day by day: what they stated, and what files recorded as absence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, func, select

from costing.vocabulary import kinds
from projections import tables as t

__all__ = ["ABSENCE_KINDS", "Away", "days_away", "stated_absence"]

ABSENCE_KINDS = tuple(each.code for each in kinds() if each.kind_class == "absence")
Away = dict[tuple[int, date], int | None]


def days_away(connection: Connection, workers: Iterable[int], first: date, end: date) -> Away:
    """Seconds away by worker and day, from ``first`` up to ``end``; None: the whole day.

    Of the statements of a day and kind the last one holds. What is both stated and in a file is one absence: the
    greater of the two counts.
    """
    wanted = sorted(set(workers))
    stated: defaultdict[tuple[int, date], list[int | None]] = defaultdict(list)
    for (worker, day, _), seconds in stated_absence(connection, wanted, first, end).items():
        stated[worker, day].append(seconds)
    found: Away = {key: None if None in said else sum(filter(None, said)) for key, said in stated.items()}
    a = t.activity_worker.c
    filed = select(a.worker_no, a.service_date, func.sum(a.seconds)).where(
        a.worker_no.in_(wanted), a.service_date >= first, a.service_date < end, a.kind.in_(ABSENCE_KINDS)
    )
    for worker, day, seconds in connection.execute(filed.group_by(a.worker_no, a.service_date)):
        said = found.get((worker, day), 0)
        found[worker, day] = None if said is None else max(said, int(seconds or 0))
    return found


def stated_absence(
    connection: Connection, workers: Iterable[int], first: date, end: date
) -> dict[tuple[int, date, str], int | None]:
    """Seconds that workers stated, by worker, day and kind, from ``first`` up to ``end``; None: the whole day.

    The last statement of a day and kind holds; 0 is one that was taken back.
    """
    a = t.absence.c
    query = select(a.worker_no, a.on_day, a.kind, a.seconds).where(
        a.worker_no.in_(sorted(set(workers))), a.on_day >= first, a.on_day < end
    )
    rows = connection.execute(query.order_by(a.absence_no))
    return {(row.worker_no, row.on_day, row.kind): row.seconds for row in rows}
