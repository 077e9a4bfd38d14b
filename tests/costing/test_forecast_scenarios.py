"""Suppositions: each does what it says, in its own months and types alone, and two forecasts re-add when compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.forecast.difference import PARTS, difference
from costing.forecast.run import forecast
from costing.forecast.scenario_file import Suppositions, read_suppositions, write_suppositions
from costing.forecast.scenarios import EdgeOfCare, EntrantsChange, FeeNegotiation, NewHome, Scenario, StepDown
from costing.forecast.settings import ForecastProblems, ForecastSettings, Uplift
from costing.forecast.summary import Forecast
from tests.costing.forecast_samples import ORIGIN, POUND, UNTIL, WEEKLY, authority

STARTS = date(2024, 10, 1)
FACTS = authority()
FEW = ForecastSettings(until=UNTIL, simulations=200, draws=20)


def supposing(*scenarios: Scenario) -> Forecast:
    return forecast(FACTS, replace(FEW, scenarios=scenarios), ORIGIN)


BASE = supposing()


def nights(made: Forecast, name: str | None = None) -> pl.Series:
    held = made.nights if name is None else made.nights.filter(placement_type=name)
    return held.group_by("month").agg(pl.col("nights").sum()).sort("month")["nights"]


def cost(made: Forecast, name: str | None = None) -> pl.Series:
    held = made.nights if name is None else made.nights.filter(placement_type=name)
    return held.group_by("month").agg(pl.col("units").sum()).sort("month")["units"]


@pytest.mark.parametrize(
    ("scenario", "sign"),
    [
        (EntrantsChange(STARTS, 30), 1),
        (EntrantsChange(STARTS, -30), -1),
        (EdgeOfCare(STARTS, 40, 5, 17), -1),
    ],
)
def test_entrants_change_nights_from_the_day_on_and_not_before(scenario: Scenario, sign: int):
    change = nights(supposing(scenario)) - nights(BASE)
    assert change[:6].to_list() == [0.0] * 6
    assert all(sign * each > 0 for each in change[6:])
    assert sign * change[11] > sign * change[6]


def test_a_service_at_the_edge_of_care_keeps_only_its_own_ages_away():
    nobody = supposing(EdgeOfCare(STARTS, 100, 16, 17))
    assert nights(nobody).to_list() == nights(BASE).to_list(), "nobody so old ever came"


def test_a_change_of_nothing_changes_nothing():
    assert supposing(EntrantsChange(STARTS, 0)).rows.equals(BASE.rows)


def test_children_who_step_down_leave_one_type_for_another_at_its_price():
    made = supposing(StepDown(STARTS, 2, "residential", "la_foster", 600 * POUND))
    out = nights(BASE, "residential") - nights(made, "residential")
    come = nights(made, "la_foster") - nights(BASE, "la_foster")
    assert out[:6].to_list() == [0.0] * 6
    assert out[6] > 31, "most of two children's nights in October"
    assert come.to_list() == pytest.approx(out.to_list())
    saved = cost(BASE) - cost(made)
    assert saved[6:].to_list() == pytest.approx([each * 4_400 * POUND / 7 for each in out[6:]], rel=1e-5)


def test_a_negotiated_fee_changes_the_price_of_its_own_type_and_sector_alone():
    made = supposing(FeeNegotiation(STARTS, -10, "agency_foster", "private"))
    assert nights(made).to_list() == nights(BASE).to_list()
    for name in ("la_foster", "residential"):
        assert cost(made, name).to_list() == cost(BASE, name).to_list()
    before, after = cost(BASE, "agency_foster"), cost(made, "agency_foster")
    assert after[:6].to_list() == before[:6].to_list()
    assert after[6:].to_list() == pytest.approx([each * 0.9 for each in before[6:]], rel=1e-6)
    assert cost(supposing(FeeNegotiation(STARTS, -10, "agency_foster", "own"))).to_list() == cost(BASE).to_list()


def test_a_new_home_fills_first_and_costs_its_own_price():
    made = supposing(NewHome(STARTS, 2, 3_000 * POUND))
    assert nights(made).to_list() == nights(BASE).to_list()
    saved = cost(BASE, "residential") - cost(made, "residential")
    assert saved[:6].to_list() == [0.0] * 6
    filled = saved[6] / (2_000 * POUND / 7)
    assert 31 < filled <= 62, "two beds, seldom empty, in a month of 31 days"


def test_beds_of_a_new_home_cost_while_they_are_empty_from_its_first_day_on():
    # given: more beds than there are ever children
    beds, price = 900, 700 * POUND
    full, half = (supposing(NewHome(STARTS, beds, price, empty_units=each)) for each in (price, price // 2))
    free = supposing(NewHome(STARTS, beds, price))
    # then: if an empty bed costs as much as a full one, a day of the home costs its beds
    days = [30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31]
    whole = [beds * price // 7 * each if place >= 6 else 0 for place, each in enumerate(days)]
    assert cost(full, "residential")[6:].to_list() == pytest.approx(whole[6:])
    assert cost(full, "residential")[:6].to_list() == cost(BASE, "residential")[:6].to_list()
    added = [(cost(made) - cost(free)).to_list() for made in (full, half)]
    assert added[0] == pytest.approx([2 * each for each in added[1]])
    parts = parts_of(full)
    assert (parts["volume"], parts["mix"]) == (0, 0)


def test_a_type_in_which_nobody_was_placed_is_named():
    with pytest.raises(ForecastProblems, match="secure"):
        supposing(NewHome(STARTS, 2, 3_000 * POUND, "secure"))


def parts_of(made: Forecast) -> dict[str, int]:
    told = difference(BASE, made)
    assert told.filter(pl.sum_horizontal(PARTS) != pl.col("difference")).is_empty()
    assert told.filter(pl.col("second") - pl.col("first") != pl.col("difference")).is_empty()
    return {name: int(told[name].sum()) for name in (*PARTS, "difference")}


def test_a_fee_alone_is_price():
    told = parts_of(supposing(FeeNegotiation(STARTS, -10)))
    assert told["difference"] < 0
    assert abs(told["mix"]) + abs(told["volume"]) == 0
    assert told["price"] == told["difference"]


def test_stepping_down_is_mix_and_no_volume():
    told = parts_of(supposing(StepDown(STARTS, 3, "residential", "la_foster")))
    assert told["mix"] < 0
    assert abs(told["volume"]) < 100
    assert abs(told["price"]) < abs(told["mix"]) / 20


def test_fewer_entrants_are_volume_before_all():
    told = parts_of(supposing(EntrantsChange(STARTS, -50)))
    assert told["volume"] < 0
    assert abs(told["volume"]) > abs(told["mix"]) + abs(told["price"])


def test_several_suppositions_still_re_add():
    parts_of(supposing(EntrantsChange(STARTS, 20), FeeNegotiation(STARTS, 5), NewHome(STARTS, 1, 2_000 * POUND)))


def test_forecasts_of_other_months_are_not_compared():
    other = forecast(FACTS, replace(FEW, until=date(2025, 1, 31)), ORIGIN)
    with pytest.raises(ForecastProblems, match="same day"):
        difference(BASE, other)


DAYS = st.dates(date(2024, 4, 1), date(2030, 1, 1))
PERCENT = st.floats(-100, 200, allow_nan=False).map(lambda each: round(each, 2))
MONEY = st.integers(0, 10_000_00).map(lambda pence: pence * 420)
KIND = st.sampled_from(sorted(WEEKLY))
ANY = st.one_of(
    st.builds(EntrantsChange, DAYS, PERCENT),
    st.builds(EdgeOfCare, DAYS, st.integers(0, 100).map(float), st.integers(0, 9), st.integers(9, 17)),
    st.builds(StepDown, DAYS, st.integers(0, 9), st.just("residential"), st.just("la_foster"), st.none() | MONEY),
    st.builds(FeeNegotiation, DAYS, PERCENT, st.none() | KIND, st.none() | st.just("private")),
    st.builds(NewHome, DAYS, st.integers(1, 9), MONEY, KIND, MONEY),
)


@settings(max_examples=60)
@given(
    st.builds(
        Suppositions, st.text(st.characters(codec="utf-8"), max_size=20),
        st.lists(st.builds(Uplift, DAYS, PERCENT), max_size=2).map(tuple), st.lists(ANY, max_size=4).map(tuple),
    )
)  # fmt: skip
def test_what_is_written_reads_back(supposed: Suppositions):
    assert read_suppositions(write_suppositions(supposed)) == supposed


def test_everything_wrong_in_a_file_is_said_at_once():
    text = """
    colour = "red"
    [[uplift]]
    percent = "much"
    [[scenario]]
    kind = "edge_of_care"
    starts = 2024-10-01
    percent_fewer = 140
    [[scenario]]
    kind = "step_down"
    starts = 2024-10-01
    children = 1.5
    weekly_pounds = 10.00001
    """
    with pytest.raises(ForecastProblems) as caught:
        read_suppositions(text)
    said = " ".join(caught.value.problems)
    for words in ("colour", "percent must be a number", "starts is missing", "between 0 and 100", "whole number"):
        assert words in said
    assert "weekly_pounds must be an amount in pounds and pence" in said
