"""Simulations summed up: means and percentiles by day and month, and what of each year is actual or committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from costing.forecast.settings import ForecastSettings
from costing.forecast.tally import Tally
from costing.money import UNITS_PER_POUND

__all__ = ["COLUMNS", "PERCENTILES", "TOTAL", "Calendar", "Forecast", "Summary"]

TOTAL = "total"
PERCENTILES = {"p2_5": 0.025, "p10": 0.10, "p50": 0.50, "p90": 0.90, "p97_5": 0.975}
COLUMNS = ("date", "measure", "placement_type", "mean", *PERCENTILES)
Floats = npt.NDArray[np.float64]


class Calendar:
    """The days after an origin and the calendar months (the first and last perhaps in part) they fall in."""

    def __init__(self, origin: date, until: date) -> None:
        self.origin = origin
        self.days = (until - origin).days
        first = origin + timedelta(days=1)
        self.dates = [first + timedelta(days=number) for number in range(self.days)]
        self.months = sorted({each.replace(day=1) for each in self.dates})
        place = {month: number for number, month in enumerate(self.months)}
        self.month_of = np.array([place[each.replace(day=1)] for each in self.dates], dtype=np.int32)
        self.month_days = np.bincount(self.month_of).astype(np.int32)

    def parts_from(self, starts: date) -> Floats:
        """The part of each month's days that lie on or after a day."""
        after = np.array([each >= starts for each in self.dates], dtype=np.float64)
        return np.bincount(self.month_of, after) / self.month_days


@dataclass(frozen=True)
class Forecast:
    """What is ahead.

    ``rows``: date, measure, placement_type (or total), mean, p2_5, p10, p50, p90, p97_5. ``children`` by day;
    ``cost`` by month in pounds, dated the first of the month and holding the days after the origin alone.
    ``years``: financial year (its first April), actual, committed and simulated pounds (they add up to the mean),
    mean and percentiles of the whole. Committed is what today's placements cost until they end.
    ``type_years``: the same by placement type (the percentiles of types do not add up to those of the whole).
    ``running``: last day of each month ahead, mean and percentiles of the pounds from the origin to it, all types.
    ``actual``: month, placement_type, nights, units of the year's days up to the origin, exact.
    ``nights``: month, placement_type, mean nights and mean units, what price, mix and volume are split from.
    ``staff``: month, process, mean and percentiles in pounds, from ``ForecastSettings.staff_rates``.
    ``unpriced_children``: in placement at the origin without a fee or an average, counted at nothing.
    """

    origin: date
    until: date
    simulations: int
    rows: pl.DataFrame
    years: pl.DataFrame
    type_years: pl.DataFrame
    running: pl.DataFrame
    actual: pl.DataFrame
    nights: pl.DataFrame
    staff: pl.DataFrame
    unpriced_children: int
    seasonal: bool


