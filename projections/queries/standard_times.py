"""The standard times that hold: of each process, variation and worker type, those agreed last."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from costing.standard_times import StandardTime, variations_of_text
from projections import tables as t
from projections.queries.cost_lines import CostSource, LiveCosts

__all__ = ["standard_times", "standard_times_of"]


def standard_times(connection: Connection) -> tuple[StandardTime, ...]:
    """The times that hold now; see ``standard_times_of``."""
    return standard_times_of(LiveCosts(connection))


def standard_times_of(source: CostSource) -> tuple[StandardTime, ...]:
    """The times that hold, by process, the base case first. Of two agreed on one day, the one stated last."""
    rows = source.frame(t.standard_time).sort("agreed_on", "standard_time_no").to_dicts()
    held = {(row["process"], row["variations"], row["worker_type"]): row for row in rows}
    return tuple(_time(row) for _, row in sorted(held.items()))


def _time(row: dict[str, Any]) -> StandardTime:
    return StandardTime(
        process=row["process"],
        variations=variations_of_text(row["variations"]),
        effect=row["effect"],
        worker_type=row["worker_type"],
        hours=None if row["hours"] is None else Fraction(row["hours"]),
        n=row["n"],
        agreed_on=row["agreed_on"],
        agreed_by=row["agreed_by"],
    )
