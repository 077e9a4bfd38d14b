"""The ledger balances, keys are lasting, and any cut of the postings re-adds."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.ledger import (
    UnknownCostKind,
    accounting_month,
    accounting_month_column,
    accounts,
    posting_key,
    posting_key_column,
    trial_balance,
)
from costing.postings import POSTING_SCHEMA, no_postings
from costing.summaries import clip, summarise

APRIL = date(2024, 4, 1)


def posting(**facts: Any) -> dict[str, Any]:
    usual = dict.fromkeys(POSTING_SCHEMA) | {
        "child_no": 7,
        "cost_kind": "placement",
        "item_no": 1,
        "line_no": 3,
        "funder": "social_care",
        "service_month": 202404,
        "ordinal": 0,
        "service_from": APRIL,
        "service_to": APRIL,
        "sector": "private",
        "worker_type": "",
        **dict.fromkeys(("pay", "oncosts", "qualifications", "overheads", "capital", "travel"), 0),
    }
    return usual | facts


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=POSTING_SCHEMA)


def april(first: int, last: int, nights: int | None, rate: int | None, **facts: Any) -> dict[str, Any]:
    held = nights if nights is not None else last - first + 1
    return posting(
        service_from=date(2024, 4, first),
        service_to=date(2024, 4, last),
        nights=nights,
        rate_pence=rate,
        amount=None if rate is None else rate * 60 * held,
        **facts,
    )


WORK = posting(cost_kind="staff", sector="", worker_type="social_worker", seconds=3600, amount=1_617_000, pay=1_617_000)
BOOKS = frame(
    april(1, 30, 30, 700),
    april(1, 30, None, 70, funder="education"),
    april(1, 30, 30, None, item_no=2),
    WORK,
    WORK | {"ordinal": 1, "amount": -1_617_000, "pay": -1_617_000},
    WORK | {"cost_kind": "travel", "seconds": None, "amount": 420, "pay": 0},
)


def test_the_trial_balance_is_zero() -> None:
    balance = trial_balance(BOOKS)
    assert balance["balance"].sum() == 0
    assert balance.rows() == [
        ("mileage_payable", 0, 420, -420),
        ("placement_cost", 770 * 60 * 30, 0, 770 * 60 * 30),
        ("placement_payable:private", 0, 770 * 60 * 30, -770 * 60 * 30),
        ("staff_cost", 0, 0, 0),
        ("staff_pool:social_worker", 0, 0, 0),
        ("travel_cost", 420, 0, 420),
    ]
    assert trial_balance(no_postings()).height == 0


def test_each_kind_of_cost_has_its_accounts() -> None:
    assert accounts("staff", "", "") == ("staff_cost", "staff_pool:unknown")
    assert accounts("service", "voluntary", "") == ("service_cost", "service_payable:voluntary")
    assert accounts("standard", "", "") == ("standard_cost", "standard_cost_applied")
    with pytest.raises(UnknownCostKind, match="gift"):
        accounts("gift", "", "")


def test_the_key_of_a_posting() -> None:
    key = posting_key(
        cost_kind="placement",
        child_no=7,
        item_no=1,
        line_no=3,
        funder="education",
        service_month=202404,
        ordinal=0,
    )
    assert key == "placement-7-1-3-education-202404-0"
    assert BOOKS.select(posting_key_column()).to_series()[1] == key


def test_a_closed_month_books_in_the_next_open_one() -> None:
    assert accounting_month(202404, frozenset()) == 202404
    assert accounting_month(202411, {202411, 202412}) == 202501
    assert accounting_month_column(BOOKS, {202404}).unique().to_list() == [202405]
    assert accounting_month_column(no_postings(), {202404}).dtype == pl.Int32


def test_a_cut_by_nights_is_exact() -> None:
    part = clip(BOOKS, date(2024, 4, 11), date(2024, 5, 20))
    assert part.select("item_no", "funder", "nights", "amount", "service_from").rows() == [
        (1, "social_care", 20, 700 * 60 * 20, date(2024, 4, 11)),
        (1, "education", None, 70 * 60 * 20, date(2024, 4, 11)),
        (2, "social_care", 20, None, date(2024, 4, 11)),
    ]
    assert clip(BOOKS, date(2024, 4, 1), date(2024, 4, 30)).equals(BOOKS)
    assert clip(BOOKS, date(2025, 4, 1), date(2025, 4, 30)).height == 0


RANGES = st.lists(st.integers(1, 31), max_size=4).map(sorted)
STRETCHES = st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30), st.integers(-9999, 9999))


@given(st.lists(STRETCHES, min_size=1, max_size=5), RANGES)
def test_cuts_re_add(stretches: list[tuple[int, int, int, int]], cuts: list[int]) -> None:
    rows = []
    for number, (one, other, nights, rate) in enumerate(stretches):
        first, last = sorted((one, other))
        held = min(nights, last - first + 1)
        rows.append(april(first, last, held, rate, item_no=number))
        rows.append(rows[-1] | {"funder": "health", "nights": None})
    whole = frame(*rows)
    edges = [1, *cuts, 31]
    parts = [
        clip(whole, APRIL + timedelta(days=start - 1), APRIL + timedelta(days=end - 2))
        for start, end in pairwise(edges)
        if end > start
    ]
    key = ["item_no", "funder"]
    added = pl.concat(parts).group_by(key).agg(pl.col("amount", "nights").sum()).sort(key)
    wanted = whole.group_by(key).agg(pl.col("amount", "nights").sum()).sort(key)
    assert added.rows() == wanted.rows()
    for part in parts:
        social_care = part.filter(pl.col("funder") == "social_care")
        assert social_care.filter(pl.col("amount") != pl.col("rate_pence") * 60 * pl.col("nights")).height == 0


def test_sums_show_what_they_leave_out() -> None:
    by_kind = summarise(BOOKS, ["cost_kind"])
    columns = ["cost_kind", "lines", "nights", "amount", "unpriced_lines", "unpriced_nights"]
    assert by_kind.select(columns).rows() == [
        ("placement", 3, 60, 770 * 60 * 30, 1, 30),
        ("staff", 2, 0, 0, 0, 0),
        ("travel", 1, 0, 420, 0, 0),
    ]
    assert summarise(BOOKS.filter(pl.col("item_no") == 2), ["child_no"])["amount"].to_list() == [None]
    assert summarise(BOOKS, []).height == 1
