"""The pieces of a run re-add exactly to what its report says, and what has no price stays without one."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as some

from costing.calculator import calculate
from costing.calculator_pieces import departures
from costing.calculator_run import calculate_with_pieces
from costing.care_facts import ChildFacts
from tests.costing.test_calculator import PRICES, YEAR, episode, facts, nights

_STAYS = some.lists(
    some.tuples(some.integers(0, 300), some.integers(1, 200), some.none() | some.integers(1, 900_001)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None)
@given(_STAYS)
def test_pieces_re_add_to_groups_children_and_total(stays: list[tuple[int, int, int | None]]) -> None:
    children, posted = [], []
    for number, (begun, days, weekly) in enumerate(stays, start=1):
        start = date(2024, 4, 1) + timedelta(begun)
        stop = min(start + timedelta(days), date(2025, 4, 1))
        children.append(ChildFacts(child=str(number), birth_date=None, episodes=(episode(number, start, stop),)))
        posted.append(nights(number, start, stop, weekly=weekly))
    held = facts(*children, posted=posted)
    report, pieces = calculate_with_pieces(held, YEAR, PRICES)
    assert report == calculate(held, YEAR, PRICES)
    assert departures(pieces, report) == ()
    blank = {number for number, (_, __, weekly) in enumerate(stays, start=1) if weekly is None}
    unpriced = pieces.filter((pl.col("process") == "CLA3") & (pl.col("nights") > 0) & pl.col("amount").is_null())
    assert set(unpriced["child_no"]) == blank


def test_a_piece_that_is_lost_or_changed_is_said() -> None:
    child = ChildFacts(child="1", birth_date=None, episodes=(episode(1, date(2024, 5, 1), date(2024, 7, 1)),))
    posted = [nights(1, date(2024, 5, 1), date(2024, 7, 1))]
    report, pieces = calculate_with_pieces(facts(child, posted=posted), replace(YEAR), PRICES)
    assert {"by month", "by child", "in all"} <= set(departures(pieces.with_columns(pl.col("amount") + 1), report))
