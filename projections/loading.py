"""A whole generation of tables, loaded at once: nothing synced, nothing indexed, until all rows are in.

What is lost in a crash is only the generation being made; the one in use is not touched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import polars as pl
from sqlalchemy import Connection, Table

from projections.database import ProjectionDatabase, write_frame

__all__ = ["DatabaseTables", "fresh_tables"]

FRAMES_WAITING = 4
_UNSAFE_BUT_FAST = ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-16384")


class DatabaseTables:
    """Writes in a thread of its own, so that a chunk is written while the next is read and priced."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, "rebuild")
        self._waiting: deque[Future[None]] = deque()

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Hand over rows of a table; raises what went wrong with rows handed over before."""
        while len(self._waiting) >= FRAMES_WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(write_frame, self._connection, table, frame))

    def __enter__(self) -> DatabaseTables:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for the last rows; after an error only for the rows that are being written."""
        self._thread.shutdown(wait=True, cancel_futures=kind is not None)
        if kind is None:
            for each in self._waiting:
                each.result()


@contextmanager
def fresh_tables(database: ProjectionDatabase) -> Iterator[tuple[str, DatabaseTables]]:
    """An empty generation to load, by name; its indexes are made after the last row. ``swap`` puts it in use."""
    name, engine = database.fresh(indexes=False)
    sqlite = engine.dialect.name == "sqlite"
    try:
        with engine.connect().execution_options(reading=True) as connection:
            if sqlite:
                for pragma in _UNSAFE_BUT_FAST:
                    connection.connection.cursor().execute(f"PRAGMA {pragma}")
            else:
                connection.exec_driver_sql("SET synchronous_commit = off")
            with DatabaseTables(connection) as tables:
                yield name, tables
            database.add_indexes(connection)
            connection.commit()
            if sqlite:
                connection.connection.cursor().execute("PRAGMA locking_mode=NORMAL")
    finally:
        engine.dispose()
