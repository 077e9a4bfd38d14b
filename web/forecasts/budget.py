"""A year's budget beside what is spent, committed and expected, and what the last month changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

import polars as pl

from costing.forecast.fees import actual_nights
from costing.forecast.monitoring import OutturnChange, outturn_change
from costing.forecast.run import forecast
from costing.forecast.settings import ForecastProblems, ForecastSettings
from costing.forecast.summary import Forecast
from costing.money import UNITS_PER_POUND, round_half_up
from projections.queries.budget import ChildrenPriced, children_priced, spent_by_line
from projections.queries.cost_lines import LiveCosts
from projections.queries.forecasting import authority_settings, check_origin, forecast_facts
from web.forecasts import asked as asking
from web.forecasts.making import PATIENCE_SECONDS
from web.state import Opened
from web.working import Progress, Working, work_on

__all__ = ["OTHER_LINES", "Line", "Watched", "april_of", "month_ends", "outturn", "watched"]

OTHER_LINES = {"staff": "Staff time", "travel": "Travel", "service": "Services", "allowance": "Allowances"}


@dataclass(frozen=True)
class Line:
    """One line of a budget, all in pounds. 8 futures of 10 lie from ``low`` to ``high``; None: no range is known."""

    name: str
    budget: float | None
    actual: float
    committed: float
    simulated: float
    low: float | None
    high: float | None

    @property
    def expected(self) -> float:
        """The outturn expected."""
        return self.actual + self.committed + self.simulated

    @property
    def variance(self) -> float | None:
        """Expected above budget; below zero is less."""
        return None if self.budget is None else self.expected - self.budget


@dataclass(frozen=True)
class Watched:
    """What a year is watched by, from the end of ``origin``; ``year`` is its first day.

    ``ahead`` is the forecast of the days left, None where none are. ``before`` is the end of the month before, and
    ``change`` what the outturn of placements changed since. ``costs``: month, placement_type, nights, units so far.
    """

    year: date
    origin: date
    ahead: Forecast | None
    before: date
    change: OutturnChange | None
    spent: Mapping[str, int]
    children: tuple[ChildrenPriced, ...]
    costs: pl.DataFrame


def april_of(day: date) -> date:
    """The first day of the financial year in which a day lies."""
    return date(day.year - (day.month < 4), 4, 1)


def month_ends(last: date, count: int) -> list[date]:
    """The last days of months up to a day, the latest first."""
    ends: list[date] = []
    day = last + timedelta(days=1)
    while len(ends) < count:
        day = day.replace(day=1) - timedelta(days=1)
        ends.append(day)
    return ends


def watched(here: Opened, position: int, origin: date, uplift: float) -> Working[Watched]:
    """The year of a day, worked out in the background by the tables at a log position."""
    return work_on(
        "budget",
        (position, origin, uplift),
        lambda progress: _watched(here, origin, uplift, progress),
        patience=PATIENCE_SECONDS,
        refusing=(ForecastProblems,),
    )


def _watched(here: Opened, origin: date, uplift: float, progress: Progress) -> Watched:
    year = april_of(origin)
    last = date(year.year + 1, 3, 31)
    before = origin.replace(day=1) - timedelta(days=1)
    settings = ForecastSettings(last, asking.SIMULATIONS, yearly_uplift=uplift)
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        check_origin(source, origin)
        facts, known = forecast_facts(source, here.recorder.keys), authority_settings(source, settings, origin)
        spent, children = spent_by_line(source, year, origin), children_priced(connection, origin)
    ahead = (
        forecast(facts, known, origin, lambda done, total: progress(done, 2 * (total or 0))) if origin < last else None
    )
    costs = actual_nights(facts, known, year, origin)
    change = None
    if not facts.placements.filter(pl.col("starts") <= before).is_empty():
        earlier = forecast(facts, known, before, lambda done, total: progress((total or 0) + done, 2 * (total or 0)))
        # A year that is over has nothing ahead: it stands as it came.
        later = ahead or replace(earlier, origin=origin, actual=costs, nights=earlier.nights.clear())
        change = outturn_change(earlier, later, year)
    return Watched(year, origin, ahead, before, change, spent, tuple(children), costs)


def outturn(found: Watched, budget: Mapping[str, int], words: Mapping[str, str]) -> list[Line]:
    """The lines of a year: placement types by their cost, then the others; ``budget`` in pence, ``words`` by code.

    Of placements what is ahead is forecast; of everything else it is the rate of the year so far, day by day.
    """
    types = [name for name in {**found.spent, **budget} if name not in OTHER_LINES]
    rows = {} if found.ahead is None else _ahead(found.ahead, found.year)
    types += [name for name in rows if name not in types]
    lines = []
    for name in types:
        actual = _pounds(found.spent.get(name, 0))
        row = rows.get(name)
        # The ledger is what was spent; of the forecast the days ahead alone are taken.
        ranges = (None, None) if row is None else tuple(actual + row[key] - row["actual"] for key in ("p10", "p90"))
        committed, simulated = (0.0, 0.0) if row is None else (row["committed"], row["simulated"])
        lines.append(Line(words.get(name, name), _budgeted(budget, name), actual, committed, simulated, *ranges))
    lines.sort(key=lambda line: (-line.expected, line.name))
    left = (date(found.year.year + 1, 3, 31) - found.origin).days
    gone = (found.origin - found.year).days + 1
    for name, said in OTHER_LINES.items():
        if name in found.spent or name in budget:
            units = found.spent.get(name, 0)
            rest = _pounds(round_half_up(Fraction(units * left, gone)))
            lines.append(Line(said, _budgeted(budget, name), _pounds(units), 0.0, rest, None, None))
    return lines


def _ahead(ahead: Forecast, year: date) -> dict[str, dict[str, float]]:
    rows = ahead.type_years.filter(pl.col("year") == year)
    return {row["placement_type"]: row for row in rows.iter_rows(named=True)}


def _budgeted(budget: Mapping[str, int], name: str) -> float | None:
    return budget[name] / 100 if name in budget else None


def _pounds(units: int) -> float:
    return units / UNITS_PER_POUND
