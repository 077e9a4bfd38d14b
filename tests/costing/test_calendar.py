from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing import calendar

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 3, 31), "2023/24"),
        (date(2024, 4, 1), "2024/25"),
        (date(2000, 1, 1), "1999/00"),
        (date(2025, 3, 31), "2024/25"),
    ],
)
def test_april_years(day: date, year: str) -> None:
    assert calendar.return_year(day) == year
    assert calendar.return_year_first(year) <= day <= calendar.return_year_last(year)


@pytest.mark.parametrize("text", ["2024", "2024/26", "2024-25", "24/25", "abcd/ef", ""])
def test_other_writings_of_a_year_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        calendar.return_year_first(text)


@given(st.lists(DAYS, min_size=1, max_size=20))
def test_columns_agree(days: list[date]) -> None:
    frame = pl.DataFrame({"day": days}).select(
        year=calendar.return_year_column(pl.col("day")), month=calendar.month_column(pl.col("day"))
    )
    assert frame["year"].to_list() == [calendar.return_year(day) for day in days]
    assert frame["month"].to_list() == [calendar.month_of(day) for day in days]


def test_months_of_a_range() -> None:
    assert calendar.months(date(2024, 11, 30), date(2025, 2, 1)) == [202411, 202412, 202501, 202502]
    assert calendar.months(date(2025, 2, 2), date(2025, 2, 1)) == []
    assert calendar.month_last(202402) == date(2024, 2, 29)
    assert calendar.month_last(202412) == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2025, 4, 17), 1, date(2025, 4, 22)),  # over Easter
        (date(2024, 12, 24), 3, date(2024, 12, 31)),
        (date(2025, 4, 18), 0, date(2025, 4, 22)),  # Good Friday itself
        (date(2025, 4, 22), -1, date(2025, 4, 17)),
        (date(2024, 4, 2), 20, date(2024, 4, 30)),
    ],
)
def test_working_days(start: date, count: int, end: date) -> None:
    assert calendar.add_working_days(start, count) == end


@given(DAYS, st.integers(1, 60))
def test_counting_working_days_undoes_adding_them(day: date, count: int) -> None:
    end = calendar.add_working_days(day, count)
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(day, end) == count
    assert calendar.working_days_between(end, day) == -count


def test_the_london_day_in_summer_and_winter() -> None:
    assert calendar.midnight_after(date(2024, 6, 30)) == datetime(2024, 6, 30, 23, tzinfo=UTC)
    assert calendar.midnight_after(date(2024, 12, 31)) == datetime(2025, 1, 1, tzinfo=UTC)
    assert calendar.london_date(datetime(2024, 6, 30, 23, 30, tzinfo=UTC)) == date(2024, 7, 1)
    with pytest.raises(ValueError, match="zone"):
        calendar.london_date(datetime(2024, 6, 30))  # noqa: DTZ001


@given(DAYS)
def test_a_day_ends_just_before_its_midnight(day: date) -> None:
    assert calendar.london_date(calendar.london_day_end(day)) == day
    assert calendar.london_day_end(day) + timedelta(microseconds=1) == calendar.midnight_after(day)
    assert calendar.london_date(calendar.midnight_after(day)) == day + timedelta(days=1)
