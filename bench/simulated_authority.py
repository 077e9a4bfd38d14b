"""Authorities made up from a seed, for judging forecasts: their truth is known, and may be played again from a day.

They are not made as the forecast supposes. Each child has its own proneness to stay (a gamma frailty), leaving
depends on the time in care and moving on the time in placement, both without bands; how many come in wanders from
month to month and may rise, fall, jump or have a season; where a child is placed depends on its age. Each authority
draws all of that anew. ``futures`` plays the days after the origin again from the same children and the same level,
so that what nobody could have known is measured too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from costing.forecast.facts import CHILDREN, FEES, PLACEMENTS, ForecastFacts
from costing.money import UNITS_PER_PENNY

__all__ = ["KINDS", "Authority", "simulated_authority"]

KINDS = ("steady", "rising", "falling", "jump", "season")
TYPES = ("la_foster", "agency_foster", "kinship", "residential", "independence", "parents")
FIRST = date(2019, 4, 1)
ORIGIN = date(2024, 3, 31)
LAST = date(2025, 3, 31)
_WARM_DAYS = 365 * 6
_DAYS = (LAST - FIRST).days + 1 + _WARM_DAYS
_TO_ORIGIN = (ORIGIN - FIRST).days + 1 + _WARM_DAYS
_OF_AGE = 18 * 365.25
_YEAR = 365.25
# Where children are placed by age (under 10, 10 to 15, 16 and over), and how prone each type is to end.
_FIRST_TYPE = np.array([[40, 28, 24, 1, 0, 7], [32, 34, 16, 12, 0, 6], [14, 22, 8, 18, 36, 2]], dtype=np.float64)
_LEAVING = np.array([1.0, 0.9, 1.1, 0.8, 1.3, 1.8])
_MOVING = np.array([1.0, 1.1, 0.6, 1.3, 1.0, 0.9])
_WEEKLY_POUNDS = np.array([620.0, 1_080.0, 360.0, 5_600.0, 1_700.0, 0.0])
_FREE = 5

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass
class _State:
    """Children in care, one entry each, in so many worlds beside each other; ages and times in days."""

    world: Ints
    child: Ints
    kind: Ints
    age: Floats
    in_care: Floats
    in_place: Floats
    proneness: Floats

    def taken(self, which: npt.NDArray[np.bool_] | Ints) -> _State:
        return _State(*(getattr(self, name)[which] for name in _State.__dataclass_fields__))

    def joined(self, other: _State) -> _State:
        names = _State.__dataclass_fields__
        return _State(*(np.concatenate([getattr(self, n), getattr(other, n)]) for n in names))


@dataclass
class Authority:
    """One authority: its facts over six years, its kind, the children of each day of the last, and its own futures.

    ``futures``: children by (day after the origin, future), each of them as likely as what came to pass.
    """

    kind: str
    facts: ForecastFacts
    actual: Ints
    futures: Ints
    origin: date = ORIGIN
    last: date = LAST


@dataclass
class _World:
    """What is true of an authority: ``course`` the entrants a day but for the wandering, ``walk`` that by month.

    ``told``: child, type, day, and 1 where a stay begins or 0 where care ends.
    """

    course: Floats
    walk: Floats
    drift: float
    size: float
    mix: Floats
    leaving: Floats
    moving: Floats
    stay: float
    told: list[tuple[int, int, int, int]] = field(default_factory=list)


def simulated_authority(seed: int, *, futures: int = 0) -> Authority:
    """The authority of a seed, with so many futures played again; kinds take turns."""
    kind = KINDS[seed % len(KINDS)]
    rng = np.random.default_rng([seed, 5])
    world = _world(kind, rng)
    state = _nobody()
    births: dict[int, float] = {}
    counts = np.zeros(_DAYS, dtype=np.int64)
    at_origin: _State | None = None
    number = 0
    for day in range(_DAYS):
        if day == _TO_ORIGIN:
            at_origin = state
        coming = rng.poisson(rng.standard_gamma(world.size) / world.size * world.course[day] * world.walk[day // 30])
        new = _entering(world, np.zeros(coming, dtype=np.int64), rng)
        new.child = number + np.arange(coming)
        births.update(zip(new.child.tolist(), (day - new.age).tolist(), strict=True))
        number += coming
        world.told += [(c, k, day, 1) for c, k in zip(new.child.tolist(), new.kind.tolist(), strict=True)]
        state = _lived(world, state.joined(new), day, rng, tell=True)
        counts[day] = len(state.child)
    after = counts[_TO_ORIGIN:]
    again = _futures(world, at_origin or _nobody(), futures, np.random.default_rng([seed, 6]))
    return Authority(kind, _facts(world, births, rng), after, again)


def _world(kind: str, rng: np.random.Generator) -> _World:
    """The truth of an authority: entrants a day, with the drift that goes on after the origin unknown to all."""
    months = -(-_DAYS // 30) + 1
    drift = rng.uniform(0.0, 0.12) / np.sqrt(12)
    walk = np.exp(np.cumsum(drift * rng.standard_normal(months)) - np.arange(months) * drift**2 / 2)
    days = np.arange(_DAYS)
    since = (days - _WARM_DAYS) / _YEAR
    shape = {
        "steady": np.ones(_DAYS),
        "rising": np.exp(0.05 * np.clip(since, 0, None)),
        "falling": np.exp(-0.05 * np.clip(since, 0, None)),
        "jump": np.where(since > 3.2, 1.25, 1.0),
        "season": 1 + 0.25 * np.sin(2 * np.pi * days / _YEAR),
    }[kind]
    course = rng.uniform(90, 320) / _YEAR * shape
    mix = _FIRST_TYPE * rng.uniform(0.6, 1.5, _FIRST_TYPE.shape)
    return _World(
        course, walk, drift, rng.uniform(0.5, 4.0), (mix / mix.sum(axis=1, keepdims=True)).cumsum(axis=1),
        _LEAVING * rng.uniform(0.7, 1.4, len(TYPES)), _MOVING * rng.uniform(0.7, 1.4, len(TYPES)),
        rng.uniform(0.8, 1.3),
    )  # fmt: skip


def _nobody() -> _State:
    none = np.zeros(0, dtype=np.int64)
    return _State(none, none, none, np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0))


def _entering(world: _World, where: Ints, rng: np.random.Generator) -> _State:
    """New children, one for each entry of ``where``, the world each comes into."""
    count = len(where)
    baby, teen = rng.random(count) < 0.2, rng.random(count) < 0.35
    age = np.where(
        baby, rng.uniform(0, 1, count), np.where(teen, rng.uniform(12, 17.6, count), rng.uniform(1, 17, count))
    )
    days = age * _YEAR
    return _State(
        where, np.zeros(count, dtype=np.int64), _placed(world, days, rng), days, np.zeros(count), np.zeros(count),
        rng.standard_gamma(2.0, count) / 2.0,
    )  # fmt: skip


def _placed(world: _World, age: Floats, rng: np.random.Generator) -> Ints:
    mix = world.mix[np.searchsorted(np.array([10, 16]) * _YEAR, age, side="right")]
    return np.asarray((rng.random(len(age))[:, None] >= mix[:, :-1]).sum(axis=1))


def _lived(world: _World, state: _State, day: int, rng: np.random.Generator, *, tell: bool) -> _State:
    """The state a day on: some leave, some move, those of eighteen go."""
    leave = 0.0021 / world.stay * world.leaving[state.kind] * state.proneness * (0.35 + np.exp(-state.in_care / 240))
    move = 0.0009 * world.moving[state.kind] * (0.5 + 1.5 * np.exp(-state.in_place / 150))
    drawn = rng.random(len(state.kind))
    gone = (drawn < leave) | (state.age >= _OF_AGE)
    moved = ~gone & (drawn < leave + move)
    if tell:
        world.told += [(c, -1, day, 0) for c in state.child[gone].tolist()]
    kind = state.kind.copy()
    kind[moved] = _placed(world, state.age[moved], rng)
    if tell:
        pairs = zip(state.child[moved].tolist(), kind[moved].tolist(), strict=True)
        world.told += [(c, k, day, 1) for c, k in pairs]
    on = _State(
        state.world, state.child, kind, state.age + 1, state.in_care + 1, np.where(moved, 0.0, state.in_place + 1),
        state.proneness,
    )  # fmt: skip
    return on.taken(~gone)


def _futures(world: _World, state: _State, futures: int, rng: np.random.Generator) -> Ints:
    """Children by day after the origin in each future; the level of entrants wanders on from where it stood."""
    days = _DAYS - _TO_ORIGIN
    counts = np.zeros((days, futures), dtype=np.int64)
    if not futures:
        return counts
    several = state.taken(np.tile(np.arange(len(state.kind)), futures))
    several.world = np.repeat(np.arange(futures), len(state.kind))
    steps = world.drift * rng.standard_normal((days // 30 + 1, futures))
    wander = world.walk[(_TO_ORIGIN - 1) // 30] * np.exp(steps.cumsum(axis=0))
    for day in range(days):
        mean = world.course[_TO_ORIGIN + day] * wander[day // 30]
        coming = rng.poisson(rng.standard_gamma(world.size, futures) / world.size * mean)
        new = _entering(world, np.repeat(np.arange(futures), coming), rng)
        several = _lived(world, several.joined(new), day, rng, tell=False)
        counts[day] = np.bincount(several.world, minlength=futures)
    return counts


def _facts(world: _World, births: dict[int, float], rng: np.random.Generator) -> ForecastFacts:
    """What finance would hold of it: stays that touch the six years, and a fee for each with rises every April."""
    start = FIRST - timedelta(days=_WARM_DAYS)
    told = pl.DataFrame(world.told, schema=["child_no", "kind", "day", "begins"], orient="row")
    spans = (
        told.sort("child_no", "day", "begins", maintain_order=True)
        .with_columns(stop=pl.col("day").shift(-1).over("child_no"))
        .filter((pl.col("begins") == 1) & (pl.col("stop").is_null() | (pl.col("stop") > pl.col("day"))))
        .with_row_index("placement_no")
        .filter(pl.col("stop").is_null() | (pl.col("stop") >= _WARM_DAYS))
    )
    day = [start + timedelta(days=each) for each in range(_DAYS)]
    placements = pl.DataFrame(
        [
            (c, n, day[s], None if e is None else day[e], TYPES[k], "own" if k != 1 else "private", "", "C2")
            for c, n, s, e, k in spans.select("child_no", "placement_no", "day", "stop", "kind").iter_rows()
        ],
        schema=PLACEMENTS, orient="row",
    )  # fmt: skip
    children = pl.DataFrame(
        [(child, start + timedelta(days=int(born)), "") for child, born in births.items()],
        schema=CHILDREN,
        orient="row",
    ).join(placements.select("child_no").unique(), on="child_no", how="semi")
    return ForecastFacts(placements, children, _fees(placements, rng), FIRST)


def _fees(placements: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    rows = []
    for child, starts, ends, name in placements.select("child_no", "starts", "ends", "placement_type").iter_rows():
        kind = TYPES.index(name)
        if kind == _FREE:
            continue
        pounds = _WEEKLY_POUNDS[kind] * np.exp(0.2 * rng.standard_normal())
        stop = ends or LAST + timedelta(days=1)
        begins = [max(starts, FIRST)]
        begins += [d for d in (date(y, 4, 1) for y in range(FIRST.year, LAST.year + 1)) if begins[0] < d < stop]
        for at, following in zip(begins, [*begins[1:], ends], strict=True):
            years = at.year - (at.month < 4) - FIRST.year
            pence = round(pounds * 100 * 1.038**years)
            rows.append((child, pence * UNITS_PER_PENNY, at, following))
    return pl.DataFrame(rows, schema=FEES, orient="row")
