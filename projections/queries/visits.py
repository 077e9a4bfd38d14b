"""Visits to children, as the rules of visits count them: one a piece of work, however many workers took part in it
and however often it was corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, or_, select

from costing.visit_rules import Answer, VisitClock, Work, answer, clocks_running
from projections import tables as t
from projections.queries.kinds import kinds_stated
from projections.queries.my_day import looked_after, open_cases
from projections.service_rows import CIN
from recorder.domain.kinds import AUTHORITY_SAYS, KindsByDay

__all__ = ["Visit", "answers", "clocks_on", "kinds_by_day", "visits_to"]


@dataclass(frozen=True)
class Visit:
    """A piece of work that counts as a visit to a child: for these clocks."""

    child_no: int
    on: date
    activity_id: UUID
    clocks: tuple[VisitClock, ...]


def kinds_by_day(connection: Connection) -> KindsByDay:
    """The kinds of work as they hold on each day."""
    return KindsByDay(each.fact for each in kinds_stated(connection))


def clocks_on(connection: Connection, child_nos: Iterable[int], day: date) -> dict[int, tuple[VisitClock, ...]]:
    """The visit clocks that run for each of these children on a day; none for a child whom nobody must visit."""
    numbers = sorted(set(child_nos))
    cared_for = looked_after(connection, numbers, day)
    on_plan = _on_plan(connection, numbers, day)
    others = [each for each in numbers if each not in cared_for and each not in on_plan]
    in_need = open_cases(connection, others, day)[CIN] if others else set()
    return {
        each: clocks_running(looked_after=each in cared_for, on_plan=each in on_plan, in_need=each in in_need)
        for each in numbers
    }


def _on_plan(connection: Connection, numbers: list[int], day: date) -> set[int]:
    """The children on a child protection plan on a day, its last day included."""
    p = t.cp_plan.c
    lasts = or_(p.ends.is_(None), p.ends >= day)
    query = select(p.child_no).where(p.child_no.in_(numbers), ~p.withdrawn, p.starts <= day, lasts)
    return set(connection.scalars(query))


def answers(
    held: KindsByDay, code: str, on: date, work: Work, clocks: Iterable[VisitClock]
) -> list[tuple[VisitClock, Answer]]:
    """For each clock whether work of a kind on a day counts; a kind that there never was counts for none."""
    found = held.kind(code, on)
    if found is None:
        return [(clock, Answer(counts=False, because="kind")) for clock in clocks]
    stated = found.source == AUTHORITY_SAYS
    return [(clock, answer(clock, found, work, stated=stated)) for clock in clocks]


def visits_to(
    connection: Connection, clocks: dict[int, tuple[VisitClock, ...]], first: date, last: date
) -> list[Visit]:
    """The visits to children on the days from first to last, both included, for the clocks of each: the latest first.

    A piece of work is one visit to each child seen; work that is withdrawn is none.
    """
    a, c = t.activity.c, t.activity_child.c
    columns = (a.activity_id, a.kind, a.service_date, a.outcome, a.contact, c.child_no, c.seen, c.seen_alone)
    query = (
        select(*columns)
        .join(t.activity_child, c.activity_no == a.activity_no)
        .where(c.child_no.in_(sorted(clocks)), a.service_date >= first, a.service_date <= last)
        .where(~a.withdrawn, c.seen)
        .order_by(a.service_date.desc(), a.activity_no.desc(), c.child_no)
    )
    held = kinds_by_day(connection)
    found = []
    for row in connection.execute(query):
        work = Work(row.outcome, row.contact, row.seen, row.seen_alone)
        told = answers(held, row.kind, row.service_date, work, clocks[row.child_no])
        if counted := tuple(clock for clock, each in told if each.counts):
            found.append(Visit(row.child_no, row.service_date, UUID(bytes=bytes(row.activity_id)), counted))
    return found
