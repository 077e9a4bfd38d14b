"""Where the projections lie, and how frames get in and out of them.

The live tables are replaced as a whole after a rebuild. On SQLite each generation is a file of its
own and a pointer file names the one in use; on PostgreSQL each is a schema, and the swap renames it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Select,
    Table,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy import types as sql

from projections.bulk import copy_rows, insert_rows
from projections.tables import metadata
from recorder.store.engines import Databases

__all__ = ["ProjectionDatabase", "delete_where", "frame_of", "read_columns", "read_frame", "write_frame"]

IN_LIST = 900
_NUMBERS_AT_ONCE = 20_000
LIVE = "projections"
_COPY_FROM_ROWS = 200


class ProjectionDatabase:
    """The projections of this process: an engine on the generation in use, renewed after a swap."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._generation = ""
        self._engine: Engine | None = None

    @property
    def _pointer(self) -> Path:
        return self._databases.folder / f"{LIVE}.current"

    def _current(self) -> str:
        if not self._databases.is_sqlite:
            return LIVE
        try:
            return self._pointer.read_text().strip() or LIVE
        except FileNotFoundError:
            return LIVE

    def engine(self) -> Engine:
        """The engine of the generation in use; asked for at the start of each piece of work."""
        generation = self._current()
        if self._engine is None or generation != self._generation:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = self._databases.engine(LIVE, generation)
            self._generation = generation
        return self._engine

    def reader(self) -> Engine:
        """The same, for reading: never waits for the follower's writing."""
        return self.engine().execution_options(reading=True)

    def create(self) -> None:
        """Make the tables of the generation in use where they are missing."""
        _create(self.engine(), self._current())

    def fresh(self, *, indexes: bool = True) -> tuple[str, Engine]:
        """An empty generation beside the live one: its name and its engine.

        Without its indexes (and keys, on PostgreSQL) a bulk load is several times faster;
        ``add_indexes`` makes them after it.
        """
        if self._databases.is_sqlite:
            number = int(self._current().rpartition("-")[2]) if "-" in self._current() else 0
            name = f"{LIVE}-{number + 1}"
            self._remove(name)
        else:
            name = f"{LIVE}_fresh"
            self._in_one_transaction(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
        engine = self._databases.engine(LIVE, name)
        _create(engine, name)
        if not indexes:
            with engine.begin() as connection:
                for index in _indexes():
                    index.drop(connection)
                for name_of_key, table, _ in _keys(connection):
                    connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name_of_key}")
        return name, engine

    def beside(self, name: str) -> ProjectionDatabase:
        """A generation that is not in use yet, by name, to be followed until it is; close it before the swap."""
        return _Beside(self._databases, name)

    def add_indexes(self, connection: Connection) -> None:
        """Make the indexes of a fresh generation once it is loaded."""
        for _, table, key in _keys(connection):
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD {key}")
        for index in _indexes():
            index.create(connection)

    def swap(self, name: str) -> None:
        """Put a fresh generation in use and drop the one before it."""
        before = self._current()
        if self._databases.is_sqlite:
            pointer = self._pointer.with_suffix(".next")
            pointer.write_text(name)
            pointer.replace(self._pointer)
            self.engine()
            self._remove(before)
            return
        self._in_one_transaction(f'DROP SCHEMA IF EXISTS "{LIVE}" CASCADE', f'ALTER SCHEMA "{name}" RENAME TO "{LIVE}"')
        self.close()

    def _in_one_transaction(self, *statements: str) -> None:
        """Change schemas on PostgreSQL, all or none."""
        engine = self._databases.engine(LIVE, "public")
        try:
            with engine.begin() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
        finally:
            engine.dispose()

    def _remove(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            path = self._databases.path(name)
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + suffix).unlink()

    def close(self) -> None:
        """Close the connections of this process."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


class _Beside(ProjectionDatabase):
    """One generation, whichever is in use."""

    def __init__(self, databases: Databases, name: str) -> None:
        super().__init__(databases)
        self._name = name

    def _current(self) -> str:
        return self._name


def _indexes() -> list[Index]:
    return [index for table in metadata.sorted_tables for index in sorted(table.indexes, key=lambda i: str(i.name))]


def _keys(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Name, table and definition of every key that PostgreSQL can take off a table and put back."""
    if connection.dialect.name == "sqlite":
        return
    for table in metadata.sorted_tables:
        yield f"{table.name}_pkey", table.name, f"PRIMARY KEY ({', '.join(c.name for c in table.primary_key)})"
        for column in table.c:
            if column.unique:
                yield f"{table.name}_{column.name}_key", table.name, f"UNIQUE ({column.name})"


