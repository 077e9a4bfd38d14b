"""Two runs compared: each cause alone shows as itself, and the parts always re-add."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_calculator import CAME, LEFT, PRICES, WEEKLY, YEAR, facts, nights, one_child

from costing.calculator import RunReport, calculate
from costing.calculator_compare import compare
from costing.care_facts import Review


def run(numbers: tuple[int, ...] = (1,), weekly: int = WEEKLY, reviews: int = 1, stayed: int = 0) -> RunReport:
    held = tuple(Review(f"review:{n}", date(2024, 6, 1) + timedelta(n)) for n in range(reviews))
    first = replace(one_child(), child="1", reviews=(Review("review:0", date(2024, 3, 20)), *held))
    children = [replace(first, child=str(number), needs=() if number > 10 else first.needs) for number in numbers]
    posted = [nights(number, CAME, LEFT - timedelta(stayed), weekly=weekly) for number in numbers]
    return calculate(facts(*children, posted=posted), YEAR, PRICES)


def test_more_children_alike_are_population() -> None:
    found = compare(run((1,)), run((1, 2, 3)))
    assert (found.population, found.mix, found.price, found.practice) == (found.difference, 0, 0, 0)
    assert found.difference > 0


def test_a_dearer_fee_is_price() -> None:
    found = compare(run(), run(weekly=WEEKLY + 700))
    assert (found.price, found.difference) == (70 * 100 * 420, 70 * 100 * 420)


def test_more_reviews_are_practice() -> None:
    found = compare(run(), run(reviews=3))
    assert (found.practice, found.difference) == (2 * 446_00 * 420, 2 * 446_00 * 420)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (run((1, 11)), run((1, 2, 3, 12), WEEKLY + 7, 2, 10)),
        (run((1, 2, 11), reviews=2), run((11, 12))),
        (run(()), run((1,))),
        (run((1,)), run(())),
    ],
)
def test_the_parts_re_add(before: RunReport, after: RunReport) -> None:
    found = compare(before, after)
    assert found.before + found.population + found.mix + found.price + found.practice == after.total


_RUNS = st.builds(
    run,
    st.frozensets(st.sampled_from([1, 2, 3, 11, 12])).map(lambda numbers: tuple(sorted(numbers))),
    st.integers(0, 200_000),
    st.integers(0, 3),
    st.integers(0, 60),
)


@given(_RUNS, _RUNS)
@settings(deadline=None, max_examples=40)
def test_the_parts_of_any_two_runs_re_add_to_the_unit(before: RunReport, after: RunReport) -> None:
    found = compare(before, after)
    assert found.population + found.mix + found.practice + found.price == after.total - before.total == found.difference


@given(_RUNS)
@settings(deadline=None, max_examples=20)
def test_a_run_differs_from_itself_in_nothing(held: RunReport) -> None:
    found = compare(held, held)
    assert (found.population, found.mix, found.practice, found.price) == (0, 0, 0, 0)
