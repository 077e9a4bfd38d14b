"""Every row of every table, and whether they are what the log says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from projections import tables as t
from projections.database import ProjectionDatabase
from projections.follow import position_reached
from projections.rebuild import tables_as_at
from recorder.store.log import EventLog

Rows = dict[str, list[tuple[Any, ...]]]


def every_row(tables: ProjectionDatabase) -> Rows:
    """All rows by table, in the order of their keys, the follower's own position among them."""
    with tables.reader().connect() as connection:
        return {
            table.name: [tuple(r) for r in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in t.metadata.sorted_tables
        }


def assert_shows(tables: ProjectionDatabase, log: EventLog, position: int) -> None:
    """The tables hold what the log holds up to a position, and nothing more."""
    assert position_reached(tables) == position
    held, expected = every_row(tables), tables_as_at(log, None, position)
    for table in t.metadata.sorted_tables:
        if table is not t.follower:
            said = [tuple(r) for r in expected.frame(table).rows()]
            assert sorted(held[table.name], key=repr) == sorted(said, key=repr), table.name
