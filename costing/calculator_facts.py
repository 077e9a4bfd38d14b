"""What a run is worked out from: the children's facts, what the ledger holds of them, and prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import polars as pl

from costing.calculator_settings import RunSettings
from costing.care_facts import ChildFacts
from costing.unit_cost_sheets import UnitCostSheet
from costing.uprating import IndexPoint, IndexSeries, index_series
from costing.variations import Frameworks, shipped_frameworks

POSTED = {
    "child_no": pl.Int64,
    "cost_kind": pl.String,
    "item_no": pl.Int64,
    "line_no": pl.Int64,
    "service_from": pl.Date,
    "service_to": pl.Date,
    "process": pl.String,
    "worker_type": pl.String,
    "place_type": pl.String,
    "sector": pl.String,
    "nights": pl.Int64,
    "seconds": pl.Int64,
    "rate_pence": pl.Int64,
    "amount": pl.Int64,
    "basis": pl.String,
}
PLACED = {"child_no": pl.Int64, "start": pl.Date, "stop": pl.Date, "place_type": pl.String}
ALLOCATED = {"child_no": pl.Int64, "start": pl.Date, "stop": pl.Date, "team": pl.String}
COVERED = {"team": pl.String, "month": pl.Int64, "recorded_seconds": pl.Int64, "contracted_seconds": pl.Int64}
_FIRST_YEAR, _YEARS = 1980, 80


@dataclass(frozen=True)
class RunFacts:
    """Everything known that a run rests on. `ChildFacts.child` is the child's number as text.

    `postings` has the columns `POSTED` of the ledger (amount null: no price); `placements` the nights in
    each placement, none in two (`PLACED`, stop exclusive); `teams` each child's team at every date
    (`ALLOCATED`, team null: none); `coverage` the hours of each team and month (`COVERED`).
    """

    children: tuple[ChildFacts, ...]
    horizon: date
    postings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=POSTED))
    placements: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PLACED))
    teams: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ALLOCATED))
    coverage: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COVERED))
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunPrices:
    """The sheet that standard work is priced from, already the combined one where the run asks for that.

    `hour_pence` is J in whole pence by worker type on the last day of the run, which a change of hours is priced at.
    """

    sheet: UnitCostSheet
    frameworks: Frameworks = field(default_factory=shipped_frameworks)
    series: Mapping[str, IndexSeries] | None = None
    hour_pence: Mapping[str, int] = field(default_factory=dict)

    def series_of(self, settings: RunSettings, component: str) -> IndexSeries:
        """The inflation series of a component. Raises UpratingRefused for a name that is not held."""
        rate = settings.rates.get(component, settings.inflation)
        if isinstance(rate, Decimal):
            return yearly_change(rate)
        return index_series(rate, self.series)


@lru_cache(maxsize=64)
def yearly_change(percent: Decimal) -> IndexSeries:
    """A series that rises by so many per cent from each April year to the next, exactly."""
    step = 1 + Fraction(percent) / 100
    points = {}
    for number in range(_YEARS):
        year = f"{_FIRST_YEAR + number}/{(_FIRST_YEAR + number + 1) % 100:02d}"
        points[year] = IndexPoint(year, 100 * step**number, "assumed")
    return IndexSeries(f"{percent}% a year", points, "a setting of the run", "")
