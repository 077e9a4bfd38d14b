"""A period's cost then and now: each cause by hand, and the law that the steps re-add exactly."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.money import UNITS_PER_POUND
from costing.restated import (
    CAUSES,
    CLASSED_BY,
    CORRECTION,
    DAYS_SINCE,
    LATE,
    NEEDED,
    RECLASSIFICATION,
    REPRICING,
    Restated,
    restated,
)

MARCH, YEAR_END = date(2024, 3, 1), date(2024, 3, 31)
SCHEMA = {
    "cost_kind": pl.String, "item_no": pl.Int64, "child_no": pl.Int32, "service_month": pl.Int32, "process": pl.String,
    "place_type": pl.String, "sector": pl.String, "funder": pl.String, "service_from": pl.Date, "service_to": pl.Date,
    "rate_pence": pl.Int64, "amount": pl.Int64, "seconds": pl.Int64, "nights": pl.Int32,
}  # fmt: skip


def visit(item: int, minutes: int, rate: int | None = 60_00, **more: Any) -> dict[str, Any]:
    """An hour's price in pence: a minute at £60 an hour is £1."""
    return {
        "cost_kind": "staff", "item_no": item, "child_no": 1, "service_month": 202403, "process": "3", "place_type": "",
        "sector": "", "funder": "social_care", "service_from": date(2024, 3, 5), "service_to": date(2024, 3, 5),
        "rate_pence": rate, "amount": None if rate is None else minutes * rate * 7, "seconds": minutes * 60,
        "nights": 0,
    } | more  # fmt: skip


def stay(item: int, nights: int, weekly: int = 700_00, **more: Any) -> dict[str, Any]:
    """Nights from 1 March on; at £700 a week a night is £100."""
    return {
        "cost_kind": "placement", "item_no": item, "child_no": 1, "service_month": 202403, "process": "3",
        "place_type": "own_fostering", "sector": "own", "funder": "social_care", "service_from": MARCH,
        "service_to": date(2024, 3, nights), "rate_pence": weekly, "amount": nights * weekly * 60, "seconds": 0,
        "nights": nights,
    } | more  # fmt: skip


def ledger(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA).select(NEEDED)


def compare(then: pl.DataFrame, now: pl.DataFrame, ended: date = date(2024, 6, 29), **where: str) -> Restated:
    return restated(then, now, MARCH, YEAR_END, ended, where)


def pounds_by_cause(found: Restated) -> dict[str, float]:
    return {cause: amount / UNITS_PER_POUND for cause, amount in found.by_cause().items() if amount}


