"""A forecast: the one way in. Facts and settings go in, daily counts and monthly costs with their ranges come out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from costing.forecast.bands import YEAR_DAYS
from costing.forecast.entrants import drawn_entrants
from costing.forecast.facts import ForecastFacts, facts_at
from costing.forecast.fees import actual_nights, drawn_prices, uplift_factors
from costing.forecast.hazards import drawn_hazards
from costing.forecast.history import Entrants, history
from costing.forecast.scenarios import EdgeOfCare, EntrantsChange
from costing.forecast.settings import ForecastProblems, ForecastSettings
from costing.forecast.simulate import simulated
from costing.forecast.spells import Model
from costing.forecast.summary import Calendar, Forecast, Summary
from costing.forecast.tally import Tally, stepped_down, tallied

__all__ = ["actual_children", "forecast"]

_AT_ONCE = 500
_THREADS = 2


Progress = Callable[[int, int | None], None]


def _silent(_: int, __: int | None) -> None:
    """No progress is asked for."""


def forecast(
    facts: ForecastFacts, settings: ForecastSettings, origin: date, progress: Progress = _silent
) -> Forecast:  # fmt: skip
    """What is ahead of the end of ``origin``, from what had happened by then and nothing else.

    The same facts, settings and origin give the same forecast. ``progress`` is told of simulations done and of all.
    Raises ForecastProblems with all that is wrong.
    """
    settings = settings.checked(origin)
    known = facts_at(facts, origin)
    if known.placements.is_empty():
        raise ForecastProblems(["No child had been placed by that day: there is nothing to forecast from."])
    parameters, chances = np.random.SeedSequence(settings.seed).spawn(2)
    draws = min(settings.draws, settings.simulations)
    each = -(-settings.simulations // draws)
    calendar = Calendar(origin, settings.until)
    model, factors = _model(known, settings, calendar, (draws, each), np.random.default_rng(parameters))
    if unknown := _unknown_types(settings, model.past.types):
        raise ForecastProblems(unknown)
    summary = Summary(model.past.types, calendar, draws * each)
    parts = np.array_split(np.arange(draws), min(draws, max(1, draws * each // _AT_ONCE)))

    def played(some: npt.NDArray[np.int64], seed: np.random.SeedSequence) -> Tally:
        spells = simulated(model, some, each, seed)
        spells = stepped_down(model, spells, settings, origin, np.random.default_rng(seed.spawn(1)[0]))
        return tallied(model, spells, len(some) * each, factors, origin, settings)

    # Each part has its own stream of random numbers, so that it does not matter which is done first.
    with ThreadPoolExecutor(_THREADS) as pool:
        for done, tally in enumerate(pool.map(played, parts, chances.spawn(len(parts))), 1):
            summary.add(tally)
            progress(done * draws * each // len(parts), draws * each)
    year = date(origin.year - (origin.month < 4), 4, 1)
    actual = actual_nights(known, settings, year, origin)
    return summary.forecast(actual, settings, unpriced=model.prices.unpriced, seasonal=model.entrants.seasonal)


def _model(
    known: ForecastFacts,
    settings: ForecastSettings,
    calendar: Calendar,
    size: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[Model, npt.NDArray[np.float64]]:
    past = history(known, calendar.origin)
    draws, each = size
    hazards = drawn_hazards(past, draws, settings.shrinkage, calendar.days, rng)
    months = np.array([each.month for each in calendar.months], dtype=np.int64)
    entrants = drawn_entrants(past.entrants, months, draws, draws * each, rng)
    prices = drawn_prices(known, calendar.origin, past.types, past.present.child_no, settings, rng)
    keep = _kept(past.entrants, settings, calendar)
    model = Model(past, hazards, entrants, prices, calendar.month_of, calendar.month_days, keep)
    return model, uplift_factors(calendar.origin, calendar.days, settings)


def _unknown_types(settings: ForecastSettings, types: tuple[str, ...]) -> list[str]:
    """What scenarios say of placement types in which nobody had been placed, in words."""
    fields = ("from_type", "to_type", "placement_type")
    named = {getattr(each, field, None) for each in settings.scenarios for field in fields} - {None}
    return [
        f"No child had been placed in “{name}” by that day; there were {', '.join(types)}."
        for name in sorted(map(str, named))
        if name not in types
    ]


def _kept(past: Entrants, settings: ForecastSettings, calendar: Calendar) -> npt.NDArray[np.float32] | None:
    """By how much entrants like each past one are multiplied in each month ahead, or None where nothing changes.

    A change that starts within a month holds for the part of the month that is left.
    """
    changes = [each for each in settings.scenarios if isinstance(each, EntrantsChange | EdgeOfCare)]
    if not changes:
        return None
    keep = np.ones((len(past.age), len(calendar.months)))
    years = np.floor(past.age / YEAR_DAYS)
    for each in changes:
        if isinstance(each, EntrantsChange):
            share, of = each.percent / 100, np.ones(len(years), dtype=np.bool_)
        else:
            share, of = -each.percent_fewer / 100, (years >= each.from_age) & (years <= each.to_age)
        keep *= 1 + share * calendar.parts_from(each.starts) * of[:, None]
    return keep.astype(np.float32)


def actual_children(facts: ForecastFacts, first: date, last: date) -> pl.DataFrame:
    """Children in each placement type on each day from first to last: date, placement_type, children."""
    days = pl.DataFrame({"date": pl.date_range(first, last, "1d", eager=True)})
    types = facts.placements.select("placement_type").unique()
    after = last + timedelta(days=1)
    spans = facts.placements.select(
        "placement_type",
        start=pl.max_horizontal("starts", pl.lit(first)),
        stop=pl.min_horizontal(pl.col("ends").fill_null(after), pl.lit(after)),
    ).filter(pl.col("start") < pl.col("stop"))
    changes = pl.concat([
        spans.select("placement_type", date="start", change=pl.lit(1)),
        spans.select("placement_type", date="stop", change=pl.lit(-1)),
    ]).group_by("date", "placement_type").agg(pl.col("change").sum())  # fmt: skip
    return (
        days.join(types, how="cross")
        .join(changes, on=["date", "placement_type"], how="left")
        .sort("placement_type", "date")
        .select("date", "placement_type", children=pl.col("change").fill_null(0).cum_sum().over("placement_type"))
    )
