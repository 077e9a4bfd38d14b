"""Dates as the field counts them: April years, calendar months, working days, and the London day.

Nothing here asks what day it is; every date comes in with the call.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import polars as pl

LONDON = ZoneInfo("Europe/London")
_SATURDAY = 5
_INSTANT = timedelta(microseconds=1)
_YEAR_TEXT = 7


def return_year(day: date) -> str:
    """The year from 1 April to 31 March that holds the day, as `2024/25`."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def return_year_first(year: str) -> date:
    """1 April of a return year written `2024/25`. Raises ValueError for any other writing."""
    first, slash, last = year[:4], year[4:5], year[5:]
    if len(year) != _YEAR_TEXT or slash != "/" or not (first + last).isdecimal():
        raise ValueError(f"“{year}” is not a year like 2024/25.")
    if (int(first) + 1) % 100 != int(last):
        raise ValueError(f"“{year}” is not two years that follow each other, like 2024/25.")
    return date(int(first), 4, 1)


def return_year_last(year: str) -> date:
    """31 March at the end of a return year written `2024/25`. Raises ValueError as above."""
    return date(return_year_first(year).year + 1, 3, 31)


def return_year_column(day: pl.Expr) -> pl.Expr:
    """The column form of `return_year`: a date column to text."""
    first = day.dt.year() - (day.dt.month() < 4).cast(pl.Int32)
    return pl.format("{}/{}", first, ((first + 1) % 100).cast(pl.String).str.zfill(2))


def month_of(day: date) -> int:
    """The calendar month of a day as yyyymm, so `202404`."""
    return day.year * 100 + day.month


def month_column(day: pl.Expr) -> pl.Expr:
    """The column form of `month_of`: a date column to int32 yyyymm."""
    return (day.dt.year() * 100 + day.dt.month()).cast(pl.Int32)


def month_first(month: int) -> date:
    """The first day of a month written yyyymm."""
    return date(month // 100, month % 100, 1)


def month_after(month: int) -> int:
    """The month after one written yyyymm."""
    return month + 89 if month % 100 == 12 else month + 1


def month_last(month: int) -> date:
    """The last day of a month written yyyymm."""
    return month_first(month_after(month)) - timedelta(days=1)


def months(first: date, last: date) -> list[int]:
    """The months yyyymm touched by the days from `first` to `last`, both included; none if reversed."""
    found = []
    month = month_of(first)
    while month <= month_of(last) and first <= last:
        found.append(month)
        month = month_after(month)
    return found


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a calendar year."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Whether the day is neither at a weekend nor a bank holiday in England and Wales."""
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that is `count` working days after `day`; `day` itself is day 0.

    With a count of 0 it is the day itself if it is a working day, else the next one. A negative count
    goes back.
    """
    step = timedelta(days=1 if count >= 0 else -1)
    while count == 0 and not is_working_day(day):
        day += step
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after `first` up to and including `last`; negative when reversed."""
    if last < first:
        return -working_days_between(last, first)
    span = (last - first).days
    return sum(is_working_day(first + timedelta(days=offset)) for offset in range(1, span + 1))


def midnight_after(day: date) -> datetime:
    """The midnight that ends the day in London, as an instant in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC)


def london_day_end(day: date) -> datetime:
    """The last instant (microsecond) of the day in London, in UTC: what *as at* a bare date means."""
    return midnight_after(day) - _INSTANT


def london_date(instant: datetime) -> date:
    """The date in London at an instant. Raises ValueError for a time without a zone."""
    if instant.tzinfo is None:
        raise ValueError("A time without a zone has no date in London; give it in UTC.")
    return instant.astimezone(LONDON).date()
