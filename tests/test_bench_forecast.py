"""The made-up authorities by which forecasts are judged: told truly, the same from a seed, and worth beating."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from bench.forecast import judged
from bench.simulated_authority import FIRST, KINDS, Authority, simulated_authority
from costing.forecast.facts import ForecastFacts
from costing.forecast.run import actual_children
from costing.forecast.settings import ForecastSettings


@pytest.fixture(scope="module")
def jump() -> Authority:
    return simulated_authority(KINDS.index("jump"), futures=8)


def test_its_facts_are_its_children_of_each_day(jump: Authority) -> None:
    days = actual_children(jump.facts, jump.origin + timedelta(days=1), jump.last)
    counted = days.group_by("date").agg(pl.col("children").sum()).sort("date")["children"]
    assert counted.to_list() == jump.actual.tolist()
    assert jump.facts.placements.filter(pl.col("ends") <= FIRST).is_empty(), "nobody who had left before is told of"


def test_the_same_seed_is_the_same_authority(jump: Authority) -> None:
    again = simulated_authority(KINDS.index("jump"), futures=8)
    assert again.facts.placements.equals(jump.facts.placements)
    assert again.facts.fees.equals(jump.facts.fees)
    assert again.futures.tolist() == jump.futures.tolist()


def test_its_futures_begin_where_it_stands_and_part(jump: Authority) -> None:
    assert abs(jump.futures[0] - jump.actual[0]).max() <= 12
    assert jump.futures[-1].std() > jump.futures[0].std()


def test_a_forecast_judged(jump: Authority) -> None:
    asked = ForecastSettings(until=jump.last, yearly_uplift=3.8, simulations=400, draws=40)
    found = judged(jump.facts, asked, jump.origin)
    assert found.error < found.naive_error
    assert abs(found.cost_error) < abs(found.naive_cost_error)
    assert found.held > 80
    blind = judged(ForecastFacts(**vars(jump.facts)), asked, jump.origin)
    assert blind.error == found.error


def test_over_an_authority_of_each_kind_it_beats_the_naive_forecast_and_keeps_to_its_range() -> None:
    found = []
    for seed in range(len(KINDS)):
        made = simulated_authority(seed)
        asked = ForecastSettings(until=made.last, yearly_uplift=3.8, simulations=400, draws=40)
        found.append(judged(made.facts, asked, made.origin))
    assert sum(each.error for each in found) < sum(each.naive_error for each in found)
    assert sum(each.held for each in found) / len(found) > 85
    assert sum(each.cost_held for each in found) >= len(found) - 1
