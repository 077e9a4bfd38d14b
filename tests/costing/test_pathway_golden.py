"""Ten children in text tables: the pathway derived is the pathway written, line by line."""

from datetime import date

import pytest

from costing.pathway import occurrence_in_words
from costing.pathway_dates import months_after, months_in, years_after
from costing.pathway_settings import PathwaySettings, SettingProblems
from costing.variations import shipped_frameworks
from tests.costing.golden_tables import BLOCKS, GOLDEN, read, written

TABLES = sorted(GOLDEN.glob("*.txt"))


def test_there_are_ten() -> None:
    assert len(TABLES) == 10


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_child(path) -> None:
    table = read(path)
    found = written(table)
    for block in BLOCKS:
        assert found[block] == table.blocks[block], block


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_the_order_of_the_facts_says_nothing(path) -> None:
    table = read(path)
    before = table.pathway()
    for name in ("episodes", "reviews", "needs", "sdq_scores", "cases", "early_help", "work"):
        object.__setattr__(table.facts, name, tuple(reversed(getattr(table.facts, name))))
    assert table.pathway() == before


def test_an_occurrence_in_words() -> None:
    moves = read(GOLDEN / "07_difficult_to_place.txt").pathway().occurrences
    said = [occurrence_in_words(each, shipped_frameworks()) for each in moves]
    assert said[-4] == (
        "Find a subsequent placement (Residential care, Difficult to place), 20 March 2024: "
        "the child moves to another placement; somebody recorded it."
    )
    assert said[0].endswith("a care plan is recorded, or falls due; a setting says that it took place.")
    enquiry = read(GOLDEN / "09_in_need.txt").pathway().occurrences[3]
    assert "20 March 2024 to 10 April 2024" in occurrence_in_words(enquiry, shipped_frameworks())


def test_days_that_come_round_again() -> None:
    assert years_after(date(2008, 2, 29), 16) == date(2024, 2, 29)
    assert years_after(date(2008, 2, 29), 6) == date(2014, 3, 1)
    assert months_after(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert months_after(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert months_after(date(2024, 1, 31), -1) == date(2023, 12, 31)
    assert months_in(365) == 12


def test_all_problems_of_settings_are_told_at_once() -> None:
    with pytest.raises(SettingProblems) as caught:
        PathwaySettings(plan_every_days=0, early_days=-1, transition_left_out_for=frozenset({"ebd", "uasc"}))
    assert len(caught.value.problems) == 3
