"""What the model takes from the past: birthdays, own fees, uplift, where moves lead by age, leaving by time in care."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from costing.forecast.bands import LEGAL_GROUPS, YEAR_DAYS, age_band, cell_of, duration_band, moving_row
from costing.forecast.facts import CHILDREN, FEES, PLACEMENTS, ForecastFacts, facts_at, placed
from costing.forecast.fees import uplift_factors
from costing.forecast.hazards import drawn_hazards
from costing.forecast.history import history
from costing.forecast.run import forecast
from costing.forecast.scenarios import EntrantsChange
from costing.forecast.settings import ForecastSettings, Uplift

ORIGIN = date(2024, 3, 31)
FIRST = date(2020, 4, 1)
WEEKLY = 700 * 42_000
Stay = tuple[date, date | None, str]


def facts(children: list[tuple[date, list[Stay]]]) -> ForecastFacts:
    """Children as their birth and their stays, one after the other; £700 a week each, agreed when a stay starts."""
    stays = [(n, *stay) for n, (_, all_of) in enumerate(children) for stay in all_of]
    placements = [(n, k, start, stop, name, "own", "", "C2") for k, (n, start, stop, name) in enumerate(stays)]
    fees = [(n, WEEKLY, start, stop) for n, start, stop, _ in stays]
    return ForecastFacts(
        pl.DataFrame(placements, schema=PLACEMENTS, orient="row"),
        pl.DataFrame([(n, b, "") for n, (b, _) in enumerate(children)], schema=CHILDREN, orient="row"),
        pl.DataFrame(fees, schema=FEES, orient="row"),
        FIRST,
    )


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def total(made, measure: str) -> pl.DataFrame:
    return made.rows.filter(measure=measure, placement_type="total")


NOBODY_COMES = (EntrantsChange(ORIGIN + timedelta(days=1), -100),)


def test_children_leave_on_their_eighteenth_birthday_and_cost_their_own_fee_until_then():
    """Nobody ever left or moved, so that what is left to chance is little; all turn eighteen on 1 October 2024."""
    known = facts([(date(2006, 10, 1), [(day(n), None, "foster")]) for n in range(30)])
    asked = ForecastSettings(until=date(2025, 3, 31), simulations=200, draws=20, scenarios=NOBODY_COMES)
    made = forecast(known, asked, ORIGIN)
    children = total(made, "children")
    assert children.filter(pl.col("date") >= date(2024, 10, 2))["p97_5"].max() == 0
    assert children.filter(date=date(2024, 9, 30))["p50"].item() >= 28
    assert total(made, "cost")["p90"][0] == pytest.approx(30 * 30 * 100, rel=0.02)
    assert made.years["simulated"].sum() == pytest.approx(0, abs=made.years["mean"].sum() / 50)


def test_actual_committed_and_simulated_are_the_whole_year():
    known = facts([(date(2015, 1, 1), [(day(20 * n), day(20 * n + 900), "foster")]) for n in range(70)])
    made = forecast(known, ForecastSettings(until=date(2024, 12, 31), simulations=200, draws=20), date(2023, 9, 30))
    parts = made.years.select(pl.sum_horizontal("actual", "committed", "simulated")).to_series()
    assert parts.to_list() == pytest.approx(made.years["mean"].to_list())
    this, following = made.years.to_dicts()
    assert this["actual"] > 0
    assert following["actual"] == 0
    assert following["simulated"] / following["mean"] > this["simulated"] / this["mean"]
    assert made.running["mean"][-1] == pytest.approx(made.years["mean"].sum() - this["actual"])


def test_uplift_by_year_and_by_day():
    asked = ForecastSettings(until=date(2026, 4, 2), yearly_uplift=3.0, uplifts=(Uplift(date(2025, 4, 1), 5.0),))
    factors = uplift_factors(ORIGIN, 732, replace(asked, uplifts=(*asked.uplifts, Uplift(date(2024, 9, 1), 1.0))))
    assert factors[0] == pytest.approx(1.03), "1 April 2024 is the day after the origin"
    assert factors[(date(2024, 9, 1) - ORIGIN).days - 1] == pytest.approx(1.03 * 1.01)
    assert factors[(date(2025, 4, 1) - ORIGIN).days - 1] == pytest.approx(1.03 * 1.01 * 1.05)
    assert factors[(date(2026, 4, 1) - ORIGIN).days - 1] == pytest.approx(1.03 * 1.01 * 1.05 * 1.03)


def test_where_a_move_leads_differs_by_age():
    """At sixteen and over they move on to independence; younger ones to another foster home."""
    children: list[tuple[date, list[Stay]]] = []
    for n in range(120):
        start, moved = day(10 * n), day(10 * n + 100)
        old = n % 2 == 0
        born = start - timedelta(days=int((16.2 if old else 6) * YEAR_DAYS))
        children.append((born, [(start, moved, "foster"), (moved, None, "independence" if old else "foster")]))
    past = history(facts_at(facts(children), ORIGIN), ORIGIN)
    drawn = drawn_hazards(past, 50, 10.0, 365, np.random.default_rng(1))
    foster, free = past.types.index("foster"), past.types.index("independence")
    ages = np.array([6.0, 16.5]) * YEAR_DAYS
    rows = moving_row(np.array([foster, foster]), ages, len(past.types))
    share = np.diff(drawn.to[:, rows], axis=2, prepend=0.0).mean(axis=0)[:, free]
    assert share[0] < 0.1
    assert share[1] > 0.9


def test_leaving_goes_by_time_in_care_and_moving_by_time_in_placement():
    """Half leave in their first weeks; those who stay move every year, and a move begins no new time in care."""
    children: list[tuple[date, list[Stay]]] = []
    for n in range(160):
        start = day(7 * n)
        stays: list[Stay] = [(start, day(7 * n + 20), "foster")]
        if n % 2:
            stays = [(day(7 * n + 300 * k), day(7 * n + 300 * (k + 1)), "foster") for k in range(6)]
        children.append((start - timedelta(days=3_000), [stay for stay in stays if stay[0] <= ORIGIN]))
    known = facts_at(facts(children), ORIGIN)
    assert placed(known).filter(pl.col("starts") > pl.col("care_starts")).height > 100
    past = history(known, ORIGIN)
    drawn = drawn_hazards(past, 50, 10.0, 365, np.random.default_rng(1))

    def mean(hazard: np.ndarray, days: float) -> float:
        legal = np.array([LEGAL_GROUPS.index("full")])
        age = age_band(np.array([3_100.0]))
        return float(hazard[:, cell_of(np.array([0]), duration_band(np.array([days])), age, legal)].mean())

    assert mean(drawn.leave, 10) > 10 * mean(drawn.leave, 400)
    assert mean(drawn.move, 250) > 3 * mean(drawn.move, 10)


@pytest.mark.parametrize(
    "known",
    [
        facts([(date(2015, 1, 1), [(day(5), None, "foster")])]),
        replace(facts([(date(2015, 1, 1), [(ORIGIN, None, "foster")])]), observed_from=None),
        replace(facts([(date(2015, 1, 1), [(day(5), day(90), "foster")])]), fees=pl.DataFrame(schema=FEES)),
        replace(facts([(date(2015, 1, 1), [(day(5), None, "home")])] * 2), children=pl.DataFrame(schema=CHILDREN)),
        facts([(date(2005, 1, 1), [(day(5), None, "foster")])]),
    ],
    ids=["one child", "came today", "nobody now, no fee", "births unknown", "already of age"],
)
@pytest.mark.parametrize("until", [ORIGIN + timedelta(days=1), date(2026, 3, 31)])
def test_an_authority_with_next_to_no_history_has_a_forecast(known: ForecastFacts, until: date):
    made = forecast(known, ForecastSettings(until=until, simulations=40, draws=5), ORIGIN)
    assert total(made, "children").height == (until - ORIGIN).days
    figures = made.rows.select("mean", "p2_5", "p50", "p97_5")
    assert not figures.select(pl.any_horizontal(pl.all().is_nan().any())).item()
    assert figures.select(pl.min_horizontal(pl.all().min())).item() >= 0


def test_a_placement_without_a_fee_takes_its_types_average_or_is_told_of():
    known = facts([(date(2015, 1, 1), [(day(20 * n), None, "foster")]) for n in range(20)])
    some = replace(known, fees=known.fees.filter(pl.col("child_no") > 0))
    asked = ForecastSettings(until=date(2024, 4, 30), simulations=40, draws=5)
    assert forecast(some, asked, ORIGIN).unpriced_children == 0
    left_out = forecast(some, replace(asked, price_missing=False), ORIGIN)
    assert left_out.unpriced_children == 1
    assert total(left_out, "cost")["mean"].item() < total(forecast(some, asked, ORIGIN), "cost")["mean"].item()
