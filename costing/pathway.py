"""A child's pathway through the three frameworks: facts in, dated occurrences and days in process out.

The steps: periods of care and needs along time; what happened, by what processes are counted from; then,
for each process counted from it, an occurrence or days with the variations picked by the child's standing.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from costing.care_facts import ChildFacts
from costing.pathway_care import Period, Stay, periods_of_care
from costing.pathway_dates import ONE_DAY, years_after
from costing.pathway_events import Event, Stretch, Work
from costing.pathway_in_need import (
    early_help_events,
    early_help_stretches,
    in_need_events,
    support_stretches,
)
from costing.pathway_looked_after import (
    care_events,
    nights_in_care,
    nights_under_order,
    plan_events,
    review_events,
    stay_on,
    transition_events,
)
from costing.pathway_parts import (
    DaysIn,
    Occurrence,
    Part,
    Pathway,
    days_in,
    occurrence_in_words,
    occurrences_in,
    parts_of,
)
from costing.pathway_settings import PathwaySettings
from costing.pathway_standing import Needs, Standing
from costing.pathway_triggers import TRIGGERS
from costing.variations import Frameworks, Picked, shipped_frameworks

__all__ = [
    "DaysIn",
    "Occurrence",
    "Part",
    "Pathway",
    "days_in",
    "occurrence_in_words",
    "occurrences_in",
    "parts_of",
    "pathway",
    "pathways",
]

_ORDERS = {"C1": "interim_care", "C2": "full_care"}
_ORDERS_BY_LETTER = {"D": "freeing", "E": "placement", "L": "protection"}
_DEFAULTS = PathwaySettings()
_HARD = frozenset({"difficult_to_place"})


def pathway(
    facts: ChildFacts,
    horizon: date,
    settings: PathwaySettings = _DEFAULTS,
    frameworks: Frameworks | None = None,
) -> Pathway:
    """The pathway of one child by the end of the day `horizon`; what is dated after it is not counted."""
    return _Deriving(facts, horizon, settings, frameworks or shipped_frameworks()).pathway()


def pathways(
    children: Iterable[ChildFacts],
    horizon: date,
    settings: PathwaySettings = _DEFAULTS,
    frameworks: Frameworks | None = None,
) -> Iterator[Pathway]:
    """The pathway of each child, one at a time and in the order given."""
    shared = frameworks or shipped_frameworks()
    for each in children:
        yield _Deriving(each, horizon, settings, shared).pathway()


class _Deriving:
    """The derivation for one child."""

    def __init__(self, facts: ChildFacts, horizon: date, settings: PathwaySettings, frameworks: Frameworks) -> None:
        self.facts = facts
        self.horizon = horizon
        self.settings = settings
        self.frameworks = frameworks
        self.needs = Needs(facts, settings)
        self.periods: list[Period] = periods_of_care(facts.episodes, horizon, settings)
        self.work = Work(facts.work, frameworks, horizon, settings.same_occurrence_days)
        self.notes: list[str] = []

    def pathway(self) -> Pathway:
        nights = nights_in_care(self.periods)
        events, due = self._events()
        occurrences = [one for key, group in events.items() for one in self._occurrences(key, group)]
        expected = list(self._occurrences("review_held", due))
        if self.settings.count_expected_reviews:
            occurrences += expected
        days = [one for key, group in self._stretches(nights).items() for one in self._days(key, group)]
        return Pathway(
            self.facts.child,
            self.horizon,
            tuple(sorted(occurrences, key=_in_order)),
            tuple(sorted(expected, key=_in_order)),
            tuple(sorted(days, key=_in_order)),
            tuple(sorted(self.work.unattached)),
            (*self.notes, *self._left_out()),
        )

    def _events(self) -> tuple[dict[str, list[Event]], list[Event]]:
        facts, periods, settings = self.facts, self.periods, self.settings
        events = care_events(periods, settings)
        events["transition_age"], notes = transition_events(facts, periods, self.needs, self.horizon, settings)
        self.notes += notes
        if facts.cases:
            events |= in_need_events(facts)
        if facts.early_help:
            events |= early_help_events(facts)
        planned = plan_events(periods, self.work, self.horizon, settings)
        held, due = review_events(facts, periods, self.work, self.horizon, settings)
        if facts.work:
            for key in (*events, *self.work.keys()):
                events[key] = self.work.merged(key, events.get(key, []))
        events |= {"planning": planned, "review_held": held}
        if facts.work:
            for key, found in events.items():
                self.work.attach(key, found)
        return events, due

    def _stretches(self, nights: list[Stretch]) -> dict[str, list[Stretch]]:
        after = self.horizon + ONE_DAY
        care = [] if self.settings.support_while_looked_after else nights
        found = {"night_in_care": nights, "night_under_order": nights_under_order(nights, self.settings)}
        if self.facts.cases:
            found["support"] = support_stretches(self.facts, after, care)
        if self.facts.early_help:
            found["early_help_support"] = early_help_stretches(self.facts, after)
        return found

    def _occurrences(self, key: str, events: list[Event]) -> Iterator[Occurrence]:
        processes = self.frameworks.counted_from(key)
        trigger = TRIGGERS.get(key)
        in_care = trigger is not None and trigger.looked_after
        for event in events:
            if event.starts > self.horizon:
                continue
            standing = self.needs.on(event.starts)
            holds = standing.holds | event.marks if event.marks else standing.holds
            if in_care:
                stay = event.stay or stay_on(self.periods, event.starts)
                holds = holds | self._in_care(stay, event.starts) if stay else holds
                if key == "placement_changes" and "ebd" in holds and holds & {"disability", "many_placements"}:
                    holds |= _HARD
            ends = event.ends if self.settings.spread_over_days else event.starts + ONE_DAY
            for process in processes:
                picked = self.frameworks.pick(process.code, holds)
                facts = _with_needs(event.facts, picked, standing)
                if event.lately and "difficult_to_place" in picked.codes:
                    facts = (*facts, *event.lately)
                yield Occurrence(process.code, picked.codes, event.starts, ends, event.evidence, facts)

    def _days(self, key: str, stretches: list[Stretch]) -> Iterator[DaysIn]:
        processes = self.frameworks.counted_from(key)
        pieces = [(each, *piece) for each in stretches for piece in self._pieces(each)] if processes else []
        for process in processes:
            last: DaysIn | None = None
            apart: date | None = None
            for each, starts, ends, standing, holds in pieces:
                picked = self.frameworks.pick(process.code, holds)
                facts = _with_needs(each.facts, picked, standing)
                goes_on = last is not None and last.ends == starts and each.apart == apart
                if last is not None and goes_on and last.variations == picked.codes:
                    last = last._replace(ends=ends, facts=tuple(dict.fromkeys((*last.facts, *facts))))
                else:
                    if last is not None:
                        yield last
                    last = DaysIn(process.code, picked.codes, starts, ends, facts)
                apart = each.apart
            if last is not None:
                yield last

    def _pieces(self, each: Stretch) -> Iterator[tuple[date, date, Standing, frozenset[str]]]:
        """A stretch cut where the child's standing changes."""
        cuts = self.needs.changes(each.starts, each.ends)
        if each.stay is not None:
            since = each.stay.placement_starts
            turns = (since + timedelta(self.settings.early_days), years_after(since, self.settings.settled_years))
            cuts = sorted({*cuts, *(day for day in turns if each.starts < day < each.ends)})
        starts = each.starts
        for ends in (*cuts, each.ends):
            standing = self.needs.on(starts)
            holds = standing.holds | self._in_care(each.stay, starts) if each.stay else standing.holds
            yield starts, ends, standing, holds
            starts = ends

    def _in_care(self, stay: Stay, day: date) -> frozenset[str]:
        since, status = stay.placement_starts, stay.episode.ls
        ordered = status.startswith(tuple(self.settings.order_statuses))
        return _care_standing(
            stay.placement_type,
            stay.in_area,
            _ORDERS.get(status) or _ORDERS_BY_LETTER.get(status[:1], "") if ordered else "",
            day < since + timedelta(self.settings.early_days),
            day >= years_after(since, self.settings.settled_years),
        )

    def _left_out(self) -> Iterator[str]:
        for code in sorted(self.work.unknown):
            yield f"Work is recorded for “{code}”, which is not a process of these frameworks."
        short = sum(each.ls in self.settings.short_break_statuses for each in self.facts.episodes)
        if short:
            yield f"Episodes of short breaks, left out by setting: {short}."
        for period in self.periods:
            if not period.start_known:
                yield f"In care before {period.starts:%-d %B %Y}, the first day known: process 1 is not counted."
            last = period.stays()[-1].episode
            if last.stops_on is not None and period.ends == last.stops_on + ONE_DAY:
                yield f"Nobody said how care ended after {last.stops_on:%-d %B %Y}: process 4 is not counted."


@lru_cache(maxsize=4096)
def _care_standing(kind: str, in_area: bool | None, order: str, early: bool, settled: bool) -> frozenset[str]:
    found = {f"placement_type={kind}"}
    if in_area is not None:
        found.add("in_area" if in_area else "out_of_area")
    if order:
        found.add(f"order={order}")
    if early:
        found.add("early")
    if settled:
        found.add("after_a_year")
    return frozenset(found)


def _with_needs(facts: tuple[str, ...], picked: Picked, standing: Standing) -> tuple[str, ...]:
    if not picked.needs:
        return facts
    more = (each for need in sorted(picked.needs) for each in standing.facts.get(need, ()))
    return tuple(dict.fromkeys((*facts, *more)))


def _in_order(each: Occurrence | DaysIn) -> tuple[date, date, str, tuple[str, ...], tuple[str, ...]]:
    return each.starts, each.ends, each.process, each.variations, each.facts