def _create(engine: Engine, schema: str) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        metadata.create_all(connection)


def _dtype(column: Column[Any]) -> pl.DataType:
    kinds: list[tuple[type[sql.TypeEngine[Any]], pl.DataType]] = [
        (sql.Date, pl.Date()),
        (sql.Boolean, pl.Boolean()),
        (sql.Integer, pl.Int64()),
        (sql.LargeBinary, pl.Binary()),
        (sql.String, pl.String()),
    ]
    return next(dtype for kind, dtype in kinds if isinstance(column.type, kind))


@cache
def _schema(table: Table) -> pl.Schema:
    return pl.Schema({c.name: _dtype(c) for c in table.c})


def frame_of(table: Table, rows: Iterable[Sequence[Any]]) -> pl.DataFrame:
    """Rows in the order of the table's columns as a typed frame."""
    given = [tuple(r) for r in rows]
    return pl.DataFrame(given or None, schema=_schema(table), orient="row" if given else None)


def read_columns(
    connection: Connection, table: Table, columns: Sequence[str], *which: ColumnElement[bool]
) -> pl.DataFrame:
    """Some columns of the table, or of these rows, as a typed frame: reading takes as long as there are values."""
    schema = _schema(table)
    query = select(*(table.c[name] for name in columns)).where(*which)
    rows = [tuple(r) for r in connection.execute(query).all()]
    wanted = {name: schema[name] for name in columns}
    return pl.DataFrame(rows or None, schema=wanted, orient="row" if rows else None)


def read_frame(
    connection: Connection,
    table: Table,
    key: Column[Any] | None = None,
    among: Iterable[Any] | None = None,
    *also: ColumnElement[bool],
) -> pl.DataFrame:
    """The table, or its rows whose key is among these, as a typed frame."""
    if key is None or among is None:
        return _fetched(connection, table, [select(table).where(*also)])
    chunks = _chunks(list(among), _at_once(connection, key))
    return _fetched(connection, table, [select(table).where(_among(connection, key, chunk), *also) for chunk in chunks])


def _fetched(connection: Connection, table: Table, queries: Iterable[Select[Any]]) -> pl.DataFrame:
    """The rows of these queries as the driver has them: as columns they are typed many times faster than one by one."""
    rows: list[Any] = []
    for query in queries:
        result = connection.execute(query)
        rows += result.cursor.fetchall()
        result.close()
    if connection.dialect.name != "sqlite":
        return frame_of(table, rows)
    schema = _schema(table)
    stored: dict[str, pl.DataType] = {
        name: {pl.Date(): pl.String(), pl.Boolean(): pl.Int64()}.get(kind, kind) for name, kind in schema.items()
    }
    found = pl.DataFrame(rows or None, schema=stored, orient="row" if rows else None)
    dates = [pl.col(name).str.to_date("%Y-%m-%d") for name, kind in schema.items() if kind == pl.Date]
    return found.with_columns(*dates, *(pl.col(n).cast(pl.Boolean) for n, kind in schema.items() if kind == pl.Boolean))


def write_frame(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """Insert a frame that has the table's columns, in bulk: COPY on PostgreSQL."""
    if frame.is_empty():
        return
    rows = frame.select([c.name for c in table.c])
    if connection.dialect.name == "sqlite":
        insert_rows(connection, table, rows)
    elif rows.height < _COPY_FROM_ROWS:
        connection.execute(table.insert(), rows.to_dicts())
    else:
        copy_rows(connection, table, rows)


def delete_where(connection: Connection, table: Table, key: Column[Any], among: Iterable[Any], *also: Any) -> None:
    """Delete the rows whose key is among these."""
    for chunk in _chunks(list(among), _at_once(connection, key)):
        connection.execute(delete(table).where(_among(connection, key, chunk), *also))


def _among(connection: Connection, key: Column[Any], values: list[Any]) -> ColumnElement[bool]:
    """Whether the key is one of these. Whole numbers are handed over as one value: the statement stays the same."""
    if not isinstance(key.type, sql.Integer):
        return key.in_(values)
    if connection.dialect.name == "sqlite":
        listed = func.json_each(literal(json.dumps(values), sql.String)).table_valued("value")
        return key.in_(select(listed.c.value))
    return key == func.any(literal(values, ARRAY(sql.BigInteger)))


def _at_once(connection: Connection, key: Column[Any]) -> int:
    """How many values one statement takes."""
    return _NUMBERS_AT_ONCE if isinstance(key.type, sql.Integer) else IN_LIST


def _chunks(values: list[Any], size: int) -> Iterable[list[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))
