"""Hazards of leaving care and of moving, as competing risks: fitted to counts and drawn from their posterior.

For each cause the events of cell c are Poisson with mean hazard x days at risk (the piecewise-exponential model;
Holford 1980, Laird and Olivier 1981). A log-linear model in placement type, time in placement, age and legal status
gives the pattern that cells have in common; each cell is then Gamma(k + events, k / pattern + days at risk), so that
a cell with little history of its own follows the pattern and one with much follows its history. Pattern and cells
are both drawn, so what is not known of the hazards is in the spread of the forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costing.forecast.bands import AGES, DURATIONS, LEGAL_GROUPS
from costing.forecast.history import History

__all__ = ["Hazards", "drawn_hazards"]

Floats = npt.NDArray[np.float64]
_ROUNDS = 60
_CLOSE = 1e-9
# The variance of the log effect of a band or type before anything is seen, and of the log level.
_EFFECT_VARIANCE = 1.0
_LEVEL_VARIANCE = 25.0
# The share of children that leave or move in a day where there is no history at all: about half in two years.
_DAILY_WITHOUT_HISTORY = 0.001


@dataclass(frozen=True)
class Hazards:
    """Draws: ``leave`` and ``move`` a day by (draw, cell); ``to`` cumulative mix of types by (draw, from, to)."""

    leave: Floats
    move: Floats
    to: Floats
    legal: Floats


def drawn_hazards(past: History, draws: int, shrinkage: float, rng: np.random.Generator) -> Hazards:
    """So many draws of all hazards and mixes of destinations from their posterior."""
    types = len(past.types)
    design = _design(types)
    leave = _drawn(past.left, past.at_risk, design, (draws, shrinkage), rng)
    move = _drawn(past.moved, past.at_risk, design, (draws, shrinkage), rng)
    return Hazards(leave, move, _mix(past.destinations, draws, rng), _mix(past.legal_next, draws, rng))


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


def _mix(counts: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Draws of where moves go to: Dirichlet of the counts and of the common mix, which weighs as two moves."""
    size = counts.shape[1]
    pooled = (counts.sum(axis=0) + 0.5) / (counts.sum() + 0.5 * size) if size else np.zeros(0)
    shape = np.broadcast_to(counts + 2 * pooled, (draws, *counts.shape))
    weights = np.maximum(rng.standard_gamma(shape), 1e-300)
    share = weights.cumsum(axis=2)
    return share / share[:, :, -1:] if size else share
