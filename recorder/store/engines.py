"""Where the databases lie and how they are opened. The one place that makes an engine.

A data folder (SQLite) holds one file each for events, keys, projections and the desk; a
PostgreSQL address holds one schema each. Nothing connects when this module is imported, and
each process opens its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

__all__ = ["PURPOSES", "Databases", "open_databases", "sqlite_engine"]

PURPOSES = ("events", "keys", "projections", "desk")
BUSY_SECONDS = 30


@dataclass(frozen=True)
class Databases:
    """Opens one engine for each purpose: events, keys, projections, desk."""

    url: str

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded store is in use."""
        return not self.url.startswith("postgresql")

    @property
    def folder(self) -> Path:
        """The data folder of the embedded store."""
        return Path(self.url)

    def path(self, purpose: str) -> Path:
        """The file of one purpose in the data folder."""
        return self.folder / f"{purpose}.sqlite"

    def engine(self, purpose: str, schema: str | None = None) -> Engine:
        """An engine for one purpose; on PostgreSQL its tables lie in the schema of that name."""
        if self.is_sqlite:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return sqlite_engine(self.path(schema or purpose), durable=purpose != "projections")
        return _postgres_engine(self.url, schema or purpose)

    def appender(self) -> Engine:
        """The engine that events are appended through: connections that nothing else has used.

        On PostgreSQL they stay in autocommit and are not reset between uses.
        """
        if self.is_sqlite:
            return self.engine("events")
        return _postgres_engine(self.url, "events", pool_reset_on_return=None)


def open_databases(url: str) -> Databases:
    """The databases at a data folder's path or a ``postgresql://`` address."""
    if url.startswith(("postgresql://", "postgresql+psycopg://")):
        return Databases(make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
    return Databases(str(Path(url).absolute()))


def sqlite_engine(path: Path, *, durable: bool = True) -> Engine:
    """A SQLite file: WAL, and ``synchronous=FULL`` where an acknowledged write must survive a power cut.

    A transaction begins IMMEDIATE unless the connection is marked read-only with
    ``execution_options(reading=True)``: a deferred one that reads and then writes fails at once.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=32,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute("PRAGMA cache_size=-65536")
        if not durable:
            # Tables that can be rebuilt are folded back into their file less often: the same pages
            # change again and again.
            cursor.execute("PRAGMA wal_autocheckpoint=8000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reading = connection.get_execution_options().get("reading")
        # Straight to the driver: a page of recording begins ten times, and there is nothing here to compile.
        connection.connection.driver_connection.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: str, schema: str, **options: Any) -> Engine:
    return create_engine(
        url,
        pool_size=8,
        max_overflow=32,
        connect_args={"options": f"-csearch_path={schema} -ctimezone=UTC"},
        **options,
    )
