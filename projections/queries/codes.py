"""Postings that the mapping gives no code, by what they are; and the values that the mapping may name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from projections import tables as t

__all__ = ["Uncoded", "named_teams", "named_worker_types", "uncoded"]

_FACETS = ("cost_kind", "process", "place_type", "sector", "worker_type", "s251_line")


@dataclass(frozen=True)
class Uncoded:
    """Postings of the same kind that have no cost centre; ``amount`` in units, of those that have a price."""

    cost_kind: str
    process: str
    place_type: str
    sector: str
    worker_type: str
    s251_line: str
    postings: int
    amount: int


def uncoded(connection: Connection, first_month: int, last_month: int) -> list[Uncoded]:
    """What has no cost centre in these months of service, the largest amount first; reversals net.

    Where no mapping was ever stated that is everything, and comes from the monthly ledger: without worker type and
    S251 line. Else it comes from the postings, by the index of those that have no code.
    """
    stated = connection.scalar(select(func.count()).select_from(t.ledger_mapping))
    found = (
        _of_postings(connection, first_month, last_month) if stated else _of_all(connection, first_month, last_month)
    )
    return sorted(found, key=lambda each: (-abs(each.amount), -each.postings, each.cost_kind, each.process))


def _of_postings(connection: Connection, first_month: int, last_month: int) -> list[Uncoded]:
    p = t.posting.c
    columns = [p[name] for name in _FACETS]
    query = (
        select(*columns, func.count(), func.sum(p.amount))
        .where(text("posting.cost_centre = ''"), p.service_month.between(first_month, last_month))
        .group_by(*columns)
    )
    found = []
    for row in connection.execute(query):
        kind, process, place_type, sector, worker_type, line = row[:-2]
        found.append(Uncoded(kind, process, place_type, sector, worker_type, line, int(row[-2]), int(row[-1] or 0)))
    return found


def _of_all(connection: Connection, first_month: int, last_month: int) -> list[Uncoded]:
    c = t.ledger_sum.c
    columns = [c.cost_kind, c.process, c.place_type, c.sector]
    query = (
        select(*columns, func.sum(c.entries), func.sum(c.amount))
        .where(c.service_month.between(first_month, last_month))
        .group_by(*columns)
    )
    found = []
    for row in connection.execute(query):
        kind, process, place_type, sector = row[:4]
        found.append(Uncoded(kind, process, place_type, sector, "", "", int(row[4]), int(row[5])))
    return found


def named_teams(connection: Connection) -> Sequence[str]:
    """The names of all teams."""
    return sorted(set(connection.scalars(select(t.team.c.name))))


def named_worker_types(connection: Connection) -> Sequence[str]:
    """The worker types of all posts."""
    return sorted({each for each in connection.scalars(select(t.post.c.worker_type).distinct()) if each})
