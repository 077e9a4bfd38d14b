"""The frameworks in use: the shipped ones with the authority's own processes and variations."""

from __future__ import annotations

from datetime import date

from costing.variations import Frameworks, shipped_frameworks
from projections import tables as t
from projections.queries.cost_lines import CostSource
from recorder.domain.facts import decode_body
from recorder.domain.frameworks import FrameworkFact, frameworks_on

__all__ = ["frameworks_of", "own_facts"]


def own_facts(source: CostSource) -> list[FrameworkFact]:
    """Everything stated of the authority's own frameworks, in the order of the log."""
    rows = source.frame(t.own_framework).sort("own_framework_no")
    bodies = [decode_body(topic, said.encode()) for topic, said in rows.select("topic", "said").iter_rows()]
    return [body for body in bodies if isinstance(body, FrameworkFact)]


def frameworks_of(source: CostSource, on: date | None = None) -> Frameworks:
    """The frameworks as they hold on a day, by default the last day that has ended (before any, every start)."""
    stated = own_facts(source)
    if not stated:
        return shipped_frameworks()
    return frameworks_on(stated, on or source.horizon or date.max)
