"""The timer of one person: it counts on the server, so that it survives a closed browser and a flat battery.

It lies in the desk's database, is no fact, and is never needed: time can always be typed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Engine, delete, insert, select, update

from recorder.recording_tables import timers as table
from recorder.store.log import from_micros, to_micros

__all__ = ["MOST", "Timer", "pause", "start", "stop", "timer"]

# A timer left running overnight says nothing about work.
MOST = timedelta(hours=12)


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """``seconds`` counted when it was last paused; ``running_since`` None while it stands still."""

    seconds: int
    running_since: datetime | None
    first_started: datetime

    def counted(self, now: datetime) -> int:
        """Seconds counted by now, no more than ``MOST``."""
        since = 0 if self.running_since is None else (now - self.running_since).total_seconds()
        return min(self.seconds + max(0, int(since)), int(MOST.total_seconds()))


def timer(desk: Engine, owner: str) -> Timer | None:
    """The timer of a person, or None where none is set."""
    with desk.execution_options(reading=True).connect() as connection:
        row = connection.execute(select(table).where(table.c.owner == owner)).one_or_none()
    if row is None:
        return None
    running = None if row.running_since is None else from_micros(row.running_since)
    return Timer(seconds=row.seconds, running_since=running, first_started=from_micros(row.first_started))


def start(desk: Engine, owner: str, now: datetime) -> None:
    """Start it, or let it run on; one that runs is left alone."""
    with desk.begin() as connection:
        held = connection.execute(select(table.c.running_since).where(table.c.owner == owner)).one_or_none()
        if held is None:
            values = {"seconds": 0, "running_since": to_micros(now), "first_started": to_micros(now), "sealed": ""}
            connection.execute(insert(table).values(owner=owner, **values))
        elif held.running_since is None:
            connection.execute(update(table).where(table.c.owner == owner).values(running_since=to_micros(now)))


def pause(desk: Engine, owner: str, now: datetime) -> None:
    """Let it stand still; one that does is left alone."""
    held = timer(desk, owner)
    if held is not None and held.running_since is not None:
        with desk.begin() as connection:
            values = {"seconds": held.counted(now), "running_since": None}
            running = table.c.running_since == to_micros(held.running_since)
            connection.execute(update(table).where(table.c.owner == owner, running).values(**values))


def stop(desk: Engine, owner: str, now: datetime) -> int:
    """Take it away; whole minutes counted, rounded up so that a short call is no nothing. 0 where none was set."""
    held = timer(desk, owner)
    if held is None:
        return 0
    with desk.begin() as connection:
        connection.execute(delete(table).where(table.c.owner == owner))
    return -(-held.counted(now) // 60)
