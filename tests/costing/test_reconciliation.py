"""Pay shared over what paid hours went on, and lines beside the ledger's."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.money import UNITS_PER_POUND
from costing.reconciliation import Compared, PaidTime, compared, month_pay, team_pay

HOUR = 3600


def pounds(units: int) -> float:
    return units / UNITS_PER_POUND


@pytest.mark.parametrize(
    ("year", "full_time", "held", "days", "expected"),
    [
        (48_000_00, Fraction(1), 30, 30, 4_000),
        (48_000_00, Fraction(1, 2), 30, 30, 2_000),
        (48_000_00, Fraction(1), 15, 30, 2_000),
        (48_000_00, Fraction(3, 5), 0, 31, 0),
    ],
)
def test_the_pay_of_a_month(year: int, full_time: Fraction, held: int, days: int, expected: int):
    assert pounds(month_pay(year, full_time, held, days)) == expected


def test_pay_goes_where_the_paid_hours_went():
    pay = 4_000 * UNITS_PER_POUND
    ada = PaidTime("North", 1, pay, 160 * HOUR, case=80 * HOUR, other=20 * HOUR, absence=40 * HOUR)
    (north,) = team_pay([ada])
    found = [pounds(each) for each in (north.case, north.other, north.absence, north.unrecorded)]
    assert found == [2_000, 500, 1_000, 500]
    assert (north.unrecorded_seconds, north.beyond, north.workers) == (20 * HOUR, 0, 1)


def test_time_beyond_the_paid_hours_is_told_and_costs_no_more():
    pay = 1_000 * UNITS_PER_POUND
    (north,) = team_pay([PaidTime("North", 1, pay, 40 * HOUR, case=45 * HOUR, other=5 * HOUR)])
    assert [pounds(each) for each in (north.case, north.other, north.unrecorded)] == [900, 100, 0]
    assert north.beyond == 10 * HOUR


def test_a_worker_without_a_price_is_counted_and_in_no_amount():
    (north,) = team_pay([PaidTime("North", 1, None, 160 * HOUR, case=HOUR)])
    assert (north.pay, north.case, north.case_seconds, north.without_pay) == (0, 0, 0, 1)


def test_nobody_s_paid_hours_leave_all_the_pay_unrecorded():
    (north,) = team_pay([PaidTime("North", 1, 420, 0)])
    assert (north.unrecorded, north.pay) == (420, 420)


times = st.integers(0, 200 * HOUR)
workers = st.builds(
    PaidTime, st.sampled_from(["", "North", "South"]), st.integers(1, 9), st.one_of(st.none(), st.integers(0, 10**12)),
    times, times, times, times,
)  # fmt: skip


@given(st.lists(workers, max_size=12))
def test_the_parts_re_add_to_the_pay_to_the_unit(paid: list[PaidTime]):
    found = team_pay(paid)
    assert all(each.case + each.other + each.absence + each.unrecorded == each.pay for each in found)
    assert sum(each.pay for each in found) == sum(each.pay or 0 for each in paid)
    assert [each.team for each in found] == sorted({each.team for each in paid}, key=lambda name: (name == "", name))


def test_lines_are_listed_by_the_size_of_what_is_unexplained():
    lines = compared({("4100",): 700, ("4200",): 50, ("",): 5}, {("4100",): 690, ("4300",): 80})
    assert lines == [
        Compared(("4300",), None, 80), Compared(("4200",), 50, None), Compared(("4100",), 700, 690),
        Compared(("",), 5, None),
    ]  # fmt: skip
    assert [line.difference for line in lines] == [80, -50, -10, -5]
