"""What work costs, in tables that a finance officer can check with a pencil, and against a plain reference."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.apportion import split
from costing.postings import COMPONENTS, POSTING_SCHEMA
from costing.staff_cost import price_work

WORK = {
    "activity_no": pl.Int64,
    "worker_no": pl.Int32,
    "service_date": pl.Date,
    "kind": pl.String,
    "direct": pl.Boolean,
    "seconds": pl.Int64,
    "travel_seconds": pl.Int64,
    "miles_tenths": pl.Int64,
    "worker_type": pl.String,
    "contract": pl.String,
}
SHARES = {
    "activity_no": pl.Int64,
    "child_no": pl.Int32,
    "rank": pl.Int32,
    "weight": pl.Int64,
    "process": pl.String,
}
RATES = {
    "rate_no": pl.Int64,
    "worker_type": pl.String,
    "contract": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "j_pence": pl.Int64,
    **dict.fromkeys(COMPONENTS, pl.Int64),
}

# Social workers cost £38.50 an hour, £40.00 from April 2025; agency ones £50.00 with travel left out.
PRICES = pl.DataFrame(
    [
        (1, "social_worker", "employed", date(2024, 4, 1), date(2025, 4, 1), 3850, 60, 20, 5, 10, 3, 2),
        (2, "social_worker", "employed", date(2025, 4, 1), None, 4000, 60, 20, 5, 10, 3, 2),
        (3, "social_worker", "agency", date(2024, 4, 1), date(2025, 4, 1), 5000, 70, 0, 0, 30, 0, 0),
    ],
    schema=RATES,
    orient="row",
)

# act worker date       min travel miles contract | children (weight each)      -> child:minutes:units ...
GOLDEN = """
1    1      2024-06-03  60   -     -    employed  | 7(1)           -> 7:3600:1617000
2    1      2024-06-03  45   30    12.5 employed  | 7(1)           -> 7:4500:2021250
3    1      2025-03-31  20   -     -    employed  | 7(1) 8(1) 9(1)       -> 7:400:179667 8:400:179667 9:400:179666
4    1      2025-04-01  20   -     -    employed  | 7(1)           -> 7:1200:560000
5    1      2024-06-03  10   0     -    employed  | 7(2) 8(1)            -> 7:400:179667 8:200:89833
6    1      2024-06-03  -    15    -    employed  | 7(1)           -> 7:900:404250
7    1      2024-06-03  -    -     -    employed  | 7(1) 8(1)            -> 7:-:- 8:-:-
8    1      2024-03-31  60   -     -    employed  | 7(1)           -> 7:3600:-
9    1      2025-04-01  60   -     9.0  agency    | 7(1)           -> 7:3600:-
10   1      2024-06-03  60   -     -    employed  |           ->
11   1      2024-06-03  30   -     10.1 agency    | 7(1) 8(1) -> 7:900:525000 8:900:525000 7:-:95445 8:-:95445
12   1      2024-06-03  30   -     10.1 -         | 7(1)           -> 7:1800:-
"""


def number(text: str) -> int | None:
    return None if text == "-" else int(text)


@pytest.mark.parametrize("line", GOLDEN.strip().splitlines())
def test_worked_costings(line: str) -> None:
    facts, _, answer = line.partition("->")
    left, _, children = facts.partition("|")
    act, worker, day, minutes, travel, miles, contract = left.split()
    work = pl.DataFrame(
        [
            (
                int(act),
                int(worker),
                date.fromisoformat(day),
                "D1H",
                True,
                None if minutes == "-" else int(minutes) * 60,
                None if travel == "-" else int(travel) * 60,
                None if miles == "-" else int(miles.replace(".", "")),
                None if contract == "-" else "social_worker",
                None if contract == "-" else contract,
            )
        ],
        schema=WORK,
        orient="row",
    )
    shares = pl.DataFrame(
        [
            (int(act), int(child.split("(")[0]), rank, int(child.split("(")[1][:-1]), "CLA3")
            for rank, child in enumerate(children.split())
        ],
        schema=SHARES,
        orient="row",
    )
    postings = price_work(work, shares, PRICES, mileage_pence=45)
    wanted = [tuple(number(part) for part in each.split(":")) for each in answer.split()]
    assert postings.select("child_no", "seconds", "amount").rows() == wanted
    assert dict(postings.schema) == POSTING_SCHEMA


def test_a_posting_names_what_it_was_priced_with() -> None:
    work = pl.DataFrame(
        [(1, 9, date(2024, 6, 3), "D1H", True, 3600, None, 100, "social_worker", "agency")],
        schema=WORK,
        orient="row",
    )
    shares = pl.DataFrame([(1, 7, 0, 1, "CLA6")], schema=SHARES, orient="row")
    staff, miles = price_work(work, shares, PRICES, mileage_pence=45).to_dicts()
    assert (staff["cost_kind"], staff["rate_no"], staff["rate_pence"]) == ("staff", 3, 5000)
    assert (staff["pay"], staff["overheads"], staff["amount"]) == (1_470_000, 630_000, 2_100_000)
    assert (staff["process"], staff["service_month"], staff["funder"]) == ("CLA6", 202406, "social_care")
    assert (miles["cost_kind"], miles["rate_no"], miles["rate_pence"]) == ("travel", None, 45)
    assert (miles["amount"], miles["seconds"], miles["pay"]) == (10 * 45 * 420, None, 0)
    assert price_work(work, shares, PRICES, mileage_pence=None).height == 1


def test_no_work_costs_nothing_and_no_rates_price_nothing() -> None:
    empty = price_work(pl.DataFrame(schema=WORK), pl.DataFrame(schema=SHARES), PRICES, 45)
    assert empty.height == 0
    assert dict(empty.schema) == POSTING_SCHEMA


MINUTES = st.none() | st.integers(0, 600).map(lambda minutes: minutes * 60)
DAYS = st.sampled_from([date(2024, 3, 31), date(2024, 4, 1), date(2025, 3, 31), date(2025, 4, 1)])
LINES = st.lists(
    st.tuples(
        st.integers(0, 5),
        DAYS,
        MINUTES,
        MINUTES,
        st.none() | st.integers(0, 500),
        st.sampled_from(["employed", "agency", None]),
    ),
    max_size=8,
)
CHILDREN = st.lists(st.lists(st.integers(0, 9), max_size=4).filter(lambda w: any(w) or not w), min_size=6, max_size=6)


def reference(work: list[dict[str, Any]], children: list[list[int]], mileage: int) -> list[tuple[Any, ...]]:
    """One line, one child at a time, with the scalar split."""
    found: list[tuple[Any, ...]] = []
    for line in work:
        weights = children[line["activity_no"]]
        if not weights:
            continue
        times = [line[name] for name in ("seconds", "travel_seconds") if line[name] is not None]
        seconds = sum(times) if times else None
        rate = next(
            (
                row
                for row in PRICES.to_dicts()
                if (row["worker_type"], row["contract"]) == (line["worker_type"], line["contract"])
                and row["valid_from"] <= line["service_date"] < (row["valid_to"] or date.max)
            ),
            None,
        )
        amount = None if rate is None or seconds is None else seconds // 60 * rate["j_pence"] * 7
        for rank in range(len(weights)):
            part = None if amount is None else split(amount, weights)[rank]
            parts = [0] * 6
            if part is not None and rate is not None:
                parts = split(part, [rate[name] for name in COMPONENTS])
            time = None if seconds is None else split(seconds, weights)[rank]
            found.append(("staff", line["activity_no"], line["worker_no"], rank, time, part, *parts))
        if rate is not None and rate["travel"] == 0 and line["miles_tenths"]:
            miles = split(line["miles_tenths"] * mileage * 42, weights)
            found += [
                ("travel", line["activity_no"], line["worker_no"], rank, None, part, *[0] * 6)
                for rank, part in enumerate(miles)
            ]
    return sorted(found, key=str)


@given(LINES, CHILDREN)
def test_columns_agree_with_one_line_at_a_time(lines: list[tuple[Any, ...]], children: list[list[int]]) -> None:
    work = [
        dict(zip(WORK, (act, worker, day, "D1H", True, *times, contract and "social_worker", contract), strict=True))
        for worker, (act, day, *times, contract) in enumerate(lines)
    ]
    shares = [
        (act, rank, rank, weight, "CLA3") for act, weights in enumerate(children) for rank, weight in enumerate(weights)
    ]
    postings = price_work(
        pl.DataFrame(work, schema=WORK),
        pl.DataFrame(shares, schema=SHARES, orient="row"),
        PRICES,
        mileage_pence=45,
    )
    rows = postings.select("cost_kind", "item_no", "line_no", "child_no", "seconds", "amount", *COMPONENTS).rows()
    assert sorted(rows, key=str) == reference(work, children, 45)
    assert postings["pay"].null_count() == 0


def test_weights_too_large_for_64_bits_in_between() -> None:
    rates = PRICES.with_columns(pay=pl.lit(10**13), oncosts=pl.lit(10**13 - 1))
    work = pl.DataFrame(
        [(1, 9, date(2024, 6, 3), "D1H", True, 86_340, None, None, "social_worker", "employed")],
        schema=WORK,
        orient="row",
    )
    shares = pl.DataFrame([(1, 7, 0, 1, "CLA6")], schema=SHARES, orient="row")
    row = price_work(work, shares, rates, None).row(0, named=True)
    assert [row[name] for name in COMPONENTS] == split(row["amount"], [10**13, 10**13 - 1, 5, 10, 3, 2])
