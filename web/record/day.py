"""A worker's days as the page shows them: entries in words, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from costing.processes import NO_PROCESS, UNASSIGNED, process_name
from projections.queries.habits import Habit
from projections.queries.my_day import DayEntry, Share, WorkLine
from projections.queries.names import ChildName
from web.design.formats import hours, uk_date
from web.process_names import named_processes
from web.record.choices import OUTCOMES, Offer, kind_label

__all__ = ["Day", "EntryInWords", "Totals", "days_of", "in_words", "totals", "week_of", "work_in_words"]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Totals:
    """Seconds recorded: with and without the child or family, and entries whose time is not known."""

    direct: int = 0
    indirect: int = 0
    unknown: int = 0
    entries: int = 0

    @property
    def seconds(self) -> int:
        """All of it."""
        return self.direct + self.indirect

    @property
    def direct_share(self) -> Fraction | None:
        """The part that was direct, of one; None where nothing is recorded."""
        return Fraction(self.direct, self.seconds) if self.seconds else None


@dataclass(frozen=True)
class EntryInWords:
    """One entry as a line of the page."""

    activity_id: UUID
    kind: str
    direct: bool
    children: str
    time: str
    travel: str
    process: str
    notes: tuple[str, ...]
    to_accept: bool = False

    @property
    def short(self) -> str:
        """What tells it from the others, for the hidden part of a link."""
        return f"{self.kind}{', ' + self.children if self.children else ''}"


@dataclass(frozen=True)
class Day:
    """One day with its entries and their total."""

    on: date
    heading: str
    entries: list[EntryInWords] = field(default_factory=list)
    totals: Totals = Totals()


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week a day is in."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def totals(entries: Iterable[DayEntry]) -> Totals:
    """What entries add up to, of the worker's own time; travel counts with its work."""
    direct = indirect = unknown = count = 0
    for entry in entries:
        count += 1
        time = entry.mine.time
        if time is None:
            unknown += 1
        elif entry.direct:
            direct += time
        else:
            indirect += time
    return Totals(direct, indirect, unknown, count)


def days_of(entries: Iterable[DayEntry], known: Mapping[int, ChildName], today: date) -> list[Day]:
    """The days that have entries, the latest first."""
    grouped: dict[date, list[DayEntry]] = {}
    for entry in entries:
        grouped.setdefault(entry.on, []).append(entry)
    return [
        Day(on, _heading(on, today), [in_words(e, known) for e in found], totals(found))
        for on, found in sorted(grouped.items(), reverse=True)
    ]


def in_words(entry: DayEntry, known: Mapping[int, ChildName]) -> EntryInWords:
    """An entry as the page says it."""
    return EntryInWords(
        activity_id=entry.activity_id,
        kind=kind_label(entry.kind),
        direct=entry.direct,
        children=_listed([_name(share.child_no, known) for share in entry.children]),
        time=hours(entry.mine.seconds),
        travel=hours(entry.mine.travel_seconds) if entry.mine.travel_seconds else "",
        process=_processes(entry.children, known),
        notes=tuple(_notes(entry, known)),
        to_accept=not entry.mine.accepted,
    )


def work_in_words(work: Habit, offer: Offer) -> str:
    """Work recorded before, as a choice to record it again."""
    named = offer.named
    whom = _listed([child.name for child in sorted((named[n] for n in work.children), key=lambda c: c.sort_key)])
    time = f", {hours(work.seconds)}" if work.seconds else ""
    return f"{kind_label(work.kind)}{f' – {whom}' if whom else ''}{time}"


def _heading(on: date, today: date) -> str:
    near = {today: "Today, ", today - timedelta(days=1): "Yesterday, "}.get(on, "")
    return f"{near}{WEEKDAYS[on.weekday()]} {uk_date(on)}"


def _processes(shares: tuple[Share, ...], known: Mapping[int, ChildName]) -> str:
    """The process of the time, child by child only where the children differ."""
    said = {share.child_no: _process(share) for share in shares if share.process != NO_PROCESS}
    if len(set(said.values())) <= 1:
        return next(iter(said.values()), "")
    return "; ".join(f"{_name(number, known)}: {words}" for number, words in said.items())


def _process(share: Share) -> str:
    if share.process == UNASSIGNED:
        return process_name(UNASSIGNED)
    return f"{named_processes().get(share.process, share.process)} ({'chosen' if share.chosen else 'worked out'})"


def _notes(entry: DayEntry, known: Mapping[int, ChildName]) -> Iterable[str]:
    if entry.outcome != "held":
        yield OUTCOMES.get(entry.outcome, entry.outcome)
    for said, words in (((True, True), "Seen alone"), ((True, False), "Seen, not alone"), ((False, None), "Not seen")):
        those = [_name(s.child_no, known) for s in entry.children if (s.seen, s.seen_alone) == said]
        if those:
            yield words if len(those) == len(entry.children) else f"{words}: {_listed(those)}"
    if entry.others:
        yield "With " + _listed([_with_time(line) for line in entry.others])


def _with_time(line: WorkLine) -> str:
    return f"{line.name} ({hours(line.time) if line.time is not None else 'time not known'})"


def _name(number: int, known: Mapping[int, ChildName]) -> str:
    return known[number].name if number in known else f"Child {number}"


def _listed(texts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]])) if texts else ""
