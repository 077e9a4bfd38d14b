"""Wires the recorder: the one place that opens stores for it."""

from __future__ import annotations

from recorder.application import Recorder
from recorder.clock import Clock
from recorder.personal import KeyStore
from recorder.store import Databases, SqlEventLog

__all__ = ["open_recorder"]


def open_recorder(databases: Databases, clock: Clock | None = None) -> Recorder:
    """A recorder over the databases of this authority. Open one in each process."""
    log = SqlEventLog(databases.engine("events"), databases.appender())
    return Recorder(log, KeyStore(databases.engine("keys")), clock)
