"""Noting that somebody saw the names of children: once a quarter of an hour for a page one comes back to all day.

The read log says who saw which child on which page and when. My day is loaded after each entry; a row for each
child each time would tell nothing more and would make forty people wait for one another. Why that is enough, and what
is never gathered so, is decision 12.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Lock
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from recorder.desk import log_reads
from web.state import Opened

__all__ = ["note_reading"]

QUARTER = 900.0
_seen: WeakKeyDictionary[Engine, dict[tuple[str, str, UUID], float]] = WeakKeyDictionary()
_lock = Lock()
_MOST = 100_000


def note_reading(here: Opened, who: str, what: str, children: Iterable[UUID]) -> None:
    """Note these children whom this person has not been noted for on this page in the last quarter of an hour."""
    now = time.monotonic()
    with _lock:
        ours = _seen.setdefault(here.desk, {})
        if len(ours) > _MOST:
            ours.clear()
        new = [child for child in children if now - ours.get((who, what, child), -QUARTER) >= QUARTER]
    log_reads(here.desk, who, what, new, here.recorder.clock.now())
    with _lock:
        ours.update({(who, what, child): now for child in new})
