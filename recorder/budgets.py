"""Commands about budgets: set a year's, read what was set."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from recorder.application import Receipt, Recorder
from recorder.domain.budgets import BudgetLine, BudgetSet, decide_budget
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id

__all__ = ["budget_history", "budget_of", "set_budget"]


def budget_history(recorder: Recorder, year: int) -> list[Event]:
    """Every budget set for the year that begins in ``year``, oldest first."""
    return list(recorder.history(_stream(year)))


def budget_of(recorder: Recorder, year: int) -> dict[str, int]:
    """Pence by line of the budget that holds; empty where none is set."""
    past = budget_history(recorder, year)
    if not past:
        return {}
    body = past[-1].body
    assert isinstance(body, BudgetSet)
    return {each.line: each.pence for each in body.budget}


def set_budget(
    recorder: Recorder, event_id: UUID, year: int, lines: Iterable[BudgetLine], version: int, by: Provenance
) -> Receipt:
    """Set a year's budget after ``version`` others; sent again it is one still.

    Raises ``Refused`` with every problem, and ``Conflict`` where somebody else set it meanwhile.
    """
    return recorder.state_once(recorder.event(_stream(year), version + 1, event_id, decide_budget(year, lines), by))


def _stream(year: int) -> UUID:
    return derived_id(AUTHORITY, "budget", str(year))
