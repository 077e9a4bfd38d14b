"""New entrants: how many come in each month, and who they are.

The monthly count is negative binomial, gamma-Poisson: mean (level x days x season) and size r. The level may drift
from month to month; old months then weigh less (the discounted gamma-Poisson model of Smith 1979, Harvey and
Fernandes 1989). Size and discount are weighed by how well each would have foretold every month from those before it.
A yearly season is taken in only if it lowers the BIC. Who comes in is drawn from those who came, by a Bayesian
bootstrap (Rubin 1981): age, need, first placement type, legal status and sector go together, and the weights are
Dirichlet, so that the mix is uncertain too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma

import numpy as np
import numpy.typing as npt

from costing.forecast.history import Entrants

__all__ = ["EntrantDraws", "drawn_entrants", "season_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_SIZES = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 1e6)
_DISCOUNTS = (1.0, 0.99, 0.98, 0.96, 0.93, 0.88)
_BURN = 3
_SLOTS = 2_048
_MONTHS_FOR_SEASON = 24
_WHOLE_MONTH = 15
# Before anything is seen: half an entrant in half a month.
_PRIOR = 0.5


@dataclass(frozen=True)
class EntrantDraws:
    """Draws: ``level`` a day by (draw, month ahead), ``size`` by draw, ``who`` places in past entrants (draw, slot).

    ``seasonal`` says whether the season earned its place.
    """

    level: Floats
    size: Floats
    who: Ints
    seasonal: bool


def drawn_entrants(past: Entrants, months: Ints, draws: int, rng: np.random.Generator) -> EntrantDraws:
    """So many draws for the months ahead, given as numbers in the year (1 to 12)."""
    season = season_of(past)
    whole = past.days >= min(_WHOLE_MONTH, int(past.days.max(initial=0)))
    counts, exposure = past.counts[whole].astype(np.float64), past.days[whole] * season[past.month[whole] - 1]
    grid = [(size, discount) for size in _SIZES for discount in _DISCOUNTS]
    scored = [_filtered(counts, exposure, size, discount) for size, discount in grid]
    marks = np.array([each[0] for each in scored])
    weights = np.exp(marks - marks.max())
    chosen = rng.choice(len(grid), size=draws, p=weights / weights.sum())
    shape = np.array([scored[each][1] for each in chosen])
    rate = np.array([scored[each][2] for each in chosen])
    discount = np.array([grid[each][1] for each in chosen])
    now = rng.standard_gamma(shape) / rate
    # One step of the model multiplies the variance of the level by 1/discount; its relative variance is 1/shape.
    step = np.sqrt((1 / discount - 1) / shape)
    walk = step[:, None] * rng.standard_normal((draws, len(months))) - step[:, None] ** 2 / 2
    level = now[:, None] * np.exp(walk.cumsum(axis=1)) * season[months - 1]
    size = np.array([grid[each][0] for each in chosen])
    return EntrantDraws(level, size, _bootstrap(len(past.kind), draws, rng), bool(np.ptp(season) > 0))


def _filtered(counts: Floats, days: Floats, size: float, discount: float) -> tuple[float, float, float]:
    """The log score of foretelling each month from those before, and shape and rate of the level a day at the end."""
    shape, rate = _PRIOR, _PRIOR * 15.0
    score = 0.0
    for place, (count, exposure) in enumerate(zip(counts, days, strict=True)):
        shape, rate = shape * discount, rate * discount
        mean = shape / rate * exposure
        # The variance of the month is the mean, that of the level and that of the size together.
        known = 1 / (1 / shape + 1 / size + 1 / (shape * size))
        if place >= _BURN:
            score += _log_negative_binomial(count, mean, known)
        weight = 1 / (1 + mean / size)
        shape, rate = shape + weight * count, rate + weight * exposure
    return score, shape, rate


def _log_negative_binomial(count: float, mean: float, size: float) -> float:
    part = mean / (mean + size)
    return float(
        lgamma(count + size) - lgamma(size) - lgamma(count + 1) + size * np.log1p(-part)
        + (count * np.log(part) if count else 0.0)
    )  # fmt: skip


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


def _bootstrap(number: int, draws: int, rng: np.random.Generator) -> Ints:
    """Places in the past entrants, drawn with Dirichlet weights: a table of slots for each draw."""
    if not number:
        return np.zeros((draws, 0), dtype=np.int64)
    weights = rng.standard_exponential((draws, number)).cumsum(axis=1)
    weights /= weights[:, -1:]
    steps = (np.arange(_SLOTS) + 0.5) / _SLOTS
    return np.stack([np.minimum(np.searchsorted(each, steps), number - 1) for each in weights])
