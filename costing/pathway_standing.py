"""A child's needs along time: which predicates hold on a day whatever the process, and on what facts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from costing.care_facts import ChildFacts
from costing.pathway_dates import months_after, years_after
from costing.pathway_settings import PathwaySettings

_SIX = 6


class Standing(NamedTuple):
    """The predicates that hold over some days, and the ids of the facts each rests on."""

    holds: frozenset[str]
    facts: Mapping[str, tuple[str, ...]]


_NOTHING = Standing(frozenset(), {})
_Span = tuple[str, date, date, str]


class Needs:
    """The stretches of a child's life between changes of need."""

    __slots__ = ("_standings", "edges")

    def __init__(self, facts: ChildFacts, settings: PathwaySettings) -> None:
        spans = [span for span in _spans(facts, settings) if span[1] < span[2]]
        self.edges = sorted({day for span in spans for day in span[1:3]})
        self._standings = [_NOTHING, *(_standing(spans, day) for day in self.edges)]

    def on(self, day: date) -> Standing:
        """What holds on a day."""
        return self._standings[bisect_right(self.edges, day)]

    def changes(self, starts: date, ends: date) -> list[date]:
        """The days after `starts` and before `ends` on which something changes."""
        return self.edges[bisect_right(self.edges, starts) : bisect_left(self.edges, ends)]


def _standing(spans: list[_Span], day: date) -> Standing:
    facts: dict[str, list[str]] = {}
    for flag, starts, ends, fact in spans:
        if starts <= day < ends:
            facts.setdefault(flag, []).append(fact)
    return Standing(frozenset(facts), {flag: tuple(sorted(filter(None, ids))) for flag, ids in facts.items()})


def _spans(facts: ChildFacts, settings: PathwaySettings) -> Iterator[_Span]:
    if facts.birth_date is not None:
        yield "under_six", facts.birth_date, years_after(facts.birth_date, _SIX), ""
    for need in facts.needs:
        yield need.flag, need.starts, need.ends or date.max, need.id
    for case in facts.cases:
        for plan in case.protection_plans:
            yield "cp_plan", plan.starts, plan.ends or date.max, plan.id
    scores = sorted(facts.sdq_scores, key=lambda each: (each.on, each.score, each.id))
    nexts = [*(each.on for each in scores[1:]), date.max]
    for score, after in zip(scores, nexts, strict=False):
        if score.score >= settings.ebd_sdq_from:
            yield "ebd", score.on, min(months_after(score.on, settings.sdq_lasts_months), after), score.id
