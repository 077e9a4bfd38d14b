"""Hazards of leaving care and of moving, as competing risks: fitted to counts and drawn from their posterior.

For each cause the events of cell c are Poisson with mean hazard x days at risk (the piecewise-exponential model;
Holford 1980, Laird and Olivier 1981). A log-linear model in placement type, time in placement, age and legal status
gives the pattern that cells have in common; each cell is then Gamma(k + events, k / pattern + days at risk), so that
a cell with little history of its own follows the pattern and one with much follows its history. Pattern and cells
are both drawn, so what is not known of the hazards is in the spread of the forecast.

Hazards may change over the years. How many left in each quarter is set against how many would have by the fitted
hazards, and the level that this gives, with its wandering (``levels``), multiplies them ahead; moves likewise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costing.forecast.bands import AGES, DURATIONS, LEGAL_GROUPS
from costing.forecast.history import STRETCH_DAYS, History, Risk
from costing.forecast.levels import drawn_levels

__all__ = ["Hazards", "drawn_hazards"]

Floats = npt.NDArray[np.float64]
_ROUNDS = 60
_CLOSE = 1e-9
# The common mix of destinations weighs as so many moves.
_WORTH = 3.0
# The variance of the log effect of a band or type before anything is seen, and of the log level.
_EFFECT_VARIANCE = 1.0
_LEVEL_VARIANCE = 25.0
# Before any quarter is seen the level is 1, give or take a fifth.
_LEVEL_PRIOR = (25.0, 25.0)
_LEVEL_SIZES = (16.0, 64.0, 1e6)
# The share of children that leave or move in a day where there is no history at all: about half in two years.
_DAILY_WITHOUT_HISTORY = 0.001


@dataclass(frozen=True)
class Hazards:
    """Draws: ``leave`` and ``move`` a day by (draw, cell); ``to`` cumulative mix of types by (draw, row, to).

    The cells of ``leave`` are of time in care, those of ``move`` of time in placement; rows are those of `moving_row`.
    """

    leave: Floats
    move: Floats
    to: Floats
    legal: Floats


def drawn_hazards(
    past: History, draws: int, shrinkage: float, days_ahead: int, rng: np.random.Generator
) -> Hazards:  # fmt: skip
    """So many draws of all hazards and mixes of destinations from their posterior."""
    types = len(past.types)
    design = _design(types)
    leave, move = (
        _drawn(each.ends.sum(axis=0), each.days.sum(axis=0), design, (draws, shrinkage), rng)
        * _levels(each, design, draws, days_ahead, rng)[:, None]
        for each in (past.leaving, past.moving)
    )
    return Hazards(leave, move, _mix(past.destinations, types, draws, rng), _mix(past.legal_next, 0, draws, rng))


def _levels(risk: Risk, design: Floats, draws: int, days_ahead: int, rng: np.random.Generator) -> Floats:
    """By how much the hazards ahead stand above those fitted to all of the past: the mean over the days ahead."""
    days, ends = risk.days.sum(axis=0), risk.ends.sum(axis=0)
    if not ends.sum():
        return np.ones(draws)
    fitted = np.exp(np.clip(design @ _pattern(ends, days, design)[0], -25, 2))
    steps = max(1, round(days_ahead / STRETCH_DAYS))
    expected = risk.days @ fitted
    drawn = drawn_levels(
        risk.ends.sum(axis=1), expected, _LEVEL_PRIOR, STRETCH_DAYS / 365.25, _LEVEL_SIZES, (draws, steps), rng
    )
    return np.asarray(drawn.level.mean(axis=1))


def _drawn(events: Floats, risk: Floats, design: Floats, size: tuple[int, float], rng: np.random.Generator) -> Floats:
    draws, shrinkage = size
    mean, covariance = _pattern(events, risk, design)
    effects = rng.multivariate_normal(mean, covariance, size=draws, method="cholesky")
    pattern = np.exp(np.clip(effects @ design.T, -25, 2))
    shape = shrinkage + events
    return rng.standard_gamma(np.broadcast_to(shape, pattern.shape)) / (shrinkage / pattern + risk)


def _pattern(events: Floats, risk: Floats, design: Floats) -> tuple[Floats, Floats]:
    """The mode of the log-linear model and its covariance there (Newton; normal priors on the effects)."""
    width = design.shape[1]
    total, days = events.sum(), risk.sum()
    centre = np.zeros(width)
    centre[0] = np.log((total + 0.5) / days) if days > 0 else np.log(_DAILY_WITHOUT_HISTORY)
    precision = np.full(width, 1 / _EFFECT_VARIANCE)
    precision[0] = 1 / _LEVEL_VARIANCE
    seen = risk > 0
    x, y, exposure = design[seen], events[seen], risk[seen]
    beta = centre.copy()
    hessian = np.diag(precision)
    for _ in range(_ROUNDS):
        expected = exposure * np.exp(np.clip(x @ beta, -25, 2))
        gradient = x.T @ (y - expected) - precision * (beta - centre)
        hessian = (x.T * expected) @ x + np.diag(precision)
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max(initial=0.0)), _CLOSE))
        if float(np.abs(step).max(initial=0.0)) < _CLOSE:
            break
    return beta, np.linalg.inv(hessian)


def _design(types: int) -> Floats:
    """Level, then one column for each type, time band, age band and legal group, by cell."""
    sizes = (types, len(DURATIONS), len(AGES), len(LEGAL_GROUPS))
    places = np.indices(sizes).reshape(len(sizes), -1)
    columns = [np.ones((places.shape[1], 1))]
    columns += [np.eye(size)[place] for size, place in zip(sizes, places, strict=True)]
    return np.concatenate(columns, axis=1)


def _mix(counts: Floats, types: int, draws: int, rng: np.random.Generator) -> Floats:
    """Draws of where moves go to, cumulative by row: Dirichlet of the counts and of a common mix, worth a few moves.

    The common mix is that of the rows of the same age where there are ages (``types`` rows each), else that of all.
    """
    size = counts.shape[1]
    everything = (counts.sum(axis=0) + 0.5) / (counts.sum() + 0.5 * size)
    common = np.broadcast_to(everything, counts.shape)
    if types:
        by_age = counts.reshape(-1, types, size).sum(axis=1) + _WORTH * everything
        common = np.repeat(by_age / by_age.sum(axis=1, keepdims=True), types, axis=0)
    shape = np.broadcast_to(counts + _WORTH * common, (draws, *counts.shape))
    share = np.maximum(rng.standard_gamma(shape), 1e-300).cumsum(axis=2)
    return np.asarray(share / share[:, :, -1:])
