"""A worker's weeks: absence, which is a fact of the worker and no work, and weeks marked as done."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from costing.vocabulary import UnknownKind, kind

from .activity import DAY_MINUTES
from .facts import Body, Refused, topic

__all__ = ["AbsenceStated", "WeekDone", "WeekReopened", "decide_absence"]


@topic("worker.absent.v1")
class AbsenceStated(Body, frozen=True, kw_only=True):
    """A worker was away on a day, for so many minutes; none: the whole working day. 0 takes it back."""

    worker: UUID
    on: date
    kind: str
    minutes: int | None = None


@topic("week.done.v1")
class WeekDone(Body, frozen=True, kw_only=True):
    """A worker says that the week from this Monday is recorded whole; later changes are corrections of it."""

    worker: UUID
    monday: date


@topic("week.reopened.v1")
class WeekReopened(Body, frozen=True, kw_only=True):
    """A worker says that the week from this Monday was not done after all."""

    worker: UUID
    monday: date


def decide_absence(stated: AbsenceStated, today: date) -> AbsenceStated:
    """May this absence be stated? Raises ``Refused`` with every problem at once."""
    problems = []
    try:
        absent = kind(stated.kind).kind_class == "absence"
    except UnknownKind:
        absent = False
    if not absent:
        problems.append(("kind", "Select a kind of absence"))
    if stated.on > today:
        problems.append(("on", "Record absence once it has been taken"))
    if stated.minutes is not None and not 0 <= stated.minutes <= DAY_MINUTES:
        problems.append(("minutes", "Time must be between 0 minutes and 24 hours"))
    if problems:
        raise Refused(*problems)
    return stated
