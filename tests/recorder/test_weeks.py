"""A worker's absence is a fact of the worker; a week is done when its worker says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import derived_id, new_id, worker_id
from recorder.domain.weeks import AbsenceStated, WeekDone, WeekReopened
from recorder.weeks import mark_week, state_absence
from tests.house import House, open_house

BY = Provenance(by="ada", source="grid")
ADA = worker_id("W1")
DAY, MONDAY = date(2026, 4, 1), date(2026, 3, 30)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house("sqlite", tmp_path)


def away(minutes: int | None, kind: str = "A1", on: date = DAY) -> AbsenceStated:
    return AbsenceStated(worker=ADA, on=on, kind=kind, minutes=minutes)


def test_given_an_absence_a_later_statement_takes_its_place_and_the_same_is_none(house: House) -> None:
    first = state_absence(house.recorder, new_id(), away(None), BY)
    assert first is not None
    assert state_absence(house.recorder, new_id(), away(None), BY) is None
    second = state_absence(house.recorder, new_id(), away(0), BY)
    assert second is not None
    assert second.version == 2


def test_taking_back_what_was_never_stated_states_nothing(house: House) -> None:
    assert state_absence(house.recorder, new_id(), away(0), BY) is None


def test_what_is_no_absence_is_refused_with_every_problem(house: House) -> None:
    with pytest.raises(Refused) as refused:
        state_absence(house.recorder, new_id(), away(1500, "D1H", date(2026, 4, 3)), BY)
    assert [field for field, _ in refused.value.problems] == ["kind", "on", "minutes"]


def test_a_week_is_done_and_opened_again_once_each(house: House) -> None:
    assert mark_week(house.recorder, new_id(), ADA, MONDAY, BY, done=False) is None
    assert mark_week(house.recorder, new_id(), ADA, MONDAY, BY, done=True) is not None
    assert mark_week(house.recorder, new_id(), ADA, MONDAY, BY, done=True) is None
    assert mark_week(house.recorder, new_id(), ADA, MONDAY, BY, done=False) is not None
    bodies = [type(row.body) for row in house.recorder.history(derived_id(ADA, "week", MONDAY.isoformat()))]
    assert bodies == [WeekDone, WeekReopened]


@pytest.mark.parametrize("monday", [date(2026, 3, 31), date(2026, 4, 6)])
def test_only_a_week_that_has_begun_on_a_monday_can_be_done(house: House, monday: date) -> None:
    with pytest.raises(Refused):
        mark_week(house.recorder, new_id(), ADA, monday, BY, done=True)
