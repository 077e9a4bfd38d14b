"""The frameworks in use: the shipped ones with the authority's own processes and variations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from costing.variations import Frameworks, shipped_frameworks
from projections import tables as t
from projections.queries.cost_lines import CostSource
from recorder.domain.facts import decode_body
from recorder.domain.frameworks import FrameworkFact, ProcessDefined, frameworks_on

__all__ = ["StatedFramework", "frameworks_of", "own_facts", "process_names", "stated_of"]


@dataclass(frozen=True)
class StatedFramework:
    """A statement about the authority's own frameworks, when it became known (microseconds), and its number."""

    number: int
    known_at: int
    fact: FrameworkFact


def stated_of(source: CostSource) -> list[StatedFramework]:
    """Every statement about the authority's own frameworks, in the order of the log."""
    rows = source.frame(t.own_framework).sort("own_framework_no")
    found = []
    for number, topic, said, known_at in rows.select("own_framework_no", "topic", "said", "known_at").iter_rows():
        body = decode_body(topic, said.encode())
        if isinstance(body, FrameworkFact):
            found.append(StatedFramework(number, known_at, body))
    return found


def own_facts(source: CostSource) -> list[FrameworkFact]:
    """Everything stated of the authority's own frameworks, in the order of the log."""
    return [each.fact for each in stated_of(source)]


def frameworks_of(source: CostSource, on: date | None = None) -> Frameworks:
    """The frameworks as they hold on a day, by default the last day that has ended (before any, every start)."""
    stated = own_facts(source)
    if not stated:
        return shipped_frameworks()
    return frameworks_on(stated, on or source.horizon or date.max)


def process_names(source: CostSource) -> dict[str, str]:
    """The name of every process by its code: as it holds now, else as it was last defined (withdrawn, or to come)."""
    defined = {each.code: each.name for each in own_facts(source) if isinstance(each, ProcessDefined)}
    return defined | {each.code: each.name for each in frameworks_of(source).processes}
