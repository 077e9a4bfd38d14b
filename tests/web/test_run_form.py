"""The settings of a run as a form has them: nothing is lost on the way there and back."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from werkzeug.datastructures import MultiDict

from costing.calculator import RunSettings
from costing.calendar import midnight_after
from tests.costing.any_settings import any_settings
from web.runs.form import as_typed, folded, read_typed
from web.runs.offered import Offered

OFFERED = Offered(
    today=date(2026, 4, 2),
    horizon=date(2026, 4, 1),
    returned=None,
    spans={year: (date(year, 4, 1), date(year + 1, 3, 31)) for year in range(2025, 2020, -1)},
    sheets=[],
    price_bases=[],
    series=[],
    teams=[],
    sectors=[],
)


@given(any_settings())
@settings(deadline=None)
def test_settings_typed_and_read_are_the_same_run(held: RunSettings) -> None:
    read = read_typed(as_typed(held, OFFERED, "A title"), OFFERED)
    assert read.errors == []
    assert read.settings == folded(held)
    assert (read.title, read.known) == ("A title", None)


@given(any_settings())
@settings(deadline=None, max_examples=30)
def test_what_is_said_twice_is_said_once_and_means_the_same(held: RunSettings) -> None:
    assert folded(held).pathway_settings == held.pathway_settings


def test_everything_that_is_wrong_is_said_at_once_beside_its_field() -> None:
    typed = MultiDict(
        {
            "title": "x" * 201, "year": "dates", "first-day": "31", "first-month": "2", "first-year": "2025",
            "last-day": "2", "last-month": "4", "last-year": "2026", "sheet": "", "basis": "guessed",
            "coverage_percent": "most", "age_from": "old", "rate_staff": "percent", "percent_staff": "lots",
            "price_base": "2024/25", "known-day": "1", "known-month": "1", "known-year": "2030",
            "pathway_plan_every_days": "0", "pathway_transition_age": "young", "inflation": "RPI",
        }
    )  # fmt: skip
    read = read_typed(typed, OFFERED)
    assert read.settings is None
    assert set(read.wrong) == {
        "title", "first-day", "last-day", "coverage_percent", "age_from", "percent_staff", "known-day", "sheet",
        "basis", "frameworks", "inflation", "pathway_plan_every_days", "pathway_transition_age",
    }  # fmt: skip


def test_a_year_is_its_days_and_known_is_the_end_of_a_day() -> None:
    typed = as_typed(RunSettings(first=date(2024, 4, 1), last=date(2025, 3, 31)), OFFERED)
    assert typed["year"] == "2024"
    for name, text in {"year": "2023", "known-day": "5", "known-month": "June", "known-year": "2025"}.items():
        typed[name] = text
    read = read_typed(typed, OFFERED)
    assert read.settings is not None
    assert (read.settings.first, read.settings.last) == (date(2023, 4, 1), date(2024, 3, 31))
    assert read.known == midnight_after(date(2025, 6, 5))
