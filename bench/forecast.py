"""Forecasts judged: the made-up authority at three origins, and sixty others of which the truth is known.

Error is the mean absolute error of the children of each day of the year ahead, in per cent of the children there
were; cost error that of the year's placement cost. Beside each stand the naive forecast and last year's trend, and for
the sixty the *floor*: the same error of somebody who knows all that is true of the authority but not what will happen,
found by playing the year again from the same day. Nothing can be better than the floor but by luck.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.measures import Measure
from bench.pages import load_demonstration
from bench.simulated_authority import Authority, simulated_authority
from bench.stores import folder
from costing.forecast.back_test import ToBeat
from costing.forecast.facts import ForecastFacts
from costing.forecast.fees import actual_nights
from costing.forecast.run import actual_children, forecast
from costing.forecast.settings import ForecastSettings
from costing.money import UNITS_PER_POUND

__all__ = ["AUTHORITIES", "Judged", "judged", "measure_forecast"]

AUTHORITIES = 60
ORIGINS = (date(2022, 3, 31), date(2023, 3, 31), date(2024, 3, 31))
# The fees of all these authorities rise by as much every April.
UPLIFT = 3.8
AIM_ERROR, AIM_COST, AIM_SECONDS = 1.5, 5.0, 2.0
AIM_HELD = (90.0, 99.0)
_FUTURES = 40
_SIMULATIONS = 1_000
_EIGHTEEN_MONTHS = date(1, 9, 30)
_ONE_DAY = timedelta(days=1)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """One forecast of a year beside what came, in per cent; ``held`` the part of days within the 95% range."""

    error: float
    naive_error: float
    trend_error: float
    held: float
    held_80: float
    cost_error: float
    naive_cost_error: float
    trend_cost_error: float | None
    cost_held: bool
    seconds: float


def measure_forecast(say: Callable[[str], None], authorities: int = AUTHORITIES) -> Iterator[Measure]:
    """The made-up authority at each origin with 10,000 simulations over 18 months, then the simulated ones."""
    with folder() as scratch:
        say("loading the demonstration")
        load_demonstration(scratch)
        yield from _of_the_demonstration(say)
    yield from _of_many(say, authorities)


def judged(facts: ForecastFacts, settings: ForecastSettings, origin: date) -> Judged:
    """A year's forecast judged by the facts that came after it; the settings may reach further ahead."""
    last = origin.replace(year=origin.year + 1)
    started = time.perf_counter()
    made = forecast(facts, settings, origin)
    seconds = time.perf_counter() - started
    total = pl.col("placement_type") == "total"
    said = made.rows.filter(total & (pl.col("measure") == "children") & (pl.col("date") <= last))
    days = actual_children(facts, origin + _ONE_DAY, last).group_by("date").agg(pl.col("children").sum()).sort("date")
    came = days["children"].to_numpy().astype(np.float64)
    spent = int(actual_nights(facts, settings, origin + _ONE_DAY, last)["units"].sum()) / UNITS_PER_POUND
    cost = made.running.filter(date=last).row(0, named=True)
    beside = ToBeat(facts, settings, origin)
    naive, trend = float(beside.naive_children), beside.trend_cost(last)
    part = np.arange(1, len(came) + 1) / len(came)
    return Judged(
        error=_error(said["mean"].to_numpy(), came),
        naive_error=_error(np.full(len(came), naive), came),
        trend_error=_error(naive + (beside.trend_children(last) - naive) * part, came),
        held=100 * float(np.mean((came >= said["p2_5"].to_numpy()) & (came <= said["p97_5"].to_numpy()))),
        held_80=100 * float(np.mean((came >= said["p10"].to_numpy()) & (came <= said["p90"].to_numpy()))),
        cost_error=100 * (cost["mean"] / spent - 1),
        naive_cost_error=100 * (beside.naive_cost(last) / spent - 1),
        trend_cost_error=None if trend is None else 100 * (trend / spent - 1),
        cost_held=cost["p2_5"] <= spent <= cost["p97_5"],
        seconds=seconds,
    )


def _error(said: Floats, came: Floats) -> float:
    return 100 * float(np.abs(said - came).mean() / came.mean())


