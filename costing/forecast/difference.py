"""What sets two forecasts of the same months apart: price, mix and volume, re-adding to the unit.

With nights n and mean price p of a placement type in a month, of all types N, first forecast 0 and second 1:

- volume: as many nights more or fewer, in the mix and at the prices of the first: n0 x (N1 - N0) / N0 x p0
- mix: the nights that lie in other types than they would, at the prices of the first: (n1 - n0 x N1 / N0) x p0
- price: what a night costs more or less: n1 x (p1 - p0)

A type without nights in the first has no price there: it takes that of the second, and its cost is mix. The three are
worked out exactly and then rounded to whole units by the largest remainder, so that they add up to the difference.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

import polars as pl

from costing.forecast.settings import ForecastProblems
from costing.forecast.summary import Forecast
from costing.money import round_half_up

__all__ = ["PARTS", "difference"]

PARTS = ("price", "mix", "volume")
_SCHEMA: dict[str, type[pl.DataType]] = {
    "month": pl.Date, "placement_type": pl.String, "first": pl.Int64, "second": pl.Int64,
    "difference": pl.Int64, **dict.fromkeys(PARTS, pl.Int64),
}  # fmt: skip


def difference(first: Forecast, second: Forecast) -> pl.DataFrame:
    """Second less first, in units: month, placement_type, first, second, difference, price, mix, volume.

    ``first`` and ``second`` are mean costs rounded to the unit; in every row price, mix and volume add up to the
    difference, and so they do in every sum of rows. Raises ForecastProblems if the months are not the same.
    """
    if (first.origin, first.until) != (second.origin, second.until):
        raise ForecastProblems(["Two forecasts are compared from the same day and until the same day."])
    rows = []
    nights, units = _held(first), _held(second)
    types = sorted({name for _, name in (*nights, *units)})
    for month in sorted({month for month, _ in (*nights, *units)}):
        before = {name: nights.get((month, name), _NOTHING) for name in types}
        after = {name: units.get((month, name), _NOTHING) for name in types}
        totals = sum((n for n, _ in before.values()), _ZERO), sum((n for n, _ in after.values()), _ZERO)
        for name in types:
            rows.append((month, name, *_row(before[name], after[name], totals)))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_ZERO = Fraction(0)
_NOTHING = (_ZERO, _ZERO)
_Held = tuple[Fraction, Fraction]


def _held(forecast: Forecast) -> dict[tuple[date, str], _Held]:
    """Nights and units by month and type, exactly as they are held."""
    columns = forecast.nights.select("month", "placement_type", "nights", "units")
    return {(month, name): (Fraction(nights), Fraction(units)) for month, name, nights, units in columns.iter_rows()}


def _row(before: _Held, after: _Held, totals: tuple[Fraction, Fraction]) -> tuple[int, ...]:
    """First and second in whole units, their difference, and price, mix and volume that add up to it."""
    (n0, cost0), (n1, cost1) = before, after
    all0, all1 = totals
    price0 = cost0 / n0 if n0 else (cost1 / n1 if n1 else _ZERO)
    price = cost1 - n1 * price0
    if all0:
        volume = n0 * (all1 - all0) / all0 * price0
        mix = n1 * price0 - cost0 - volume
    else:
        volume, mix = n1 * price0 - cost0, _ZERO
    first, second = round_half_up(cost0), round_half_up(cost1)
    return (first, second, second - first, *_whole((price, mix, volume), second - first))


def _whole(parts: tuple[Fraction, ...], total: int) -> list[int]:
    """The parts as whole numbers that add up to the total: the largest remainders are rounded up."""
    down = [floor(each) for each in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: (down[place] - parts[place], place))
    left = total - sum(down)
    # The total is rounded on its own, so that one too many or too few may be left over: it goes round once more.
    for step in range(abs(left)):
        down[by_remainder[step % len(parts)]] += 1 if left > 0 else -1
    return down
