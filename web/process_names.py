"""The frameworks as pages say them: the authority's own processes and variations beside the shipped ones."""

from __future__ import annotations

from flask import g, has_request_context

from costing.processes import NO_PROCESS, UNASSIGNED, process_name, processes
from costing.variations import Frameworks, shipped_frameworks
from projections.queries.cost_lines import LiveCosts
from projections.queries.frameworks import frameworks_of, process_names
from web.state import state

__all__ = ["frameworks_in_use", "named_processes"]

_OUTSIDE = {code: process_name(code) for code in (UNASSIGNED, NO_PROCESS)}
_HELD = "daybook_frameworks"


def named_processes() -> dict[str, str]:
    """Every process by its code, and what is of none; outside a page the shipped ones."""
    if not has_request_context():
        return {each.code: each.name for each in processes()} | _OUTSIDE
    return _held()[0]


def frameworks_in_use() -> Frameworks:
    """The frameworks as they hold on the last day that has ended; outside a page the shipped ones."""
    return _held()[1] if has_request_context() else shipped_frameworks()


def _held() -> tuple[dict[str, str], Frameworks]:
    """Names and frameworks, read once a page."""
    found: tuple[dict[str, str], Frameworks] | None = g.get(_HELD)
    if found is None:
        with state().projections.reader().connect() as connection:
            source = LiveCosts(connection)
            found = process_names(source) | _OUTSIDE, frameworks_of(source)
        setattr(g, _HELD, found)
    return found
