"""New stays, wave by wave: who comes in, how long each placement lasts, and where a move leads."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from costing.forecast.bands import LEGAL_GROUPS, OF_AGE_DAYS, YEAR_DAYS, age_band, cell_of, duration_band, moving_row
from costing.forecast.spells import Model, Spells, Wave

__all__ = ["NewSpells", "entering", "moved"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
# The knots of a new spell's cumulative hazard, in days: the bands of time in placement, with the second year halved.
_KNOTS = np.array([0, 14, 28, 59, 91, 182, 273, 365, 547, 730, 1_095, 1_461, 2_192, 3_660], dtype=np.float64)
_AGES = 18
# Time in care when a placement begins, in days: lower edges of classes, and what stands for each; entrants have none.
_CARE_EDGES = np.array([1, 91, 365, 730, 1_461], dtype=np.float32)
_CARE = np.array([0, 45, 210, 540, 1_050, 2_500], dtype=np.float64)


def entering(
    model: Model, draws: npt.NDArray[np.int64], each: int, rng: np.random.Generator, *, more: bool = False
) -> Wave:  # fmt: skip
    """The new entrants of ``each`` simulations of every draw; those that a scenario keeps away are marked.

    With ``more``: those whom scenarios add, and none of the others.
    """
    past, ahead = model.past.entrants, model.entrants
    extra = 1.0 if model.keep is None or not more else max(float(model.keep.max(initial=1.0)) - 1, 0.0)
    sims = (draws[:, None] * each + np.arange(each)).ravel()
    mean = ahead.level[sims] * (model.month_days * extra)
    if not ahead.who.shape[1]:
        mean = mean * 0
    size = ahead.size[sims][:, None]
    counts = rng.poisson(mean * rng.standard_gamma(size, mean.shape) / size)
    slot = np.repeat(np.arange(counts.size, dtype=np.int32), counts.ravel())
    sim, month = slot // np.int32(counts.shape[1]), slot % np.int32(counts.shape[1])
    draw = sim // np.int32(each)
    first = np.concatenate([[0], np.cumsum(model.month_days)[:-1]]).astype(np.int32)
    start = first[month] + (rng.random(len(sim), dtype=np.float32) * model.month_days[month]).astype(np.int32)
    start = np.minimum(start, len(model.month_of) - 1).astype(np.int32)
    who = ahead.who[draws].astype(np.int32)
    slots = max(who.shape[1], 1)
    picked = who.ravel().take(draw * np.int32(slots) + rng.integers(0, slots, len(sim), dtype=np.int32))
    kept = np.ones(len(sim), dtype=np.bool_)
    if model.keep is not None:
        chance = model.keep[picked, month]
        # A stream apart, so that what is drawn next is the same with a scenario and without one.
        kept = rng.spawn(1)[0].random(len(sim), dtype=np.float32) * extra < (chance - 1 if more else chance)
    return Wave(
        sim, draw, start, past.age.astype(np.float32)[picked], np.zeros(len(sim), dtype=np.float32),
        past.kind.astype(np.int32)[picked], past.legal.astype(np.int32)[picked], kept,
    )  # fmt: skip


class NewSpells:
    """Cumulative hazards of spells that start ahead, by draw, type, age at the start, legal group and time in care."""

    def __init__(self, model: Model, draws: npt.NDArray[np.int64]) -> None:
        self._model, self._draws = model, draws
        self._horizon = len(model.month_of)
        self._knots = _KNOTS[: int(np.searchsorted(_KNOTS, self._horizon)) + 1]
        types, legal = len(model.past.types), len(LEGAL_GROUPS)
        middle = (self._knots[1:] + self._knots[:-1]) / 2
        kind, age, group, care, when = np.meshgrid(
            np.arange(types), (np.arange(_AGES) + 0.5) * YEAR_DAYS, np.arange(legal), _CARE, middle, indexing="ij"
        )
        leave, move = (
            hazard.astype(np.float32)[draws][
                :, cell_of(kind, duration_band(since), age_band(age + when), group).reshape(-1, len(middle))
            ].reshape(-1, len(middle))
            for hazard, since in ((model.hazards.leave, care + when), (model.hazards.move, when))
        )
        reached = ((leave + move) * np.diff(self._knots).astype(np.float32)).cumsum(axis=1, dtype=np.float32)
        self._width = reached.shape[1]
        self._reached = reached.ravel()
        self._last = reached[:, -1].copy()
        self._share = (move / (leave + move)).ravel()
        self._shape = (types, _AGES, legal, len(_CARE))

    def lived(self, wave: Wave, rng: np.random.Generator) -> tuple[Spells, Wave]:
        """The spells of a wave, and the wave of moves that ends some of them."""
        row = self._row(wave)
        left = np.maximum(np.ceil(np.float32(OF_AGE_DAYS) - wave.age), 0).astype(np.int32)
        end = np.minimum(wave.start + left, np.int32(self._horizon))
        stop = end.copy()
        drawn = rng.standard_exponential(len(row), dtype=np.float32)
        some = np.nonzero(drawn < self._last.take(row))[0]
        level, base = drawn[some], row[some] * np.int32(self._width)
        knot = self._knot(base, level)
        at = base + knot
        high = self._reached.take(at)
        low = np.where(knot > 0, self._reached.take(np.maximum(at - 1, 0)), np.float32(0))
        knots = self._knots.astype(np.float32)
        part = (level - low) / np.maximum(high - low, np.float32(1e-12))
        lasted = knots.take(knot) + part * np.diff(knots).take(knot)
        day = wave.start[some] + np.maximum(lasted.astype(np.int32), 1)
        stop[some] = np.minimum(day, end[some])
        moves = (day < end[some]) & (rng.random(len(some), dtype=np.float32) < self._share.take(at))
        on, when = some[moves], day[moves]
        since = when - wave.start[on]
        onward = Wave(
            wave.sim[on], wave.draw[on], when, wave.age[on] + since, wave.care[on] + since, wave.kind[on],
            wave.legal[on], wave.kept[on],
        )  # fmt: skip
        return self._spells(wave, stop, rng), moved(self._model, self._draws, onward, rng)

    def _row(self, wave: Wave) -> Ints:
        types, ages, legal, cares = self._shape
        age = np.clip(wave.age / np.float32(YEAR_DAYS), 0, ages - 1).astype(np.int32)
        care = np.zeros(len(wave.sim), dtype=np.int32)
        for edge in _CARE_EDGES:
            care += wave.care >= edge
        row = (((wave.draw * types + wave.kind) * ages + age) * legal + wave.legal) * cares + care
        return np.asarray(row, dtype=np.int32)

    def _knot(self, base: Ints, level: Singles) -> Ints:
        """How many knots' cumulative hazards the level has passed, by halving; it does not pass the last."""
        knot = np.zeros(len(base), dtype=np.int32)
        step = 1 << (self._width - 1).bit_length() >> 1
        while step:
            ahead = knot + np.int32(step)
            within = ahead < self._width
            passed = within & (level >= self._reached.take(base + np.minimum(ahead, self._width - 1) - 1))
            knot[passed] = ahead[passed]
            step >>= 1
        return knot

    def _spells(self, wave: Wave, stop: Ints, rng: np.random.Generator) -> Spells:
        usual, sector = self._model.prices.usual, self._model.prices.sector
        types, slots = usual.shape[1], usual.shape[2]
        draw = self._draws.astype(np.int32)[wave.draw]
        picked = (draw * types + wave.kind) * slots + rng.integers(0, slots, len(stop), dtype=np.int32)
        return Spells(
            wave.sim, wave.kind, wave.start, stop, usual.ravel().take(picked).astype(np.float32),
            sector.ravel().take(picked).astype(np.int32), np.ones(len(stop), dtype=np.bool_), wave.kept,
        )  # fmt: skip


def moved(model: Model, draws: npt.NDArray[np.int64], wave: Wave, rng: np.random.Generator) -> Wave:
    """The same wave with its types and legal groups those moved to."""
    row = moving_row(wave.kind.astype(np.int64), wave.age.astype(np.float64), len(model.past.types)).astype(np.int32)
    wave.kind = _picked(model.hazards.to[draws], wave.draw, row, rng)
    wave.legal = _picked(model.hazards.legal[draws], wave.draw, wave.legal, rng)
    return wave


def _picked(mix: Floats, draw: Ints, before: Ints, rng: np.random.Generator) -> Ints:
    """One place of the cumulative ``mix`` (draw, before, place) for each."""
    width = mix.shape[2]
    row = (draw * mix.shape[1] + before).astype(np.int32)
    flat = mix.astype(np.float32).reshape(-1, width)
    drawn = rng.random(len(row), dtype=np.float32)
    found = np.zeros(len(row), dtype=np.int32)
    for place in range(width - 1):
        found += drawn >= flat[:, place].take(row)
    return found
