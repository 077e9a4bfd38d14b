"""Spells counted: children by type and day, units by type and month, in each simulation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from costing.forecast.scenarios import FeeNegotiation, NewHome, StepDown
from costing.forecast.settings import ForecastSettings
from costing.forecast.spells import Model, Spells

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
    shape = (types, months, sims)
    children = _counted(model, spells, (types, days, sims))
    factor_sums = np.concatenate([[0.0], factors.cumsum()])
    held = _Months(model, factor_sums)
    own = ~spells.new
    # What is left of taking away equal amounts may lie a hair below nothing.
    committed = np.maximum(held.of_today(spells, own, shape), 0.0)
    units = committed + np.maximum(held.units(spells, spells.new, shape), 0.0)
    for each in settings.scenarios:
        if isinstance(each, FeeNegotiation):
            chosen = _negotiated(model, spells, each)
            since = np.where(np.arange(days) >= _day_of(each.starts, origin), factors * (each.percent / 100), 0.0)
            change = _Months(model, np.concatenate([[0.0], since.cumsum()]))
            committed += change.units(spells, chosen & own, shape)
            units += change.units(spells, chosen, shape)
    for each in settings.scenarios:
        if isinstance(each, NewHome) and each.placement_type in model.past.types:
            units = _housed(model, children, units, each, _day_of(each.starts, origin))
    return Tally(children, units, committed.mean(axis=2))


def _counted(model: Model, spells: Spells, shape: tuple[int, int, int]) -> npt.NDArray[np.int16]:
    """Children by (type, day, simulation): one more on the day a spell starts, one fewer on the day it ends."""
    types, days, sims = shape
    counts = np.zeros((types, days + 1, sims), dtype=np.int16)
    counts[:, 0] = np.bincount(model.past.present.kind, minlength=types)[:, None]
    flat = counts.reshape(-1)
    for day, which, change in ((spells.start, spells.new, 1), (spells.stop, spells.stop < days, -1)):
        here = np.nonzero(which)[0]
        index = (spells.kind.take(here) * np.int32(days + 1) + day.take(here)) * np.int32(sims) + spells.sim.take(here)
        np.add.at(flat, index, np.int16(change))
    return counts[:, :days].cumsum(axis=1, dtype=np.int16)


class _Months:
    """Units of spells by month: what a night costs on each day is the spell's own price times the day's factor."""

    def __init__(self, model: Model, sums: Floats) -> None:
        self._model, self._sums = model, sums
        edges = np.concatenate([[0], np.cumsum(model.month_days)])
        self._whole = np.diff(sums[edges])
        self._until = sums[edges[1:]]

    def units(self, spells: Spells, chosen: npt.NDArray[np.bool_], shape: tuple[int, int, int]) -> Floats:
        """(type, month, simulation) of the spells chosen."""
        return self._from(spells, chosen, spells.start, shape) - self._from(spells, chosen, spells.stop, shape)

    def of_today(self, spells: Spells, own: npt.NDArray[np.bool_], shape: tuple[int, int, int]) -> Floats:
        """(type, month, simulation) of today's placements: the same in all until they end."""
        now = self._model.past.present.kind
        each = self._model.prices.own.astype(np.float32).astype(np.float64)
        standing = np.bincount(now, each, minlength=shape[0])[:, None] * self._whole
        left: Floats = standing[:, :, None] - self._from(spells, own, spells.stop, shape)
        return left

    def _from(
        self, spells: Spells, chosen: npt.NDArray[np.bool_], days: npt.NDArray[np.int32], shape: tuple[int, int, int]
    ) -> Floats:  # fmt: skip
        """What nights from these days on would cost to the end: the rest of the first month, then whole months."""
        _, months, sims = shape
        here = np.nonzero(chosen & (days < len(self._model.month_of)))[0]
        at = days.take(here)
        month = self._model.month_of.take(at)
        index = (spells.kind.take(here) * np.int32(months) + month) * np.int32(sims) + spells.sim.take(here)
        price = spells.nightly.take(here).astype(np.float64)
        size = int(np.prod(shape))
        rest = price * (self._until.take(month) - self._sums.take(at))
        # Without any spell the counts would come back as whole numbers.
        found = np.bincount(index, rest, minlength=size).astype(np.float64, copy=False).reshape(shape)
        running = np.bincount(index, price, minlength=size).reshape(shape).cumsum(axis=1)
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
            np.ones(len(chosen), dtype=np.bool_),
        )  # fmt: skip
        stop = spells.stop.copy()
        stop[chosen] = day
        spells.stop = stop
        spells = Spells.joined([spells, moved])
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
    """Units with the home's beds filled first, at their price in place of the type's average price of the month; and
    with what its other beds cost while they are empty."""
    number = model.past.types.index(home.placement_type)
    nights = children[number].astype(np.int64)
    beds = np.minimum(nights, home.beds)
    beds[: max(first, 0)] = 0
    starts = np.concatenate([[0], np.cumsum(model.month_days)[:-1]]).astype(np.int64)
    whole, filled = np.add.reduceat(nights, starts), np.add.reduceat(beds, starts)
    rest = 1 - filled / np.maximum(whole, 1)
    units = units.copy()
    open_days = (np.arange(len(nights)) >= first).astype(np.int64)
    empty = np.add.reduceat(open_days, starts)[:, None] * home.beds - filled
    units[number] = units[number] * rest + filled * (home.weekly_units / 7) + empty * (home.empty_units / 7)
    return units


def _day_of(day: date, origin: date) -> int:
    return (day - (origin + timedelta(days=1))).days
