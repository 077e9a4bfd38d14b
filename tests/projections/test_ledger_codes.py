"""Codes on postings: given when they are posted, again when the mapping changes, and never in a closed month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from projections import tables as t
from projections.database import read_frame
from projections.rebuild import rebuild
from recorder.coding import set_mapping, stated_mapping
from recorder.domain.coding import MappingRow, decide_mapping
from recorder.domain.facts import Refused
from recorder.domain.ids import new_id
from recorder.periods import close_month, reopen_month
from tests.house import House, open_house
from tests.projections.stories import SAID, Story
from tests.projections.test_live_equals_rebuilt import rows
from tests.stores import DATABASES

JANUARY, FEBRUARY = date(2026, 1, 21), date(2026, 2, 10)
STARTS = date(2020, 4, 1)


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    found = open_house(request.param, tmp_path)
    yield found
    found.close()


def lived(house: House) -> Story:
    """A worker in the team North with work in two months, and a placement."""
    story = Story.cast()
    story.begin(house.recorder)
    for step in (
        ("schema", "social_worker", STARTS, 40_000),
        ("post", 0, date(2026, 1, 20), "social_worker"),
        ("activity", 0, [0], [0], JANUARY, 60, "D1H"),
        ("activity", 1, [0], [0], FEBRUARY, 60, "D1H"),
        ("episode", 0, 0, date(2026, 1, 20), 40, "U6"),
    ):
        story.live(house.recorder, step, house.end_days)
    house.end_days(date(2026, 4, 1))
    return story


def mapped(house: House, *said: MappingRow) -> None:
    _, version = stated_mapping(house.recorder)
    set_mapping(house.recorder, new_id(), said, version, SAID)
    house.follower.catch_up()


def codes(house: House) -> set[tuple[str, int, str, str, str]]:
    """Kind of cost, period, kind of entry and both codes of every posting."""
    with house.tables.reader().connect() as connection:
        frame = read_frame(connection, t.posting)
    return set(frame.select("cost_kind", "accounting_month", "entry_kind", "cost_centre", "subjective").iter_rows())


def of(kind: str, centre: str, subjective: str = "", starts: date = STARTS, team: str = "") -> MappingRow:
    return MappingRow(cost_kind=kind, cost_centre=centre, subjective=subjective, valid_from=starts, team=team)


def test_a_mapping_codes_what_is_posted_and_what_comes_after_alike(house: House):
    story = lived(house)
    house.follower.catch_up()
    assert {code for *_, code, _ in codes(house)} == {""}
    mapped(house, of("staff", "C1", "S1"), of("staff", "C2", starts=FEBRUARY), of("placement", "C3"))
    expected = {
        ("staff", 202601, "actual", "C1", "S1"),
        ("staff", 202602, "actual", "C2", ""),
        ("placement", 202601, "actual", "C3", ""),
        ("placement", 202602, "actual", "C3", ""),
    }
    assert codes(house) == expected
    story.live(house.recorder, ("activity", 2, [0], [0], JANUARY, 30, "D1H"), house.end_days)
    house.follower.catch_up()
    assert codes(house) == expected
    live = rows(house.tables)
    rebuild(house.recorder.log_store, house.tables)
    assert rows(house.tables)["posting"] == live["posting"]


def test_a_team_codes_the_work_of_those_who_are_in_it_that_day(house: House):
    lived(house)
    mapped(house, of("staff", "NORTH", team="North"), of("staff", "SOUTH", team="South"))
    assert {centre for kind, *_, centre, _ in codes(house) if kind == "staff"} == {"NORTH"}
    assert {centre for kind, *_, centre, _ in codes(house) if kind == "placement"} == {""}


def test_another_mapping_leaves_a_closed_month_as_it_was(house: House):
    story = lived(house)
    mapped(house, of("staff", "OLD"))
    close_month(house.recorder, new_id(), 202601, SAID)
    house.follower.catch_up()
    mapped(house, of("staff", "NEW"))
    staff = {row for row in codes(house) if row[0] == "staff"}
    assert staff == {("staff", 202601, "actual", "OLD", ""), ("staff", 202602, "actual", "NEW", "")}
    # A correction takes back what was booked under the code it was booked under, and books anew under today's.
    story.live(house.recorder, ("activity", 0, [0], [0], JANUARY, 90, "D1H"), house.end_days)
    house.follower.catch_up()
    assert {row for row in codes(house) if row[0] == "staff"} - staff == {
        ("staff", 202602, "reversal", "OLD", ""),
        ("staff", 202602, "adjustment", "NEW", ""),
    }
    mapped(house, of("staff", "NEWER"))
    live = rows(house.tables)
    assert ("staff", 202602, "reversal", "OLD", "") in codes(house)
    rebuild(house.recorder.log_store, house.tables)
    assert rows(house.tables)["posting"] == live["posting"]
    reopen_month(house.recorder, new_id(), 202601, "the codes were wrong", SAID)
    house.follower.catch_up()
    assert {centre for kind, *_, centre, _ in codes(house) if kind == "staff"} == {"NEWER"}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (MappingRow(cost_kind="wages", cost_centre="C", valid_from=STARTS), "“wages” is not a kind of cost"),
        (MappingRow(cost_centre="", valid_from=STARTS), "Enter a cost centre"),
        (MappingRow(cost_centre="C", valid_from=FEBRUARY, valid_to=STARTS), "The last day is before the first"),
    ],
)
def test_a_mapping_is_refused_with_every_problem(row: MappingRow, problem: str):
    with pytest.raises(Refused, match=f"Row 2: {problem}"):
        decide_mapping([of("staff", "C1"), row])
    with pytest.raises(Refused, match="names the same as row 1"):
        decide_mapping([of("staff", "C1"), of("staff", "C2")])
