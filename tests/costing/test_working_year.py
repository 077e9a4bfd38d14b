from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.working_year import WorkingYearProblems, working_year

WORKED = working_year(
    "2024/25",
    hours_a_week=Decimal(37),
    leave_days=Decimal(29),
    training_days=Decimal(10),
    sickness_days=Decimal("9.5"),
)


def test_each_part_is_shown_and_they_add_up() -> None:
    """52 - 5.8 - 2 - 1.9 - 1.4 = 40.9 weeks of 37 hours; 2024/25 holds no Good Friday and one Easter Monday."""
    shown = [(part.name, part.days, part.weeks, part.hours) for part in WORKED.parts]
    assert shown == [
        ("The year", None, 52, 1924),
        ("Leave", 29, Fraction("-5.8"), Fraction("-214.6")),
        ("Training", 10, -2, -74),
        ("Sickness", Fraction("9.5"), Fraction("-1.9"), Fraction("-70.3")),
        ("Bank holidays", 7, Fraction("-1.4"), Fraction("-51.8")),
    ]
    assert WORKED.weeks == Fraction("40.9")
    assert WORKED.schema_hours == Decimal("1513.3")


@pytest.mark.parametrize(
    ("year", "count", "holds"),
    [
        ("2024/25", 7, date(2024, 4, 1)),  # Good Friday fell on 29 March, before the year
        ("2023/24", 10, date(2023, 5, 8)),  # two Good Fridays, one Easter Monday, and the coronation
        ("2022/23", 10, date(2022, 9, 19)),  # the state funeral and the platinum jubilee
        ("2021/22", 8, date(2021, 12, 28)),  # Boxing Day on a Sunday is kept on the Tuesday
    ],
)
def test_bank_holidays_are_those_of_the_calendar(year: str, count: int, holds: date) -> None:
    made = working_year(
        year, hours_a_week=Decimal(37), leave_days=Decimal(0), training_days=Decimal(0), sickness_days=Decimal(0)
    )
    assert len(made.holidays) == count
    assert holds in made.holidays
    assert all(day.weekday() < 5 for day in made.holidays)


@given(st.integers(1, 5), st.decimals(0, 25, places=1))
def test_who_works_fewer_days_works_the_same_part_of_the_year(days: int, share: Decimal) -> None:
    """The same leave in weeks gives the same weeks worked, whatever the days a week."""
    whole = {"leave_days": share, "training_days": Decimal(0), "sickness_days": Decimal(0)}
    part = {name: value * days / 5 for name, value in whole.items()}
    full = working_year("2025/26", hours_a_week=Decimal(37), **whole)
    less = working_year("2025/26", hours_a_week=Decimal("7.4") * days, days_a_week=Decimal(days), **part)
    assert less.weeks == full.weeks
    assert less.hours * 5 == full.hours * days


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(WorkingYearProblems) as caught:
        working_year(
            "2024",
            hours_a_week=Decimal(0),
            days_a_week=Decimal(8),
            leave_days=Decimal(-1),
            training_days=Decimal("NaN"),
            sickness_days=Decimal(0),
        )
    assert len(caught.value.problems) == 5
    with pytest.raises(WorkingYearProblems, match="Nothing is left"):
        working_year(
            "2024/25",
            hours_a_week=Decimal(37),
            leave_days=Decimal(260),
            training_days=Decimal(0),
            sickness_days=Decimal(0),
        )
