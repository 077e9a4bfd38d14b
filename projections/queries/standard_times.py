"""The standard times that hold: of each process, variation and worker type, those agreed last."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import Connection, select

from costing.standard_times import StandardTime, variations_of_text
from projections import tables as t

__all__ = ["standard_times"]


def standard_times(connection: Connection) -> tuple[StandardTime, ...]:
    """The times that hold, by process, the base case first. Of two agreed on one day, the one stated last."""
    c = t.standard_time.c
    held = {
        (row.process, row.variations, row.worker_type): row
        for row in connection.execute(select(t.standard_time).order_by(c.agreed_on, c.standard_time_no))
    }
    return tuple(
        StandardTime(
            process=row.process,
            variations=variations_of_text(row.variations),
            effect=row.effect,
            worker_type=row.worker_type,
            hours=None if row.hours is None else Fraction(row.hours),
            n=row.n,
            agreed_on=row.agreed_on,
            agreed_by=row.agreed_by,
        )
        for _, row in sorted(held.items())
    )
