from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.money import round_half_up
from costing.shipped import shipped_rows
from costing.uprating import (
    CHECKS_SERIES,
    IndexSeries,
    SeriesProblems,
    UpratingRefused,
    index_series,
    read_series,
    shipped_series,
    uprate,
)

SERIES = index_series(CHECKS_SERIES)
YEARS = st.sampled_from(list(SERIES.points))


def test_every_published_row_that_ties_does_so_to_the_pound_and_to_its_four_decimals() -> None:
    ties = 0
    for row in shipped_rows("uprating_checks.csv"):
        exact = uprate(Decimal(row["original_gbp"]), row["price_year"], row["target_price_year"], SERIES)
        assert Fraction(round_half_up(exact * 10_000), 10_000) == Fraction(row["rebuilt_gbp"]), row["ucd_code"]
        agrees = round_half_up(exact) == int(row["printed_uprated_gbp"])
        assert agrees == (row["ties_to_the_pound"] == "yes"), row["ucd_code"]
        ties += agrees
    assert ties == 40


@pytest.mark.parametrize(
    ("nearest", "expected"),
    [("exact", Fraction(274) * 178383195 / 167949642), ("penny", Fraction(29102, 100)), ("pound", Fraction(291))],
)
def test_rounding_is_declared(nearest: str, expected: Fraction) -> None:
    assert uprate(274, "2010/11", "2013/14", SERIES, nearest) == expected  # type: ignore[arg-type]


@given(st.decimals(0, 10**6, places=2), YEARS, YEARS, YEARS)
def test_by_way_of_another_year_is_the_same_to_the_last_digit(amount: Decimal, one: str, two: str, three: str) -> None:
    assert uprate(uprate(amount, one, two, SERIES), two, three, SERIES) == uprate(amount, one, three, SERIES)
    assert uprate(amount, one, one, SERIES) == amount


def test_a_forecast_index_is_told() -> None:
    assert SERIES.unsettled("2010/11", "2013/14") == ("2013/14",)
    assert SERIES.source.startswith("New Economy")


def test_every_shipped_series_names_its_source_and_none_is_the_manuals() -> None:
    assert set(shipped_series()) == {CHECKS_SERIES, "GDP_DEFLATOR_CALENDAR", "GDP_DEFLATOR_FY_SECONDARY"}
    for series in shipped_series().values():
        assert series.source
        assert "Unit Costs of Health and Social Care" not in series.source


def test_what_is_not_held_is_refused_in_words() -> None:
    with pytest.raises(UpratingRefused, match="no index for 1985/86: it runs from 1989/90 to 2017/18"):
        uprate(1, "1985/86", "2013/14", SERIES)
    with pytest.raises(UpratingRefused, match="no inflation series “RPI”"):
        index_series("RPI")


def changes(**by_year: str) -> IndexSeries:
    rows = [{"series": "PAY", "year": year.replace("y", "").replace("_", "/"), "pct_change": change}
            for year, change in by_year.items()]  # fmt: skip
    return read_series(rows)["PAY"]


def test_a_series_of_yearly_changes_is_chained_from_a_hundred() -> None:
    series = changes(y2015_16="10", y2016_17="-5")
    assert [point.value for point in series.points.values()] == [110, Fraction("104.5")]
    assert uprate(100, "2015/16", "2016/17", series) == 95


def test_all_problems_of_a_table_are_told_at_once() -> None:
    rows = [
        {"series": "", "year": "2020"},
        {"series": "A", "year": "2020", "index_value": "ten"},
        {"series": "A", "year": "2021"},
        {"series": "A", "year": "2022", "index_value": "0"},
        {"series": "A", "year": "2023", "index_value": "NaN"},
        {"series": "A", "year": "2024", "index_value": "1"},
        {"series": "A", "year": "2024", "index_value": "2"},
    ]
    with pytest.raises(SeriesProblems) as caught:
        read_series(rows)
    assert caught.value.problems == [
        "Row 2: say which series and which year.",
        "Row 3, A 2020: “ten” is not a number.",
        "Row 4, A 2021: give an index or a yearly change.",
        "Row 5, A 2022: an index must be more than zero.",
        "Row 6, A 2023: “NaN” is not a number.",
        "Row 8: A has 2024 twice.",
    ]
