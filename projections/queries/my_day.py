"""What a worker's own day shows: the caseload, what was recorded, and with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import polars as pl
from sqlalchemy import ColumnElement, Connection, or_, select

from projections import tables as t
from projections.database import read_frame
from projections.derive import inference_of_rows
from projections.service_rows import CAF, CIN, is_open, open_spans
from recorder.store.log import from_micros

__all__ = [
    "Colleague",
    "DayEntry",
    "Post",
    "Share",
    "WorkLine",
    "caseload",
    "colleagues",
    "entries",
    "entry_by_id",
    "inferred_processes",
    "looked_after",
    "open_cases",
    "post_on",
    "worker_number",
    "workers_by_id",
]


class Colleague(NamedTuple):
    """A worker as others see them."""

    worker_no: int
    worker_id: UUID
    name: str


class Post(NamedTuple):
    """The post a worker holds on a day. ``weekly_minutes`` are contracted; None where not known."""

    team_no: int | None
    role: str
    weekly_minutes: int | None


class WorkLine(NamedTuple):
    """One worker's time on an entry, in seconds; None where not known."""

    worker_no: int
    name: str
    seconds: int | None
    travel_seconds: int | None
    accepted: bool = True

    @property
    def time(self) -> int | None:
        """Work and travel together, as the ledger counts them: where one is known it alone; None where neither."""
        if self.seconds is None and self.travel_seconds is None:
            return None
        return (self.seconds or 0) + (self.travel_seconds or 0)


class Share(NamedTuple):
    """One child of an entry, with the process the time goes to and whether somebody chose it."""

    child_no: int
    process: str
    chosen: bool
    seen: bool | None
    seen_alone: bool | None


@dataclass(frozen=True)
class DayEntry:
    """One activity as a worker's day shows it; ``mine`` is that worker's own time."""

    activity_id: UUID
    version: int
    kind: str
    direct: bool
    on: date
    outcome: str
    source: str
    recorded_at: datetime
    mine: WorkLine
    others: tuple[WorkLine, ...]
    children: tuple[Share, ...]


def worker_number(connection: Connection, worker_id: UUID) -> int | None:
    """The number of a worker, or None for an id that is no worker's."""
    return connection.scalar(select(t.worker.c.worker_no).where(t.worker.c.worker_id == worker_id.bytes))


def workers_by_id(connection: Connection, worker_ids: Iterable[UUID]) -> dict[UUID, Colleague]:
    """The workers of these ids; ids that are no worker's are left out."""
    wanted = {each.bytes for each in worker_ids}
    if not wanted:
        return {}
    w = t.worker.c
    rows = connection.execute(select(w.worker_no, w.worker_id, w.name, w.reference).where(w.worker_id.in_(wanted)))
    found = (Colleague(r.worker_no, UUID(bytes=bytes(r.worker_id)), r.name or r.reference) for r in rows)
    return {each.worker_id: each for each in found}


def caseload(connection: Connection, worker_no: int, today: date) -> list[int]:
    """The numbers of the children allocated to a worker on a day (the day an allocation ends left out)."""
    a = t.allocation.c
    lasts = or_(a.ends.is_(None), a.ends > today)
    query = select(a.child_no).where(a.worker_no == worker_no, a.starts <= today, lasts).distinct()
    return sorted(connection.scalars(query))


def post_on(connection: Connection, worker_no: int, day: date) -> Post | None:
    """The post a worker holds on a day: of several, the one that began last."""
    p = t.post.c
    lasts = or_(p.ends.is_(None), p.ends > day)
    query = select(p.team_no, p.role, p.weekly_minutes).where(p.worker_no == worker_no, p.starts <= day, lasts)
    row = connection.execute(query.order_by(p.starts.desc(), p.post_no.desc()).limit(1)).one_or_none()
    return Post(*row) if row else None


def colleagues(connection: Connection, worker_no: int, today: date, post: Post | None) -> list[Colleague]:
    """The other workers on a day of the team in which a worker holds a post, by name."""
    if post is None or post.team_no is None:
        return []
    p, w = t.post.c, t.worker.c
    lasts = or_(p.ends.is_(None), p.ends > today)
    query = (
        select(w.worker_no, w.worker_id, w.name, w.reference)
        .join(t.post, p.worker_no == w.worker_no)
        .where(p.team_no == post.team_no, p.starts <= today, lasts, w.worker_no != worker_no)
        .distinct()
    )
    found = [
        Colleague(r.worker_no, UUID(bytes=bytes(r.worker_id)), r.name or r.reference) for r in connection.execute(query)
    ]
    return sorted(found, key=lambda each: (each.name.casefold(), each.worker_no))


