"""What a worker does again and again, remembered for a few minutes: it orders a form and decides nothing."""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import date
from threading import Lock

from sqlalchemy import URL, Connection, func, select

from projections import tables as t
from projections.queries.habits import Habits, habits

__all__ = ["usual"]

LASTS = 300.0
MOST = 500
# By database too: a process can serve more than one, and a rebuilt generation is another.
_held: OrderedDict[tuple[URL, int, date, int], tuple[float, Habits]] = OrderedDict()
_lock = Lock()


def usual(connection: Connection, worker_no: int, since: date) -> Habits:
    """The worker's habits since a day. A new entry counts at once; an amended one within ``LASTS`` seconds."""
    w = t.activity_worker.c
    count = connection.scalar(
        select(func.count()).select_from(t.activity_worker).where(w.worker_no == worker_no, w.service_date >= since)
    )
    key, now = (connection.engine.url, worker_no, since, count or 0), time.monotonic()
    with _lock:
        found = _held.get(key)
        if found is not None and now - found[0] < LASTS:
            return found[1]
    made = habits(connection, worker_no, since)
    with _lock:
        _held[key] = now, made
        while len(_held) > MOST:
            _held.popitem(last=False)
    return made
