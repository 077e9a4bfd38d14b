"""Copies of an authority for the measure of the method: other children, the same costs."""

from __future__ import annotations

from datetime import date

import polars as pl

from bench.method import FIVE_YEARS, PRICES, copies_of
from costing.calculator import RunFacts, calculate
from costing.calculator_facts import PLACED
from costing.care_facts import ChildFacts, Episode


def test_so_many_copies_cost_so_many_times_as_much() -> None:
    stay = Episode(1, "episode:1", date(2024, 1, 1), date(2024, 3, 1), "S", "C2", "U4", "PR1", "E4A", "la_foster")
    placed = pl.DataFrame([(7, stay.decom, stay.dec, "la_foster")], schema=PLACED, orient="row")
    facts = RunFacts((ChildFacts(child="7", episodes=(stay,)),), date(2025, 3, 31), placements=placed)
    one, three = (calculate(copies_of(facts, number), FIVE_YEARS, PRICES) for number in (1, 3))
    assert one.total > 0
    assert (three.total, [each.child_no for each in three.children]) == (3 * one.total, [7, 15, 23])
    assert {row.key: row.children for row in three.group("process")} == {
        row.key: 3 * row.children for row in one.group("process")
    }
