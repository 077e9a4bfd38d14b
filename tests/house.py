"""A whole authority over either database: recorder, tables, follower, and a clock that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from projections.database import ProjectionDatabase
from projections.follow import Follower, end_days
from recorder.application import Recorder
from recorder.clock import FixedClock
from recorder.personal import KeyStore
from recorder.store import Databases, SqlEventLog
from tests.stores import empty_authority

NOW = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)


@dataclass
class House:
    """One authority: recorder, tables and follower over one pair of databases."""

    where: Databases
    recorder: Recorder
    tables: ProjectionDatabase
    follower: Follower
    clock: FixedClock

    def end_days(self, last: date, first: date = date(2015, 4, 1)) -> None:
        """State that the days up to ``last`` are over."""
        end_days(self.recorder, first, last)

    def close(self) -> None:
        """Close every connection."""
        self.recorder.close()
        self.tables.close()


def open_house(store: str, folder: Path) -> House:
    """A new authority on SQLite or PostgreSQL, with its clock standing at NOW."""
    where = empty_authority(store, folder)
    log = SqlEventLog(where.engine("events"), where.appender())
    clock = FixedClock(NOW)
    recorder = Recorder(log, KeyStore(where.engine("keys")), clock)
    tables = ProjectionDatabase(where)
    return House(where, recorder, tables, Follower(log, tables), clock)
