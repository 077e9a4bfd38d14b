"""A recorder and a desk over either database, with a clock that stands: what the tests of coming-in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from recorder.application import Recorder, event_of
from recorder.clock import FixedClock
from recorder.domain.facts import Event, Provenance
from recorder.personal import KeyStore
from recorder.store import SqlEventLog
from tests.stores import empty_authority

NOW = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
CLERK = Provenance(by="clerk", source="file")


@dataclass
class Office:
    """One authority's recorder and desk."""

    recorder: Recorder
    desk: Engine
    clock: FixedClock

    def facts(self) -> list[Event]:
        return [event_of(row) for page in self.recorder.log_store.pages(0, 5000) for row in page]

    def topics(self) -> list[str]:
        return [event.body.topic for event in self.facts()]

    def close(self) -> None:
        self.recorder.close()
        self.desk.dispose()


def open_office(store: str, folder: Path) -> Office:
    """An empty authority on SQLite or PostgreSQL."""
    where = empty_authority(store, folder)
    log = SqlEventLog(where.engine("events"))
    clock = FixedClock(NOW)
    return Office(Recorder(log, KeyStore(where.engine("keys")), clock), where.engine("desk"), clock)
