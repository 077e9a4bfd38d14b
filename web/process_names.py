"""The names of processes as pages say them: the authority's own beside the shipped ones."""

from __future__ import annotations

from flask import g, has_request_context

from costing.processes import NO_PROCESS, UNASSIGNED, process_name, processes
from projections.queries.cost_lines import LiveCosts
from projections.queries.frameworks import process_names
from web.state import state

__all__ = ["named_processes"]

_OUTSIDE = {code: process_name(code) for code in (UNASSIGNED, NO_PROCESS)}
_HELD = "daybook_process_names"


def named_processes() -> dict[str, str]:
    """Every process by its code, and what is of none; read once a page. Outside a page the shipped ones."""
    if not has_request_context():
        return {each.code: each.name for each in processes()} | _OUTSIDE
    found: dict[str, str] | None = g.get(_HELD)
    if found is None:
        with state().projections.reader().connect() as connection:
            found = process_names(LiveCosts(connection)) | _OUTSIDE
        setattr(g, _HELD, found)
    return found
