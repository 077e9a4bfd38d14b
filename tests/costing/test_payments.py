"""Allowances and services as postings: by day and once, at an amount of their own or at the rate of region and age."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from costing.payments import price_payments

PAYMENTS = {
    "payment_no": pl.Int64, "child_no": pl.Int64, "cost_kind": pl.String, "what": pl.String, "process": pl.String,
    "starts": pl.Date, "ends": pl.Date, "per": pl.String, "pence": pl.Int64, "region": pl.String,
    "age_band": pl.String, "provider": pl.String, "sector": pl.String, "s251_line": pl.String, "funder": pl.String,
}  # fmt: skip
RATES = {
    "allowance_rate_no": pl.Int64, "what": pl.String, "region": pl.String, "age_band": pl.String,
    "weekly_pence": pl.Int64, "valid_from": pl.Date, "known_at": pl.Int64,
}  # fmt: skip
HORIZON = date(2026, 2, 10)


def paid(starts: date, ends: date | None = None, pence: int | None = 70_00, **said: Any) -> pl.DataFrame:
    usual = {"payment_no": 5, "child_no": 1, "cost_kind": "allowance", "what": "special_guardianship", "process": "",
             "per": "week", "region": "London", "age_band": "5-10", "provider": "", "sector": "own_provision",
             "s251_line": "3.1.4", "funder": "social_care"}  # fmt: skip
    return pl.DataFrame([usual | {"starts": starts, "ends": ends, "pence": pence} | said], schema=PAYMENTS)


def rates(*said: tuple[int, date]) -> pl.DataFrame:
    rows = [
        (place, "special_guardianship", "London", "5-10", pence, day, place)
        for place, (pence, day) in enumerate(said, 1)
    ]
    return pl.DataFrame(rows or None, schema=RATES, orient="row" if rows else None)


def priced(payments: pl.DataFrame, known: pl.DataFrame | None = None, horizon: date = HORIZON) -> list[tuple[Any, ...]]:
    found = price_payments(payments, rates() if known is None else known, horizon)
    return found.select("service_month", "service_from", "service_to", "line_no", "amount", "entry_kind").rows()


def test_a_weekly_payment_costs_a_seventh_a_day_both_days_included():
    assert priced(paid(date(2026, 1, 30), date(2026, 2, 3))) == [
        (202601, date(2026, 1, 30), date(2026, 1, 31), 0, 2 * 1000 * 420, "actual"),
        (202602, date(2026, 2, 1), date(2026, 2, 3), 0, 3 * 1000 * 420, "actual"),
    ]


def test_one_that_goes_on_is_an_accrual_in_the_running_month():
    assert [row[-1] for row in priced(paid(date(2026, 1, 30)))] == ["actual", "accrual"]
    assert priced(paid(date(2026, 1, 30)))[1][2] == HORIZON
    assert priced(paid(date(2026, 3, 1))) == []


def test_one_that_is_made_once_costs_its_amount_on_its_day():
    service = paid(date(2026, 1, 30), None, 12_34, per="once", cost_kind="service", what="therapy")
    assert priced(service) == [(202601, date(2026, 1, 30), date(2026, 1, 30), 0, 1234 * 420, "actual")]


def test_an_allowance_without_an_amount_takes_each_rate_from_its_day():
    known = rates((70_00, date(2026, 1, 10)), (140_00, date(2026, 1, 20)))
    assert priced(paid(date(2026, 1, 8), date(2026, 1, 21), None), known) == [
        (202601, date(2026, 1, 8), date(2026, 1, 9), 0, None, "actual"),
        (202601, date(2026, 1, 10), date(2026, 1, 19), 1, 10 * 1000 * 420, "actual"),
        (202601, date(2026, 1, 20), date(2026, 1, 21), 2, 2 * 2000 * 420, "actual"),
    ]
    other = paid(date(2026, 1, 8), date(2026, 1, 21), None, age_band="11-15")
    assert [row[4] for row in priced(other, known)] == [None]


days = st.integers(0, 60).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


@given(starts=days, lasts=st.none() | st.integers(0, 40), own=st.none() | st.integers(0, 9_999),
       said=st.lists(st.tuples(st.integers(1, 9_999), days), max_size=4), horizon=days)  # fmt: skip
def test_each_day_is_paid_once_at_the_rate_of_the_day(
    starts: date, lasts: int | None, own: int | None, said: list[tuple[int, date]], horizon: date
):
    ends = None if lasts is None else starts + timedelta(days=lasts)
    found = price_payments(paid(starts, ends, own), rates(*said), horizon)
    paid_days = []
    for row in found.sort("service_from").to_dicts():
        assert row["service_from"].month == row["service_to"].month
        length = (row["service_to"] - row["service_from"]).days + 1
        paid_days += [row["service_from"] + timedelta(days=n) for n in range(length)]
        holding = [pence for pence, day in sorted(said, key=lambda each: each[1]) if day <= row["service_from"]]
        due = own if own is not None else holding[-1] if holding else None
        assert row["amount"] == (None if due is None else due * length * 60)
    last = min(ends or horizon, horizon)
    assert paid_days == sorted({starts + timedelta(days=n) for n in range((last - starts).days + 1)})
    assert found.select("item_no", "line_no", "service_month").is_unique().all()
