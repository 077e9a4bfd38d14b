"""The kinds of work as pages offer and say them: the authority's own kinds and words over the shipped vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import g, has_request_context

from costing.vocabulary import Kind, UnknownKind, kind, kinds
from projections.queries.kinds import kinds_stated
from recorder.domain.kinds import KindFact, kinds_on
from web.state import state

__all__ = ["ever_in_use", "kind_said", "kinds_of_day", "vocabulary_in_use"]

_HELD = "daybook_kinds"
_Found = tuple[tuple[Kind, ...], dict[str, Kind]]


def vocabulary_in_use() -> tuple[Kind, ...]:
    """Every kind as it holds today, offered or kept for old records; outside a page the shipped ones."""
    return _held()[0] if has_request_context() else kinds()


def kind_said(code: str) -> Kind | None:
    """A kind in the words in use today, or those it will have; None for a code there never was."""
    if has_request_context() and (found := _held()[1].get(code)) is not None:
        return found
    try:
        return kind(code)
    except UnknownKind:
        return None


def ever_in_use() -> tuple[Kind, ...]:
    """Every kind that there is, was or will be: own ones to come and retired ones among them, as last put."""
    return kinds_on(_stated(), date.max)


def kinds_of_day(day: date) -> Mapping[str, Kind]:
    """Every kind of a day by its code, offered or not."""
    return {each.code: each for each in kinds_on(_stated(), day)}


def _stated() -> list[KindFact]:
    with state().projections.reader().connect() as connection:
        return [each.fact for each in kinds_stated(connection)]


def _held() -> _Found:
    """The vocabulary of today, and what is still to come of codes that it does not hold: read once a page."""
    found: _Found | None = g.get(_HELD)
    if found is None:
        here = state()
        today = here.recorder.clock.today()
        with here.projections.reader().connect() as connection:
            stated = [each.fact for each in kinds_stated(connection)]
        now = kinds_on(stated, today) if stated else kinds()
        ever = {each.code: each for each in kinds_on(stated, date.max)} if stated else {}
        found = now, ever | {each.code: each for each in now}
        setattr(g, _HELD, found)
    return found
