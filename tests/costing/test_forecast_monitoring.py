"""What a month changed in a year's expected outturn: by hand."""

from __future__ import annotations

from datetime import date

import polars as pl

from costing.forecast.monitoring import OutturnChange, outturn_change
from costing.forecast.summary import Forecast

YEAR = date(2024, 4, 1)
MARCH, FEBRUARY = date(2025, 3, 1), date(2025, 2, 1)
SCHEMA = {"month": pl.Date, "placement_type": pl.String, "nights": pl.Float64, "units": pl.Float64}
Rows = list[tuple[date, str, float, float]]


def forecast(origin: date, actual: Rows, ahead: Rows) -> Forecast:
    none = pl.DataFrame()
    frames = [pl.DataFrame(rows, schema=SCHEMA, orient="row") for rows in (actual, ahead)]
    until = date(2025, 9, 30)
    return Forecast(origin, until, 1, none, none, none, none, frames[0], frames[1], none, 0, seasonal=False)


def test_what_came_and_what_is_expected_are_both_in_the_change():
    earlier = forecast(date(2025, 1, 31), [(date(2025, 1, 1), "home", 31, 31_000)], [
        (FEBRUARY, "home", 28, 28_000), (MARCH, "home", 31, 31_000), (date(2025, 4, 1), "home", 30, 30_000),
    ])  # fmt: skip
    later = forecast(date(2025, 2, 28), [(date(2025, 1, 1), "home", 31, 31_000), (FEBRUARY, "home", 28, 30_800)], [
        (MARCH, "home", 62, 68_200), (date(2025, 4, 1), "home", 900, 900_000),
    ])  # fmt: skip
    found = outturn_change(earlier, later, YEAR)
    # February cost a tenth more a night; in March there are twice the nights, at that price.
    assert found == OutturnChange(before=90_000, after=130_000, price=2_800 + 6_200, mix=0, volume=31_000)


def test_a_month_as_it_was_expected_changes_nothing():
    ahead: Rows = [(FEBRUARY, "home", 28, 28_000), (MARCH, "home", 31, 31_000)]
    earlier = forecast(date(2025, 1, 31), [], ahead)
    later = forecast(date(2025, 2, 28), ahead[:1], ahead[1:])
    assert outturn_change(earlier, later, YEAR) == OutturnChange(59_000, 59_000, 0, 0, 0)
