"""The past as counts: days at risk and ends by cell, destinations of moves, who came in, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from costing.forecast.bands import (
    AGES,
    DURATIONS,
    LEGAL_GROUPS,
    MOVING_AGES,
    OF_AGE_DAYS,
    YEAR_DAYS,
    age_band,
    cell_of,
    cells,
    duration_band,
    legal_group,
    moving_row,
)  # fmt: skip
from costing.forecast.facts import ForecastFacts, observed_from, placed

__all__ = ["AGE_UNKNOWN_DAYS", "STRETCH_DAYS", "Entrants", "History", "Present", "Risk", "history", "with_birth"]

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
    in_care: Floats
    legal: Ints
    sector: list[str]


@dataclass(frozen=True)
class Entrants:
    """Each child who came in while all were told of, and how many did in each month (oldest first).

    ``days`` are the days of each month that were observed; ``month`` its number in the year, 1 to 12. ``ago``: how
    many days before the origin each came.
    """

    kind: Ints
    age: Floats
    legal: Ints
    need: list[str]
    counts: Ints
    days: Ints
    month: Ints
    ago: Floats


@dataclass(frozen=True)
class Risk:
    """One cause of an end, in stretches of time (oldest first): days at risk and ends, by (stretch, cell)."""

    days: Floats
    ends: Floats


@dataclass(frozen=True)
class History:
    """What the model is fitted to: leavings by cells of time in care, moves by cells of time in placement.

    ``destinations``: moves by row (`moving_row`) and type; ``legal_next``: by legal group before and after.
    """

    types: tuple[str, ...]
    leaving: Risk
    moving: Risk
    destinations: Floats
    legal_next: Floats
    present: Present
    entrants: Entrants


def history(facts: ForecastFacts, origin: date) -> History:
    """Counts of everything up to the end of ``origin``; ``facts`` hold nothing later (``facts_at``)."""
    rows = with_birth(placed(facts), facts)
    first = observed_from(facts, rows, origin)
    types = tuple(sorted(set(rows["placement_type"].to_list())))
    columns = _Columns(rows, {name: place for place, name in enumerate(types)}, _ordinal(origin) + 1)
    leaving, moving = _risks(columns, len(types), _ordinal(first), _ordinal(origin) + 1)
    destinations, legal_next = _moves(columns, len(types), _ordinal(first))
    present = _present(rows, columns, _ordinal(origin) + 1)
    return History(
        types, leaving, moving, destinations, legal_next, present, _entrants(rows, columns, first, origin)
    )  # fmt: skip


def with_birth(rows: pl.DataFrame, facts: ForecastFacts) -> pl.DataFrame:
    """The placements with each child's ``born`` (ten and a half at the start where it is not known) and ``need``."""
    unknown = pl.col("starts").min().over("child_no").dt.offset_by(f"-{int(AGE_UNKNOWN_DAYS)}d")
    return rows.join(facts.children.unique("child_no"), on="child_no", how="left", maintain_order="left").with_columns(
        pl.col("born").fill_null(unknown), pl.col("need").fill_null("")
    )


class _Columns:
    """The columns of placements as numbers: bands' places, and days since 1970."""

    def __init__(self, rows: pl.DataFrame, number: dict[str, int], after: int) -> None:
        self.kind = np.array([number[each] for each in rows["placement_type"]], dtype=np.int64)
        self.legal = np.array([legal_group(each) for each in rows["legal_status"]], dtype=np.int64)
        self.born = _day(rows["born"]).astype(np.float64)
        self.care = _day(rows["care_starts"])
        self.start = _day(rows["starts"])
        self.open = rows["ends"].is_null().to_numpy()
        self.stop = np.where(self.open, after, _day(rows["ends"].fill_null(date(1970, 1, 1))))
        self.moved = rows["moved"].to_numpy()
        self.entered = rows["entered"].to_numpy()
        self.next_kind = np.array([number.get(each or "", 0) for each in rows["next_type"]], dtype=np.int64)
        self.next_legal = np.array([legal_group(each) for each in rows["next_legal"]], dtype=np.int64)
        self.of_age = self.born + OF_AGE_DAYS


