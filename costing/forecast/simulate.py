"""Simulated months ahead: when each child's placement ends and what follows, over many simulations at once.

A simulation belongs to one draw of the parameters. Each child in placement gets a standard exponential; where it
meets the child's cumulative hazard the placement ends, by leaving or by a move in proportion to the two hazards.
Moves and new entrants are new spells and are treated alike, wave by wave, until nobody moves before the end.
Everybody leaves at eighteen. Days count from the day after the origin (0).

The children of today, those who come in, and those whom a scenario adds have streams of random numbers of their own:
what a scenario does not touch comes out the same with it and without it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from costing.forecast.bands import OF_AGE_DAYS, age_band, cell_of, duration_band
from costing.forecast.spells import Model, Spells, Wave
from costing.forecast.waves import NewSpells, entering, moved

__all__ = ["simulated"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
_MONTH = 365.25 / 12
_MOST_WAVES = 200


def simulated(model: Model, draws: npt.NDArray[np.int64], each: int, seed: np.random.SeedSequence) -> Spells:
    """The spells of ``each`` simulations for every one of ``draws``; simulations are numbered from 0 within them."""
    today, coming, added = (np.random.default_rng(own) for own in seed.spawn(3))
    table = NewSpells(model, draws)
    present, wave = _present(model, draws, each, today)
    parts = [present, *_onward(table, wave, today)]
    parts += _onward(table, entering(model, draws, each, coming), coming)
    if model.keep is not None and model.keep.max(initial=0.0) > 1:
        parts += _onward(table, entering(model, draws, each, added, more=True), added)
    spells = Spells.joined(parts)
    return spells if model.keep is None else spells.taken(spells.kept)


def _onward(table: NewSpells, wave: Wave, rng: np.random.Generator) -> Iterator[Spells]:
    """The spells of a wave and of all the moves that follow from it."""
    for _ in range(_MOST_WAVES):
        if not len(wave.sim):
            return
        spells, wave = table.lived(wave, rng)
        yield spells


def _present(
    model: Model, draws: npt.NDArray[np.int64], each: int, rng: np.random.Generator
) -> tuple[Spells, Wave]:  # fmt: skip
    """The placements open at the origin, and the moves out of them."""
    now, horizon = model.past.present, len(model.month_of)
    end = np.minimum(np.maximum(np.ceil(OF_AGE_DAYS - now.age), 0), horizon).astype(np.int32)
    (draw, sim, child), day, moves = _ended(model, draws, each, end, rng)
    stop = np.broadcast_to(end, (len(draws), each, len(end))).copy()
    stop[draw, sim, child] = np.minimum(day, end[child])
    sims = np.arange(len(draws) * each, dtype=np.int32)
    spells = Spells(
        sim=np.repeat(sims, len(end)),
        kind=np.tile(now.kind.astype(np.int32), len(sims)),
        start=np.zeros(stop.size, dtype=np.int32),
        stop=stop.ravel(),
        nightly=np.tile(model.prices.own.astype(np.float32), len(sims)),
        sector=np.tile(model.prices.own_sector.astype(np.int32), len(sims)),
        new=np.zeros(stop.size, dtype=np.bool_),
        kept=np.ones(stop.size, dtype=np.bool_),
    )
    draw, sim, child, when = draw[moves], sim[moves], child[moves], day[moves]
    wave = Wave(
        sim=(draw * each + sim).astype(np.int32),
        draw=draw.astype(np.int32),
        start=when,
        age=(now.age[child] + when).astype(np.float32),
        care=(now.in_care[child] + when).astype(np.float32),
        kind=now.kind[child].astype(np.int32),
        legal=now.legal[child].astype(np.int32),
        kept=np.ones(len(when), dtype=np.bool_),
    )
    return spells, moved(model, draws, wave, rng)


def _ended(
    model: Model, draws: npt.NDArray[np.int64], each: int, end: Ints, rng: np.random.Generator
) -> tuple[tuple[npt.NDArray[np.int64], ...], Ints, npt.NDArray[np.bool_]]:
    """Which of today's placements end by an event: places (draw, simulation, child), the day, and if by a move."""
    reached, share = _cumulative(model, draws)
    months = reached.shape[2]
    drawn = rng.standard_exponential((len(draws), each, len(end)), dtype=np.float32)
    month = np.zeros(drawn.shape, dtype=np.int8 if months < np.iinfo(np.int8).max else np.int16)
    for number in range(months):
        month += drawn >= reached[:, None, :, number]
    place = np.nonzero(month < months)
    draw, _, child = place
    chosen = month[place].astype(np.int64)
    after = reached[draw, child, chosen]
    before = np.where(chosen > 0, reached[draw, child, np.maximum(chosen - 1, 0)], np.float32(0))
    part = (drawn[place] - before) / np.maximum(after - before, np.float32(1e-12))
    day = ((chosen + part) * _MONTH).astype(np.int32)
    moves = (day < end[child]) & (rng.random(len(day), dtype=np.float32) < share[draw, child, chosen])
    return place, day, moves


def _cumulative(model: Model, draws: npt.NDArray[np.int64]) -> tuple[Singles, Singles]:
    """The cumulative hazard of today's placements by (draw, child, month ahead), and the part that is moves."""
    now = model.past.present
    months = int(np.ceil(len(model.month_of) / _MONTH))
    middle = (np.arange(months) + 0.5) * _MONTH
    leave, move = (
        hazard[draws][:, cell_of(
            now.kind[:, None], duration_band(since[:, None] + middle),
            age_band(now.age[:, None] + middle), now.legal[:, None],
        )]
        for hazard, since in ((model.hazards.leave, now.in_care), (model.hazards.move, now.duration))
    )  # fmt: skip
    reached = ((leave + move) * _MONTH).cumsum(axis=2).astype(np.float32)
    return reached, (move / (leave + move)).astype(np.float32)
