"""What the form of a run offers to choose from: years, sheets, series, teams, sectors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from itertools import chain

import polars as pl

from costing.calculator import RunSettings
from costing.placement_map import shipped_placement_map
from projections import tables as t
from projections.queries.cost_lines import LiveCosts
from projections.queries.finance import ledger_years
from projections.queries.price_indices import held_series
from projections.queries.run_prices import sheet_choices
from web.method.indices_page import index_series_words
from web.state import Opened

__all__ = ["Offered", "offered"]

MARCH = 3
# An earlier year is asked for by its dates.
MOST_YEARS = 5


@dataclass(frozen=True)
class Offered:
    """The choices. ``spans`` are the days of each April year, the latest first, the last cut at the horizon."""

    today: date
    horizon: date
    returned: date | None
    spans: dict[int, tuple[date, date]]
    sheets: list[tuple[str, str]]
    price_bases: list[str]
    series: list[tuple[str, str]]
    teams: list[str]
    sectors: list[str]

    @property
    def usual(self) -> RunSettings:
        """What the form begins with: the latest year that is over and in a return, else over, else the latest."""
        spans = list(self.spans.values())
        over = [span for span in spans if (span[1].month, span[1].day) == (MARCH, 31)]
        known = [span for span in over if self.returned is not None and span[1] <= self.returned]
        first, last = [*known, *over, *spans][0]
        return RunSettings(first=first, last=last)


def offered(here: Opened) -> Offered | None:
    """The choices as the tables stand; None while no day has ended."""
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        horizon = source.horizon
        if horizon is None:
            return None
        years = [year for year in ledger_years(connection) if date(year, 4, 1) <= horizon]
        years = years[:MOST_YEARS] or [horizon.year - (horizon.month <= MARCH)]
        maps = source.frame(t.setting).filter(pl.col("name") == "placement_map").sort("valid_from")["value"].to_list()
        own = {row["sector"] for row in json.loads(maps[-1])} if maps else set()
        sheets, returned = sheet_choices(source), source.last_return_end
        teams = sorted(set(source.frame(t.team)["name"]))
        series = held_series(source)
    return Offered(
        today=here.recorder.clock.today(),
        horizon=horizon,
        returned=returned,
        spans={year: (date(year, 4, 1), min(date(year + 1, 3, 31), horizon)) for year in years},
        sheets=sheets,
        price_bases=sorted({year for each in series.values() for year in each.points if "/" in year}, reverse=True),
        series=[(name, index_series_words(name)) for name in series],
        teams=teams,
        sectors=sorted(set(chain(own, shipped_placement_map()["sector"].unique(), ["unknown"]))),
    )
