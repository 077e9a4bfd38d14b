"""Simulated months ahead: when each child's placement ends and what follows, over many simulations at once.

A simulation belongs to one draw of the parameters. Each child in placement gets a standard exponential; where it
meets the child's cumulative hazard the placement ends, by leaving or by a move in proportion to the two hazards.
Moves and new entrants are new spells and are treated alike, wave by wave, until nobody moves before the end.
Everybody leaves at eighteen. Days count from the day after the origin (0).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costing.forecast.bands import LEGAL_GROUPS, OF_AGE_DAYS, YEAR_DAYS, age_band, cell_of, duration_band
from costing.forecast.entrants import EntrantDraws
from costing.forecast.fees import Prices
from costing.forecast.hazards import Hazards
from costing.forecast.history import History

__all__ = ["Model", "Spells", "simulated"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
# The knots of a new spell's cumulative hazard, in days: the bands of time in placement, with the second year halved.
_KNOTS = np.array([0, 14, 28, 59, 91, 182, 273, 365, 547, 730, 1_095, 1_461, 2_192, 3_660], dtype=np.float64)
_AGES = 18
_MONTH = 365.25 / 12
_MOST_WAVES = 200


@dataclass(frozen=True)
class Model:
    """All that is drawn before children are: the past, hazards, entrants and prices, and the calendar ahead.

    ``month_of`` the month ahead of each day, ``keep`` the share of entrants that come by (past entrant, month) and
    ``most`` its greatest, by which entrants are multiplied first.
    """

    past: History
    hazards: Hazards
    entrants: EntrantDraws
    prices: Prices
    month_of: Ints
    month_days: Ints
    keep: Singles | None
    most: float


@dataclass
class Spells:
    """Stays in one placement: simulation, type, first day and day of the end, units a night, sector, if begun ahead."""

    sim: Ints
    kind: Ints
    start: Ints
    stop: Ints
    nightly: Singles
    sector: Ints
    new: npt.NDArray[np.bool_]


@dataclass
class _Wave:
    sim: Ints
    draw: Ints
    start: Ints
    age: Singles
    kind: Ints
    legal: Ints


def simulated(model: Model, draws: npt.NDArray[np.int64], each: int, rng: np.random.Generator) -> Spells:
    """The spells of ``each`` simulations for every one of ``draws``; simulations are numbered from 0 within them."""
    present, wave = _present(model, draws, each, rng)
    parts = [present]
    table = _NewSpells(model, draws)
    wave = _joined(wave, _entering(model, draws, each, rng))
    for _ in range(_MOST_WAVES):
        if not len(wave.sim):
            break
        spells, wave = table.lived(wave, rng)
        parts.append(spells)
    return Spells(*(np.concatenate([getattr(p, n) for p in parts]) for n in Spells.__dataclass_fields__))


def _present(
    model: Model, draws: npt.NDArray[np.int64], each: int, rng: np.random.Generator
) -> tuple[Spells, _Wave]:  # fmt: skip
    """The placements open at the origin, and the moves out of them."""
    now, horizon = model.past.present, len(model.month_of)
    children = len(now.kind)
    months = int(np.ceil(horizon / _MONTH))
    middle = (np.arange(months) + 0.5) * _MONTH
    cell = cell_of(
        now.kind[:, None], duration_band(now.duration[:, None] + middle),
        age_band(now.age[:, None] + middle), now.legal[:, None],
    )  # fmt: skip
    leave, move = model.hazards.leave[draws][:, cell], model.hazards.move[draws][:, cell]
    reached = ((leave + move) * _MONTH).cumsum(axis=2).astype(np.float32)
    drawn = rng.standard_exponential((len(draws), each, children), dtype=np.float32)
    month = np.zeros(drawn.shape, dtype=np.int8 if months < 127 else np.int16)
    for number in range(months):
        month += drawn >= reached[:, None, :, number]
    of_age = np.maximum(np.ceil(OF_AGE_DAYS - now.age), 0)
    end = np.minimum(of_age, horizon).astype(np.int32)
    stop = np.broadcast_to(end, drawn.shape).copy()
    place = np.nonzero(month < months)
    draw, _, child = place
    chosen = month[place].astype(np.int64)
    after = reached[draw, child, chosen]
    before = np.where(chosen > 0, reached[draw, child, np.maximum(chosen - 1, 0)], np.float32(0))
    part = (drawn[place] - before) / np.maximum(after - before, np.float32(1e-12))
    day = ((chosen + part) * _MONTH).astype(np.int32)
    before_end = day < end[child]
    stop[place] = np.minimum(day, end[child])
    share = (move / (leave + move)).astype(np.float32)[draw, child, chosen]
    moves = before_end & (rng.random(len(day), dtype=np.float32) < share)
    gone = tuple(axis[moves] for axis in place)
    sims = np.arange(len(draws) * each, dtype=np.int32)
    size = drawn.size
    spells = Spells(
        sim=np.repeat(sims, children),
        kind=np.tile(now.kind.astype(np.int32), len(sims)),
        start=np.zeros(size, dtype=np.int32),
        stop=stop.ravel(),
        nightly=np.tile(model.prices.own.astype(np.float32), len(sims)),
        sector=np.tile(model.prices.own_sector.astype(np.int32), len(sims)),
        new=np.zeros(size, dtype=np.bool_),
    )
    wave = _Wave(
        sim=(gone[0] * each + gone[1]).astype(np.int32),
        draw=gone[0].astype(np.int32),
        start=day[moves],
        age=(now.age[gone[2]] + day[moves]).astype(np.float32),
        kind=now.kind[gone[2]].astype(np.int32),
        legal=now.legal[gone[2]].astype(np.int32),
    )
    return spells, _moved(model, draws, wave, rng)


def _moved(model: Model, draws: npt.NDArray[np.int64], wave: _Wave, rng: np.random.Generator) -> _Wave:
    """The same wave with its types and legal groups those moved to."""
    wave.kind = _picked(model.hazards.to[draws], wave.draw, wave.kind, rng)
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


def _entering(model: Model, draws: npt.NDArray[np.int64], each: int, rng: np.random.Generator) -> _Wave:
    past, ahead = model.past.entrants, model.entrants
    mean = np.repeat(ahead.level[draws] * model.month_days * model.most, each, axis=0)
    if not ahead.who.shape[1]:
        mean = mean * 0
    size = np.repeat(ahead.size[draws], each)[:, None]
    counts = rng.poisson(mean * rng.standard_gamma(size, mean.shape) / size)
    number = np.arange(counts.size, dtype=np.int32)
    slot = np.repeat(number, counts.ravel())
    sim, month = slot // counts.shape[1], slot % counts.shape[1]
    draw = (sim // each).astype(np.int32)
    first = np.concatenate([[0], np.cumsum(model.month_days)[:-1]]).astype(np.int32)
    start = first[month] + (rng.random(len(sim), dtype=np.float32) * model.month_days[month]).astype(np.int32)
    start = np.minimum(start, len(model.month_of) - 1).astype(np.int32)
    who = ahead.who[draws].astype(np.int32)
    picked = who[draw, rng.integers(0, who.shape[1], len(sim), dtype=np.int32)] if len(sim) else slot
    if model.keep is not None and len(sim):
        kept = rng.random(len(sim), dtype=np.float32) * model.most < model.keep[picked, month]
        sim, draw, start, picked = sim[kept], draw[kept], start[kept], picked[kept]
    return _Wave(
        sim.astype(np.int32), draw, start, past.age.astype(np.float32)[picked],
        past.kind.astype(np.int32)[picked], past.legal.astype(np.int32)[picked],
    )  # fmt: skip


class _NewSpells:
    """Cumulative hazards of spells that start ahead, by draw, type, year of age at the start and legal group."""

    def __init__(self, model: Model, draws: npt.NDArray[np.int64]) -> None:
        self._model, self._draws = model, draws
        self._horizon = len(model.month_of)
        self._knots = _KNOTS[: int(np.searchsorted(_KNOTS, self._horizon)) + 1]
        types, legal = len(model.past.types), len(LEGAL_GROUPS)
        middle = (self._knots[1:] + self._knots[:-1]) / 2
        kind, age, group, when = np.meshgrid(
            np.arange(types), (np.arange(_AGES) + 0.5) * YEAR_DAYS, np.arange(legal), middle, indexing="ij"
        )
        cell = cell_of(kind, duration_band(when), age_band(age + when), group).reshape(-1, len(middle))
        leave = model.hazards.leave[draws][:, cell].reshape(-1, len(middle))
        move = model.hazards.move[draws][:, cell].reshape(-1, len(middle))
        reached = ((leave + move) * np.diff(self._knots)).cumsum(axis=1).astype(np.float32)
        self._reached = np.concatenate([np.zeros((len(reached), 1), np.float32), reached], axis=1)
        self._share = (move / (leave + move)).astype(np.float32)
        self._shape = (types, _AGES, legal)

    def lived(self, wave: _Wave, rng: np.random.Generator) -> tuple[Spells, _Wave]:
        """The spells of a wave, and the wave of moves that ends some of them."""
        model, horizon = self._model, np.int32(self._horizon)
        types, ages, legal = self._shape
        age = np.clip(wave.age / np.float32(YEAR_DAYS), 0, ages - 1).astype(np.int32)
        row = ((wave.draw * types + wave.kind) * ages + age) * legal + wave.legal
        left = np.maximum(np.ceil(np.float32(OF_AGE_DAYS) - wave.age), 0).astype(np.int32)
        end = np.minimum(wave.start + left, horizon)
        stop = end.copy()
        drawn = rng.standard_exponential(len(row), dtype=np.float32)
        some = np.nonzero(drawn < self._reached[:, -1].take(row))[0]
        here, level = row[some], drawn[some]
        knot = np.zeros(len(some), dtype=np.int32)
        for place in range(1, len(self._knots) - 1):
            knot += level >= self._reached[:, place].take(here)
        low, high = self._reached[here, knot], self._reached[here, knot + 1]
        at = self._knots.astype(np.float32)
        part = (level - low) / np.maximum(high - low, np.float32(1e-12))
        day = wave.start[some] + np.maximum((at[knot] + part * (at[knot + 1] - at[knot])).astype(np.int32), 1)
        stop[some] = np.minimum(day, end[some])
        moves = (day < end[some]) & (rng.random(len(some), dtype=np.float32) < self._share[here, knot])
        moved = some[moves]
        usual, sector = model.prices.usual, model.prices.sector
        slots = usual.shape[2]
        picked = ((self._draws[wave.draw] * types + wave.kind) * slots
                  + rng.integers(0, slots, len(row), dtype=np.int32))  # fmt: skip
        spells = Spells(
            wave.sim, wave.kind, wave.start, stop, usual.ravel().take(picked).astype(np.float32),
            sector.ravel().take(picked).astype(np.int32), np.ones(len(row), dtype=np.bool_),
        )  # fmt: skip
        onward = _Wave(
            wave.sim[moved], wave.draw[moved], day[moves], wave.age[moved] + (day[moves] - wave.start[moved]),
            wave.kind[moved], wave.legal[moved],
        )  # fmt: skip
        return spells, _moved(model, self._draws, onward, rng)


def _joined(one: _Wave, other: _Wave) -> _Wave:
    return _Wave(*(np.concatenate([getattr(one, n), getattr(other, n)]) for n in _Wave.__dataclass_fields__))
