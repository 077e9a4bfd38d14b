"""The children of a run with what each has in a part of it: a process, a placement type, a month, a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from flask import abort

from costing.calculator import ChildReport
from web.runs.figures import group_words
from web.runs.held import HeldRun, pieces_of

__all__ = ["PARTS", "ChildShare", "part_words", "shares"]

# What the pieces of a run call the groupings that a child can be in more than one row of.
PARTS = {"process": "process", "placement-type": "place_type", "month": "month", "year": "year"}


@dataclass(frozen=True)
class ChildShare:
    """A child of a run: nights, and cost in units (1/420 p), of the part that was asked for; else of all of it."""

    child: ChildReport
    nights: int
    amount: int


def shares(held: HeldRun, asked: Mapping[str, str]) -> Sequence[ChildShare]:
    """The children of a run, in its order, with what they have in the parts asked for; those without are left out.

    ``asked``: a key for each of `PARTS`, blank for any. Exactly the children that the row of that grouping counts:
    its nights and its cost are their sums. 404 for a key that the run has no row of.
    """
    wanted = {by: key for by in PARTS if (key := asked.get(by, ""))}
    if not wanted:
        return [ChildShare(each, each.nights, each.total) for each in held.report.children]
    for by, key in wanted.items():
        if key not in {row.key for row in held.report.group(by)}:
            abort(404)
    pieces = pieces_of(held).filter(pl.col("amount").is_not_null())
    for by, key in wanted.items():
        pieces = pieces.filter(pl.col(PARTS[by]).cast(pl.String) == key)
    summed = pieces.group_by("child_no").agg(pl.col("nights").sum(), pl.col("amount").sum())
    found = {child_no: (nights, amount) for child_no, nights, amount in summed.iter_rows()}
    return [ChildShare(each, *found[each.child_no]) for each in held.report.children if each.child_no in found]


def part_words(asked: Mapping[str, str]) -> list[str]:
    """The parts asked for, in words."""
    return [group_words(by, key) for by in PARTS if (key := asked.get(by, ""))]
