"""Runs that suppose another fee of one provider, by its reference."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from test_what_if import AGENCY, LA, run, with_providers

from costing.calculator import RunProblems
from costing.money import night_units
from costing.what_if import change_words, read_change, write_changes
from costing.what_if_changes import FeeChange, PlacementMix


def test_a_fee_of_one_provider_changes_for_its_nights_alone() -> None:
    of = with_providers()
    assert run(of=of).csv_bytes == run().csv_bytes
    before = run(of=of).total
    of_type = run(FeeChange(placement_type="la_foster", urn="sc000001", percent=Decimal(10)), of=of)
    assert of_type.total - before == of_type.effects[0] == 2 * 100 * night_units(LA) // 10
    assert [each.child_no for each in of_type.children if "what if: recorded" in {
        line.basis for block in each.blocks for line in block.lines}] == [1, 2]  # fmt: skip
    whole = run(FeeChange(urn="SC 000001", percent=Decimal(-10)), of=of)
    assert before - whole.total == (2 * 100 * night_units(LA) + 100 * night_units(AGENCY)) // 10
    # What was raised goes on being the provider's; what moved to another type is no longer.
    twice = run(*[FeeChange(urn="SC000002", weekly=Decimal(each)) for each in (500, 700)], of=of)
    assert twice.total - before == 100 * (night_units(700_00) - night_units(LA)) == sum(twice.effects)
    away = PlacementMix(from_type="agency_foster", to_type="la_foster", percent=Decimal(100))
    moved = run(away, FeeChange(urn="SC000001", percent=Decimal(10)), of=of)
    assert moved.effects[1] == 2 * 100 * night_units(LA) // 10


def test_a_provider_that_the_run_does_not_have_is_told_by_its_reference() -> None:
    of = with_providers()
    with pytest.raises(RunProblems, match="Change 1: The run has no night with provider SC999999"):
        run(FeeChange(placement_type="la_foster", urn="sc999999", percent=Decimal(10)), of=of)
    with pytest.raises(RunProblems, match="no night in agency foster care with provider SC000002"):
        run(FeeChange(placement_type="agency_foster", urn="SC000002", percent=Decimal(10)), of=of)


def test_a_fee_written_before_providers_could_be_named_reads_as_any_provider() -> None:
    before = {"kind": "fee", "placement_type": "residential", "sector": "private", "percent": 5}
    change = read_change(before)
    assert change == FeeChange(placement_type="residential", sector="private", percent=Decimal(5))
    assert "urn" not in write_changes([change])
    named = replace(change, urn="SC000001") if isinstance(change, FeeChange) else change
    assert change_words(named) == "Residential care (private providers, provider SC000001) costs 5% more"
