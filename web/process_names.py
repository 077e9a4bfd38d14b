"""The frameworks as pages say them: the authority's own processes and variations beside the shipped ones."""

from __future__ import annotations

from functools import cache

from flask import g, has_request_context
from sqlalchemy import select

from costing.processes import NO_PROCESS, UNASSIGNED, process_name, processes
from costing.variations import Frameworks, shipped_frameworks
from projections.queries.cost_lines import LiveCosts
from projections.queries.frameworks import frameworks_of, process_names
from projections.tables import own_framework
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


@cache
def _shipped() -> tuple[dict[str, str], Frameworks]:
    """Most authorities have none of their own, and a page should not wait to learn that."""
    return {each.code: each.name for each in processes()} | _OUTSIDE, shipped_frameworks()


def _held() -> tuple[dict[str, str], Frameworks]:
    """Names and frameworks, read once a page."""
    found: tuple[dict[str, str], Frameworks] | None = g.get(_HELD)
    if found is None:
        with state().projections.reader().connect() as connection:
            if connection.scalar(select(own_framework.c.own_framework_no).limit(1)) is None:
                found = _shipped()
            else:
                source = LiveCosts(connection)
                found = process_names(source) | _OUTSIDE, frameworks_of(source)
        setattr(g, _HELD, found)
    return found
