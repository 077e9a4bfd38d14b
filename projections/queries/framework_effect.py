"""What a change to the frameworks would have picked: children, occurrences and days of the last year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from costing.care_facts import ChildFacts
from costing.pathway import days_in, occurrences_in, pathways
from costing.pathway_dates import years_after
from costing.variations import Frameworks
from projections.queries.care_facts import child_facts
from projections.queries.cost_lines import CostSource
from projections.queries.runs import NothingKnown
from recorder.personal import KeyStore

__all__ = ["EVERY", "Counted", "FrameworkEffect", "effect_of"]

EVERY = ""


@dataclass(frozen=True)
class Counted:
    """How many children, occurrences and days in process there were."""

    children: int = 0
    occurrences: int = 0
    days: int = 0


@dataclass(frozen=True)
class FrameworkEffect:
    """What was counted of a process from `first` to `last`, by the frameworks as they hold and as proposed.

    `before` and `after` hold what was counted under each of its variations, and under `EVERY` of all of it.
    """

    first: date
    last: date
    before: dict[str, Counted]
    after: dict[str, Counted]

    def of(self, variation: str = EVERY) -> tuple[Counted, Counted]:
        """What was counted of a variation, or of the whole process: as it holds, and as proposed."""
        return self.before.get(variation, Counted()), self.after.get(variation, Counted())

    def moved(self) -> list[str]:
        """The variations whose count would be another, in the order of their codes."""
        both = {*self.before, *self.after} - {EVERY}
        return sorted(each for each in both if len(set(self.of(each))) > 1)


@dataclass
class _Tally:
    children: set[str] = field(default_factory=set)
    occurrences: int = 0
    days: int = 0


def effect_of(
    source: CostSource, keys: KeyStore, present: Frameworks, proposed: Frameworks, process: str
) -> FrameworkEffect:
    """What a process came to in the year up to the last day that has ended, as if each had held throughout.

    Occurrences that touch the year count whole. Raises ``NothingKnown`` before the first day has ended.
    """
    if source.horizon is None:
        raise NothingKnown("No day has ended yet: there is nothing to count.")
    first, last = years_after(source.horizon, -1) + timedelta(days=1), source.horizon
    # Work is read for the processes of a framework: the one that knows more of them reads for both.
    wider = max(present, proposed, key=lambda each: len(each.processes))
    children = child_facts(source, keys, wider)[0]
    before, after = (_counted(children, first, last, each, process) for each in (present, proposed))
    return FrameworkEffect(first, last, before, after)


def _counted(
    children: Iterable[ChildFacts], first: date, last: date, frameworks: Frameworks, process: str
) -> dict[str, Counted]:
    if process not in {each.code for each in frameworks.processes}:
        return {}
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    for each in pathways(children, last, frameworks=frameworks):
        for part in occurrences_in(each, first, last):
            if part.occurrence.process == process:
                for code in (EVERY, *part.occurrence.variations):
                    tallies[code].children.add(each.child)
                    tallies[code].occurrences += 1
        for days in days_in(each, first, last):
            if days.process == process:
                for code in (EVERY, *days.variations):
                    tallies[code].children.add(each.child)
                    tallies[code].days += days.days
    return {code: Counted(len(held.children), held.occurrences, held.days) for code, held in tallies.items()}
