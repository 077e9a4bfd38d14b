"""What a worker stated of a week beside the work: absence, and whether the week is done."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from projections import tables as t
from recorder.store.log import from_micros

__all__ = ["Away", "absences", "done_since"]


class Away(NamedTuple):
    """An absence that holds: seconds, None for the whole day."""

    kind: str
    on: date
    seconds: int | None


def absences(connection: Connection, worker_no: int, first: date, last: date) -> list[Away]:
    """What holds of each day and kind: the last statement; those taken back are left out."""
    a = t.absence.c
    query = select(a.kind, a.on_day, a.seconds).where(a.worker_no == worker_no, a.on_day.between(first, last))
    held = {(row.kind, row.on_day): row.seconds for row in connection.execute(query.order_by(a.absence_no))}
    return [Away(kind, on, seconds) for (kind, on), seconds in sorted(held.items()) if seconds != 0]


def done_since(connection: Connection, worker_no: int, monday: date) -> datetime | None:
    """When a week was marked as done, or None where it is not."""
    w = t.week_done.c
    query = select(w.done, w.recorded_at).where(w.worker_no == worker_no, w.monday == monday)
    row = connection.execute(query.order_by(w.week_no.desc()).limit(1)).one_or_none()
    return from_micros(row.recorded_at) if row is not None and row.done else None
