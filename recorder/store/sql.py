"""The event store on SQLite and PostgreSQL: one schema, SQLAlchemy Core, our own recorder.

Append is one transaction: on SQLite ``BEGIN IMMEDIATE``; on PostgreSQL one server-side function
that takes an advisory lock, gives out positions without gaps in commit order, inserts and
notifies, in one round trip (docs/decisions/0003).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from sqlalchemy import Column, CursorResult, Engine, exc, func, select

from .among import results_among
from .log import EventLog, LogRow, StoredFact, to_fact
from .schema import NOT_AN_ACTIVITY, create_schema, events

__all__ = ["SqlEventLog"]

_SQLITE_INSERT = (
    "INSERT INTO events (stream_id, version, topic, payload, event_id, subject, known_at, recorded_at, metadata)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# Lists in the binary form: to write them out as text takes longer than to store them.
_POSTGRES_APPEND = (
    "SELECT daybook_append(%b, %b::integer[], %b, %b, %b, %b::bytea[], %b::bigint[], %b::bigint[], %b::bytea[])"
)
_SQLITE_HEAD = "SELECT coalesce(max(position), 0) FROM events"
_POSTGRES_APPEND_ONE = "SELECT daybook_append_one(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_COLUMNS = tuple(events.c)
_NAMES = ", ".join(column.name for column in _COLUMNS)


class SqlEventLog(EventLog):
    """The log in a database. Each process opens its own, after it has forked."""

    def __init__(self, engine: Engine, appender: Engine | None = None) -> None:
        self._engine = engine
        self._reader = engine.execution_options(reading=True)
        self._appender = appender or engine
        self._is_sqlite = engine.dialect.name == "sqlite"

    def create(self) -> None:
        """Make the tables where they are missing."""
        create_schema(self._engine)

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Append all or none, durably. Raises ``IntegrityError`` on a version or event id already taken."""
        if not stored_events:
            return None
        rows = [_row(to_fact(event)) for event in stored_events]
        try:
            first = self._append_sqlite(rows) if self._is_sqlite else self._append_postgres(rows)
        except exc.IntegrityError as clash:
            raise IntegrityError(str(clash.orig)) from clash
        return list(range(first, first + len(rows)))

    def _append_sqlite(self, rows: list[tuple[Any, ...]]) -> int:
        """The driver's own statements: the hot path pays for the write, not for building it."""
        with self._pooled() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if len(rows) == 1:
                    first = int(connection.execute(_SQLITE_INSERT, rows[0]).lastrowid or 0)
                else:
                    first = int(connection.execute(_SQLITE_HEAD).fetchone()[0]) + 1
                    connection.executemany(_SQLITE_INSERT, rows)
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
        return first

    def _append_postgres(self, rows: list[tuple[Any, ...]]) -> int:
        """One call of the function is a transaction of its own: one round trip."""
        with self._pooled() as connection:
            if not connection.autocommit:
                connection.autocommit = True
            if len(rows) == 1:
                cursor = connection.execute(_POSTGRES_APPEND_ONE, rows[0])
            else:
                columns = tuple(list(column) for column in zip(*rows, strict=True))
                cursor = connection.execute(_POSTGRES_APPEND, columns)
            return int(cursor.fetchone()[0]) + 1

    @contextmanager
    def _pooled(self) -> Iterator[Any]:
        """A driver connection of the pool; its errors are SQLAlchemy's."""
        pooled = self._appender.raw_connection()
        try:
            yield pooled.driver_connection
        except (sqlite3.IntegrityError, psycopg.errors.UniqueViolation) as clash:
            raise exc.IntegrityError(None, None, clash) from clash
        finally:
            pooled.close()

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """A stream's events by version."""
        query = select(events.c.version, events.c.topic, events.c.payload).where(
            events.c.stream_id == _bytes(originator_id)
        )
        if gt is not None:
            query = query.where(events.c.version > gt)
        if lte is not None:
            query = query.where(events.c.version <= lte)
        query = query.order_by(events.c.version.desc() if desc else events.c.version).limit(limit)
        with self._reader.connect() as connection:
            return [StoredEvent(originator_id, v, t, bytes(p)) for v, t, p in connection.execute(query)]

    def max_notification_id(self) -> int | None:
        """The newest position, or None."""
        with self._reader.connect() as connection:
            newest: int | None = connection.scalar(select(func.max(events.c.position)))
            return newest

    def rows_after(
        self, position: int, limit: int, topics: Sequence[str] = (), upto: int | None = None
    ) -> list[LogRow]:
        """Rows past a position, in log order."""
        query = select(*_COLUMNS).where(events.c.position > position)
        if topics:
            query = query.where(events.c.topic.in_(topics))
            if "activity.recorded.v1" not in topics:
                query = query.where(NOT_AN_ACTIVITY)  # lets the database use the index on names
        if upto is not None:
            query = query.where(events.c.position <= upto)
        with self._reader.connect() as connection:
            return _fetched(connection.execute(query.order_by(events.c.position).limit(limit)))

    def rows_of_streams(self, streams: Iterable[UUID]) -> list[LogRow]:
        """Every row of these streams, in log order."""
        return self._rows_in(events.c.stream_id, streams)

    def rows_of_subjects(self, subjects: Iterable[UUID]) -> list[LogRow]:
        """Every row about these children, in log order."""
        return self._rows_in(events.c.subject, subjects)

    def rows_of_events(self, event_ids: Iterable[UUID]) -> list[LogRow]:
        """The rows with these event ids."""
        return self._rows_in(events.c.event_id, event_ids)

    def _rows_in(self, column: Column[bytes], ids: Iterable[UUID]) -> list[LogRow]:
        asking = f"SELECT {_NAMES} FROM events"
        with self._reader.connect() as connection:
            results = results_among(connection, asking, column.name, [i.bytes for i in ids])
            return sorted(row for result in results for row in _fetched(result))

    def close(self) -> None:
        """Close the connections of this process."""
        self._engine.dispose()
        self._appender.dispose()


def _fetched(result: CursorResult[Any]) -> list[LogRow]:
    """All rows, as the driver gives them: both drivers give the columns of the log in our types."""
    return list(map(LogRow._make, result.cursor.fetchall()))


def _row(fact: StoredFact) -> tuple[Any, ...]:
    subject = fact.subject.bytes if fact.subject else None
    head = (_bytes(fact.originator_id), fact.originator_version, fact.topic, fact.state)
    return (*head, fact.event_id.bytes, subject, fact.known_at, fact.recorded_at, fact.metadata)


def _bytes(value: UUID | str) -> bytes:
    return value.bytes if isinstance(value, UUID) else UUID(value).bytes
