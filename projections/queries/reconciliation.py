"""What Daybook holds of a month for its reconciliation: paid time by team, and what is booked by ledger code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from costing.calendar import is_working_day, month_first, month_last
from costing.money import units_of_pence
from costing.postings import PLACEMENT
from costing.reconciliation import Compared, PaidTime, TeamPay, compared, month_pay, team_pay
from costing.vocabulary import kind
from projections import tables as t
from projections.queries.absence import ABSENCE_KINDS, days_away
from recorder.domain.reconciliation import LedgerTotalsStated

__all__ = ["NO_TEAM", "Payroll", "Placements", "paid_times", "payroll", "placements"]

NO_TEAM = ""
FULL_WEEK_MINUTES = 37 * 60
_WEEKDAYS = 5


@dataclass(frozen=True)
class Payroll:
    """A month's payroll beside recorded time: a line for each team of either; all in units.

    ``theirs`` holds what payroll says of each team; a team that only payroll has is in it and not in ``teams``.
    """

    month: int
    teams: tuple[TeamPay, ...]
    lines: tuple[Compared, ...]
    agency_seconds: int

    @property
    def ours(self) -> int:
        """Pay and oncosts that the posts come to."""
        return sum(team.pay for team in self.teams)

    @property
    def theirs(self) -> int:
        """What payroll says."""
        return sum(line.theirs or 0 for line in self.lines)


@dataclass(frozen=True)
class Placements:
    """A month's placements by ledger code, and child by child where the ledger gives children; all in units.

    Keys of ``children``: code and the child's number as text; an unmatched row of the file has ``line N`` instead.
    """

    month: int
    codes: tuple[Compared, ...]
    children: tuple[Compared, ...]

    @property
    def ours(self) -> int:
        """What is booked in the month, of all payers."""
        return sum(line.ours or 0 for line in self.codes)

    @property
    def theirs(self) -> int:
        """What the ledger says."""
        return sum(line.theirs or 0 for line in self.codes)


class _Post(NamedTuple):
    worker_no: int
    team: str
    contract: str
    worker_type: str
    full_time: Fraction | None
    weekly: int | None
    starts: date
    ends: date | None

    def holds(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


def payroll(connection: Connection, month: int, stated: LedgerTotalsStated | None) -> Payroll:
    """Recorded time x rate + other work + absence + unrecorded = pay, by team, beside what payroll says."""
    workers, agency = paid_times(connection, month)
    teams = tuple(team_pay(workers))
    theirs: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for row in stated.entries if stated else ():
        theirs[(row.team,)] += units_of_pence(row.pence)
    ours: dict[tuple[str, ...], int] = {(team.team,): team.pay for team in teams}
    return Payroll(month, teams, tuple(compared(ours, dict(theirs))), agency)


def paid_times(connection: Connection, month: int) -> tuple[list[PaidTime], int]:
    """Each employed worker's paid time with each team in a month; and the recorded seconds of agency workers.

    On a day a worker has the post that began last. A day's paid time is a fifth of the week's on every weekday; bank
    holidays and days away are absence.
    """
    first, last = month_first(month), month_last(month)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    posts = _posts(connection, first, last)
    rates = _year_pence(connection, first)
    away = days_away(connection, posts, first, last + timedelta(days=1))
    work = _recorded(connection, posts, first, last)
    found: list[PaidTime] = []
    agency = 0
    for worker, held in posts.items():
        of_day = {day: post for day in days if (post := next((p for p in reversed(held) if p.holds(day)), None))}
        for post in dict.fromkeys(of_day.values()):
            own = [day for day, of in of_day.items() if of == post]
            case = sum(work.get((worker, day, True), 0) for day in own)
            other = sum(work.get((worker, day, False), 0) for day in own)
            if post.contract != "employed":
                agency += case + other
                continue
            a_day = 60 * (post.weekly or 0) // _WEEKDAYS
            weekdays = [day for day in own if day.weekday() < _WEEKDAYS]
            absence = sum(_away(away.get((worker, day), 0), a_day, day) for day in weekdays)
            year = rates.get((post.worker_type, post.contract))
            known = year is not None and post.full_time is not None and post.weekly is not None
            pay = month_pay(year or 0, post.full_time or Fraction(0), len(own), len(days)) if known else None
            found.append(PaidTime(post.team, worker, pay, a_day * len(weekdays), case, other, absence))
    return found, agency


def _away(seconds: int | None, a_day: int, day: date) -> int:
    """The absence of a weekday: all of it on a bank holiday, else what was said; None is the whole day."""
    return a_day if seconds is None or not is_working_day(day) else min(seconds, a_day)


def _posts(connection: Connection, first: date, last: date) -> dict[int, list[_Post]]:
    p = t.post.c
    query = (
        select(
            p.worker_no, t.team.c.name, p.contract, p.worker_type, p.fte_hundredths, p.weekly_minutes, p.starts, p.ends
        )
        .join(t.team, t.team.c.team_no == p.team_no, isouter=True)
        .where(p.starts <= last, or_(p.ends.is_(None), p.ends > first))
        .order_by(p.starts, p.post_no)
    )
    found: defaultdict[int, list[_Post]] = defaultdict(list)
    for worker, team, contract, worker_type, hundredths, minutes, starts, ends in connection.execute(query):
        share, weekly = _full_time(hundredths, minutes)
        found[worker].append(_Post(worker, team or NO_TEAM, contract, worker_type, share, weekly, starts, ends))
    return dict(found)


def _full_time(hundredths: int | None, minutes: int | None) -> tuple[Fraction | None, int | None]:
    """A post's part of full time and its minutes a week; where one alone is stated, the other by a week of 37 hours."""
    if hundredths is None:
        return (None if minutes is None else Fraction(minutes, FULL_WEEK_MINUTES)), minutes
    return Fraction(hundredths, 100), FULL_WEEK_MINUTES * hundredths // 100 if minutes is None else minutes