class Summary:
    """Collects the simulations bit by bit; ``forecast`` sums them up."""

    def __init__(self, types: tuple[str, ...], calendar: Calendar, sims: int) -> None:
        self._types, self._calendar, self._sims, self._filled = types, calendar, sims, 0
        self._children = np.zeros((len(types), calendar.days, sims), dtype=np.int16)
        self._units = np.zeros((len(types), len(calendar.months), sims))
        self._committed = np.zeros((len(types), len(calendar.months)))

    def add(self, tally: Tally) -> None:
        """Take in some simulations."""
        some = tally.children.shape[2]
        here = slice(self._filled, self._filled + some)
        self._children[:, :, here], self._units[:, :, here] = tally.children, tally.units
        self._committed += tally.committed * (some / self._sims)
        self._filled += some

    def forecast(
        self, actual: pl.DataFrame, settings: ForecastSettings, *, unpriced: int, seasonal: bool
    ) -> Forecast:  # fmt: skip
        """Everything summed up; ``actual`` is the year's cost up to the origin."""
        calendar = self._calendar
        everyone = self._children.sum(axis=0, dtype=np.int16)
        starts = np.concatenate([[0], np.cumsum(calendar.month_days)[:-1]])
        nights = np.add.reduceat(self._children.mean(axis=2), starts, axis=1)
        all_nights = np.add.reduceat(everyone.astype(np.int32), starts, axis=0)
        pounds = self._units / UNITS_PER_POUND
        frames = [
            _rows(calendar.dates, "children", name, counts)
            for name, counts in zip(self._types, self._children, strict=True)
        ]
        frames.append(_rows(calendar.dates, "children", TOTAL, everyone))
        frames += [_rows(calendar.months, "cost", name, each) for name, each in zip(self._types, pounds, strict=True)]
        frames.append(_rows(calendar.months, "cost", TOTAL, pounds.sum(axis=0)))
        return Forecast(
            calendar.origin, calendar.dates[-1], self._sims, pl.concat(frames),
            self._years(actual, pounds.sum(axis=0), self._committed.sum(axis=0)), self._type_years(actual, pounds),
            self._running(pounds.sum(axis=0)), actual,
            self._nights(nights), self._staff(all_nights, settings), unpriced, seasonal,
        )  # fmt: skip

    def _type_years(self, actual: pl.DataFrame, pounds: Floats) -> pl.DataFrame:
        """The years of each placement type."""
        frames = [
            self._years(actual.filter(pl.col("placement_type") == name), each, committed).with_columns(
                placement_type=pl.lit(name)
            )
            for name, each, committed in zip(self._types, pounds, self._committed, strict=True)
        ]
        return pl.concat(frames)

    def _years(self, actual: pl.DataFrame, pounds: Floats, units: Floats) -> pl.DataFrame:
        """Actual, committed (``units`` by month) and simulated pounds of each financial year that has a day ahead."""
        year_of = np.array([_april_year(each) for each in self._calendar.months])
        committed = units / UNITS_PER_POUND
        spent = {
            year: units / UNITS_PER_POUND
            for year, units in actual.group_by(year=_year_column()).agg(pl.col("units").sum()).iter_rows()
        }
        rows = []
        for year in sorted(set(year_of.tolist())):
            here = year_of == year
            done = spent.get(year, 0.0)
            mean, marks = _marks(pounds[here].sum(axis=0)[None, :])
            first = float(committed[here].sum())
            rows.append(
                {"year": date(year, 4, 1), "actual": done, "committed": first, "simulated": float(mean[0]) - first}
                | {"mean": done + float(mean[0])}
                | {name: done + float(marks[0, place]) for place, name in enumerate(PERCENTILES)}
            )
        return pl.DataFrame(rows)

    def _running(self, pounds: Floats) -> pl.DataFrame:
        ends = np.cumsum(self._calendar.month_days) - 1
        days = [self._calendar.dates[place] for place in ends.tolist()]
        return _rows(days, "cost", TOTAL, pounds.cumsum(axis=0)).select("date", "mean", *PERCENTILES)

    def _nights(self, nights: Floats) -> pl.DataFrame:
        units = self._units.mean(axis=2)
        rows = [
            {"month": month, "placement_type": name, "nights": float(nights[k, m]), "units": float(units[k, m])}
            for k, name in enumerate(self._types) for m, month in enumerate(self._calendar.months)
        ]  # fmt: skip
        return pl.DataFrame(rows)

    def _staff(self, nights: npt.NDArray[np.int32], settings: ForecastSettings) -> pl.DataFrame:
        """Staff time by process: children-months (days / (365/12), ruling 16) x the rate of the process."""
        schema = {"month": pl.Date, "process": pl.String, "mean": pl.Float64} | dict.fromkeys(PERCENTILES, pl.Float64)
        months = nights / (365 / 12)
        frames = [
            _rows(self._calendar.months, "staff", process, months * (rate / UNITS_PER_POUND)).select(
                pl.col("date").alias("month"), pl.col("placement_type").alias("process"), "mean", *PERCENTILES
            )
            for process, rate in sorted(settings.staff_rates.items())
        ]
        return pl.concat([pl.DataFrame(schema=schema), *frames])


def _rows(days: list[date], measure: str, name: str, values: npt.NDArray[np.int16] | Floats) -> pl.DataFrame:
    mean, marks = _marks(values)
    return pl.DataFrame({
        "date": days, "measure": [measure] * len(days), "placement_type": [name] * len(days), "mean": mean,
        **{column: marks[:, place] for place, column in enumerate(PERCENTILES)},
    })  # fmt: skip


def _marks(values: npt.NDArray[np.int16] | Floats) -> tuple[Floats, Floats]:
    """The mean of each row and its percentiles: the value that so large a part of the simulations does not pass."""
    last = values.shape[1] - 1
    # Sorting whole numbers of sixteen bits is by radix and several times as fast as picking out percentiles.
    ordered = np.sort(values, axis=1, kind="stable" if values.dtype == np.int16 else None)
    places = [round(part * last) for part in PERCENTILES.values()]
    return values.mean(axis=1), ordered[:, places].astype(np.float64)


def _year_column() -> pl.Expr:
    return pl.col("month").dt.year() - (pl.col("month").dt.month() < 4).cast(pl.Int32)


def _april_year(day: date) -> int:
    return day.year - (day.month < 4)
