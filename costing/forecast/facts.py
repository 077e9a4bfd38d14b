"""What a forecast is told, and what of it had happened by a day.

Three frames, one row a fact; whoever reads the tables fills them and nothing else is needed:

- ``placements`` (`PLACEMENTS`): one row for each stretch of one placement under one legal status. ``starts`` is
  charged, ``ends`` is not; null = not ended. Rows of one placement share ``placement_no`` (unique over children).
  A row of the same child that starts on the day another ends is a move; no such row, and the child left care.
  Stretches of one child do not overlap (``costing.placements.nights`` sees to that).
- ``children`` (`CHILDREN`): ``born`` (the day or the month's first or fifteenth: all that is used is the age) and
  ``need``, the child's need on coming into care ('' = not known). A child without a row is taken to be aged ten.
- ``fees`` (`FEES`): joined on child and night, never on a code (ruling 7). ``weekly_units`` in 1/420 of a penny,
  ``valid_to`` exclusive or null; a fee runs until superseded, until ``valid_to``, or until its placement ends.

``observed_from`` is the first day from which everybody in care is told of. Children who had left before the first
return are in no return, so that stays from before that day count only from it on (left truncation). None: taken to
be the earliest day on which a child left care.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

__all__ = ["CHILDREN", "FEES", "PLACEMENTS", "ForecastFacts", "facts_at", "observed_from", "placed"]

PLACEMENTS: dict[str, type[pl.DataType]] = {
    "child_no": pl.Int32,
    "placement_no": pl.Int64,
    "starts": pl.Date,
    "ends": pl.Date,
    "placement_type": pl.String,
    "sector": pl.String,
    "provider": pl.String,
    "legal_status": pl.String,
}
CHILDREN: dict[str, type[pl.DataType]] = {"child_no": pl.Int32, "born": pl.Date, "need": pl.String}
FEES: dict[str, type[pl.DataType]] = {
    "child_no": pl.Int32,
    "weekly_units": pl.Int64,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
}


@dataclass(frozen=True)
class ForecastFacts:
    """The facts of a forecast; see the top of this module for the columns."""

    placements: pl.DataFrame
    children: pl.DataFrame
    fees: pl.DataFrame
    observed_from: date | None = None


def facts_at(facts: ForecastFacts, origin: date) -> ForecastFacts:
    """What had happened by the end of ``origin``: what starts later is left out, what ends later has no end yet.

    Children are kept as far as they had a placement by then. Whatever is changed about later days leaves the
    result, and so the forecast, as it was.
    """
    last = pl.lit(origin)
    placements = facts.placements.filter(pl.col("starts") <= last).with_columns(
        ends=pl.when(pl.col("ends") <= last).then("ends")
    )
    fees = facts.fees.filter(pl.col("valid_from") <= last).with_columns(
        valid_to=pl.when(pl.col("valid_to") <= last).then("valid_to")
    )
    known = placements.select("child_no").unique()
    first = facts.observed_from
    return replace(
        facts,
        placements=placements.select([pl.col(n).cast(kind) for n, kind in PLACEMENTS.items()]).sort(
            "child_no", "starts", "placement_no"
        ),
        children=facts.children.join(known, on="child_no", how="semi")
        .select([pl.col(n).cast(kind) for n, kind in CHILDREN.items()])
        .sort("child_no"),
        fees=fees.select([pl.col(n).cast(kind) for n, kind in FEES.items()]).sort(
            "child_no", "valid_from", maintain_order=True
        ),
        observed_from=None if first is None else min(first, origin),
    )


def placed(facts: ForecastFacts) -> pl.DataFrame:
    """Whole placements: child_no, placement_no, starts, ends, placement_type, sector, legal_status, and what followed.

    ``legal_status`` is the one the placement started under. ``moved`` is true where the next placement starts on the
    day this one ends; ``entered`` where none ended on the day it starts. ``next_type`` is null unless moved.
    ``care_starts`` is the day on which the stay in care began, as far as it is told.
    """
    whole = (
        facts.placements.sort("child_no", "starts", "placement_no")
        .group_by("child_no", "placement_no", maintain_order=True)
        .agg(
            pl.col("starts").min(),
            pl.when(pl.col("ends").is_null().any()).then(None).otherwise(pl.col("ends").max()).alias("ends"),
            *(pl.col(name).first() for name in ("placement_type", "sector", "legal_status")),
        )
        .filter(pl.col("ends").is_null() | (pl.col("ends") > pl.col("starts")))
        .sort("child_no", "starts", "placement_no")
    )

    def near(name: str, step: int) -> pl.Expr:
        return pl.col(name).shift(step).over("child_no")

    moved = (near("starts", -1) <= pl.col("ends")).fill_null(value=False)
    entered = ~(near("ends", 1) >= pl.col("starts")).fill_null(value=False)
    return whole.with_columns(
        moved=moved,
        entered=entered,
        care_starts=pl.when(entered).then("starts").forward_fill().over("child_no"),
        next_type=pl.when(moved).then(near("placement_type", -1)),
        next_legal=pl.when(moved).then(near("legal_status", -1)),
    )


def observed_from(facts: ForecastFacts, placements: pl.DataFrame, origin: date) -> date:
    """The first day from which everybody is told of: stated, else the earliest day a child left, else a year ago."""
    if facts.observed_from is not None:
        return facts.observed_from
    left = placements.filter(pl.col("ends").is_not_null() & ~pl.col("moved"))["ends"].min()
    if isinstance(left, date):
        return left
    first = placements["starts"].min()
    return first if isinstance(first, date) else origin
