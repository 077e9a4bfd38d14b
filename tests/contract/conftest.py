from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recorder.application import Recorder
from recorder.personal import KeyStore
from recorder.store import MemoryEventLog, SqlEventLog
from tests.contract.activity_desk import AVA, NOW, Desk, MeetingClock
from tests.stores import STORES, empty_authority


@pytest.fixture(params=STORES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """Ava has a key; nothing is recorded yet. The memory store keeps its keys in a SQLite file."""
    memory = request.param == "memory"
    where = empty_authority("sqlite" if memory else request.param, tmp_path)
    log = MemoryEventLog() if memory else SqlEventLog(where.engine("events"), where.appender())
    keys = KeyStore(where.engine("keys"))
    keys.create({AVA: []})
    clock = MeetingClock(NOW)
    recorder = Recorder(log, keys, clock)
    yield Desk(recorder, clock)
    recorder.close()
