"""Settings and settled descriptions as dated facts."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from recorder.domain.authority import SettingChanged
from recorder.domain.facts import Refused
from recorder.settings import (
    PlacementMeaning,
    Settings,
    change_setting,
    read_settings,
    setting_history,
    settle_description,
    settled_descriptions,
)
from tests.recorder.desk_store import CLERK, NOW, Office

APRIL = date(2024, 4, 1)


def test_nothing_said_gives_the_defaults(office: Office) -> None:
    assert read_settings(office.recorder) == Settings()


def test_a_setting_holds_from_its_day_until_the_next(any_office: Office) -> None:
    recorder = any_office.recorder
    change_setting(recorder, "mileage_pence", 45, APRIL, CLERK)
    change_setting(recorder, "mileage_pence", 55, date(2026, 4, 1), CLERK)

    assert [read_settings(recorder, day).mileage_pence for day in (date(2024, 3, 31), APRIL, NOW.date())] == [
        None,
        45,
        55,
    ]


def test_said_again_it_is_one_fact_and_corrected_another(office: Office) -> None:
    first = change_setting(office.recorder, "authority_name", "Testshire", APRIL, CLERK)
    again = change_setting(office.recorder, "authority_name", "Testshire", APRIL, CLERK)
    office.clock.advance(timedelta(seconds=1))
    change_setting(office.recorder, "authority_name", "Testshire County", APRIL, CLERK)

    assert (first.repeated, again.repeated) == (False, True)
    assert read_settings(office.recorder).authority_name == "Testshire County"
    assert read_settings(office.recorder, known_at=NOW).authority_name == "Testshire"
    assert [s.value for s in setting_history(office.recorder, "authority_name")] == [
        '"Testshire"',
        '"Testshire County"',
    ]


def test_the_placement_map_is_a_setting_with_rows(office: Office) -> None:
    rows = [PlacementMeaning(place="U4", placement_type="foster", sector="private", s251_line="3.1.2")]

    change_setting(office.recorder, "placement_map", rows, APRIL, CLERK)

    assert read_settings(office.recorder).placement_map == tuple(rows)
    (said,) = [e.body for e in office.facts() if isinstance(e.body, SettingChanged)]
    assert json.loads(said.value) == [
        {"place": "U4", "provider": "", "placement_type": "foster", "sector": "private", "s251_line": "3.1.2",
         "free": False, "valid_from": "1900-01-01"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weather", 1),
        ("mileage_pence", -1),
        ("mileage_pence", "45"),
        ("coverage_percent", 101),
        ("price_missing", "no"),
    ],
)
def test_what_does_not_fit_is_refused(office: Office, name: str, value: object) -> None:
    with pytest.raises(Refused):
        change_setting(office.recorder, name, value, APRIL, CLERK)

    assert office.facts() == []


def test_a_description_is_settled_resettled_and_undecided(office: Office) -> None:
    for code in ("D1H", "D1H", "D8"):
        settle_description(office.recorder, "  Home  VISIT ", code, CLERK)
        office.clock.advance(timedelta(seconds=1))
    assert settled_descriptions(office.recorder) == {"home visit": "D8"}

    settle_description(office.recorder, "home visit", "", CLERK)

    assert settled_descriptions(office.recorder) == {}
    assert office.topics() == ["description.settled.v1"] * 3
    with pytest.raises(Refused):
        settle_description(office.recorder, " ", "nothing", CLERK)