IN_APRIL = {"service_month": 202404, "service_from": date(2024, 4, 2), "service_to": date(2024, 4, 2)}
NINE_MILES = visit(1, 0, 45, cost_kind="travel", amount=405 * 420)
CASES = {
    "nothing changed": ([visit(1, 50)], [visit(1, 50)], {}),
    "a visit that nobody had recorded": ([], [visit(1, 50)], {LATE: 50}),
    "a child who was there after all": ([visit(1, 50)], [visit(1, 50), visit(1, 50, child_no=2)], {CORRECTION: 50}),
    "fifty minutes were ninety": ([visit(1, 50)], [visit(1, 90)], {CORRECTION: 40}),
    "a visit withdrawn": ([visit(1, 50)], [], {CORRECTION: -50}),
    "a visit of another month": (
        [visit(1, 50)], [visit(1, 50, **IN_APRIL)],
        {CORRECTION: -50},
    ),
    "a visit moved into the period": (
        [visit(1, 50, **IN_APRIL)], [visit(1, 50)],
        {CORRECTION: 50},
    ),
    "a dearer hour": ([visit(1, 50)], [visit(1, 50, 72_00)], {REPRICING: 10}),
    "more minutes at a dearer hour": ([visit(1, 50)], [visit(1, 90, 72_00)], {CORRECTION: 40, REPRICING: 18}),
    "an hour priced only since": ([visit(1, 50, None)], [visit(1, 50)], {REPRICING: 50}),
    "nights taken back": ([stay(2, 31)], [stay(2, 21)], {CORRECTION: -1000}),
    "a fee agreed anew": ([stay(2, 31)], [stay(2, 31, 770_00)], {REPRICING: 310}),
    "fewer nights at another fee": ([stay(2, 30)], [stay(2, 20, 770_00)], {CORRECTION: -1000, REPRICING: 200}),
    "another placement type, another fee": (
        [stay(2, 10)], [stay(2, 10, 1400_00, place_type="childrens_home")], {REPRICING: 1000}
    ),
    "travel paid anew": (
        [NINE_MILES], [NINE_MILES | {"rate_pence": 55, "amount": 495 * 420}], {REPRICING: 0.9},
    ),
    "more miles": (
        [NINE_MILES], [NINE_MILES | {"amount": 810 * 420}], {CORRECTION: 4.05},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_cause(case: str):
    then, now, expected = CASES[case]
    found = compare(ledger(*then), ledger(*now))
    assert pounds_by_cause(found) == expected
    assert found.before + found.steps["amount"].sum() == found.after


def test_a_reclassification_nets_to_nothing_and_shows_where_it_is_looked_for():
    then, now = ledger(visit(1, 50)), ledger(visit(1, 50, process="6"))
    whole = compare(then, now)
    assert pounds_by_cause(whole) == {}
    assert sorted(whole.steps.select("cause", "process", "amount").rows()) == [
        (RECLASSIFICATION, "3", -50 * UNITS_PER_POUND), (RECLASSIFICATION, "6", 50 * UNITS_PER_POUND),
    ]  # fmt: skip
    assert pounds_by_cause(compare(then, now, process="6")) == {RECLASSIFICATION: 50}
    assert pounds_by_cause(compare(then, now, process="3")) == {RECLASSIFICATION: -50}


def test_a_payer_that_drops_out_is_a_reclassification_of_its_share():
    shared = [stay(2, 7, 500_00), stay(2, 7, 200_00, funder="education") | {"nights": 0}]
    found = compare(ledger(*shared), ledger(stay(2, 7, 700_00)))
    assert pounds_by_cause(found) == {}
    assert found.steps.filter(pl.col("funder") == "education")["amount"].sum() == -200 * UNITS_PER_POUND


def test_days_that_had_not_ended_are_told_apart_from_what_came_late():
    found = compare(ledger(stay(2, 10)), ledger(stay(2, 31)), ended=date(2024, 3, 10))
    assert pounds_by_cause(found) == {DAYS_SINCE: 2100}
    assert found.before == 1000 * UNITS_PER_POUND
    nothing = compare(ledger(), ledger(stay(2, 31)), ended=date(2024, 2, 28))
    assert pounds_by_cause(nothing) == {DAYS_SINCE: 3100}


postings = st.builds(
    lambda kind, item, child, minutes, rate, process, funder: (
        visit(item, minutes, rate, child_no=child, process=process, funder=funder)
        if kind
        else stay(item + 10, minutes % 31 + 1, rate or 0, child_no=child, place_type=process, funder=funder)
    ),
    st.booleans(), st.integers(1, 3), st.integers(1, 2), st.integers(0, 300),
    st.one_of(st.none(), st.integers(1, 99_999)), st.sampled_from("36"), st.sampled_from(["social_care", "education"]),
)  # fmt: skip
ledgers = st.lists(postings, max_size=8).map(lambda rows: ledger(*rows))


@given(then=ledgers, now=ledgers, ended=st.dates(date(2024, 2, 20), date(2024, 4, 10)))
def test_the_steps_re_add_to_the_unit_for_all_and_for_every_part(then: pl.DataFrame, now: pl.DataFrame, ended: date):
    found = compare(then, now, ended)
    assert found.before + sum(found.by_cause().values()) == found.after
    assert set(found.steps["cause"]) <= set(CAUSES)
    if ended >= YEAR_END:
        assert found.by_cause()[RECLASSIFICATION] == 0
    for name in CLASSED_BY:
        parts = [compare(then, now, ended, **{name: value}) for value in {*then[name], *now[name]}]
        assert sum(part.before for part in parts) == found.before
        assert sum(part.after for part in parts) == found.after
        assert all(part.before + sum(part.by_cause().values()) == part.after for part in parts)


@given(same=ledgers)
def test_nothing_changed_is_no_difference(same: pl.DataFrame):
    assert compare(same, same).steps.is_empty()
