"""A child's pathway: dated occurrences, days in continuing processes, and the part of both in a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from costing.pathway_dates import ONE_DAY
from costing.pathway_events import EVIDENCE
from costing.pathway_triggers import TRIGGERS
from costing.variations import Frameworks

_WHOLE = Fraction(1)


class Occurrence(NamedTuple):
    """A process that took place, from `starts` up to, not including, `ends` (one day, unless it took longer).

    `variations` are codes in the order of the framework's table, additions last, none for the base case. `evidence` is
    `recorded`, `assumed` (a setting says so) or `expected` (regulation 33 asks for it). `facts` are the ids
    of the facts it rests on, those of the needs that picked its variations last.
    """

    process: str
    variations: tuple[str, ...]
    starts: date
    ends: date
    evidence: str
    facts: tuple[str, ...]


class DaysIn(NamedTuple):
    """Days in a continuing process, from `starts` up to, not including, `ends`, all with the same variations."""

    process: str
    variations: tuple[str, ...]
    starts: date
    ends: date
    facts: tuple[str, ...]

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.ends - self.starts).days


class Part(NamedTuple):
    """An occurrence and the share of it that lies in a period: days in the period over all its days."""

    occurrence: Occurrence
    share: Fraction


@dataclass(frozen=True, slots=True)
class Pathway:
    """What a child's facts come to, by the end of the day `horizon`.

    `expected` are the reviews due by regulation 33 that nobody recorded; they are among the `occurrences`
    only where the settings count them. `unattached` are ids of recorded work that belongs to no occurrence;
    `notes` say, in words, what was left out or is not known.
    """

    child: str
    horizon: date
    occurrences: tuple[Occurrence, ...]
    expected: tuple[Occurrence, ...]
    days: tuple[DaysIn, ...]
    unattached: tuple[str, ...]
    notes: tuple[str, ...]


def occurrences_in(pathway: Pathway, first: date, last: date, *, expected: bool = False) -> list[Part]:
    """The occurrences with a day from `first` to `last`, both included, each with its share in those days.

    With `expected`, the expected reviews instead of what counts. Shares over periods that follow each other
    add up to 1.
    """
    return parts_of(pathway.expected if expected else pathway.occurrences, first, last)


def parts_of(occurrences: Iterable[Occurrence], first: date, last: date) -> list[Part]:
    """Some occurrences cut to the days from `first` to `last`; see `occurrences_in`."""
    after = last + ONE_DAY
    found = []
    for each in occurrences:
        if each.starts < after and each.ends > first:
            inside = first <= each.starts and each.ends <= after
            days = (min(each.ends, after) - max(each.starts, first)).days
            found.append(Part(each, _WHOLE if inside else Fraction(days, (each.ends - each.starts).days)))
    return found


def days_in(pathway: Pathway, first: date, last: date) -> list[DaysIn]:
    """The days in continuing processes from `first` to `last`, both included."""
    after = last + ONE_DAY
    return [
        each._replace(starts=max(each.starts, first), ends=min(each.ends, after))
        for each in pathway.days
        if each.starts < after and each.ends > first
    ]


def occurrence_in_words(each: Occurrence, frameworks: Frameworks) -> str:
    """An occurrence as a sentence: what, when, which variations, and why it is there."""
    process = frameworks.process(each.process)
    when = f"{each.starts:%-d %B %Y}"
    if each.ends > each.starts + ONE_DAY:
        when = f"{when} to {each.ends - ONE_DAY:%-d %B %Y}"
    variations = frameworks.in_words(each.process, each.variations)
    because = f"{TRIGGERS[process.counted_from].words}; {EVIDENCE[each.evidence]}"
    return f"{process.name} ({variations}), {when}: {because}."