def _of_the_demonstration(say: Callable[[str], None]) -> Iterator[Measure]:
    from projections.queries.cost_lines import LiveCosts  # noqa: PLC0415 - the environment names the stores
    from projections.queries.forecasting import authority_settings, forecast_facts  # noqa: PLC0415
    from web.cli.terminal import opened  # noqa: PLC0415

    found = []
    with opened() as house, house.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        facts = forecast_facts(source, house.recorder.keys)
        for origin in ORIGINS:
            say(f"forecasting from {origin:%d/%m/%Y}")
            until = _EIGHTEEN_MONTHS.replace(year=origin.year + 1)
            asked = ForecastSettings(until=until, yearly_uplift=UPLIFT)
            found.append(judged(facts, replace(authority_settings(source, asked, origin), staff_rates={}), origin))
    for origin, each in zip(ORIGINS, found, strict=True):
        yield _measure(f"forecast from {origin:%d/%m/%Y}: error of children", each.error, AIM_ERROR, _beside(each))
        held = AIM_HELD[0] <= each.held <= AIM_HELD[1]
        yield Measure(
            f"forecast from {origin:%d/%m/%Y}: days in the 95% range", "memory", each.held / 95,
            "90 to 99% of days", held, f"{each.held:.0f}% of days; {each.held_80:.0f}% in the 80% range",
        )  # fmt: skip
        trend = "none" if each.trend_cost_error is None else f"{each.trend_cost_error:+.1f}%"
        yield _measure(
            f"forecast from {origin:%d/%m/%Y}: error of the year's cost", abs(each.cost_error), AIM_COST,
            f"{each.cost_error:+.1f}%; naive {each.naive_cost_error:+.1f}%, trend {trend}; "
            f"{'inside' if each.cost_held else 'outside'} the 95% range",
        )  # fmt: skip
    error = statistics.mean(each.error for each in found)
    yield _measure("forecast, mean of the three: error of children", error, AIM_ERROR, f"{error:.1f}%")
    seconds = statistics.median(each.seconds for each in found)
    yield Measure(
        "forecast: 10,000 simulations of 18 months by day", "memory", seconds / AIM_SECONDS, "≤ 1 (2 s)",
        seconds <= AIM_SECONDS, ", ".join(f"{each.seconds:.1f} s" for each in found),
    )  # fmt: skip


def _of_many(say: Callable[[str], None], authorities: int) -> Iterator[Measure]:
    """The simulated authorities, every kind in turn: for all of them together and for each kind."""
    told: list[tuple[Authority, Judged, float]] = []
    for seed in range(authorities):
        made = simulated_authority(seed, futures=_FUTURES)
        settings = ForecastSettings(until=made.last, yearly_uplift=UPLIFT, simulations=_SIMULATIONS)
        floor = _error(made.futures.mean(axis=1), made.actual.astype(np.float64))
        told.append((made, judged(made.facts, settings, made.origin), floor))
        say(f"{seed + 1} of {authorities} simulated authorities")
    for kind in ("all", *dict.fromkeys(made.kind for made, _, _ in told)):
        some = [(each, floor) for made, each, floor in told if kind in ("all", made.kind)]
        floor = statistics.mean(each for _, each in some)
        ours, naive, trend = (
            statistics.mean(getattr(each, name) for each, _ in some) for name in ("error", "naive_error", "trend_error")
        )
        what = f"forecast of {len(some)} simulated authorities ({kind})"
        yield Measure(
            f"{what}: error of children beside the naive", "memory", ours / naive, "< 1", ours < naive,
            f"{ours:.1f}%; naive {naive:.1f}%, trend {trend:.1f}%, floor {floor:.1f}%",
        )  # fmt: skip
        held, held_80 = (statistics.mean(getattr(each, name) for each, _ in some) for name in ("held", "held_80"))
        yield Measure(
            f"{what}: days in the 95% range", "memory", held / 95, "90 to 99% of days",
            AIM_HELD[0] <= held <= AIM_HELD[1], f"{held:.0f}% of days; {held_80:.0f}% in the 80% range",
        )  # fmt: skip
        cost, naive_too = (
            statistics.mean(abs(getattr(each, name)) for each, _ in some) for name in ("cost_error", "naive_cost_error")
        )
        within = sum(abs(each.cost_error) <= AIM_COST for each, _ in some)
        yield Measure(
            f"{what}: error of the year's cost beside the naive", "memory", cost / naive_too, "< 1", cost < naive_too,
            f"{cost:.1f}%; naive {naive_too:.1f}%; {within} of {len(some)} within 5%",
        )  # fmt: skip


def _measure(what: str, value: float, aim: float, beside: str) -> Measure:
    return Measure(what, "memory", value / aim, f"≤ 1 ({aim:g}%)", value <= aim, beside)


def _beside(each: Judged) -> str:
    return f"{each.error:.1f}%; naive {each.naive_error:.1f}%, trend {each.trend_error:.1f}%"