def _risks(columns: _Columns, types: int, first: int, after: int) -> tuple[Risk, Risk]:
    """Days at risk and ends by stretch of time and cell, of leaving (time in care) and of moving (in placement).

    Nobody is at risk from the 18th birthday on: then care ends by itself, which is no event of the hazard either.
    """
    stretches = max(1, round((after - first) / STRETCH_DAYS))
    edges = np.linspace(first, after, stretches + 1)
    ended = ~columns.open & (columns.stop >= first) & (columns.stop < columns.of_age - _GRACE)
    ended &= columns.stop > columns.start
    found = []
    for began, which in ((columns.care, ~columns.moved), (columns.start, columns.moved)):
        days = np.stack([_at_risk(columns, began, types, low, high) for low, high in pairwise(edges)])
        chosen = ended & which
        last = np.asarray(columns.stop[chosen] - 0.5, dtype=np.float64)
        cell = cell_of(
            columns.kind[chosen], duration_band(np.asarray(last - began[chosen], dtype=np.float64)),
            age_band(last - columns.born[chosen]), columns.legal[chosen],
        )  # fmt: skip
        ends = np.zeros_like(days)
        np.add.at(ends, (np.clip(np.searchsorted(edges, last) - 1, 0, stretches - 1), cell), 1.0)
        found.append(Risk(days, ends))
    return found[0], found[1]


def _at_risk(columns: _Columns, began: Ints, types: int, low: float, high: float) -> Floats:
    """Days at risk between two days by cell: each placement cut where a band of time or age begins."""
    risk = np.zeros(cells(types))
    here = np.nonzero((columns.start < high) & (columns.stop > low))[0]
    since, born = began[here], columns.born[here]
    begin = np.maximum(columns.start[here], low).astype(np.float64)
    end = np.maximum(np.minimum(np.minimum(columns.stop[here], high), columns.of_age[here]), begin)
    edges = [since + edge for edge in DURATIONS[1:]] + [born + age * YEAR_DAYS for age in AGES[1:]]
    cuts = np.sort(np.clip(np.stack([begin, *edges, end]), begin, end), axis=0)
    for start, stop in pairwise(cuts):
        middle = np.asarray((start + stop) / 2, dtype=np.float64)
        cell = cell_of(columns.kind[here], duration_band(middle - since), age_band(middle - born), columns.legal[here])
        risk += np.bincount(cell, stop - start, minlength=len(risk))
    return risk


def _moves(columns: _Columns, types: int, first: int) -> tuple[Floats, Floats]:
    """Moves while all were told of: by row and type moved to, and by legal group before and after."""
    recent = ~columns.open & (columns.stop >= first) & columns.moved
    destinations = np.zeros(((len(MOVING_AGES) + 1) * types, types))
    legal_next = np.zeros((len(LEGAL_GROUPS), len(LEGAL_GROUPS)))
    row = moving_row(columns.kind[recent], columns.stop[recent] - columns.born[recent], types)
    np.add.at(destinations, (row, columns.next_kind[recent]), 1.0)
    np.add.at(legal_next, (columns.legal[recent], columns.next_legal[recent]), 1.0)
    return destinations, legal_next


def _present(rows: pl.DataFrame, columns: _Columns, after: int) -> Present:
    held = columns.open
    return Present(
        child_no=rows["child_no"].to_numpy()[held].astype(np.int64),
        kind=columns.kind[held],
        age=after - columns.born[held],
        duration=(after - columns.start[held]).astype(np.float64),
        in_care=(after - columns.care[held]).astype(np.float64),
        legal=columns.legal[held],
        sector=rows.filter(pl.Series(held))["sector"].fill_null("").to_list(),
    )


# Birth dates are known to the month: leaving so close before the 18th birthday is leaving at eighteen.
_GRACE = 31
# About how long a stretch of time is by which the level of leaving and moving is followed.
STRETCH_DAYS = 91.3


def _entrants(rows: pl.DataFrame, columns: _Columns, first: date, origin: date) -> Entrants:
    start, entered = columns.start, columns.entered & (columns.start >= _ordinal(first))
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
        ago=(_ordinal(origin) - start[entered]).astype(np.float64),
    )


def _day(column: pl.Series) -> Ints:
    """Days since 1970."""
    return column.cast(pl.Int32).to_numpy().astype(np.int64)


def _ordinal(day: date) -> int:
    return (day - date(1970, 1, 1)).days