def looked_after(connection: Connection, child_nos: Iterable[int], day: date) -> set[int]:
    """Which of these children were looked after on a day, the day of leaving included.

    The rule of the tables: of a child's placements the one that began last by then decides.
    """
    p = t.placement.c
    query = select(p.child_no, p.ends, p.open).where(p.child_no.in_(sorted(set(child_nos))), p.starts <= day)
    latest = {row.child_no: row for row in connection.execute(query.order_by(p.starts, p.episode_no))}
    return {number for number, row in latest.items() if row.open or day <= row.ends}


def open_cases(connection: Connection, child_nos: Iterable[int], day: date) -> dict[str, set[int]]:
    """Which of these children had a case in need (``CIN``) and in early help (``CAF``) open on a day."""
    numbers = sorted(set(child_nos))
    referrals, early_help = (read_frame(connection, x, x.c.child_no, numbers) for x in (t.referral, t.early_help))
    spans = open_spans(referrals, early_help)
    asked = pl.DataFrame({"child_no": numbers, "service_date": [day] * len(numbers)})
    return {name: set(asked.filter(is_open(asked, spans, name))["child_no"]) for name in (CIN, CAF)}


def inferred_processes(connection: Connection, kind: str, child_nos: Iterable[int], day: date) -> dict[int, str]:
    """The process of work of a kind on a day for each child, as the tables will have it where nobody chooses."""
    numbers = sorted(set(child_nos))
    cared_for = looked_after(connection, numbers, day)
    cases = open_cases(connection, numbers, day)
    table = inference_of_rows(read_frame(connection, t.inference_rule))
    return {
        number: table.infer_one(
            kind, day, cla_open=number in cared_for, cin_open=number in cases[CIN], caf_open=number in cases[CAF]
        )
        for number in numbers
    }


def entries(connection: Connection, worker_no: int, first: date, last: date) -> list[DayEntry]:
    """What a worker took part in on the days from first to last, both included: the latest first."""
    w = t.activity_worker.c
    return _entries(connection, worker_no, w.service_date >= first, w.service_date <= last)


def entry_by_id(connection: Connection, worker_no: int, activity_id: UUID) -> DayEntry | None:
    """One activity that a worker took part in, or None; also None once it is withdrawn."""
    found = _entries(connection, worker_no, t.activity.c.activity_id == activity_id.bytes)
    return found[0] if found else None


def _entries(connection: Connection, worker_no: int, *which: ColumnElement[bool]) -> list[DayEntry]:
    w, a = t.activity_worker.c, t.activity.c
    query = (
        select(t.activity)
        .join(t.activity_worker, w.activity_no == a.activity_no)
        .where(w.worker_no == worker_no, ~a.withdrawn, *which)
        .order_by(w.service_date.desc(), a.activity_no.desc())
    )
    rows = connection.execute(query).all()
    numbers = [row.activity_no for row in rows]
    work, shares = _work(connection, numbers), _shares(connection, numbers)
    return [
        DayEntry(
            activity_id=UUID(bytes=bytes(row.activity_id)),
            version=row.version,
            kind=row.kind,
            direct=row.direct,
            on=row.service_date,
            outcome=row.outcome,
            source=row.source,
            recorded_at=from_micros(row.recorded_at),
            mine=next(line for line in work[row.activity_no] if line.worker_no == worker_no),
            others=tuple(line for line in work[row.activity_no] if line.worker_no != worker_no),
            children=tuple(shares[row.activity_no]),
        )
        for row in rows
    ]


def _work(connection: Connection, numbers: list[int]) -> dict[int, list[WorkLine]]:
    a, w = t.activity_worker.c, t.worker.c
    query = (
        select(a.activity_no, a.worker_no, w.name, w.reference, a.seconds, a.travel_seconds, a.accepted)
        .join(t.worker, w.worker_no == a.worker_no)
        .where(a.activity_no.in_(numbers))
        .order_by(a.activity_no, w.name)
    )
    found: defaultdict[int, list[WorkLine]] = defaultdict(list)
    for r in connection.execute(query):
        found[r.activity_no].append(
            WorkLine(r.worker_no, r.name or r.reference, r.seconds, r.travel_seconds, r.accepted)
        )
    return found


def _shares(connection: Connection, numbers: list[int]) -> dict[int, list[Share]]:
    c = t.activity_child.c
    query = select(t.activity_child).where(c.activity_no.in_(numbers)).order_by(c.activity_no, c.rank)
    found: defaultdict[int, list[Share]] = defaultdict(list)
    for r in connection.execute(query):
        found[r.activity_no].append(Share(r.child_no, r.process, r.chosen_process is not None, r.seen, r.seen_alone))
    return found
