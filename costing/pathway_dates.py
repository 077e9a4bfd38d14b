"""Days that come round again: months and years after a day, and a month in days."""

from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from costing.calendar import add_working_days, month_last

ONE_DAY = timedelta(days=1)
DAYS_A_MONTH = Fraction(365, 12)


def months_after(day: date, count: int) -> date:
    """The same day of the month `count` months on (or back), or that month's last where it is shorter."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    if day.day <= 28:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, month_last(year * 100 + month + 1).day))


def years_after(day: date, count: int) -> date:
    """The anniversary `count` years on; 29 February has it on 1 March in a year without one."""
    try:
        return day.replace(year=day.year + count)
    except ValueError:
        return date(day.year + count, 3, 1)


@lru_cache(maxsize=4096)
def working_days_after(day: date, count: int) -> date:
    """As `costing.calendar.add_working_days`, remembered: many children start on the same days."""
    return add_working_days(day, count)


def months_in(days: int | Fraction) -> Fraction:
    """How many months of 365/12 days there are in some days."""
    return Fraction(days) / DAYS_A_MONTH
