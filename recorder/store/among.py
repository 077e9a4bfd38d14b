"""Rows whose column is one of many values, in the driver's own words: making a long list costs more than finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult

__all__ = ["results_among"]

IN_LIST = 900  # SQLite takes 32,766 parameters; short lists keep its statement cache useful.


def results_among(
    connection: Connection, asking: str, column: str, values: Sequence[bytes]
) -> Iterator[CursorResult[Any]]:
    """The results of ``asking`` (a query up to its WHERE) for these values of a column, some hundreds at a time."""
    embedded = connection.dialect.name == "sqlite"
    for start in range(0, len(values), IN_LIST):
        chunk = values[start : start + IN_LIST]
        among = f"IN ({', '.join('?' * len(chunk))})" if embedded else "= ANY(%b)"
        yield connection.exec_driver_sql(
            f"{asking} WHERE {column} {among}", tuple(chunk) if embedded else (list(chunk),)
        )
