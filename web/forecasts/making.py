"""A forecast made in the background and held for the pages about it; and how well the method did on the past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from costing.forecast.back_test import BackTest, back_test, origins
from costing.forecast.facts import ForecastFacts
from costing.forecast.fees import actual_nights
from costing.forecast.run import actual_children, forecast
from costing.forecast.scenario_file import Suppositions
from costing.forecast.settings import ForecastProblems, ForecastSettings
from costing.forecast.summary import Forecast
from projections.queries.cost_lines import LiveCosts
from projections.queries.forecasting import authority_settings, check_origin, forecast_facts
from web.forecasts.asked import AskedForecast
from web.state import Opened
from web.working import Progress, Working, work_on

__all__ = ["Judged", "MadeForecast", "judged", "made"]

PATIENCE_SECONDS = 2.0
GLANCE_SECONDS = 0.2
MONTHS_BEFORE = 12
_HELD = 8


@dataclass(frozen=True)
class MadeForecast:
    """A forecast and what came before it.

    ``children``: date, placement_type, children on the last day of each month of the year up to the origin.
    ``costs``: month, placement_type, nights, units, unpriced_nights of those months.
    """

    forecast: Forecast
    children: pl.DataFrame
    costs: pl.DataFrame


@dataclass(frozen=True)
class Judged:
    """How the method did where it was tried on the authority's own past."""

    test: BackTest
    origins: tuple[date, ...]


def made(
    here: Opened, position: int, asked: AskedForecast, supposed: Suppositions | None = None
) -> Working[MadeForecast]:
    """The forecast asked for, by the tables at a log position, with and without a scenario."""
    settings = asked.settings
    if supposed is not None:
        settings = replace(settings, uplifts=supposed.uplifts, scenarios=supposed.scenarios)
    key = (position, asked.origin, settings.until, settings.simulations, settings.yearly_uplift, supposed)
    return work_on(
        "forecast",
        key,
        lambda progress: _made(here, asked.origin, settings, progress),
        patience=PATIENCE_SECONDS,
        held=_HELD,
        refusing=(ForecastProblems,),
    )


def judged(here: Opened, position: int, asked: AskedForecast) -> Working[Judged]:
    """How the method did on the years before the origin; glanced at, as the forecast does not wait for it."""
    return work_on(
        "back-test",
        (position, asked.origin, asked.uplift),
        lambda progress: _judged(here, asked, progress),
        patience=GLANCE_SECONDS,
        refusing=(ForecastProblems,),
    )


def _made(here: Opened, origin: date, settings: ForecastSettings, progress: Progress) -> MadeForecast:
    facts, known = _facts(here, settings, origin)
    found = forecast(facts, known, origin, progress)
    first = _months_before(origin, MONTHS_BEFORE)
    daily = actual_children(facts, first, origin)
    ends = daily.filter((pl.col("date") == pl.col("date").dt.month_end()) | (pl.col("date") == origin))
    return MadeForecast(found, ends, actual_nights(facts, known, first, origin))


def _judged(here: Opened, asked: AskedForecast, progress: Progress) -> Judged:
    facts, known = _facts(here, asked.settings, asked.origin)
    tried = tuple(origins(facts, asked.origin))
    return Judged(back_test(facts, known, tried, asked.origin, progress=progress), tried)


def _facts(here: Opened, settings: ForecastSettings, origin: date) -> tuple[ForecastFacts, ForecastSettings]:
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        check_origin(source, origin)
        return forecast_facts(source, here.recorder.keys), authority_settings(source, settings, origin)


def _months_before(origin: date, count: int) -> date:
    """The first of the month so many months before the month after the origin."""
    ahead = (origin + timedelta(days=1)).replace(day=1)
    months = ahead.year * 12 + ahead.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
