"""Many rows at once, by what each database takes fastest: statements of many rows, or COPY.

Columns that hold one value throughout, as most of a chunk of postings do, are sent once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

import polars as pl
from sqlalchemy import Connection, Table
from sqlalchemy import types as sql

__all__ = ["copy_rows", "insert_rows", "update_rows"]

_ROWS_A_STATEMENT = 150
_MANY = 500
_ROWS_AT_ONCE = 15_000  # as objects they take many times the room that they take as columns


def insert_rows(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Insert rows whose columns are the table's, in SQLite."""
    dates = [c.name for c in table.c if isinstance(c.type, sql.Date)]
    if dates:
        rows = rows.with_columns(pl.col(dates).dt.strftime("%Y-%m-%d"))
    into = f"INSERT INTO {table.name} ({_quoted(rows.columns)}) VALUES "
    if rows.height < _MANY:
        marks = ", ".join("?" * rows.width)
        connection.exec_driver_sql(f"{into}({marks})", rows.rows())
        return
    if not connection.in_transaction():
        connection.begin()
    cursor: Any = connection.connection.cursor()
    for part in rows.iter_slices(_ROWS_AT_ONCE):
        different = part.select(pl.all().n_unique()).row(0, named=True)
        same = [name for name, number in different.items() if number == 1]
        for number, values in _batches(part, same):
            cursor.executemany(into + _marks(tuple(rows.columns), tuple(same), number), values)
    cursor.close()


@lru_cache(maxsize=64)
def _marks(columns: tuple[str, ...], same: tuple[str, ...], number: int) -> str:
    """Numbered marks for so many rows; the columns that are the same in all share theirs."""
    shared = {name: place for place, name in enumerate(same, start=1)}
    following = len(same)
    rows = []
    for _ in range(number):
        marks = []
        for name in columns:
            if name not in shared:
                following += 1
            marks.append(f"?{shared.get(name, following)}")
        rows.append(f"({', '.join(marks)})")
    return ", ".join(rows)


def _batches(rows: pl.DataFrame, same: list[str]) -> Iterator[tuple[int, Iterator[list[Any]]]]:
    """Values for statements of many rows, then for what is left over, one row each."""
    shared = [rows[name][0] for name in same]
    varying = rows.drop(same)
    width, height = varying.width, rows.height
    flat: list[Any] = [None] * (width * height)
    for place, column in enumerate(varying):
        flat[place::width] = column.to_list()
    whole = height - height % _ROWS_A_STATEMENT
    for number, first, last in ((_ROWS_A_STATEMENT, 0, whole), (1, whole, height)):
        step = number * width
        yield number, (shared + flat[start : start + step] for start in range(first * width, last * width, step))


def copy_rows(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Insert rows whose columns are the table's, in PostgreSQL."""
    binary = [c.name for c in table.c if isinstance(c.type, sql.LargeBinary)]
    rows = rows.with_columns(pl.concat_str(pl.lit("\\x"), pl.col(n).bin.encode("hex")).alias(n) for n in binary)
    _copy(connection, table.name, rows)


def _copy(connection: Connection, into: str, rows: pl.DataFrame) -> None:
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor.copy(f"COPY {into} ({_quoted(rows.columns)}) FROM STDIN (FORMAT csv, NULL '\\N')") as copy:
        for part in rows.iter_slices(_ROWS_AT_ONCE):
            text = BytesIO()
            part.write_csv(text, include_header=False, null_value="\\N")
            copy.write(text.getbuffer())


def update_rows(connection: Connection, table: Table, rows: pl.DataFrame, columns: list[str]) -> None:
    """Give stored rows, found by the table's primary key, new values in these columns; no other index is touched."""
    key = [c.name for c in table.primary_key]
    kept = rows.select(*columns, *key)
    if connection.dialect.name == "sqlite":
        dates = [c.name for c in table.c if isinstance(c.type, sql.Date) and c.name in kept.columns]
        kept = kept.with_columns(pl.col(dates).dt.strftime("%Y-%m-%d")) if dates else kept
        given, found = (", ".join(f'"{name}" = ?' for name in names) for names in (columns, key))
        statement = f"UPDATE {table.name} SET {given} WHERE {found.replace(', ', ' AND ')}"
        if not connection.in_transaction():
            connection.begin()
        cursor: Any = connection.connection.cursor()
        for part in kept.iter_slices(_ROWS_AT_ONCE):
            cursor.executemany(statement, part.rows())
        cursor.close()
        return
    beside = f"changed_{table.name}"
    empty = f"SELECT {_quoted(kept.columns)} FROM {table.name} WHERE false"
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {beside} ON COMMIT DROP AS {empty}")
    _copy(connection, beside, kept)
    given = ", ".join(f'"{name}" = {beside}."{name}"' for name in columns)
    found = " AND ".join(f'{table.name}."{name}" = {beside}."{name}"' for name in key)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {given} FROM {beside} WHERE {found}")
    connection.exec_driver_sql(f"DROP TABLE {beside}")


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
