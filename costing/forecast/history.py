"""The past as counts: days at risk and events by cell, destinations of moves, who came in, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from costing.forecast.bands import (
    AGES,
    DURATIONS,
    LEGAL_GROUPS,
    OF_AGE_DAYS,
    YEAR_DAYS,
    age_band,
    cell_of,
    cells,
    duration_band,
    legal_group,
)  # fmt: skip
from costing.forecast.facts import ForecastFacts, observed_from, placed

__all__ = ["AGE_UNKNOWN_DAYS", "Entrants", "History", "Present", "history", "with_birth"]

AGE_UNKNOWN_DAYS = 10.5 * YEAR_DAYS
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Present:
    """The children in placement at the end of the origin, one entry each: places in the list of types, ages in days."""

    child_no: Ints
    kind: Ints
    age: Floats
    duration: Floats
    legal: Ints
    sector: list[str]


@dataclass(frozen=True)
class Entrants:
    """Each child who came in while all were told of, and how many did in each month (oldest first).

    ``days`` are the days of each month that were observed; ``month`` its number in the year, 1 to 12.
    """

    kind: Ints
    age: Floats
    legal: Ints
    need: list[str]
    counts: Ints
    days: Ints
    month: Ints


@dataclass(frozen=True)
class History:
    """What the model is fitted to. Arrays by cell: days at risk, leavings, moves; moves by type from and to."""

    types: tuple[str, ...]
    at_risk: Floats
    left: Floats
    moved: Floats
    destinations: Floats
    legal_next: Floats
    present: Present
    entrants: Entrants


def history(facts: ForecastFacts, origin: date) -> History:
    """Counts of everything up to the end of ``origin``; ``facts`` hold nothing later (``facts_at``)."""
    rows = with_birth(placed(facts), facts)
    first = observed_from(facts, rows, origin)
    types = tuple(sorted(set(rows["placement_type"].to_list())))
    number = {name: place for place, name in enumerate(types)}
    columns = _Columns(rows, number)
    start, stop = _day(rows["starts"]), _day(rows["ends"].fill_null(origin + timedelta(days=1)))
    open_ = rows["ends"].is_null().to_numpy()
    risk, left, moved = _exposure(rows, columns, (start, stop), _ordinal(first))
    recent = ~open_ & (stop >= _ordinal(first)) & rows["moved"].to_numpy()
    destinations = np.zeros((len(types), len(types)))
    legal_next = np.zeros((len(LEGAL_GROUPS), len(LEGAL_GROUPS)))
    next_kind = np.array([number.get(each or "", 0) for each in rows["next_type"]], dtype=np.int64)
    next_legal = np.array([legal_group(each) for each in rows["next_legal"]], dtype=np.int64)
    np.add.at(destinations, (columns.kind[recent], next_kind[recent]), 1.0)
    np.add.at(legal_next, (columns.legal[recent], next_legal[recent]), 1.0)
    after = _ordinal(origin) + 1
    present = Present(
        child_no=rows["child_no"].to_numpy()[open_].astype(np.int64),
        kind=columns.kind[open_],
        age=after - columns.born[open_],
        duration=(after - start[open_]).astype(np.float64),
        legal=columns.legal[open_],
        sector=rows.filter(pl.Series(open_))["sector"].fill_null("").to_list(),
    )
    entered = rows["entered"].to_numpy() & (start >= _ordinal(first))
    entrants = _entrants(rows, columns, (start, entered), first, origin)
    return History(types, risk, left, moved, destinations, legal_next, present, entrants)


def with_birth(rows: pl.DataFrame, facts: ForecastFacts) -> pl.DataFrame:
    """The placements with each child's ``born`` (ten and a half at the start where it is not known) and ``need``."""
    unknown = pl.col("starts").min().over("child_no").dt.offset_by(f"-{int(AGE_UNKNOWN_DAYS)}d")
    return rows.join(facts.children.unique("child_no"), on="child_no", how="left", maintain_order="left").with_columns(
        pl.col("born").fill_null(unknown), pl.col("need").fill_null("")
    )


class _Columns:
    """The columns of placements that are numbers of bands."""

    def __init__(self, rows: pl.DataFrame, number: dict[str, int]) -> None:
        self.kind = np.array([number[each] for each in rows["placement_type"]], dtype=np.int64)
        self.legal = np.array([legal_group(each) for each in rows["legal_status"]], dtype=np.int64)
        self.born = _day(rows["born"]).astype(np.float64)


def _exposure(
    rows: pl.DataFrame, columns: _Columns, span: tuple[Ints, Ints], first: int
) -> tuple[Floats, Floats, Floats]:
    """Days at risk, leavings and moves by cell: each placement cut where a band of time or age begins.

    Nobody is at risk from the 18th birthday on: then care ends by itself, which is no event of the hazard either.
    """
    start, stop = span
    number = cells(int(columns.kind.max()) + 1 if len(columns.kind) else 0)
    risk, left, moved = np.zeros(number), np.zeros(number), np.zeros(number)
    of_age = columns.born + OF_AGE_DAYS
    begin = np.maximum(start, first).astype(np.float64)
    end = np.minimum(stop.astype(np.float64), of_age)
    edges = [start + edge for edge in DURATIONS[1:]] + [columns.born + age * YEAR_DAYS for age in AGES[1:]]
    cuts = np.sort(np.clip(np.stack([begin, *edges, end]), begin, np.maximum(end, begin)), axis=0)
    for low, high in pairwise(cuts):
        middle = np.asarray((low + high) / 2, dtype=np.float64)
        cell = cell_of(
            columns.kind, duration_band(middle - start), age_band(middle - columns.born), columns.legal
        )  # fmt: skip
        np.add.at(risk, cell, np.where(high > low, high - low, 0.0))
    gone = ~rows["ends"].is_null().to_numpy() & (stop >= first) & (stop < of_age - _GRACE) & (stop > begin)
    last = np.asarray(stop - 0.5, dtype=np.float64)
    cell = cell_of(
        columns.kind,
        duration_band(np.asarray(last - start, dtype=np.float64)),
        age_band(last - columns.born),
        columns.legal,
    )
    on = rows["moved"].to_numpy()
    np.add.at(moved, cell[gone & on], 1.0)
    np.add.at(left, cell[gone & ~on], 1.0)
    return risk, left, moved


# Birth dates are known to the month: leaving so close before the 18th birthday is leaving at eighteen.
_GRACE = 31


def _entrants(
    rows: pl.DataFrame, columns: _Columns, started: tuple[Ints, npt.NDArray[np.bool_]], first: date, origin: date
) -> Entrants:
    start, entered = started
    months = pl.date_range(first.replace(day=1), origin, "1mo", eager=True).to_list()
    edges = np.array([_ordinal(each) for each in months] + [_ordinal(origin) + 1], dtype=np.int64)
    edges[0] = _ordinal(first)
    counts = np.histogram(start[entered], bins=edges)[0] if len(edges) > 1 else np.zeros(0)
    return Entrants(
        kind=columns.kind[entered],
        age=np.maximum(start[entered] - columns.born[entered], 0.0),
        legal=columns.legal[entered],
        need=rows.filter(pl.Series(entered))["need"].to_list(),
        counts=counts.astype(np.int64),
        days=np.diff(edges),
        month=np.array([each.month for each in months], dtype=np.int64),
    )


def _day(column: pl.Series) -> Ints:
    """Days since 1970."""
    return column.cast(pl.Int32).to_numpy().astype(np.int64)


def _ordinal(day: date) -> int:
    return (day - date(1970, 1, 1)).days
