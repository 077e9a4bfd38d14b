"""What happened to a child, by what processes are counted from, before any process is put to it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from costing.attaching import INTERVALS, LONGEST_WAIT
from costing.care_facts import RecordedWork
from costing.pathway_care import Stay
from costing.pathway_dates import ONE_DAY
from costing.pathway_triggers import TRIGGERS
from costing.variations import Frameworks

RECORDED, ASSUMED, EXPECTED = "recorded", "assumed", "expected"
EVIDENCE = {
    RECORDED: "somebody recorded it",
    ASSUMED: "a setting says that it took place",
    EXPECTED: "regulation 33 asks for it, and nobody recorded it",
}
NO_MARKS: frozenset[str] = frozenset()


class Event(NamedTuple):
    """Something that took place from `starts` up to `ends`: a day, or the days of a longer piece of work.

    `evidence` is a key of `EVIDENCE`; `facts` the ids of the facts it rests on; `marks` the predicates it
    shows to hold; `stay` the nights in care it belongs to, where these are not simply those of its day;
    `lately` the episodes that `many_placements` rests on.
    """

    starts: date
    ends: date
    evidence: str
    facts: tuple[str, ...]
    marks: frozenset[str] = NO_MARKS
    stay: Stay | None = None
    lately: tuple[str, ...] = ()


class Stretch(NamedTuple):
    """Days, from `starts` up to `ends`, over which something goes on; those with another `apart` stay apart."""

    starts: date
    ends: date
    facts: tuple[str, ...]
    stay: Stay | None = None
    apart: date | None = None


def in_order(event: Event) -> tuple[date, date, tuple[str, ...]]:
    """The order of events in time."""
    return event.starts, event.ends, event.facts


def on_day(day: date, *facts: str, evidence: str = RECORDED, marks: frozenset[str] = NO_MARKS) -> Event:
    """An event of one day."""
    return Event(day, day + ONE_DAY, evidence, facts, marks)


def over_days(starts: date, last: date | None, *facts: str, marks: frozenset[str] = NO_MARKS) -> Event:
    """An event that goes on through its last day; of one day where that is not known, or comes before."""
    ends = max(last or starts, starts) + ONE_DAY
    return Event(starts, ends, RECORDED, facts, marks)


class Work:
    """The recorded work of a child up to the horizon, by what its process is counted from.

    `unattached` are the ids of work that belongs to no occurrence, `unknown` the codes of processes that
    the frameworks do not hold; the work for these is among the unattached.
    """

    def __init__(self, work: Iterable[RecordedWork], frameworks: Frameworks, horizon: date, days: int) -> None:
        self._by_key: dict[str, list[RecordedWork]] = {}
        self._waiting: dict[str, list[RecordedWork]] = {}
        self._near = timedelta(days=days)
        self.unattached: list[str] = []
        self.unknown: set[str] = set()
        known = {each.code for each in frameworks.processes}
        for each in sorted(work, key=lambda item: (item.on, item.id)):
            if each.on > horizon:
                continue
            if each.process in known:
                self._by_key.setdefault(frameworks.key_of(each.process), []).append(each)
            else:
                self.unknown.add(each.process)
                self.unattached.append(each.id)

    def keys(self) -> list[str]:
        """What has not been merged yet, in order."""
        return sorted(self._by_key)

    def merged(self, key: str, events: list[Event]) -> list[Event]:
        """The events with the work that shows an occurrence: joined to the nearest, or an event of its own.

        Such work is the event that starts no more than the set number of days after it, or ended no more than
        that before it; near none, that which follows each other within that number of days is one event. Where
        a process is counted from its recorded work alone, every piece shows an occurrence. The rest of the work
        waits for `attach`.
        """
        work = self._by_key.pop(key, [])
        found = sorted(events, key=in_order)
        for each in work:
            if key in TRIGGERS and key not in each.occurrence_of:
                self._waiting.setdefault(key, []).append(each)
                continue
            near = [(self._gap(event, each.on), place) for place, event in enumerate(found)]
            gap, place = min(near, default=(self._near + ONE_DAY, -1))
            if gap <= self._near:
                event = found[place]
                found[place] = event._replace(facts=(*event.facts, each.id), marks=event.marks | each.marks)
            else:
                found.append(on_day(each.on, each.id, marks=each.marks))
        return found

    def attach(self, key: str, events: list[Event]) -> None:
        """Attaches the work that waits to the event under way on its day, or the next within its interval; what
        has neither is unattached. A process that goes on has no occurrences for its work to belong to."""
        waiting = self._waiting.pop(key, [])
        if key in TRIGGERS and TRIGGERS[key].goes_on:
            return
        wait = timedelta(days=INTERVALS.get(key, LONGEST_WAIT))
        for each in waiting:
            ahead = min(((event.ends, event.starts) for event in events if event.ends > each.on), default=None)
            if ahead is None or ahead[1] > each.on + wait:
                self.unattached.append(each.id)

    @staticmethod
    def _gap(event: Event, day: date) -> timedelta:
        if day < event.starts:
            return event.starts - day
        return max(day - (event.ends - ONE_DAY), timedelta())
