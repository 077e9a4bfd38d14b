"""The stores that every contract test runs on: memory, SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from recorder.store import Databases, MemoryEventLog, SqlEventLog, open_databases
from recorder.store.log import EventLog
from tests.postgres import new_database

STORES = ("memory", "sqlite", "postgresql")
DATABASES = ("sqlite", "postgresql")


def open_log(store: str, folder: Path) -> EventLog:
    """An empty log of the kind asked for."""
    if store == "memory":
        return MemoryEventLog()
    where = databases(store, folder)
    log = SqlEventLog(where.engine("events"), where.appender())
    log.create()
    return log


def databases(store: str, folder: Path) -> Databases:
    """Empty databases of the kind asked for."""
    return open_databases(str(folder / "data") if store == "sqlite" else new_database())
