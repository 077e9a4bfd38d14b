"""A team's recorded hours: by worker and week, direct, indirect and travel, beside the hours contracted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from costing.calendar import is_working_day
from projections import tables as t
from projections.queries.absence import ABSENCE_KINDS, Away, days_away

__all__ = ["Hours", "TeamWeeks", "WorkerWeeks", "last_entry", "members", "team_of", "team_weeks", "weeks_between"]

_WEEK = timedelta(days=7)
_MONDAY_TO_SUNDAY = 7
_FIFTH = 12  # seconds a day for each contracted minute a week: 60 / 5


@dataclass
class Hours:
    """Recorded time in seconds; ``unknown`` entries gave no time. ``contracted`` is None where a post does not say."""

    direct: int = 0
    indirect: int = 0
    travel: int = 0
    entries: int = 0
    unknown: int = 0
    contracted: int | None = 0

    @property
    def recorded(self) -> int:
        """All recorded time, travel included."""
        return self.direct + self.indirect + self.travel

    @property
    def coverage(self) -> Fraction | None:
        """Recorded against contracted time; None where no hours are contracted or known."""
        return Fraction(self.recorded, self.contracted) if self.contracted else None

    def add(self, other: Hours) -> None:
        """Take other hours in; contracted time not known stays not known."""
        for name in ("direct", "indirect", "travel", "entries", "unknown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        known = self.contracted is not None and other.contracted is not None
        self.contracted = (self.contracted or 0) + (other.contracted or 0) if known else None


@dataclass
class WorkerWeeks:
    """One worker's hours in each week (by its Monday) and in all."""

    worker_no: int
    name: str
    weeks: dict[date, Hours] = field(default_factory=dict)
    total: Hours = field(default_factory=Hours)


@dataclass(frozen=True)
class TeamWeeks:
    """A team's hours: workers by name (never ranked), week by week."""

    team: str
    mondays: tuple[date, ...]
    workers: tuple[WorkerWeeks, ...]
    weeks: dict[date, Hours]
    total: Hours


