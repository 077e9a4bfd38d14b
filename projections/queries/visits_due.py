"""When each of a list of children must be visited next: a handful of queries, however many the children."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from costing.visit_due import Due, Placed, due_under_policy, next_visit
from costing.visit_rules import VisitClock
from projections import tables as t
from projections.queries.visits import clocks_on, visits_to

__all__ = ["ChildDue", "visits_due"]

# Most visits lie here; whoever has none in it is looked up over all days.
_LATELY = timedelta(weeks=13)


@dataclass(frozen=True)
class ChildDue:
    """The visit that one clock of a child asks for next, with the latest one that counted for it."""

    child_no: int
    clock: VisitClock
    last: date | None
    due: Due

    def days(self, today: date) -> int | None:
        """Days left, negative once overdue; None where no day is told."""
        return None if self.due.by is None else (self.due.by - today).days


def visits_due(connection: Connection, child_nos: Iterable[int], today: date) -> list[ChildDue]:
    """The clocks that run for these children today, the earliest day first; those without a day last."""
    clocks = {child: running for child, running in clocks_on(connection, child_nos, today).items() if running}
    if not clocks:
        return []
    latest = _latest(connection, clocks, today)
    placed = _placed(connection, clocks, today)
    found = [
        ChildDue(child, clock, last, next_visit(placed[child], last) if clock.lawful else due_under_policy(clock))
        for child, running in clocks.items()
        for clock in running
        for last in [latest.get((child, clock))]
    ]
    return sorted(found, key=lambda each: (each.due.by or date.max, each.child_no, each.clock.code))


def _latest(
    connection: Connection, clocks: dict[int, tuple[VisitClock, ...]], today: date
) -> dict[tuple[int, VisitClock], date]:
    found: dict[tuple[int, VisitClock], date] = {}
    for first in (today - _LATELY, date.min):
        left = {child: rest for child, all_ in clocks.items() if (rest := _without(found, child, all_))}
        for visit in visits_to(connection, left, first, today) if left else ():
            for clock in visit.clocks:
                found.setdefault((visit.child_no, clock), visit.on)
    return found


def _without(
    found: dict[tuple[int, VisitClock], date], child: int, clocks: tuple[VisitClock, ...]
) -> tuple[VisitClock, ...]:
    return tuple(clock for clock in clocks if (child, clock) not in found)


def _placed(connection: Connection, child_nos: Iterable[int], today: date) -> dict[int, Placed]:
    """The placement of each child, by the rule of the tables: the one that began last decides."""
    p, r = t.placement.c, t.review.c
    numbers = sorted(child_nos)
    columns = (p.child_no, p.placement_no, p.starts, p.place, p.ls)
    query = select(*columns).where(p.child_no.in_(numbers), p.starts <= today).order_by(p.starts, p.episode_no)
    stretches = defaultdict(list)
    for row in connection.execute(query):
        stretches[row.child_no].append(row)
    held = select(r.child_no, r.held_on).where(r.child_no.in_(numbers), ~r.withdrawn, r.held_on <= today)
    reviews = defaultdict(list)
    for child, on in connection.execute(held):
        reviews[child].append(on)
    found = {}
    for child, rows in stretches.items():
        now = rows[-1]
        same = [row for row in rows if row.placement_no == now.placement_no]
        since = now.starts
        for row in reversed(same):
            if row.ls != now.ls:
                break
            since = row.starts
        starts = same[0].starts
        reviewed = any(on >= starts for on in reviews[child])
        found[child] = Placed(starts, since, now.place, now.ls, reviewed)
    return found
