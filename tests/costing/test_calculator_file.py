"""The settings file of a run: the documented examples are read, and everything wrong is said at once."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.calculator import RunProblems, RunSettings
from costing.calculator_file import read_run_settings, read_title, write_run_settings
from tests.costing.any_settings import any_settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "calculate.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.S)


def test_the_documented_file_shows_what_holds_where_nothing_is_said() -> None:
    assert read_run_settings(EXAMPLES[0]) == RunSettings(first=date(2024, 4, 1), last=date(2025, 3, 31))


def test_the_second_example() -> None:
    settings = read_run_settings(EXAMPLES[1])
    assert settings.rates["placements"] == Decimal("3.8")
    assert settings.population.needs == {"ebd", "disability"}
    assert (settings.population.age_from, settings.population.age_to) == (10, 15)


def test_the_example_of_a_what_if() -> None:
    kinds = [each.kind for each in read_run_settings(EXAMPLES[2]).changes]
    assert kinds == ["fee", "frequency", "placement_mix", "new_service", "standard_time"]


def test_all_problems_at_once() -> None:
    with pytest.raises(RunProblems) as refused:
        read_run_settings(
            """
            [period]
            first = 2025-04-01
            last = 2024-03-31
            [work]
            basis = "guessed"
            coverage_percent = "most"
            [population]
            needs = ["height"]
            [weather]
            [pathway]
            plan_every_days = 0
            """
        )
    said = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 6
    for word in ("before it starts", "guessed", "coverage_percent", "height", "weather", "every so many days"):
        assert word in said


def test_a_period_is_needed_and_toml_is_meant() -> None:
    with pytest.raises(RunProblems, match="first day"):
        read_run_settings("")
    with pytest.raises(RunProblems, match="not TOML"):
        read_run_settings("first: 2024")


def test_a_price_base_that_no_series_holds() -> None:
    with pytest.raises(RunProblems, match="1066/67"):
        RunSettings(first=date(2024, 4, 1), last=date(2025, 3, 31), price_base="1066/67")


# Anything a text can hold but half a character.
_texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20)


@given(any_settings(codes=st.frozensets(_texts, max_size=3)), _texts)
@settings(deadline=None)
def test_what_is_written_is_read_back_equal(held: RunSettings, title: str) -> None:
    text = write_run_settings(held, title)
    assert read_run_settings(text) == held
    assert read_title(text) == title


def test_a_title_is_text() -> None:
    with pytest.raises(RunProblems, match="title: write text"):
        read_run_settings("title = 3\n[period]\nfirst = 2024-04-01\nlast = 2025-03-31\n")
