"""Stores for a bench: empty databases of either kind, in folders that go when the run ends."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migrations.run import upgrade
from projections.database import ProjectionDatabase
from recorder.store import Databases, SqlEventLog, open_databases
from tests.postgres import new_database

__all__ = ["STORES", "empty", "folder", "open_log", "tables"]

STORES = ("sqlite", "postgresql")


@contextmanager
def folder() -> Iterator[Path]:
    """A scratch folder."""
    made = Path(tempfile.mkdtemp(prefix="daybook-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def empty(store: str, scratch: Path, name: str = "a") -> Databases:
    """Empty databases of a kind."""
    return open_databases(str(scratch / name) if store == "sqlite" else new_database())


def open_log(where: Databases) -> SqlEventLog:
    """The log of these databases, its tables made."""
    log = SqlEventLog(where.engine("events"), where.appender())
    log.create()
    return log


def tables(where: Databases) -> ProjectionDatabase:
    """Empty projection tables in these databases."""
    upgrade(where, "projections")
    return ProjectionDatabase(where)
