"""Spells counted: children by type and day, units by type and month, in each simulation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from costing.forecast.scenarios import FeeNegotiation, NewHome, StepDown
from costing.forecast.settings import ForecastSettings
from costing.forecast.simulate import Model, Spells

__all__ = ["Tally", "stepped_down", "tallied"]

Floats = npt.NDArray[np.float64]


@dataclass
class Tally:
    """``children`` (type, day, simulation); ``units`` (type, month, simulation); ``committed`` (type, month).

    Committed is the mean of what the placements open at the origin cost until they end.
    """

    children: npt.NDArray[np.int16]
    units: Floats
    committed: Floats


def tallied(
    model: Model, spells: Spells, sims: int, factors: Floats, origin: date, settings: ForecastSettings
) -> Tally:  # fmt: skip
    """The counts and costs of spells, with negotiated fees and new homes taken in."""
    days, types, months = len(model.month_of), len(model.past.types), len(model.month_days)
    counts = np.zeros(types * (days + 1) * sims, dtype=np.int16)
    there = spells.stop > spells.start
    first = (spells.kind * (days + 1) + spells.start) * np.int32(sims) + spells.sim
    last = (spells.kind * (days + 1) + spells.stop) * np.int32(sims) + spells.sim
    np.add.at(counts, first[there], np.int16(1))
    np.subtract.at(counts, last[there], np.int16(1))
    children = counts.reshape(types, days + 1, sims)[:, :days].cumsum(axis=1, dtype=np.int16)
    factor_sums = np.concatenate([[0.0], factors.cumsum()])
    shape = (types, months, sims)
    held = _Months(model, factor_sums)
    own = ~spells.new & there
    later = spells.new & there
    committed = held.units(spells, own, shape)
    units = committed + held.units(spells, later, shape)
    for each in settings.scenarios:
        if isinstance(each, FeeNegotiation):
            chosen = _negotiated(model, spells, each) & there
            since = np.where(np.arange(days) >= _day_of(each.starts, origin), factors * (each.percent / 100), 0.0)
            change = _Months(model, np.concatenate([[0.0], since.cumsum()]))
            committed += change.units(spells, chosen & own, shape)
            units += change.units(spells, chosen, shape)
    for each in settings.scenarios:
        if isinstance(each, NewHome) and each.placement_type in model.past.types:
            units = _housed(model, children, units, each, _day_of(each.starts, origin))
    return Tally(children, units, committed.mean(axis=2))


class _Months:
    """Units of spells by month: what a night costs on each day is the spell's own price times the day's factor."""

    def __init__(self, model: Model, sums: Floats) -> None:
        self._model, self._sums = model, sums
        edges = np.concatenate([[0], np.cumsum(model.month_days)])
        self._whole = np.diff(sums[edges])
        self._until = sums[edges[1:]]

    def units(self, spells: Spells, chosen: npt.NDArray[np.bool_], shape: tuple[int, int, int]) -> Floats:
        """(type, month, simulation): partial months at both ends of a spell, whole months between."""
        types, months, sims = shape
        place = np.nonzero(chosen)[0]
        kind, sim, price = spells.kind[place], spells.sim[place], spells.nightly[place].astype(np.float64)
        partial, rate = np.zeros(types * months * sims), np.zeros(types * months * sims)
        for day, sign in ((spells.start[place], 1.0), (spells.stop[place], -1.0)):
            within = day < len(self._model.month_of)
            at = day[within]
            month = self._model.month_of[at]
            index = (kind[within] * months + month) * np.int64(sims) + sim[within]
            signed = price[within] * sign
            partial += np.bincount(index, signed * (self._until[month] - self._sums[at]), minlength=len(partial))
            rate += np.bincount(index, signed, minlength=len(rate))
        running = rate.reshape(shape).cumsum(axis=1)
        found = partial.reshape(shape)
        found[:, 1:] += running[:, :-1] * self._whole[1:, None]
        return found


def stepped_down(
    model: Model, spells: Spells, settings: ForecastSettings, origin: date, rng: np.random.Generator
) -> Spells:
    """The spells with the children of each step-down moved on its day, to the end of the spell they were in."""
    for each in settings.scenarios:
        if not isinstance(each, StepDown) or not {each.from_type, each.to_type} <= set(model.past.types):
            continue
        day = np.int32(max(_day_of(each.starts, origin), 0))
        source, target = (model.past.types.index(name) for name in (each.from_type, each.to_type))
        there = np.nonzero((spells.kind == source) & (spells.start <= day) & (spells.stop > day))[0]
        order = there[np.lexsort((rng.random(len(there)), spells.sim[there]))]
        sim = spells.sim[order]
        rank = np.arange(len(order)) - np.searchsorted(sim, sim)
        chosen = order[rank < each.children]
        pool = model.prices.usual[:, target].ravel()
        picked = rng.integers(0, len(pool), len(chosen))
        price = pool[picked] if each.weekly_units is None else np.full(len(chosen), each.weekly_units / 7)
        moved = Spells(
            spells.sim[chosen], np.full(len(chosen), target, dtype=np.int32), np.full(len(chosen), day, dtype=np.int32),
            spells.stop[chosen], price.astype(np.float32),
            model.prices.sector[:, target].ravel()[picked].astype(np.int32), np.ones(len(chosen), dtype=np.bool_),
        )  # fmt: skip
        stop = spells.stop.copy()
        stop[chosen] = day
        spells.stop = stop
        names = Spells.__dataclass_fields__
        spells = Spells(*(np.concatenate([getattr(spells, n), getattr(moved, n)]) for n in names))
    return spells


def _negotiated(model: Model, spells: Spells, change: FeeNegotiation) -> npt.NDArray[np.bool_]:
    chosen = np.ones(len(spells.kind), dtype=np.bool_)
    for wanted, names, column in (
        (change.placement_type, model.past.types, spells.kind),
        (change.sector, model.prices.sectors, spells.sector),
    ):
        if wanted is not None:
            chosen &= column == (names.index(wanted) if wanted in names else -1)
    return chosen


def _housed(model: Model, children: npt.NDArray[np.int16], units: Floats, home: NewHome, first: int) -> Floats:
    """Units with the home's beds filled first, at their price in place of the type's average price of the month."""
    number = model.past.types.index(home.placement_type)
    nights = children[number].astype(np.int64)
    beds = np.minimum(nights, home.beds)
    beds[: max(first, 0)] = 0
    starts = np.concatenate([[0], np.cumsum(model.month_days)[:-1]]).astype(np.int64)
    whole, filled = np.add.reduceat(nights, starts), np.add.reduceat(beds, starts)
    rest = 1 - filled / np.maximum(whole, 1)
    units = units.copy()
    units[number] = units[number] * rest + filled * (home.weekly_units / 7)
    return units


def _day_of(day: date, origin: date) -> int:
    return (day - (origin + timedelta(days=1))).days
