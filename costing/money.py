"""Money in whole units of 1/420 of a penny, and the one place where it is rounded.

A night of a weekly fee is a seventh of it and a minute of an hourly rate a sixtieth, so with 420 units to
the penny both are whole numbers for any fee or rate in pence. Sums and splits stay exact; rounding happens
once, half-up, where a person or a file sees the figure. Half-up means away from zero: the reversal of an
entry then shows as exactly the opposite of the entry.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import polars as pl

UNITS_PER_PENNY = 420
UNITS_PER_POUND = UNITS_PER_PENNY * 100
UNITS_PER_WEEKLY_PENNY_A_NIGHT = UNITS_PER_PENNY // 7
UNITS_PER_HOURLY_PENNY_A_MINUTE = UNITS_PER_PENNY // 60
UNITS_PER_MILE_PENNY_A_TENTH = UNITS_PER_PENNY // 10


def night_units(weekly_pence: int) -> int:
    """Units for one night of a fee of so many pence a week: a seventh, exactly."""
    return weekly_pence * UNITS_PER_WEEKLY_PENNY_A_NIGHT


def minute_units(hourly_pence: int) -> int:
    """Units for one minute at a rate of so many pence an hour: a sixtieth, exactly."""
    return hourly_pence * UNITS_PER_HOURLY_PENNY_A_MINUTE


def mile_units(pence_a_mile: int, miles_tenths: int) -> int:
    """Units for so many tenths of a mile at a rate in pence a mile."""
    return pence_a_mile * miles_tenths * UNITS_PER_MILE_PENNY_A_TENTH


def units_of_pence(pence: int) -> int:
    """Units in a whole number of pence."""
    return pence * UNITS_PER_PENNY


def units_of_pounds(pounds: Decimal) -> int:
    """Units in an amount of pounds.

    Raises ValueError when the amount is finer than a unit, so that nothing is lost in silence.
    """
    units = Fraction(pounds) * UNITS_PER_POUND
    if units.denominator != 1:
        raise ValueError(f"£{pounds} cannot be held exactly; give pounds and pence.")
    return int(units)


def round_half_up(value: Fraction | Decimal | int) -> int:
    """The nearest whole number, halves away from zero."""
    exact = value if isinstance(value, Fraction | int) else Fraction(value)
    magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return -magnitude if exact < 0 else magnitude


def round_half_up_pence(units: int) -> int:
    """Whole pence nearest to the units, halves away from zero."""
    magnitude = (abs(units) + UNITS_PER_PENNY // 2) // UNITS_PER_PENNY
    return -magnitude if units < 0 else magnitude


def pounds(units: int) -> Decimal:
    """Pounds and pence, rounded once, half-up. Add up units first, never the results of this."""
    return Decimal(round_half_up_pence(units)).scaleb(-2)


def exact_text(units: int) -> str:
    """The amount with nothing rounded away: pounds and pence, then the part of a penny that is left.

    `1234567 units` reads `£29.39 187/420p`; a whole number of pence carries no part.
    """
    whole, part = divmod(abs(units), UNITS_PER_PENNY)
    sign = "-" if units < 0 else ""
    text = f"{sign}£{Decimal(whole).scaleb(-2):,.2f}"
    return f"{text} {Fraction(part, UNITS_PER_PENNY)}p" if part else text


def cumulative_pence(amounts: Iterable[int]) -> list[int]:
    """Pence for each row such that any run from the first row re-adds to its rounded total.

    Each row takes the rounded running total less the rounded running total before it (ruling 9: only
    an export of postings rounds like this, and says so).
    """
    pence: list[int] = []
    running = before = 0
    for units in amounts:
        running += units
        now = round_half_up_pence(running)
        pence.append(now - before)
        before = now
    return pence


def pence_column(units: pl.Expr) -> pl.Expr:
    """The column form of `round_half_up_pence`: int64 units to int64 pence, null stays null."""
    return units.sign() * ((units.abs() + UNITS_PER_PENNY // 2) // UNITS_PER_PENNY)


def cumulative_pence_column(units: pl.Expr) -> pl.Expr:
    """The column form of `cumulative_pence`, in the order of the rows; null (unpriced) stays null."""
    running = pence_column(units.fill_null(0).cum_sum())
    return pl.when(units.is_not_null()).then(running - running.shift(1, fill_value=0))
