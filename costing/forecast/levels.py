"""How often something happens, as a level that may wander: learned from counts, and drawn for the steps ahead.

A count is negative binomial, gamma-Poisson, of mean level x exposure and size r. From one step to the next the
logarithm of the level wanders by a normal step of variance drift^2 x (years of a step) about a steady slope; the
level is held as a gamma whose relative variance grows by as much (in the manner of the filters of Smith 1979 and
Harvey and Fernandes 1989). Size, drift and slope are weighed by how well each would have foretold every count from
those before it, times a half-normal prior on the drift and a normal one on the slope: a yearly drift of some ten per
cent is nothing out of the way, and with little history the level is not taken to stand still. Ahead the slope fades,
by half in a year: what has risen for years need not go on rising.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma

import numpy as np
import numpy.typing as npt

__all__ = ["DRIFTS", "SLOPES", "LevelDraws", "drawn_levels"]

Floats = npt.NDArray[np.float64]
# Yearly drifts of the logarithm of the level that are weighed, and the scale of their half-normal prior.
DRIFTS = (0.02, 0.04, 0.07, 0.1, 0.14, 0.2, 0.3)
_DRIFT_SCALE = 0.1
# Yearly slopes of it, and the standard deviation of their normal prior.
SLOPES = (-0.12, -0.08, -0.04, 0.0, 0.04, 0.08, 0.12)
_SLOPE_SCALE = 0.05
_FADING = 0.5
_BURN = 3


@dataclass(frozen=True)
class LevelDraws:
    """Draws: ``level`` by (draw, step ahead), ``size`` by draw."""

    level: Floats
    size: Floats


def drawn_levels(
    counts: Floats, exposure: Floats, prior: tuple[float, float], step_years: float, sizes: tuple[float, ...],
    ahead: tuple[int, int], rng: np.random.Generator, slopes: tuple[float, ...] = (0.0,),
) -> LevelDraws:  # fmt: skip
    """Draws of the level, ``ahead`` = (draws, steps), from counts and exposures in order of time.

    ``prior``: shape and rate of the level before the first count. ``slopes``: those that are weighed; none but for
    a level that may rise or fall for years.
    """
    draws, steps = ahead
    size, drift, slope = (each.ravel() for each in np.meshgrid(sizes, DRIFTS, slopes, indexing="ij"))
    score, shape, rate = _filtered(counts, exposure, prior, size, drift**2 * step_years, slope * step_years)
    score = score - (drift / _DRIFT_SCALE) ** 2 / 2 - (slope / _SLOPE_SCALE) ** 2 / 2
    # The grid of drifts is wider apart where they are great: each stands for the stretch around it.
    stretch = np.gradient(np.array(DRIFTS))[np.searchsorted(DRIFTS, drift)]
    weights = np.exp(score - score.max()) * stretch
    chosen = rng.choice(len(weights), size=draws, p=weights / weights.sum())
    now = rng.standard_gamma(shape[chosen]) / rate[chosen]
    step = drift[chosen, None] * np.sqrt(step_years)
    faded = _FADING ** (np.arange(steps) * step_years) * step_years
    walk = step * rng.standard_normal((draws, steps)) - step**2 / 2 + slope[chosen, None] * faded
    return LevelDraws(now[:, None] * np.exp(walk.cumsum(axis=1)), size[chosen])


def _filtered(
    counts: Floats, exposures: Floats, prior: tuple[float, float], size: Floats, wander: Floats, slope: Floats
) -> tuple[Floats, Floats, Floats]:
    """The log score of foretelling each count from those before, and shape and rate of the level at the end.

    Each by place in the grid of size, variance of a step and slope of a step.
    """
    shape, rate = np.full(len(size), prior[0]), np.full(len(size), prior[1])
    score = np.zeros(len(size))
    for place, (count, exposure) in enumerate(zip(counts.tolist(), exposures.tolist(), strict=True)):
        mean_level = shape / rate * np.exp(slope)
        shape = 1 / (1 / shape + wander)
        rate = shape / mean_level
        if exposure <= 0:
            continue
        mean = mean_level * exposure
        # The relative variance of the count is that of the level and that of the size together.
        known = 1 / (1 / shape + 1 / size + 1 / (shape * size))
        if place >= _BURN:
            score = score + _log_negative_binomial(count, mean, known)
        weight = 1 / (1 + mean / size)
        shape, rate = shape + weight * count, rate + weight * exposure
    return score, shape, rate


def _log_negative_binomial(count: float, mean: Floats, size: Floats) -> Floats:
    part = mean / (mean + size)
    ways = np.array([lgamma(count + each) - lgamma(each) for each in size.tolist()]) - lgamma(count + 1)
    return np.asarray(ways + size * np.log1p(-part) + count * np.log(part))