def _year_pence(connection: Connection, day: date) -> dict[tuple[str, str], int]:
    """Pay and oncosts of a year (A + B) by worker type and contract: of the prices of an hour, the last to begin."""
    r = t.rate.c
    last = month_last(day.year * 100 + day.month)
    query = select(r.worker_type, r.contract, r.salary, r.oncosts).where(r.valid_from <= last)
    rows = connection.execute(query.order_by(r.valid_from, r.rate_no))
    return {(row.worker_type, row.contract): row.salary + row.oncosts for row in rows}


def _recorded(
    connection: Connection, workers: Iterable[int], first: date, last: date
) -> dict[tuple[int, date, bool], int]:
    """Recorded seconds, travel among them, by worker, day and whether it is case work; absence is no work."""
    a = t.activity_worker.c
    query = (
        select(a.worker_no, a.service_date, a.kind, func.sum(a.seconds), func.sum(a.travel_seconds))
        .where(a.worker_no.in_(sorted(workers)), a.service_date.between(first, last), a.kind.not_in(ABSENCE_KINDS))
        .group_by(a.worker_no, a.service_date, a.kind)
    )
    found: defaultdict[tuple[int, date, bool], int] = defaultdict(int)
    for worker, day, code, seconds, travel in connection.execute(query):
        found[worker, day, kind(code).case_work] += int(seconds or 0) + int(travel or 0)
    return dict(found)


def placements(connection: Connection, month: int, stated: LedgerTotalsStated | None) -> Placements:
    """What is booked in a month for placements by subjective code, beside the ledger; by child where it gives them."""
    p = t.posting.c
    query = (
        select(p.subjective, p.child_no, func.sum(p.amount))
        .where(p.cost_kind == PLACEMENT, p.accounting_month == month)
        .group_by(p.subjective, p.child_no)
    )
    by_child: dict[tuple[str, ...], int] = {
        (code, str(child)): int(amount or 0) for code, child, amount in connection.execute(query)
    }
    rows = stated.entries if stated else ()
    numbers = _numbers(connection, {row.child for row in rows if row.child is not None})
    theirs: defaultdict[tuple[str, ...], int] = defaultdict(int)
    their_children: defaultdict[tuple[str, ...], int] = defaultdict(int)
    named: set[str] = set()
    for row in rows:
        theirs[(row.code,)] += units_of_pence(row.pence)
        if row.child is not None or row.unmatched:
            known = numbers.get(row.child) if row.child is not None else None
            their_children[row.code, f"line {row.line}" if known is None else str(known)] += units_of_pence(row.pence)
            named.add(row.code)
    ours: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for key, amount in by_child.items():
        ours[key[:1]] += amount
    own = {key: amount for key, amount in by_child.items() if key[0] in named}
    return Placements(month, tuple(compared(dict(ours), dict(theirs))), tuple(compared(own, dict(their_children))))


def _numbers(connection: Connection, children: set[UUID]) -> dict[UUID, int]:
    c = t.child.c
    wanted = sorted(child.bytes for child in children)
    found: dict[UUID, int] = {}
    for start in range(0, len(wanted), 900):
        query = select(c.child_id, c.child_no).where(c.child_id.in_(wanted[start : start + 900]))
        found |= {UUID(bytes=bytes(child)): number for child, number in connection.execute(query)}
    return found