def weeks_between(first: date, last: date) -> tuple[date, ...]:
    """The Mondays of the weeks that the days from first to last lie in."""
    monday = first - timedelta(days=first.weekday())
    return tuple(monday + _WEEK * n for n in range((last - monday).days // _MONDAY_TO_SUNDAY + 1))


def team_of(connection: Connection, team_id: UUID | None, worker_id: UUID | None, day: date) -> int | None:
    """The number of a team by its id, else of the team in which a worker holds a post that day."""
    if team_id is not None:
        return connection.scalar(select(t.team.c.team_no).where(t.team.c.team_id == team_id.bytes))
    if worker_id is None:
        return None
    p = t.post.c
    query = (
        select(p.team_no)
        .join(t.worker, t.worker.c.worker_no == p.worker_no)
        .where(t.worker.c.worker_id == worker_id.bytes, p.starts <= day, or_(p.ends.is_(None), p.ends > day))
        .order_by(p.starts.desc(), p.post_no.desc())
    )
    return connection.scalar(query.limit(1))


def members(connection: Connection, team_no: int, day: date) -> list[int]:
    """The numbers of the workers who hold a post in a team on a day."""
    p = t.post.c
    query = select(p.worker_no).where(p.team_no == team_no, p.starts <= day, or_(p.ends.is_(None), p.ends > day))
    return sorted(connection.scalars(query.distinct()))


def last_entry(connection: Connection, team_no: int) -> date | None:
    """The day of the latest work recorded by anybody who has a post in a team."""
    members = select(t.post.c.worker_no).where(t.post.c.team_no == team_no)
    query = select(func.max(t.activity_worker.c.service_date)).where(t.activity_worker.c.worker_no.in_(members))
    latest: date | None = connection.scalar(query)
    return latest


def team_weeks(connection: Connection, team_no: int, mondays: tuple[date, ...]) -> TeamWeeks:
    """The hours of the workers who hold a post in a team in these weeks, on the days on which they hold it."""
    first, end = mondays[0], mondays[-1] + _WEEK
    posts = _posts(connection, team_no, first, end)
    workers = {number: WorkerWeeks(number, name, _no_hours(mondays, 0)) for number, name in _names(connection, posts)}
    away = days_away(connection, posts, first, end)
    for number, spans in posts.items():
        for monday in mondays:
            workers[number].weeks[monday].contracted = _contracted(number, spans, monday, away)
    _fill(connection, posts, workers, first, end)
    weeks, total = _no_hours(mondays, 0), Hours()
    ordered = sorted(workers.values(), key=lambda worker: (worker.name.casefold(), worker.worker_no))
    for worker in ordered:
        for monday, hours in worker.weeks.items():
            worker.total.add(hours)
            weeks[monday].add(hours)
        total.add(worker.total)
    name = connection.scalar(select(t.team.c.name).where(t.team.c.team_no == team_no)) or ""
    return TeamWeeks(name, mondays, tuple(ordered), weeks, total)


_Span = tuple[date, date | None, int | None]


def _no_hours(mondays: Iterable[date], contracted: int | None) -> dict[date, Hours]:
    return {monday: Hours(contracted=contracted) for monday in mondays}


def _posts(connection: Connection, team_no: int, first: date, end: date) -> dict[int, list[_Span]]:
    p = t.post.c
    query = select(p.worker_no, p.starts, p.ends, p.weekly_minutes).where(
        p.team_no == team_no, p.starts < end, or_(p.ends.is_(None), p.ends > first)
    )
    found: defaultdict[int, list[_Span]] = defaultdict(list)
    for worker, starts, ends, minutes in connection.execute(query.order_by(p.starts, p.post_no)):
        found[worker].append((starts, ends, minutes))
    return dict(found)


def _names(connection: Connection, numbers: Iterable[int]) -> list[tuple[int, str]]:
    w = t.worker.c
    query = select(w.worker_no, w.name, w.reference).where(w.worker_no.in_(list(numbers)))
    return [(r.worker_no, r.name or r.reference) for r in connection.execute(query)]


def _held(spans: list[_Span], day: date) -> _Span | None:
    """The post held on a day: of several, the one that began last."""
    return next((s for s in reversed(spans) if s[0] <= day and (s[1] is None or day < s[1])), None)


def _contracted(worker: int, spans: list[_Span], monday: date, away: Away) -> int | None:
    """The contracted seconds of a week, net of absence: a fifth of the weekly hours for each day of the post.

    Days are weekdays that are no bank holiday. Nobody is away for longer than a day's contracted time.
    """
    days = [monday + timedelta(days=n) for n in range(5)]
    held = [(day, span[2]) for day in days if is_working_day(day) and (span := _held(spans, day))]
    if any(minutes is None for _, minutes in held):
        return None
    seconds = 0
    for day, minutes in held:
        whole = _FIFTH * (minutes or 0)
        gone = away.get((worker, day), 0)
        seconds += 0 if gone is None else max(0, whole - gone)
    return seconds


def _fill(
    connection: Connection, posts: dict[int, list[_Span]], workers: dict[int, WorkerWeeks], first: date, end: date
) -> None:
    a = t.activity_worker.c
    columns = (a.worker_no, a.service_date, a.direct)
    query = (
        select(
            *columns,
            func.sum(a.seconds).label("seconds"),
            func.sum(a.travel_seconds).label("travel"),
            func.count().label("entries"),
            (func.count() - func.count(a.seconds)).label("unknown"),
        )
        .where(
            a.worker_no.in_(list(posts)),
            a.service_date >= first,
            a.service_date < end,
            a.kind.not_in(ABSENCE_KINDS),
        )
        .group_by(*columns)
    )
    for row in connection.execute(query):
        if _held(posts[row.worker_no], row.service_date) is None:
            continue
        monday = row.service_date - timedelta(days=row.service_date.weekday())
        hours = workers[row.worker_no].weeks[monday]
        seconds = int(row.seconds or 0)
        if row.direct:
            hours.direct += seconds
        else:
            hours.indirect += seconds
        hours.travel += int(row.travel or 0)
        hours.entries += row.entries
        hours.unknown += row.unknown
