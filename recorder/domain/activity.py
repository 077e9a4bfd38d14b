"""An activity: one piece of work, by one or more workers, about any number of children."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from .facts import Body, Refused, topic

__all__ = [
    "ActivityAmended",
    "ActivityDetails",
    "ActivityRecorded",
    "ActivityState",
    "ActivityWithdrawn",
    "ChildLine",
    "WorkerLine",
    "decide_amend",
    "decide_record",
    "decide_withdraw",
    "evolve",
]

DAY_MINUTES = 24 * 60
Contact = Literal["in_person", "virtual", "phone", "written", ""]
Outcome = Literal["held", "not_in", "cancelled"]


class WorkerLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One worker's time on the activity: minutes and travel minutes; None is *not known*."""

    worker: UUID
    minutes: int | None = None
    travel_minutes: int | None = None
    miles_tenths: int | None = None
    accepted: bool = True


class ChildLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One child's share: a whole-number weight, and a process only where somebody chose it."""

    child: UUID
    weight: int = 1
    process: str | None = None
    seen: bool | None = None
    seen_alone: bool | None = None


class ActivityDetails(Body, frozen=True, kw_only=True):
    """What was done, when, by whom and for whom: the part that a correction replaces whole."""

    kind: str
    direct: bool
    on: date
    start: str | None = None
    workers: tuple[WorkerLine, ...] = ()
    children: tuple[ChildLine, ...] = ()
    contact: Contact = ""
    outcome: Outcome = "held"
    agencies: tuple[str, ...] = ()
    vocabulary: str = ""
    entered_at: datetime | None = None
    external_ref: str | None = None
    note: str | None = None
    note_child: UUID | None = None


@topic("activity.recorded.v1")
class ActivityRecorded(ActivityDetails, frozen=True, kw_only=True):
    """The activity as first stated."""


@topic("activity.amended.v1")
class ActivityAmended(ActivityDetails, frozen=True, kw_only=True):
    """The activity as corrected, whole, with the reason for the correction."""

    reason: str


@topic("activity.withdrawn.v1")
class ActivityWithdrawn(Body, frozen=True, kw_only=True):
    """The activity should not have been recorded; the reason says why."""

    reason: str


class ActivityState(msgspec.Struct, frozen=True, kw_only=True):
    """An activity after its facts: the details that hold, and whether it was withdrawn."""

    details: ActivityDetails
    version: int
    withdrawn: bool = False


def evolve(state: ActivityState | None, body: Body, version: int) -> ActivityState:
    """The state after one more fact. The facts are trusted: they were decided when recorded."""
    if isinstance(body, ActivityDetails):
        return ActivityState(details=body, version=version, withdrawn=state.withdrawn if state else False)
    if state is None or not isinstance(body, ActivityWithdrawn):
        message = f"An activity cannot begin with {body.topic}"
        raise TypeError(message)
    return msgspec.structs.replace(state, version=version, withdrawn=True)


def decide_record(details: ActivityDetails, today: date) -> ActivityRecorded:
    """May this activity be recorded? Raises ``Refused`` with every problem at once."""
    _check(details, today)
    return ActivityRecorded(**_ordered(details))


def decide_amend(state: ActivityState, details: ActivityDetails, reason: str, today: date) -> ActivityAmended:
    """May the activity be corrected to these details? Raises ``Refused`` with every problem at once."""
    if state.withdrawn:
        raise Refused(("", "This activity has been withdrawn, so it can no longer be changed"))
    problems = [] if reason.strip() else [("reason", "Select why you are changing this entry")]
    _check(details, today, problems)
    return ActivityAmended(reason=reason.strip(), **_ordered(details))


def decide_withdraw(state: ActivityState, reason: str) -> ActivityWithdrawn:
    """May the activity be withdrawn? Raises ``Refused``; withdrawing twice is refused too."""
    if state.withdrawn:
        raise Refused(("", "This activity has already been withdrawn"))
    if not reason.strip():
        raise Refused(("reason", "Select why you are withdrawing this entry"))
    return ActivityWithdrawn(reason=reason.strip())


def _ordered(details: ActivityDetails) -> dict[str, Any]:
    """The details with their lines in the order of their ids, so that ties in a split are settled."""
    values = {name: getattr(details, name) for name in ActivityDetails.__struct_fields__}
    values["workers"] = tuple(sorted(details.workers, key=lambda line: line.worker))
    values["children"] = tuple(sorted(details.children, key=lambda line: line.child))
    return values


def _check(details: ActivityDetails, today: date, problems: list[tuple[str, str]] | None = None) -> None:
    found = problems if problems is not None else []
    if not details.kind:
        found.append(("kind", "Select what you did"))
    if details.on > today:
        found.append(("on", "The date must be today or in the past"))
    if not details.workers:
        found.append(("workers", "An activity needs at least one worker"))
    for line in details.workers:
        for field, value in (("minutes", line.minutes), ("travel", line.travel_minutes)):
            if value is not None and not 0 <= value <= DAY_MINUTES:
                found.append((field, "Time must be between 0 minutes and 24 hours"))
        if line.miles_tenths is not None and not 0 <= line.miles_tenths <= 10_000:
            found.append(("miles", "Miles must be between 0 and 1,000"))
    if len({line.worker for line in details.workers}) < len(details.workers):
        found.append(("workers", "The same worker is on this activity twice"))
    if len({line.child for line in details.children}) < len(details.children):
        found.append(("children", "The same child is on this activity twice"))
    if any(line.weight < 1 for line in details.children):
        found.append(("children", "Each child's share must be a whole number of 1 or more"))
    if details.note is not None and details.note_child is None:
        found.append(("note", "A note belongs to one child"))
    if found:
        raise Refused(*found)
