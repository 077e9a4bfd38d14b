"""The forecast sees nothing after its origin, is the same each time, and keeps to what it is told."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.forecast.facts import CHILDREN, FEES, PLACEMENTS, ForecastFacts
from costing.forecast.run import forecast
from costing.forecast.settings import ForecastProblems, ForecastSettings

ORIGIN = date(2024, 3, 31)
UNTIL = date(2025, 3, 31)
WEEKLY = 700 * 100 * 420


def facts(*, later: int = 0, children: int = 120, last: int | None = None) -> ForecastFacts:
    """A steady authority: a child comes every twelve days and stays two years; ``later`` changes what is after."""
    rows = []
    for number in range(children):
        starts = date(2020, 4, 1) + timedelta(days=12 * number)
        if starts > ORIGIN:
            starts += timedelta(days=later)
        ends: date | None = starts + timedelta(days=700 + number % 60)
        if ends is not None and ends > ORIGIN:
            ends = None if later % 2 else ends + timedelta(days=later)
        kind = "foster" if number % 3 else "residential"
        rows.append((number, number, starts, ends, kind, "own", "", "C2"))
    placements = pl.DataFrame(rows, schema=PLACEMENTS, orient="row")
    known = pl.DataFrame([(n, date(2012, 1, 1), "") for n in range(children)], schema=CHILDREN, orient="row")
    fees = [(n, WEEKLY, row[2], None) for n, row in enumerate(rows)]
    return ForecastFacts(placements, known, pl.DataFrame(fees, schema=FEES, orient="row"), date(2020, 4, 1))


FEW = ForecastSettings(until=UNTIL, simulations=200, draws=20)


@settings(max_examples=8)
@given(later=st.integers(0, 400))
def test_nothing_after_the_origin_changes_a_forecast(later: int):
    told = forecast(facts(later=later), FEW, ORIGIN).rows
    assert told.equals(forecast(facts(), FEW, ORIGIN).rows)


def test_the_frame_has_days_of_children_and_months_of_cost_with_ranges_in_order():
    frame = forecast(facts(), FEW, ORIGIN).rows
    assert frame.columns == ["date", "measure", "placement_type", "mean", "p2_5", "p10", "p50", "p90", "p97_5"]
    everyone = frame.filter((pl.col("measure") == "children") & (pl.col("placement_type") == "total"))
    assert everyone["date"].to_list() == [ORIGIN + timedelta(days=n) for n in range(1, 366)]
    assert frame.filter(pl.col("measure") == "cost")["date"].n_unique() == 12
    for low, high in (("p2_5", "p10"), ("p10", "p50"), ("p50", "p90"), ("p90", "p97_5")):
        assert frame.filter(pl.col(low) > pl.col(high)).is_empty()


def test_a_steady_authority_stays_near_where_it_is():
    """About sixty children are in care at any time: one in every twelve days, each for about two years."""
    frame = forecast(facts(), FEW, ORIGIN).rows
    everyone = frame.filter((pl.col("measure") == "children") & (pl.col("placement_type") == "total"))
    assert 48 < everyone["mean"][-1] < 75
    assert everyone["p2_5"][-1] < everyone["mean"][-1] < everyone["p97_5"][-1]


def test_another_seed_is_another_draw_of_the_same_picture():
    first = forecast(facts(), FEW, ORIGIN).rows
    other = forecast(facts(), ForecastSettings(until=UNTIL, simulations=200, draws=20, seed=2), ORIGIN).rows
    assert not first.equals(other)
    assert (first["mean"] - other["mean"]).abs().mean() < first["mean"].mean() / 10


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(ForecastProblems) as caught:
        forecast(facts(), ForecastSettings(until=ORIGIN, simulations=0, yearly_uplift=-100), ORIGIN)
    assert len(caught.value.problems) == 3


def test_more_than_can_be_held_at_once_is_refused_with_what_can():
    with pytest.raises(ForecastProblems, match="5,000 times"):
        forecast(facts(), ForecastSettings(until=ORIGIN + timedelta(days=3_650)), ORIGIN)
