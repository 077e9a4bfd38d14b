"""A worker with two posts at once: the post that holds on the day of the work prices it and names its team."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import tables as t
from projections.database import read_frame
from projections.held_posts import held_posts
from projections.rebuild import rebuild
from recorder.coding import set_mapping
from recorder.domain.coding import MappingRow
from recorder.domain.ids import derived_id, new_id
from recorder.domain.staff import PostAmended, PostStated, TeamFormed
from tests.house import House, open_house
from tests.projections.stories import SAID, Story, state
from tests.projections.test_live_equals_rebuilt import rows
from tests.stores import DATABASES

DAY = date(2026, 2, 10)
FIRST = date(2026, 1, 1)


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    found = open_house(request.param, tmp_path)
    yield found
    found.close()


def staff_lines(house: House) -> set[tuple[str, str, bool]]:
    """Worker type, cost centre and whether there is a price, of every posting of staff time."""
    with house.tables.reader().connect() as connection:
        frame = read_frame(connection, t.posting).filter(pl.col("cost_kind") == "staff")
    return set(frame.select("worker_type", "cost_centre", pl.col("amount").is_not_null()).iter_rows())


def test_a_later_post_that_has_ended_leaves_the_work_to_the_earlier_one_that_lasts(house: House):
    story = Story.cast()
    story.begin(house.recorder)
    worker, south = story.workers[0], new_id()
    state(house.recorder, south, TeamFormed(name="South"))
    set_mapping(
        house.recorder,
        new_id(),
        [
            MappingRow(cost_kind="staff", cost_centre=c, valid_from=FIRST, team=n)
            for c, n in (("N", "North"), ("S", "South"))
        ],
        0,
        SAID,
    )
    for step in (
        ("schema", "social_worker", FIRST, 40_000),
        ("schema", "team_manager", FIRST, 60_000),
        ("post", 0, FIRST, "social_worker"),
        ("activity", 0, [0], [0], DAY, 60, "D1H"),
    ):
        story.live(house.recorder, step, house.end_days)
    later: dict[str, Any] = {
        "worker": worker, "role": "team_manager", "worker_type": "team_manager", "team": south,
        "starts": FIRST + timedelta(days=14),
    }  # fmt: skip
    stream = derived_id(worker, "post", "two")
    state(house.recorder, stream, PostStated(**later))
    house.follower.catch_up()
    assert staff_lines(house) == {("team_manager", "S", True)}

    state(house.recorder, stream, PostAmended(**later, ends=DAY))
    house.follower.catch_up()

    assert staff_lines(house) == {("social_worker", "N", True)}
    live = rows(house.tables)
    rebuild(house.recorder.log_store, house.tables)
    assert rows(house.tables) == live


def on(days: int) -> date:
    """So many days after the first."""
    return FIRST + timedelta(days=days)


spans = st.tuples(st.integers(0, 1), st.integers(0, 12), st.none() | st.integers(0, 12))


@given(st.lists(spans, max_size=6))
def test_on_every_day_the_post_that_holds_is_the_last_begun_of_those_that_cover_it(
    drawn: list[tuple[int, int, int | None]],
):
    posts = [
        (who, on(start), None if lasts is None else on(start + lasts), number)
        for number, (who, start, lasts) in enumerate(drawn)
    ]
    schema = {"worker_no": pl.Int64, "starts": pl.Date, "ends": pl.Date, "post_no": pl.Int64}
    cut = held_posts(pl.DataFrame(posts, schema=schema, orient="row")).rows()
    for worker in (0, 1):
        for day in map(on, range(30)):
            covering = [(p[1], p[3]) for p in posts if p[0] == worker and p[1] <= day and (p[2] is None or day < p[2])]
            held = [p[3] for p in cut if p[0] == worker and p[1] <= day and (p[2] is None or day < p[2])]
            assert held == ([max(covering)[1]] if covering else []), day
