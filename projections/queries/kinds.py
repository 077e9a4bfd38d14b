"""What an authority has said of kinds of work of its own, and of its own words for the shipped ones."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from projections import tables as t
from recorder.domain.facts import decode_body
from recorder.domain.kinds import KindFact

__all__ = ["StatedKind", "kinds_stated"]


@dataclass(frozen=True)
class StatedKind:
    """A statement about a kind of work, and when it became known (microseconds)."""

    known_at: int
    fact: KindFact


def kinds_stated(connection: Connection) -> list[StatedKind]:
    """Every statement about the kinds of work, in the order of the log."""
    c = t.own_kind.c
    rows = connection.execute(select(c.topic, c.said, c.known_at).order_by(c.own_kind_no)).all()
    read = ((row.known_at, decode_body(row.topic, row.said.encode())) for row in rows)
    return [StatedKind(known_at, body) for known_at, body in read if isinstance(body, KindFact)]
