"""The stores that every contract test runs on: memory, SQLite and PostgreSQL."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from migrations.run import upgrade
from recorder.store import Databases, MemoryEventLog, SqlEventLog, open_databases
from recorder.store.log import EventLog
from tests.postgres import copied_database, new_database

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


def empty_authority(store: str, folder: Path) -> Databases:
    """Databases of the kind asked for with every table made and nothing in them: copies, as making takes long.

    A folder that holds an authority already is opened as it stands.
    """
    original = _made(store)
    if store == "postgresql":
        return open_databases(copied_database(original))
    if not (folder / "data").exists():
        shutil.copytree(original, folder / "data")
    return open_databases(str(folder / "data"))


@cache
def _made(store: str) -> str:
    """The address of an authority that nobody has open, made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="daybook-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    where = databases(store, folder)
    log = SqlEventLog(where.engine("events"), where.appender())
    log.create()
    log.close()
    for purpose in ("keys", "desk", "projections"):
        upgrade(where, purpose)
    return str(where.folder) if where.is_sqlite else where.url
