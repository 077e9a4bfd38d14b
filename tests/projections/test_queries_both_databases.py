"""The pages' questions give the same answers on both databases, and the same as the tables in memory."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from costing.calendar import london_day_end
from projections.queries.children import child_known_at, child_now
from projections.queries.cost_lines import LiveCosts, costs_as_at
from projections.queries.costs import BY, cost_rows
from projections.queries.finance import children_behind, ledger_years, overview, trial
from projections.queries.imports import past_imports
from projections.queries.ledger import child_ledger
from projections.queries.team import last_entry, team_of, team_weeks, weeks_between
from projections.queries.timeline import timeline
from recorder.store.log import to_micros
from tests.house import open_house
from tests.projections.stories import FIRST, Story
from tests.stores import DATABASES

LAST = FIRST + timedelta(days=55)
STEPS = [
    ("episode", 0, 0, FIRST, None, "U6"),
    ("episode", 1, 0, FIRST + timedelta(days=3), 30, "K2"),
    ("fee", 0, 0, FIRST, None, 70_001),
    ("post", 0, FIRST, "social_worker"),
    ("schema", "social_worker", FIRST, 38_000),
    ("allocation", 0, 0, FIRST + timedelta(days=20)),
    ("activity", 0, [0], [0, 1], FIRST + timedelta(days=25), 45, "D1H"),
    ("activity", 1, [0], [0], FIRST + timedelta(days=26), None, "I3"),
    ("days", LAST),
]


@pytest.mark.parametrize("store", DATABASES)
def test_the_same_on_either_database(store: str, tmp_path: Path):
    house, story = open_house(store, tmp_path), Story.cast()
    story.begin(house.recorder)
    for step in STEPS:
        story.live(house.recorder, step, house.end_days)
    house.follower.catch_up()
    log, period = house.recorder.log_store, (FIRST + timedelta(days=5), LAST - timedelta(days=2))
    with house.tables.reader().connect() as connection:
        live, known = LiveCosts(connection), costs_as_at(log, to_micros(london_day_end(date(2026, 4, 3))))
        for by in BY:
            assert cost_rows(live, *period, by).rows == cost_rows(known, *period, by).rows
        report = cost_rows(live, *period, "team")
        assert [row.key for row in report.rows] == ["North", "unallocated"]
        found = overview(connection, *period)
        assert found.total.total == report.total.total
        assert found.children == 2
        shown, children = children_behind(connection, house.recorder.keys, *period, {}, 0, 10)
        assert [child.row.key for child in shown] == ["child 1", "child 2"]  # no identifier was linked
        assert children.total.total == report.total.total
        assert trial(connection, 202601, 202603)["balance"].sum() == 0
        assert ledger_years(connection) == [2025]
        assert past_imports(connection) == []
        number = team_of(connection, story.team, None, LAST)
        assert number is not None
        weeks = team_weeks(connection, number, weeks_between(FIRST, LAST))
        assert (weeks.total.direct, weeks.total.unknown, weeks.total.contracted) == (45 * 60, 1, None)
        assert last_entry(connection, number) == FIRST + timedelta(days=26)
        now = child_now(connection, story.children[0])
        then = child_known_at(connection, log, story.children[0], to_micros(london_day_end(date(2026, 4, 3))))
        assert now is not None
        assert then is not None
        assert child_ledger(now, *period) == child_ledger(then, *period)
        assert timeline(now, log) == timeline(then, log)
    house.close()
