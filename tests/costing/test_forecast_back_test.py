"""A back-test is honest, compares with what came, and its figures are what they are said to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.forecast.back_test import ToBeat, back_test, months_after, origins
from costing.forecast.facts import ForecastFacts
from costing.forecast.run import forecast
from costing.forecast.settings import ForecastSettings
from tests.costing.forecast_samples import ORIGIN, UNTIL, WEEKLY, authority

FACTS = authority()
FEW = ForecastSettings(until=UNTIL, simulations=100, draws=10)
EARLIER = date(2022, 9, 30)
AFTER = st.dates(EARLIER + timedelta(days=1), ORIGIN + timedelta(days=300))
SAID_BEFORE = forecast(FACTS, replace(FEW, until=date(2023, 9, 30)), EARLIER)
LAST = date(2023, 9, 30)


def changed(day: date, later: int, kind: str, weekly: int) -> ForecastFacts:
    """Everything after the earlier origin otherwise: ends, moves and where they lead, fees, and who comes."""
    past = pl.col("starts") <= EARLIER
    open_then = pl.col("ends").is_null() | (pl.col("ends") > EARLIER)
    placements = FACTS.placements.with_columns(
        starts=pl.when(past).then("starts").otherwise(pl.col("starts") + timedelta(days=later)),
        ends=pl.when(past & open_then).then(pl.lit(day if later % 2 else None, dtype=pl.Date)).otherwise("ends"),
        placement_type=pl.when(past).then("placement_type").otherwise(pl.lit(kind)),
        legal_status=pl.when(past).then("legal_status").otherwise(pl.lit("E1")),
    )
    before = pl.col("valid_from") <= EARLIER
    ends_later = pl.col("valid_to") > EARLIER
    fees = FACTS.fees.with_columns(
        weekly_units=pl.when(before).then("weekly_units").otherwise(pl.lit(weekly)),
        valid_to=pl.when(before & ends_later).then(pl.lit(day)).otherwise("valid_to"),
    )
    return replace(FACTS, placements=placements, fees=fees)


@settings(max_examples=12)
@given(day=AFTER, later=st.integers(0, 90), kind=st.sampled_from(sorted(WEEKLY)), weekly=st.integers(0, 10**9))
def test_nothing_after_its_origin_is_seen(day: date, later: int, kind: str, weekly: int):
    """Ends, moves, new children and fees after the origin change neither the forecast nor what it has to beat."""
    other = changed(day, later, kind, weekly)
    again = forecast(other, replace(FEW, until=LAST), EARLIER)
    assert again.rows.equals(SAID_BEFORE.rows)
    assert again.years.equals(SAID_BEFORE.years)
    one, two = ToBeat(other, FEW, EARLIER), ToBeat(FACTS, FEW, EARLIER)
    assert (one.naive_cost(LAST), one.trend_cost(LAST)) == (two.naive_cost(LAST), two.trend_cost(LAST))
    assert (one.naive_children, one.trend_children(LAST)) == (two.naive_children, two.trend_children(LAST))


def test_the_change_that_must_not_be_seen_would_be_seen_a_year_later():
    other = changed(EARLIER + timedelta(days=1), 1, "residential", 7)
    late = date(2023, 3, 31)
    until = replace(FEW, until=LAST)
    assert not forecast(other, until, late).rows.equals(forecast(FACTS, until, late).rows)


def test_origins_have_a_year_behind_them_and_the_ends_of_months():
    found = origins(FACTS, UNTIL)
    assert found[-1] == date(2025, 2, 28)
    assert all((day + timedelta(days=1)).day == 1 for day in found)
    assert found[0] >= date(2021, 4, 1)
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("origin", "months", "day"),
    [
        (date(2024, 3, 31), 1, date(2024, 4, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 28), 12, date(2025, 2, 28)),
        (date(2024, 9, 30), 3, date(2024, 12, 31)),
        (date(2024, 3, 15), 6, date(2024, 9, 15)),
        (date(2024, 12, 30), 2, date(2025, 2, 28)),
    ],
)
def test_months_after(origin: date, months: int, day: date):
    assert months_after(origin, months) == day


def test_what_the_forecast_has_to_beat():
    """By hand: so many children on the day, at their weekly fees, for 91 nights."""
    day = date(2022, 6, 30)
    open_then = (pl.col("starts") <= day) & (pl.col("ends") > day)
    held = FACTS.placements.filter(open_then)
    beside = ToBeat(FACTS, FEW, day)
    assert beside.naive_children == held.height
    nightly = sum(WEEKLY[name] // 7 for name in held["placement_type"])
    assert beside.naive_cost(date(2022, 9, 29)) == pytest.approx(nightly * 91 / 42_000)
    assert ToBeat(FACTS, FEW, date(2021, 12, 31)).trend_cost(day) is None, "not two years of history"
    year, year_before = beside.trend_cost(day + timedelta(days=365)), ToBeat(FACTS, FEW, day - timedelta(days=365))
    assert year is not None
    assert year_before.trend_cost(day) is None
    before = ToBeat(FACTS, FEW, day - timedelta(days=365)).naive_children
    assert beside.trend_children(day + timedelta(days=365)) == 2 * held.height - before


def test_rows_and_summary_of_a_back_test():
    steps: list[tuple[int, int | None]] = []
    asked = [date(2023, 3, 31), ORIGIN]
    told = back_test(FACTS, FEW, asked, UNTIL, (1, 12), lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    rows = told.rows
    assert rows.height == 2 * 2 * 2
    on = rows.filter(measure="children", origin=ORIGIN, months_ahead=12).row(0, named=True)
    there = FACTS.placements.filter((pl.col("starts") <= UNTIL) & (pl.col("ends") > UNTIL)).height
    assert (on["date"], on["actual"], on["naive"]) == (UNTIL, there, ToBeat(FACTS, FEW, ORIGIN).naive_children)
    line = told.summary.filter(measure="children", months_ahead=12).row(0, named=True)
    pair = rows.filter(measure="children", months_ahead=12)
    errors = [(r["mean"] - r["actual"]) / r["actual"] for r in pair.iter_rows(named=True)]
    assert line["forecasts"] == 2
    assert line["mape"] == pytest.approx(100 * sum(abs(each) for each in errors) / 2)
    assert line["bias"] == pytest.approx(100 * (pair["mean"].sum() - pair["actual"].sum()) / pair["actual"].sum())
    inside = pair.filter(pl.col("actual").is_between("p2_5", "p97_5")).height
    assert line["within_95"] == 100 * inside / 2


def test_an_origin_of_which_nothing_has_come_has_no_row():
    assert back_test(FACTS, FEW, [UNTIL], UNTIL).rows.is_empty()
