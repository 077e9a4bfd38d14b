"""Amounts, times and dates as people read them, as plain functions and as Jinja filters.

Every function takes None, and a value that a page was not given, as "not known": a blank is never zero.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jinja2 import Undefined

from costing.calendar import LONDON, month_first
from costing.money import UNITS_PER_POUND, round_half_up, round_half_up_pence

NOT_KNOWN = "not known"
_MINUS = "−"
MONTHS = ["January", "February", "March", "April", "May", "June"]
MONTHS += ["July", "August", "September", "October", "November", "December"]
_NOON = 12


def _known(write: Callable[..., str]) -> Callable[..., str]:
    """The same function with None and a missing template value written as "not known"."""

    def written(value: Any, *args: Any, **kwargs: Any) -> str:
        return NOT_KNOWN if value is None or isinstance(value, Undefined) else write(value, *args, **kwargs)

    written.__name__, written.__doc__ = write.__name__, write.__doc__
    return written


def _signed(value: int, text: str) -> str:
    return _MINUS + text if value < 0 else text


@_known
def pounds(units: int) -> str:
    """Units of 1/420 penny as pounds and pence, rounded half-up once: £1,234.56."""
    pence = round_half_up_pence(units)
    return _signed(pence, f"£{abs(pence) // 100:,}.{abs(pence) % 100:02d}")


@_known
def signed_pounds(units: int) -> str:
    """A difference in units of 1/420 penny, with its sign: +£12.00, −£3.00; what rounds to nothing has none."""
    return f"+{pounds(units)}" if round_half_up_pence(units) > 0 else pounds(units)


@_known
def pounds_whole(units: int) -> str:
    """Units of 1/420 penny as whole pounds, rounded half-up once: £1,235."""
    whole = round_half_up(Fraction(units, UNITS_PER_POUND))
    return _signed(whole, f"£{abs(whole):,}")


@_known
def pounds_short(units: int) -> str:
    """Units of 1/420 penny to three figures, for charts and big numbers: £940, £12.3k, £1.24m."""
    pounds_exact = Fraction(abs(units), UNITS_PER_POUND)
    for least, unit, letter in ((999_500, 1_000_000, "m"), (Fraction(1999, 2), 1_000, "k")):
        if pounds_exact >= least:
            return _signed(units, f"£{_three_figures(pounds_exact / unit)}{letter}")
    whole = round_half_up(pounds_exact)
    return _signed(units if whole else 0, f"£{whole}")


def _three_figures(value: Fraction) -> str:
    places = 0 if value >= Fraction(199, 2) else 1 if value >= Fraction(1999, 200) else 2
    text = f"{Decimal(round_half_up(value * 10**places)).scaleb(-places):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@_known
def minutes(count: int) -> str:
    """Whole minutes as hours and minutes: 1h 15m, 45m, 2h."""
    hour, minute = divmod(abs(count), 60)
    parts = [f"{hour:,}h"] * bool(hour) + [f"{minute}m"] * bool(minute or not hour)
    return _signed(count, " ".join(parts))


@_known
def hours(seconds: int) -> str:
    """Seconds as hours and minutes, rounded to the minute half-up: 12h 30m."""
    return minutes(round_half_up(Fraction(seconds, 60)))


@_known
def number(value: float | Fraction | Decimal, places: int = 0) -> str:
    """A count or measure with commas: 12,345 or, with places, 12.5."""
    scaled = round_half_up(Fraction(value) * 10**places)
    return _signed(scaled, f"{Decimal(abs(scaled)).scaleb(-places):,f}")


@_known
def percent(share: float | Fraction | Decimal, places: int = 0) -> str:
    """A share of one as a percentage: 0.805 is 81%, or 80.5% to one place."""
    return number(Fraction(share) * 100, places) + "%"


@_known
def uk_date(day: date) -> str:
    """23 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@_known
def uk_date_short(day: date) -> str:
    """23 Nov 2026."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


@_known
def month_name(month: int) -> str:
    """A month written yyyymm: 202411 is November 2024."""
    first = month_first(month)
    return f"{MONTHS[first.month - 1]} {first.year}"


@_known
def month_short(month: int) -> str:
    """A month written yyyymm, short: 202411 is Nov 24."""
    first = month_first(month)
    return f"{MONTHS[first.month - 1][:3]} {first.year % 100:02d}"


@_known
def uk_time(instant: datetime) -> str:
    """The time in London at an instant: 2:41pm. Raises ValueError for a time without a zone."""
    if instant.tzinfo is None:
        raise ValueError("A time without a zone cannot be shown in London; give it in UTC.")
    there = instant.astimezone(LONDON)
    return f"{(there.hour - 1) % _NOON + 1}:{there.minute:02d}{'am' if there.hour < _NOON else 'pm'}"


@_known
def uk_instant(instant: datetime) -> str:
    """The day and time in London: 23 November 2026 at 2:41pm. Raises ValueError for a time without a zone."""
    time = uk_time(instant)
    return f"{uk_date(instant.astimezone(LONDON).date())} at {time}"


FILTERS: dict[str, Callable[..., str]] = {
    format_.__name__: format_
    for format_ in (
        pounds,
        signed_pounds,
        pounds_whole,
        pounds_short,
        minutes,
        hours,
        number,
        percent,
        uk_date,
        uk_date_short,
        uk_time,
        uk_instant,
        month_name,
        month_short,
    )
}
