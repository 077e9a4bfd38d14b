"""The kinds of work in use: the shipped vocabulary with the authority's own kinds and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from costing.vocabulary import Kind, kinds
from projections import tables as t
from recorder.domain.facts import decode_body
from recorder.domain.kinds import KindFact, kinds_on

__all__ = ["StatedKind", "kinds_in_use", "kinds_stated"]


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


def kinds_in_use(connection: Connection, on: date) -> tuple[Kind, ...]:
    """The vocabulary as it holds on a day."""
    stated = kinds_stated(connection)
    return kinds_on([each.fact for each in stated], on) if stated else kinds()
