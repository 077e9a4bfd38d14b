"""Cost by outcome: bands, what is in each, and what an extract withholds."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.care_facts import ChildFacts, Episode
from costing.outcomes import (
    FEW,
    NOT_KNOWN,
    NOT_LOOKED_AFTER,
    NOT_RETURNED,
    ChildCost,
    cost_by_outcome,
    hidden_bands,
    leaving_band,
    moves_band,
    sdq_band,
    yes_no_band,
)
from costing.pathway_settings import PathwaySettings

FIRST, LAST, HORIZON = date(2024, 4, 1), date(2025, 3, 31), date(2026, 3, 31)


def child(*episodes: Episode) -> ChildFacts:
    return ChildFacts(child="7", episodes=episodes)


def stay(number: int, decom: date, dec: date | None, rne: str, rec: str = "", place: str = "U6") -> Episode:
    return Episode(number, f"episode:{number}", decom, dec, rne, "C2", place, rec=rec, urn=f"SC{number}")


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("0", "normal (0 to 13)"), ("13", "normal (0 to 13)"), ("14", "borderline (14 to 16)"),
        ("16", "borderline (14 to 16)"), ("17", "cause for concern (17 to 40)"), ("40", "cause for concern (17 to 40)"),
        ("41", "unknown code 41"), ("x", "unknown code x"), ("", NOT_KNOWN),
    ],
)  # fmt: skip
def test_scores_have_the_published_bands(score: str, band: str) -> None:
    assert sdq_band(score) == band


def test_a_blank_is_never_no() -> None:
    assert [yes_no_band(code) for code in ("1", "0", "", "2")] == ["yes", "no", NOT_KNOWN, "unknown code 2"]


def test_only_moves_in_the_period_are_counted() -> None:
    moved = child(
        stay(1, date(2023, 1, 1), date(2024, 2, 1), "S", "X1"),
        stay(2, date(2024, 2, 1), date(2024, 6, 1), "P", "X1"),
        stay(3, date(2024, 6, 1), None, "P"),
    )
    assert moves_band(moved, FIRST, LAST, HORIZON, PathwaySettings()) == "1"
    assert moves_band(child(), FIRST, LAST, HORIZON, PathwaySettings()) == NOT_LOOKED_AFTER


@pytest.mark.parametrize(
    ("rec", "back", "horizon", "band"),
    [
        ("E4A", None, HORIZON, "went home and stayed 12 months"),
        ("E4B", date(2025, 5, 31), HORIZON, "went home and came back within 12 months"),
        ("E4A", date(2025, 6, 1), HORIZON, "went home and stayed 12 months"),
        ("E4A", None, date(2025, 3, 31), "went home, 12 months not over yet"),
        ("E11", None, HORIZON, "left care, not to go home"),
    ],
)
def test_going_home_and_coming_back(rec: str, back: date | None, horizon: date, band: str) -> None:
    episodes = [stay(1, date(2023, 1, 1), date(2024, 6, 1), "S", rec)]
    if back:
        episodes.append(stay(2, back, None, "S"))
    assert leaving_band(child(*episodes), FIRST, LAST, horizon, PathwaySettings()) == band


def test_a_row_a_band_in_order_with_what_is_not_known_last() -> None:
    costs = [
        ChildCost(1, 10, 100),
        ChildCost(2, 0, 300),
        ChildCost(3, 10, 200),
        ChildCost(4, 0, 50),
        ChildCost(5, 1, 9),
    ]
    rows = cost_by_outcome(costs, {1: "no", 2: "yes", 3: "no", 4: NOT_KNOWN}, ("yes", "no"))
    assert [(row.band, row.children, row.nights, row.total) for row in rows] == [
        ("yes", 1, 0, 300), ("no", 2, 20, 300), (NOT_KNOWN, 1, 0, 50), (NOT_RETURNED, 1, 1, 9),
    ]  # fmt: skip
    assert (rows[1].mean, rows[1].median, rows[1].lower, rows[1].a_night) == (150, 150, 125, Fraction(15))
    assert rows[0].a_night is None


@given(st.lists(st.integers(1, 12), max_size=7))
def test_what_is_withheld_cannot_be_told_from_the_total(counts: list[int]) -> None:
    costs, bands = [], {}
    for band, count in enumerate(counts):
        for _ in range(count):
            bands[len(costs)] = f"band {band}"
            costs.append(ChildCost(len(costs), 1, 10))
    rows = cost_by_outcome(costs, bands, ())
    hidden, total_too = hidden_bands(rows)
    assert {row.band for row in rows if row.children < FEW} <= hidden
    together = [row.children for row in rows if row.band in hidden]
    if together and not total_too:
        assert len(together) >= 2
        assert sum(together) >= FEW
    if not any(row.few for row in rows):
        assert not hidden
    assert sum(row.total for row in rows) == 10 * len(costs)
