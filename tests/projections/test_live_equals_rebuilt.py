"""The law that every table can be dropped and rebuilt: what the follower kept live is what a rebuild gives."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from projections import tables as t
from projections.database import ProjectionDatabase
from projections.rebuild import rebuild, tables_as_at
from tests.house import House, open_house
from tests.projections.stories import Story, histories
from tests.stores import DATABASES

TABLES = [table for table in t.metadata.sorted_tables if table.name != "follower"]


def rows(tables: ProjectionDatabase) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of its key."""
    with tables.reader().connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in TABLES
        }


def live_through(house: House, story: Story, history: list[tuple[Any, ...]], pages: list[int]) -> None:
    """The follower catches up after some of the steps, so that pages fall differently."""
    story.begin(house.recorder)
    for number, step in enumerate(history):
        house.clock.advance(timedelta(seconds=1))
        story.live(house.recorder, step, house.end_days)
        if pages[number % len(pages)]:
            house.follower.catch_up()
    house.follower.catch_up()


@pytest.mark.parametrize("store", DATABASES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=histories, pages=st.lists(st.integers(0, 1), min_size=1, max_size=5))
def test_live_is_rebuilt_row_for_row(store: str, history: list[tuple[Any, ...]], pages: list[int]):
    with TemporaryDirectory() as folder:
        house = open_house(store, Path(folder))
        try:
            live_through(house, Story.cast(), history, pages)
            live = rows(house.tables)
            rebuild(house.recorder.log_store, house.tables)
            rebuilt = rows(house.tables)
            for table in TABLES:
                assert live[table.name] == rebuilt[table.name], table.name
            assert house.follower.catch_up() == house.recorder.log_store.position()
            now = tables_as_at(house.recorder.log_store, None)
            assert now.frame(t.posting).height == len(live["posting"])
            assert now.frame(t.posting)["amount"].sum() == sum(r.amount or 0 for r in _postings(house.tables))
        finally:
            house.close()


def _postings(tables: ProjectionDatabase) -> list[Any]:
    with tables.reader().connect() as connection:
        return list(connection.execute(select(t.posting)))
