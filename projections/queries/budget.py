"""What a budget is watched by: the ledger's year so far by line, and the children in placement beside their money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import Connection, or_, select

from costing.closing import WORK_ITEM, standing
from costing.postings import PLACEMENT
from projections import tables as t
from projections.database import frame_of
from projections.queries.cost_lines import CostSource

__all__ = ["ChildrenPriced", "children_priced", "spent_by_line"]

_ASKED = (*WORK_ITEM, "ordinal", "entry_kind", "basis", "amount")


@dataclass(frozen=True)
class ChildrenPriced:
    """Children in a placement type on a night, by what their night rests on; the four add up to ``children``.

    ``own``: a fee of their own; ``average``: the average of the type; ``free``: at no charge; ``unpriced``: neither a
    fee nor an average, in no amount.
    """

    placement_type: str
    own: int
    average: int
    free: int
    unpriced: int

    @property
    def children(self) -> int:
        """All of them."""
        return self.own + self.average + self.free + self.unpriced


def spent_by_line(source: CostSource, first: date, last: date) -> dict[str, int]:
    """Units of the days from first to last by budget line: a placement type, else the kind of cost."""
    lines = source.lines(first, last, ["place_type"]).with_columns(
        line=pl.when(pl.col("cost_kind") == PLACEMENT).then("place_type").otherwise("cost_kind")
    )
    return dict(lines.group_by("line").agg(pl.col("amount").sum()).sort("line").iter_rows())


def children_priced(connection: Connection, night: date) -> list[ChildrenPriced]:
    """The children in placement on a night, by placement type."""
    place, post = t.placement.c, t.posting.c
    placed = dict(
        connection.execute(
            select(place.child_no, place.place_type).where(place.starts <= night, or_(place.open, place.ends > night))
        ).all()
    )
    query = select(*(post[name] for name in _ASKED)).where(
        post.cost_kind == PLACEMENT, post.service_from <= night, post.service_to >= night
    )
    schema = frame_of(t.posting, []).schema
    rows = [tuple(row) for row in connection.execute(query)]
    held = standing(pl.DataFrame(rows, schema={name: schema[name] for name in _ASKED}, orient="row"))
    rests: dict[int, tuple[bool, bool]] = {}
    for child, basis, amount in held.select("child_no", "basis", "amount").iter_rows():
        average, unpriced = rests.get(child, (False, False))
        rests[child] = (average or basis == "average", unpriced or amount is None)
    charged = {child for child, amount in held.select("child_no", "amount").iter_rows() if amount}
    counts: dict[str, list[int]] = {}
    for child, place_type in placed.items():
        average, unpriced = rests.get(child, (False, False))
        where = 3 if unpriced else 2 if child not in charged else 1 if average else 0
        counts.setdefault(place_type, [0, 0, 0, 0])[where] += 1
    return [ChildrenPriced(name, *counts[name]) for name in sorted(counts)]
