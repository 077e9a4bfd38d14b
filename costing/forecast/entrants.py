"""New entrants: how many come in each month, and who they are.

The monthly count is negative binomial, of mean level x days x season; the level may wander, rise or fall (``levels``).
A yearly season is taken in only if it lowers the BIC. Who comes in is drawn from those who came, by a Bayesian
bootstrap (Rubin 1981): age, need, first placement type, legal status and sector go together, and the weights are
Dirichlet, so that the mix is uncertain too; those who came lately weigh more, as the mix may change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costing.forecast.history import Entrants
from costing.forecast.levels import SLOPES, drawn_levels

__all__ = ["EntrantDraws", "drawn_entrants", "season_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_SIZES = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 1e6)
_SLOTS = 2_048
_MONTHS_FOR_SEASON = 24
_WHOLE_MONTH = 15
# Before anything is seen: half an entrant in half a month.
_PRIOR = (0.5, 7.5)
# An entrant of so many days ago weighs half as much as one of today.
_HALF_LIFE = 1_096.0


@dataclass(frozen=True)
class EntrantDraws:
    """``level`` a day by (simulation, month ahead), ``size`` by simulation; ``who``: past entrants by (draw, slot).

    The level is drawn for each simulation, as it is what most of the spread comes from and costs little.

    ``seasonal`` says whether the season earned its place.
    """

    level: Floats
    size: Floats
    who: Ints
    seasonal: bool


def drawn_entrants(
    past: Entrants, months: Ints, draws: int, simulations: int, rng: np.random.Generator
) -> EntrantDraws:  # fmt: skip
    """So many draws for the months ahead, given as numbers in the year (1 to 12)."""
    season = season_of(past)
    whole = past.days >= min(_WHOLE_MONTH, int(past.days.max(initial=0)))
    counts, exposure = past.counts[whole].astype(np.float64), past.days[whole] * season[past.month[whole] - 1]
    drawn = drawn_levels(counts, exposure, _PRIOR, 1 / 12, _SIZES, (simulations, len(months)), rng, SLOPES)
    level = drawn.level * season[months - 1]
    weight = 0.5 ** (past.ago / _HALF_LIFE)
    return EntrantDraws(level, drawn.size, _bootstrap(weight, draws, rng), bool(np.ptp(season) > 0))


def season_of(past: Entrants) -> Floats:
    """The factor of each of the twelve months: one yearly wave if it lowers the BIC, else all ones."""
    flat = np.ones(12)
    whole = past.days >= _WHOLE_MONTH
    counts, days, month = past.counts[whole].astype(np.float64), past.days[whole].astype(np.float64), past.month[whole]
    if len(counts) < _MONTHS_FOR_SEASON or counts.sum() == 0:
        return flat
    angle = 2 * np.pi * np.arange(12) / 12
    time = (np.arange(len(counts)) - len(counts) / 2) / 12
    plain = np.stack([np.ones(len(counts)), time], axis=1)
    waved = np.concatenate([plain, np.cos(angle)[month - 1, None], np.sin(angle)[month - 1, None]], axis=1)
    simple, full = (_poisson(counts, days, x) for x in (plain, waved))
    spread = max(1.0, float(((counts - full[1]) ** 2 / full[1]).sum() / (len(counts) - waved.shape[1])))
    gain = 2 * (_log_poisson(counts, full[1]) - _log_poisson(counts, simple[1])) / spread
    if gain <= 2 * np.log(len(counts)):
        return flat
    factor = np.exp(full[0][2] * np.cos(angle) + full[0][3] * np.sin(angle))
    return np.asarray(factor / factor.mean())


def _poisson(counts: Floats, days: Floats, x: Floats) -> tuple[Floats, Floats]:
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(counts.sum() / days.sum())
    for _ in range(30):
        mean = days * np.exp(np.clip(x @ beta, -25, 10))
        beta = beta + np.linalg.solve((x.T * mean) @ x + 1e-9 * np.eye(x.shape[1]), x.T @ (counts - mean))
    return beta, days * np.exp(np.clip(x @ beta, -25, 10))


def _log_poisson(counts: Floats, mean: Floats) -> float:
    return float((counts * np.log(mean) - mean).sum())


def _bootstrap(weight: Floats, draws: int, rng: np.random.Generator) -> Ints:
    """Places in the past entrants, drawn with Dirichlet weights of these means: a table of slots for each draw."""
    number = len(weight)
    if not number:
        return np.zeros((draws, 0), dtype=np.int64)
    # As much is known of the mix as so many entrants of equal weight would tell.
    worth = weight * (weight.sum() / (weight**2).sum())
    share = np.maximum(rng.standard_gamma(np.broadcast_to(worth, (draws, number))), 1e-300).cumsum(axis=1)
    share /= share[:, -1:]
    steps = (np.arange(_SLOTS) + 0.5) / _SLOTS
    return np.stack([np.minimum(np.searchsorted(each, steps), number - 1) for each in share])
