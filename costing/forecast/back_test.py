"""The forecast judged on an authority's own history: what it would have said, beside what came, time after time.

At each origin the forecast is made from the facts cut at it (``facts_at``), as are the two it has to beat:

- *naive*: today's children stay and today's placements run on at today's fees, with the stated uplift;
- *trend*: children change as they did over the year before the origin; cost is that of the same months a year
  earlier, times how the year before the origin compares with the one before it (only with two years of history).

They are compared 1, 3, 6 and 12 months after: the children on the last day of the span, and what the whole span
cost. Bias is the mean of forecast less actual over the mean actual; MAPE the mean of the absolute errors, each as a
part of its actual; coverage the part of actuals within the 80% and 95% ranges. All in per cent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from costing.forecast.facts import ForecastFacts, facts_at, observed_from, placed
from costing.forecast.fees import actual_nights, uplift_factors
from costing.forecast.run import actual_children, forecast
from costing.forecast.settings import ForecastSettings
from costing.forecast.summary import TOTAL, Forecast
from costing.money import UNITS_PER_POUND

__all__ = ["AHEAD", "ROWS", "BackTest", "ToBeat", "back_test", "months_after", "origins"]

AHEAD = (1, 3, 6, 12)
_YEAR = timedelta(days=365)
_ONE_DAY = timedelta(days=1)
_SIMULATIONS = 1_000
_DRAWS = 100
_RANGES = ("p2_5", "p10", "p90", "p97_5")
ROWS: dict[str, type[pl.DataType]] = {
    "origin": pl.Date, "months_ahead": pl.Int64, "date": pl.Date, "measure": pl.String, "actual": pl.Float64,
    "mean": pl.Float64, **dict.fromkeys(_RANGES, pl.Float64), "naive": pl.Float64, "trend": pl.Float64,
}  # fmt: skip
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class BackTest:
    """``rows``: one for each origin, months ahead and measure (children; cost in pounds), in the columns of `ROWS`.

    ``summary``: measure, months_ahead, forecasts (how many), bias, mape, within_80, within_95, and bias and mape of
    naive and trend, in per cent; null where there is nothing to compare.
    """

    rows: pl.DataFrame
    summary: pl.DataFrame


def back_test(
    facts: ForecastFacts,
    settings: ForecastSettings,
    first_origins: Sequence[date],
    known_to: date,
    ahead: Sequence[int] = AHEAD,
    progress: Progress = lambda done, total: None,
) -> BackTest:
    """Every origin forecast and compared as far as what came is known, up to the end of ``known_to``.

    Of ``settings`` the uplifts, the priors and the treatment of missing fees are taken; scenarios are left out, as
    the past had none, and fewer simulations are made. Origins of which nothing has come yet give no row.
    """
    rows: list[dict[str, object]] = []
    whole = _Actual(facts, settings, known_to)
    for number, origin in enumerate(first_origins):
        spans = [(months, day) for months in ahead if (day := months_after(origin, months)) <= known_to]
        if spans:
            rows += _one(facts, settings, origin, spans, whole)
        progress(number + 1, len(first_origins))
    frame = pl.DataFrame(rows, schema=ROWS)
    return BackTest(frame, _summary(frame))


def origins(facts: ForecastFacts, known_to: date, years: int = 3, every: int = 3) -> list[date]:
    """The ends of months, so many apart, that have a year of history behind them; of the last years, oldest first."""
    begins = observed_from(facts, placed(facts), known_to) + _YEAR
    found = []
    day = _month_end(known_to, -1)
    while day >= max(begins, known_to - years * timedelta(days=366)):
        found.append(day)
        day = _month_end(day, -every)
    return found[::-1]


def months_after(origin: date, months: int) -> date:
    """The same day so many months on, or the last of its month; of the last of a month always the last."""
    number = origin.year * 12 + origin.month - 1 + months
    last = _last_of(number)
    if (origin + _ONE_DAY).day == 1:
        return last
    return last.replace(day=min(origin.day, last.day))


class ToBeat:
    """What the forecast of one origin has to beat, from the facts cut at it; each part is worked out once."""

    def __init__(self, facts: ForecastFacts, settings: ForecastSettings, origin: date) -> None:
        self._known, self._settings, self._origin = facts_at(facts, origin), settings, origin

    @cached_property
    def naive_children(self) -> int:
        """Children in placement on the origin: all of them stay and nobody comes."""
        return self._children(self._origin)

    def trend_children(self, last: date) -> float:
        """Children on ``last`` if they change by the day as they did over the year before the origin."""
        days = (last - self._origin).days
        return max(0.0, self.naive_children + self._yearly_change * days / _YEAR.days)

    def naive_cost(self, last: date) -> float:
        """Pounds from the day after the origin to ``last`` if today's placements run on at today's fees, uplifted."""
        factors = uplift_factors(self._origin, (last - self._origin).days, self._settings)
        return float(self._nightly * factors.sum()) / UNITS_PER_POUND

    def trend_cost(self, last: date) -> float | None:
        """Pounds of the same days a year before, times last year over the year before it; None without two years."""
        if not self._years:
            return None
        lately, before = self._years
        same_days = self._spent(self._origin - _YEAR + _ONE_DAY, min(last - _YEAR, self._origin))
        return same_days * lately / before / UNITS_PER_POUND if before else None

    @cached_property
    def _yearly_change(self) -> int:
        return self.naive_children - self._children(self._origin - _YEAR)

    @cached_property
    def _nightly(self) -> int:
        return self._spent(self._origin, self._origin)

    @cached_property
    def _years(self) -> tuple[int, int] | None:
        """Units of the year up to the origin and of the one before it, where both are told of whole."""
        begins = self._origin - 2 * _YEAR + _ONE_DAY
        if observed_from(self._known, placed(self._known), self._origin) > begins:
            return None
        return self._spent(self._origin - _YEAR + _ONE_DAY, self._origin), self._spent(begins, self._origin - _YEAR)

    def _children(self, day: date) -> int:
        return int(actual_children(self._known, day, day)["children"].sum())

    def _spent(self, first: date, last: date) -> int:
        return int(actual_nights(self._known, self._settings, first, last)["units"].sum())


class _Actual:
    """What came, worked out once: children by day, and pounds between two days."""

    def __init__(self, facts: ForecastFacts, settings: ForecastSettings, known_to: date) -> None:
        self._facts, self._settings = facts_at(facts, known_to), settings

    def children(self, day: date) -> float:
        return float(actual_children(self._facts, day, day)["children"].sum())

    def cost(self, first: date, last: date) -> float:
        return int(actual_nights(self._facts, self._settings, first, last)["units"].sum()) / UNITS_PER_POUND


def _one(
    facts: ForecastFacts, settings: ForecastSettings, origin: date, spans: list[tuple[int, date]], actual: _Actual
) -> Iterable[dict[str, object]]:
    """The rows of one origin."""
    asked = replace(
        settings, until=max(day for _, day in spans), scenarios=(), staff_rates={},
        simulations=min(settings.simulations, _SIMULATIONS), draws=min(settings.draws, _DRAWS),
    )  # fmt: skip
    made = forecast(facts, asked, origin)
    beside = ToBeat(facts, asked, origin)
    for months, day in spans:
        key = {"origin": origin, "months_ahead": months, "date": day}
        children, cost = _said(made, day)
        yield (
            key
            | children
            | {
                "measure": "children",
                "actual": actual.children(day),
                "naive": float(beside.naive_children),
                "trend": beside.trend_children(day),
            }
        )
        if cost:
            yield (
                key
                | cost
                | {
                    "measure": "cost",
                    "actual": actual.cost(origin + _ONE_DAY, day),
                    "naive": beside.naive_cost(day),
                    "trend": beside.trend_cost(day),
                }
            )


def _said(made: Forecast, day: date) -> tuple[dict[str, float], dict[str, float]]:
    """Mean and ranges of the children on a day, and of the cost up to it where a month ends on that day."""
    names = ["mean", *_RANGES]
    on = made.rows.filter(measure="children", placement_type=TOTAL, date=day).select(names)
    cost = made.running.filter(date=day).select(names)
    return on.row(0, named=True), cost.row(0, named=True) if cost.height else {}


def _summary(rows: pl.DataFrame) -> pl.DataFrame:
    actual = pl.col("actual")

    def bias(name: str) -> pl.Expr:
        known = pl.col(name).is_not_null()
        return 100 * (pl.col(name) - actual).filter(known).mean() / actual.filter(known).mean()

    def mape(name: str) -> pl.Expr:
        return 100 * ((pl.col(name) - actual).abs() / actual).filter(actual != 0).mean()

    return (
        rows.group_by("measure", "months_ahead")
        .agg(
            forecasts=pl.len(),
            bias=bias("mean"),
            mape=mape("mean"),
            within_80=100 * actual.is_between("p10", "p90").mean(),
            within_95=100 * actual.is_between("p2_5", "p97_5").mean(),
            naive_bias=bias("naive"),
            naive_mape=mape("naive"),
            trend_bias=bias("trend"),
            trend_mape=mape("trend"),
        )
        .sort("measure", "months_ahead")
    )


def _month_end(day: date, months: int) -> date:
    """The last day of the month so many months from the one of a day; with -1 the last whole month's at the latest."""
    return _last_of(day.year * 12 + day.month - 1 + months)


def _last_of(number: int) -> date:
    """The last day of a month given as years x 12 + months from 0."""
    year, month = divmod(number + 1, 12)
    return date(year, month + 1, 1) - _ONE_DAY
