"""What a worker does again and again: the children, the kinds and the times of the last weeks, most used first."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from projections import tables as t

__all__ = ["Habit", "Habits", "Likely", "habits", "likely_same"]

_MINUTE = 60
_TOGETHER_LEAST = 2


@dataclass(frozen=True)
class Habit:
    """Work recorded before, to be recorded again: the latest entry of a kind for these very children."""

    activity_id: UUID
    kind: str
    children: tuple[int, ...]
    seconds: int | None
    times: int
    last_on: date


@dataclass(frozen=True)
class Habits:
    """A worker's last weeks. ``children`` by how often, ``together`` the groups recorded on one entry twice or more."""

    kinds: tuple[str, ...]
    children: tuple[int, ...]
    together: tuple[frozenset[int], ...]
    work: tuple[Habit, ...]
    minutes: tuple[int, ...]


class Likely(NamedTuple):
    """An entry that may be the same piece of work as one about to be recorded. ``mine``: I am on it already.

    ``seconds`` is my own time on it; ``who`` are the names of everybody on it.
    """

    activity_id: UUID
    kind: str
    seconds: int | None
    mine: bool
    who: tuple[str, ...]
    children: frozenset[int]


def habits(connection: Connection, worker_no: int, since: date) -> Habits:
    """What a worker recorded since a day, withdrawn entries left out: one query for the work, one for the children."""
    w, a, c = t.activity_worker.c, t.activity.c, t.activity_child.c
    mine = (
        select(a.activity_no, a.activity_id, a.kind, a.service_date, w.seconds)
        .join(t.activity_worker, w.activity_no == a.activity_no)
        .where(w.worker_no == worker_no, w.service_date >= since, ~a.withdrawn)
        .order_by(a.service_date, a.activity_no)
    )
    rows = connection.execute(mine).all()
    named: defaultdict[int, set[int]] = defaultdict(set)
    of_mine = select(w.activity_no).where(w.worker_no == worker_no, w.service_date >= since)
    for number, child in connection.execute(select(c.activity_no, c.child_no).where(c.activity_no.in_(of_mine))):
        named[number].add(child)
    used: Counter[int] = Counter()
    kinds = Counter(row.kind for row in rows)
    groups: Counter[frozenset[int]] = Counter()
    times: Counter[int] = Counter()
    work: dict[tuple[str, frozenset[int]], Habit] = {}
    for row in rows:
        children = frozenset(named[row.activity_no])
        used.update(children)
        groups.update([children] if len(children) > 1 else [])
        times.update([row.seconds // _MINUTE] if row.seconds else [])
        before = work.get((row.kind, children))
        work[row.kind, children] = Habit(
            UUID(bytes=bytes(row.activity_id)), row.kind, tuple(sorted(children)), row.seconds,
            before.times + 1 if before else 1, row.service_date,
        )  # fmt: skip
    return Habits(
        kinds=tuple(kind for kind, _ in sorted(kinds.items(), key=lambda each: (-each[1], each[0]))),
        children=tuple(child for child, _ in sorted(used.items(), key=lambda each: (-each[1], each[0]))),
        together=tuple(group for group, count in groups.most_common() if count >= _TOGETHER_LEAST),
        work=tuple(sorted(work.values(), key=lambda h: (-h.times, -h.last_on.toordinal(), h.kind, h.children))),
        minutes=tuple(count for count, _ in sorted(times.items(), key=lambda each: (-each[1], each[0]))),
    )


def likely_same(
    connection: Connection, worker_no: int, kind: str, on: date, child_nos: frozenset[int]
) -> tuple[Likely, ...]:
    """Entries of that day and kind that share a child with this one, or that are this worker's where none has a child.

    A colleague's entry counts too: two workers at one visit are one entry with two lines.
    """
    a, c, w = t.activity.c, t.activity_child.c, t.activity_worker.c
    found = select(a.activity_no, a.activity_id).where(a.service_date == on, a.kind == kind, ~a.withdrawn)
    if child_nos:
        same = select(c.activity_no).where(c.child_no.in_(sorted(child_nos)))
    else:
        same = select(w.activity_no).where(w.worker_no == worker_no, w.service_date == on)
    rows = connection.execute(found.where(a.activity_no.in_(same)).order_by(a.activity_no)).all()
    numbers = [row.activity_no for row in rows]
    n = t.worker.c
    work = select(w.activity_no, w.worker_no, w.seconds, n.name, n.reference).join(t.worker, n.worker_no == w.worker_no)
    lines: defaultdict[int, dict[int, int | None]] = defaultdict(dict)
    who: defaultdict[int, list[str]] = defaultdict(list)
    for r in connection.execute(work.where(w.activity_no.in_(numbers)).order_by(n.name, n.worker_no)):
        lines[r.activity_no][r.worker_no] = r.seconds
        who[r.activity_no].append(r.name or r.reference)
    named: defaultdict[int, set[int]] = defaultdict(set)
    for number, child in connection.execute(select(c.activity_no, c.child_no).where(c.activity_no.in_(numbers))):
        named[number].add(child)
    return tuple(
        Likely(
            activity_id=UUID(bytes=bytes(row.activity_id)),
            kind=kind,
            seconds=lines[row.activity_no].get(worker_no),
            mine=worker_no in lines[row.activity_no],
            who=tuple(who[row.activity_no]),
            children=frozenset(named[row.activity_no]),
        )
        for row in rows
        if child_nos or not named[row.activity_no]
    )
