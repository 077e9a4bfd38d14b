"""From what was typed to what is recorded: every answer checked, all problems said at once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from costing.duration import parse_minutes
from costing.vocabulary import VERSION, Kind
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.facts import Refused
from web.design.widgets import DateProblem, read_date
from web.process_names import frameworks_in_use
from web.record.choices import OUTCOMES, SEEN, Offer, kind_of
from web.record.typed import KEEP, Typed

__all__ = ["MOST_NOTE", "NO_NOTE", "Understood", "tenths_of_miles", "understand"]

MOST_NOTE = 500
MOST_PARTS = 100
_MILES = re.compile(r"(\d{1,4})(?:\.(\d))?")
NO_NOTE = "No note can be kept for this child: the personal details have been erased"


class Understood(NamedTuple):
    """What the answers come to: the details, and a note in plain words that is still to be encrypted."""

    details: ActivityDetails
    note: str


def understand(
    typed: Typed, offer: Offer, me: UUID, before: ActivityDetails | None = None, before_note: str | None = ""
) -> Understood:
    """The details that the answers state; ``before`` is what an entry said until now, ``before_note`` its note.

    What the form does not ask (start, agencies) stays as it was, and so does a note that was not
    touched, or that can no longer be read (None). Raises ``Refused`` with every problem,
    in the order of the page; a problem's field is the name of the answer at fault.
    """
    reading = _Reading(typed, offer, me, before)
    children, kind, on = reading.children(), reading.kind(), reading.date()
    reading.fit(children, kind)
    workers = reading.workers()
    lines = tuple(reading.child_line(child, kind) for child in children)
    note_child = reading.note_child(children)
    if reading.problems:
        raise Refused(*reading.problems)
    assert kind is not None
    assert on is not None
    stated = {"kind": kind.code, "direct": kind.direct, "on": on, "workers": workers, "children": lines}
    stated |= {"outcome": typed.outcome or "held", "vocabulary": VERSION}
    details = msgspec.structs.replace(before or ActivityDetails(kind="", direct=False, on=on), **stated)
    return _with_note(details, typed.note.strip(), note_child, before_note)


def _with_note(details: ActivityDetails, note: str, child: UUID | None, before_note: str | None) -> Understood:
    untouched = not note if before_note is None else note == before_note and child == details.note_child
    if untouched:
        return Understood(details, "")
    return Understood(msgspec.structs.replace(details, note=None, note_child=child), note)


class _Reading:
    """One reading of the answers; gathers problems as it goes."""

    def __init__(self, typed: Typed, offer: Offer, me: UUID, before: ActivityDetails | None) -> None:
        self.typed, self.offer, self.me, self.before = typed, offer, me, before
        self.problems: list[tuple[str, str]] = []

    def say(self, field: str, words: str) -> None:
        self.problems.append((field, words))

    def children(self) -> list[UUID]:
        """The children ticked; one that the authority does not know is refused."""
        chosen = [_uuid(text) for text in dict.fromkeys(self.typed.children)]
        if any(child is None or child not in self.offer.child_ids for child in chosen):
            self.say("children", "Select children from the list: one of those sent is not known here")
        return [child for child in chosen if child is not None]

    def kind(self) -> Kind | None:
        code = self.typed.kind_code
        found = kind_of(code)
        kept = self.before is not None and code == self.before.kind
        if found is None or not (found.offered or kept) or found.kind_class in {"absence", "residual"}:
            self.say("kind", "Select what you did")
            return None
        return found

    def fit(self, children: list[UUID], kind: Kind | None) -> None:
        """Work for a child names one; work that is not for one child names none."""
        if kind is None:
            return
        if kind.needs_child and not self.typed.children:
            self.problems.insert(0, ("children", "Select at least one child"))
        if not kind.case_work and children:
            self.say("kind", f"“{kind.label}” is not work for one child: clear the children or select other work")

    def date(self) -> date | None:
        today = self.offer.today
        near = {"today": today, "yesterday": today - timedelta(days=1)}
        if self.typed.when in near:
            return near[self.typed.when]
        if self.typed.when != "another":
            self.say("when", "Select when it was")
            return None
        try:
            found = read_date(self.typed.day, "Date")
        except DateProblem as problem:
            self.say(f"day-{problem.parts[0]}", str(problem))
            return None
        if found is None:
            self.say("day-day", "Enter the date it was")
        elif found > today:
            self.say("day-day", "Date must be today or in the past")
        return found

    def workers(self) -> tuple[WorkerLine, ...]:
        """My own line, and those of the others who were there."""
        held = {line.worker: line for line in self.before.workers} if self.before else {}
        mine = self._time("minutes", self.typed.minutes)
        travel = self._time("travel", self.typed.travel)
        miles = self._miles()
        lines = []
        if mine is None and not self.typed.minutes.strip() and (not held or self.me in held):
            self.say("minutes", "Enter how long it took, like 45 or 1h 15")
        if mine == 0 and self.typed.outcome == "held":
            self.say("minutes", "Time must be more than 0 minutes")
        if mine is not None or self.me in held:
            line = held.get(self.me, WorkerLine(worker=self.me))
            said = {"minutes": mine, "travel_minutes": travel, "miles_tenths": miles, "accepted": True}
            lines.append(msgspec.structs.replace(line, **said))
        for text in dict.fromkeys(self.typed.colleagues):
            if found := self._colleague(text, mine, held):
                lines.append(found)
        return tuple(lines)

    def _colleague(self, text: str, mine: int | None, held: dict[UUID, WorkerLine]) -> WorkerLine | None:
        """A colleague's line: time left blank is the same as mine, as the form says.

        It is not accepted yet where this form states or changes it: only they can say that it is so.
        """
        worker = _uuid(text)
        if worker is None or worker not in self.offer.colleague_ids:
            self.say("colleagues", "Select people from the list: one of those sent is not known here")
            return None
        said = self.typed.their_minutes.get(text, "")
        count = self._time(f"their-minutes-{text}", said, self.offer.colleague_ids[worker].name)
        before = held.get(worker)
        if not said.strip():
            count = before.minutes if before is not None and before.minutes is None else mine
        if before is not None and before.minutes == count:
            return before
        return msgspec.structs.replace(before or WorkerLine(worker=worker), minutes=count, accepted=False)

    def _time(self, field: str, text: str, whose: str = "") -> int | None:
        try:
            return parse_minutes(text)
        except ValueError as problem:
            self.say(field, f"{whose}: {problem}" if whose else str(problem))
            return None

    def _miles(self) -> int | None:
        """Miles of the journey in tenths; None where they were not given."""
        try:
            return tenths_of_miles(self.typed.miles)
        except ValueError as problem:
            self.say("miles", str(problem))
            return None

    def _weight(self, child: UUID, held: ChildLine) -> int:
        """A child's part of the time: as many parts as were typed, one where nothing was."""
        if not any(self.typed.weights.values()):
            return 1 if self.typed.weights else held.weight
        text = self.typed.weights.get(str(child), "").strip()
        if text.isdecimal() and 1 <= int(text) <= MOST_PARTS:
            return int(text)
        if text:
            self.say(f"weight-{child}", f"Enter a child’s part as a whole number from 1 to {MOST_PARTS}")
        return 1

    def child_line(self, child: UUID, kind: Kind | None) -> ChildLine:
        """A child's line: what was said of seeing them, and a process where one was chosen."""
        held = next((line for line in self.before.children if line.child == child), None) if self.before else None
        line = held or ChildLine(child=child)
        chosen = self._process(line) if kind is None or kind.case_work else None
        seen = self.typed.seen.get(str(child), "") if kind is not None and kind.asks_seen else ""
        if seen not in SEEN:
            self.say(f"seen-{child}", "Select whether the child was seen")
        if seen in {"alone", "seen"} and self.typed.outcome in {"not_in", "cancelled"}:
            name = self.offer.child_ids[child].name if child in self.offer.child_ids else "a child"
            self.say(
                f"seen-{child}", f"You said that {name} was seen, but also: {OUTCOMES[self.typed.outcome].lower()}"
            )
        return msgspec.structs.replace(
            line,
            weight=self._weight(child, line),
            process=chosen,
            seen=None if not seen else seen != "no",
            seen_alone=None if seen in {"", "no"} else seen == "alone",
        )

    def _process(self, line: ChildLine) -> str | None:
        code = self.typed.process
        if code == KEEP:
            return line.process
        if not code:
            return None
        if code in {each.code for each in frameworks_in_use().processes}:
            return code
        if ("process", "Select a process from the list") not in self.problems:
            self.say("process", "Select a process from the list")
        return None

    def note_child(self, children: list[UUID]) -> UUID | None:
        """The one child that the note belongs to; None without a note."""
        if self.typed.outcome not in {*OUTCOMES, ""}:
            self.say("outcome", "Select whether it took place")
        if not self.typed.note.strip():
            return None
        if len(self.typed.note.strip()) > MOST_NOTE:
            self.say("note", f"Note must be {MOST_NOTE} characters or fewer")
        if len(children) == 1:
            return children[0]
        if not children:
            if any(field == "children" for field, _ in self.problems):
                return None  # that problem says it already
            self.say("note", "A note belongs to one child: select the child, or clear the note")
            return None
        chosen = _uuid(self.typed.note_child)
        if chosen not in children:
            self.say("note_child", "Select which of the children the note is about")
        return chosen


def tenths_of_miles(typed: str) -> int | None:
    """Tenths of a mile as typed (``12``, ``3.5 miles``), None for a blank. Raises ``ValueError`` in words."""
    text = typed.strip().removesuffix("miles").removesuffix("mi").strip()
    if not text:
        return None
    match = _MILES.fullmatch(text)
    if match is None:
        message = f"“{typed.strip()}” is not a number of miles. Write it like 12 or 3.5"
        raise ValueError(message)
    return int(match[1]) * 10 + int(match[2] or 0)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
