"""The visits due to a worker's children, remembered for a few minutes while nothing was recorded for them."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock

from sqlalchemy import URL, Connection, func, select

from projections import tables as t
from projections.queries.visits_due import ChildDue, visits_due

__all__ = ["visits_due_lately"]

LASTS = 300.0
MOST = 500
_Key = tuple[URL, tuple[int, ...], date, tuple[int, ...]]
# By database too: a process can serve more than one, and a rebuilt generation is another.
_held: OrderedDict[_Key, tuple[float, list[ChildDue]]] = OrderedDict()
_lock = Lock()


def visits_due_lately(connection: Connection, child_nos: Sequence[int], today: date) -> list[ChildDue]:
    """As ``visits_due`` has them. What is new for one of the children counts at once, whoever recorded it; an end or
    a correction that a file brings, within ``LASTS`` seconds."""
    activity, line = t.activity.c, t.activity_child.c
    theirs = select(line.activity_no).where(line.child_no.in_(child_nos))
    files = [select(func.count()).where(table.c.child_no.in_(child_nos)).scalar_subquery()
             for table in (t.placement, t.review, t.cp_plan)]  # fmt: skip
    asked = select(func.count(), func.max(activity.recorded_at), *files).where(activity.activity_no.in_(theirs))
    told = tuple(each or 0 for each in connection.execute(asked).one())
    key, now = (connection.engine.url, tuple(child_nos), today, told), time.monotonic()
    with _lock:
        found = _held.get(key)
        if found is not None and now - found[0] < LASTS:
            return found[1]
    made = visits_due(connection, child_nos, today)
    with _lock:
        _held[key] = now, made
        while len(_held) > MOST:
            _held.popitem(last=False)
    return made
