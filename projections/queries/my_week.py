"""What workers stated of a week beside the work: absence, and whether the week is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select

from projections import tables as t
from projections.queries.absence import stated_absence
from recorder.store.log import from_micros

__all__ = ["Away", "absences", "done_since", "weeks_done"]


class Away(NamedTuple):
    """An absence that holds: seconds, None for the whole day."""

    kind: str
    on: date
    seconds: int | None


def absences(connection: Connection, worker_no: int, first: date, last: date) -> list[Away]:
    """What holds of each day and kind: the last statement; those taken back are left out."""
    held = stated_absence(connection, [worker_no], first, last + timedelta(days=1))
    away = ((kind, on, seconds) for (_, on, kind), seconds in held.items() if seconds != 0)
    return [Away(*said) for said in sorted(away, key=lambda each: each[:2])]


def done_since(connection: Connection, worker_no: int, monday: date) -> datetime | None:
    """When a week was marked as done, or None where it is not."""
    w = t.week_done.c
    query = select(w.done, w.recorded_at).where(w.worker_no == worker_no, w.monday == monday)
    row = connection.execute(query.order_by(w.week_no.desc()).limit(1)).one_or_none()
    return from_micros(row.recorded_at) if row is not None and row.done else None


def weeks_done(connection: Connection, workers: Iterable[int], mondays: Iterable[date]) -> set[tuple[int, date]]:
    """The weeks, as (worker number, Monday), that these workers marked as done and did not open again."""
    w = t.week_done.c
    wanted = w.worker_no.in_(sorted(set(workers))) & w.monday.in_(sorted(set(mondays)))
    query = select(w.worker_no, w.monday, w.done).where(wanted).order_by(w.week_no)
    last = {(worker, monday): done for worker, monday, done in connection.execute(query)}
    return {week for week, done in last.items() if done}
