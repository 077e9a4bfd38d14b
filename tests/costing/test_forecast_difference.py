"""The difference of two forecasts by hand, and the law that its parts re-add."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.forecast.difference import PARTS, difference
from costing.forecast.settings import ForecastProblems
from costing.forecast.summary import Forecast

APRIL, MAY = date(2025, 4, 1), date(2025, 5, 1)
Cells = dict[tuple[date, str], tuple[float, float]]


def forecast(cells: Cells, until: date = date(2025, 5, 31)) -> Forecast:
    """A forecast of these mean nights and mean units by month and type."""
    rows = [(month, name, *said) for (month, name), said in cells.items()]
    schema = {"month": pl.Date, "placement_type": pl.String, "nights": pl.Float64, "units": pl.Float64}
    none = pl.DataFrame()
    nights = pl.DataFrame(rows, schema=schema, orient="row")
    return Forecast(date(2025, 3, 31), until, 1, none, none, none, none, none, nights, none, 0, seasonal=False)


BASE: Cells = {(APRIL, "home"): (10, 10_000), (APRIL, "foster"): (30, 3_000)}
CASES: dict[str, tuple[Cells, tuple[int, int, int]]] = {
    "the same": (BASE, (0, 0, 0)),
    "a fifth more of each": ({(APRIL, "home"): (12, 12_000), (APRIL, "foster"): (36, 3_600)}, (2_600, 0, 0)),
    "five step down": ({(APRIL, "home"): (5, 5_000), (APRIL, "foster"): (35, 3_500)}, (0, -4_500, 0)),
    "a home costs a tenth less": ({(APRIL, "home"): (10, 9_000), (APRIL, "foster"): (30, 3_000)}, (0, 0, -1_000)),
    "a type that was not there": ({(APRIL, "kin"): (40, 2_000)}, (0, -11_000, 0)),
    "a month that was not there": ({**BASE, (MAY, "home"): (1, 1_500)}, (1_500, 0, 0)),
    "nobody": ({}, (-13_000, 0, 0)),
}


def sums(one: Cells, other: Cells) -> dict[str, int]:
    """First and second, and what volume, mix and price come to over all months and types."""
    return difference(forecast(one), forecast(other)).select("first", "second", *PARTS).sum().row(0, named=True)


@pytest.mark.parametrize("case", CASES)
def test_volume_mix_and_price(case: str):
    cells, (volume, mix, price) = CASES[case]
    found = sums(BASE, cells)
    assert (found["volume"], found["mix"], found["price"]) == (volume, mix, price)
    assert (found["first"], found["second"]) == (13_000, 13_000 + volume + mix + price)


def test_other_days_are_not_compared():
    with pytest.raises(ForecastProblems, match="the same day"):
        difference(forecast(BASE), forecast(BASE, until=APRIL))


# Means over 5,000 futures.
amounts = st.integers(0, 10**9).map(lambda sum_of_all: sum_of_all / 5_000)
cells = st.dictionaries(
    st.tuples(st.sampled_from([APRIL, MAY]), st.sampled_from(["home", "foster", "kin"])), st.tuples(amounts, amounts)
)


@given(one=cells, other=cells)
def test_the_parts_of_every_row_re_add_to_the_unit(one: Cells, other: Cells):
    rows = difference(forecast(one), forecast(other))
    assert (rows["first"] + rows["price"] + rows["mix"] + rows["volume"]).to_list() == rows["second"].to_list()
    back = sums(other, one)
    assert (back["first"], back["second"]) == (sums(one, other)["second"], sums(one, other)["first"])
