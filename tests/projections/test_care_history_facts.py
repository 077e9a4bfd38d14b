"""Care histories from stored facts to the pathway: where a placement lies, why it changed, and what is a move."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from costing.pathway import Pathway, pathway
from projections.queries.care_facts import child_facts
from projections.queries.cost_lines import LiveCosts, costs_as_at
from projections.rebuild import rebuild
from recorder.domain.care import EpisodeAmended, EpisodeStated
from recorder.domain.ids import derived_id
from recorder.store.log import to_micros
from tests.house import NOW, House
from tests.projections.test_care_facts import register, state

HORIZON = date(2025, 3, 31)
CAME, MOVED, BACK = date(2024, 4, 1), date(2024, 7, 1), date(2024, 7, 15)


def in_care(house: House, *episodes: dict[str, Any], name: str = "one") -> UUID:
    """A child with these episodes, each up to the start of the next one."""
    child = register(house, name, "2012-02-29")
    ends = [*(each["decom"] for each in episodes[1:]), None]
    usual = {"rne": "S", "ls": "C2", "place": "U4", "provider": "PR1", "urn": "SC1", "return_year": "2024/25"}
    for said, dec in zip(episodes, ends, strict=True):
        body = EpisodeStated(**(usual | {"child": child, "dec": dec, "rec": "X1" if dec else ""} | said))
        state(house.recorder, body, derived_id(child, "episode", said["decom"].isoformat()), child)
    house.follower.catch_up()
    return child


def pathways(house: House) -> list[Pathway]:
    """The pathways by the tables as they stand, which are the same rebuilt and as at now."""
    with house.tables.reader().connect() as connection:
        live, _ = child_facts(LiveCosts(connection), house.recorder.keys)
    known, _ = child_facts(costs_as_at(house.recorder.log_store, to_micros(NOW)), house.recorder.keys)
    rebuild(house.recorder.log_store, house.tables)
    with house.tables.reader().connect() as connection:
        rebuilt, _ = child_facts(LiveCosts(connection), house.recorder.keys)
    assert live == known == rebuilt
    return [pathway(each, HORIZON) for each in live]


def moves(house: House) -> list[tuple[date, tuple[str, ...]]]:
    (found,) = pathways(house)
    return [(each.starts, each.variations) for each in found.occurrences if each.process == "CLA5"]


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ({}, {"rne": "P", "place": "K2", "provider": "PR4", "urn": "SC2"}, True),
        ({}, {"rne": "B", "ls": "E1", "urn": "SC2"}, True),
        # The legal status alone; the carer moves house, with and without a change of status.
        ({}, {"rne": "L", "ls": "E1"}, False),
        ({}, {"rne": "T", "pl_location": "OUT"}, False),
        ({}, {"rne": "U", "ls": "E1"}, False),
        # Only what the placement counts as has changed.
        ({"reason_place_change": "PLACE"}, {"rne": "P", "place": "U1"}, False),
        ({"reason_place_change": "CREQB"}, {"rne": "P", "place": "U1"}, True),
    ],
)
def test_what_starts_process_5(house: House, before: dict[str, str], after: dict[str, str], moved: bool) -> None:
    in_care(house, {"decom": CAME, **before}, {"decom": MOVED, **after})
    assert [day for day, _ in moves(house)] == ([MOVED] if moved else [])


@pytest.mark.parametrize("place", ["T0", "T1", "T2", "T3", "T4"])
def test_a_temporary_absence_there_and_back_starts_no_process_5(house: House, place: str) -> None:
    away = {"decom": MOVED, "rne": "P", "place": place, "provider": "", "urn": ""}
    in_care(house, {"decom": CAME}, away, {"decom": BACK, "rne": "P"})
    assert moves(house) == []


@pytest.mark.parametrize(
    ("location", "picked"),
    [("IN", ("agency_foster", "in_area")), ("OUT", ("agency_foster", "out_of_area")), ("", ("agency_foster",))],
)
def test_the_area_picks_a_variation_and_a_blank_none(house: House, location: str, picked: tuple[str, ...]) -> None:
    after = {"decom": MOVED, "rne": "P", "provider": "PR4", "urn": "SC2", "pl_location": location}
    in_care(house, {"decom": CAME, "pl_location": "IN"}, after)
    assert moves(house) == [(MOVED, picked)]


def test_placements_of_no_known_area_are_counted_and_absences_are_not(house: House) -> None:
    away = {"decom": BACK, "rne": "P", "place": "T1", "provider": ""}
    in_care(house, {"decom": CAME, "pl_location": "IN"}, {"decom": MOVED, "rne": "P", "place": "K2"}, away)
    with house.tables.reader().connect() as connection:
        (found,), notes = child_facts(LiveCosts(connection), house.recorder.keys)
    assert [each.in_area for each in found.episodes] == [True, None, None]
    assert [note.rpartition(": ")[2] for note in notes if "in the area" in note] == ["1."]


def test_an_amended_area_is_the_one_known(house: House) -> None:
    child = in_care(house, {"decom": CAME, "pl_location": "IN", "pl_la": "E08000025", "reason_place_change": "CARPL"})
    said = {"child": child, "decom": CAME, "ls": "C2", "place": "U4", "provider": "PR1", "change": "amendment"}
    amended = EpisodeAmended(**said, pl_location="OUT", pl_la="E06000019")
    state(house.recorder, amended, derived_id(child, "episode", CAME.isoformat()), child)
    house.follower.catch_up()
    with house.tables.reader().connect() as connection:
        (found,), notes = child_facts(LiveCosts(connection), house.recorder.keys)
    (episode,) = found.episodes
    assert (episode.in_area, episode.district, episode.reason) == (False, "E06000019", "")
    assert notes == ()
