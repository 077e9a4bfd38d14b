"""How a year's expected outturn changed between two forecasts of it, and why: price, mix and volume, re-adding.

Both see the same facts, cut at their own origins. What came between the origins stands in the later one as it came,
so that what the month brought and what it makes expected are both in the change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from costing.forecast.difference import PARTS, difference
from costing.forecast.summary import Forecast

__all__ = ["OutturnChange", "outturn_change", "year_nights"]


@dataclass(frozen=True, slots=True)
class OutturnChange:
    """The mean outturn of placements in a year, in units: before + price + mix + volume = after."""

    before: int
    after: int
    price: int
    mix: int
    volume: int


def year_nights(forecast: Forecast, year: date) -> pl.DataFrame:
    """Nights and units by month and placement type of the year that begins on ``year``, actual and expected."""
    last = date(year.year + 1, 3, 31)
    columns = ["month", "placement_type", "nights", "units"]
    floats = [pl.col("nights").cast(pl.Float64), pl.col("units").cast(pl.Float64)]
    both = pl.concat([frame.select(*columns[:2], *floats) for frame in (forecast.actual, forecast.nights)])
    within = both.filter(pl.col("month").is_between(year, last))
    return within.group_by(columns[:2]).agg(pl.col("nights").sum(), pl.col("units").sum()).sort(columns[:2])


def outturn_change(earlier: Forecast, later: Forecast, year: date) -> OutturnChange:
    """What changed in the outturn of the year that begins on ``year``. Both forecasts hold its days so far."""
    # The two are compared over the whole year, whatever day each was made on.
    last = date(year.year + 1, 3, 31)
    one, other = (replace(each, origin=year, until=last, nights=year_nights(each, year)) for each in (earlier, later))
    sums = difference(one, other).select("first", "second", *PARTS).sum().row(0, named=True)
    return OutturnChange(sums["first"], sums["second"], sums["price"], sums["mix"], sums["volume"])
