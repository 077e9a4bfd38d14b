from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing import money

AMOUNTS = st.integers(-(10**14), 10**14)


def test_a_night_and_a_minute_are_exact() -> None:
    assert money.night_units(111_936) * 7 == money.units_of_pence(111_936)
    assert money.minute_units(3_850) * 60 == money.units_of_pence(3_850)
    assert money.mile_units(45, 123) * 10 == money.units_of_pence(45 * 123)


@pytest.mark.parametrize(("units", "pence"), [(0, 0), (209, 0), (210, 1), (-209, 0), (-210, -1), (630, 2), (629, 1)])
def test_halves_go_up(units: int, pence: int) -> None:
    assert money.round_half_up_pence(units) == pence


def test_pounds_are_rounded_once() -> None:
    assert money.pounds(money.minute_units(3_850) * 3) == Decimal("1.93")  # 1.925 exactly
    assert money.pounds(-210) == Decimal("-0.01")


def test_exact_text_loses_nothing() -> None:
    assert money.exact_text(1_234_567) == "£29.39 187/420p"
    assert money.exact_text(-420 * 123_456_789) == "-£1,234,567.89"
    assert money.exact_text(60) == "£0.00 1/7p"


def test_pounds_come_in_exactly_or_not_at_all() -> None:
    assert money.units_of_pounds(Decimal("12.34")) == 1234 * 420
    with pytest.raises(ValueError, match="pounds and pence"):
        money.units_of_pounds(Decimal("0.001") / 7)


@given(AMOUNTS)
def test_rounding_agrees_with_exact_fractions(units: int) -> None:
    assert money.round_half_up_pence(units) == money.round_half_up(Fraction(units, 420))


@given(st.lists(AMOUNTS))
def test_an_export_re_adds(amounts: list[int]) -> None:
    pence = money.cumulative_pence(amounts)
    assert sum(pence) == money.round_half_up_pence(sum(amounts))
    assert all(abs(p * 420 - units) <= 420 for p, units in zip(pence, amounts, strict=True))
    frame = pl.DataFrame({"amount": amounts}, schema={"amount": pl.Int64})
    columns = frame.select(
        single=money.pence_column(pl.col("amount")), running=money.cumulative_pence_column(pl.col("amount"))
    )
    assert columns["running"].to_list() == pence
    assert columns["single"].to_list() == [money.round_half_up_pence(units) for units in amounts]


def test_an_unpriced_row_stays_unpriced_in_an_export() -> None:
    frame = pl.DataFrame({"amount": [210, None, 210]})
    running = frame.select(money.cumulative_pence_column(pl.col("amount"))).to_series()
    assert running.to_list() == [1, None, 0]
