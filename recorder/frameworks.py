"""Commands about the frameworks: define or withdraw a process or a variation of the authority's own."""

from __future__ import annotations

from uuid import UUID

import msgspec

from costing.variations import shipped_frameworks
from recorder.application import Receipt, Recorder
from recorder.domain.facts import Provenance
from recorder.domain.frameworks import FrameworkFact, ProcessDefined, VariationDefined, decide_frameworks
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.rates import state_next

__all__ = ["StateFramework", "known_codes", "state_framework", "stated_frameworks"]

_STREAM = derived_id(AUTHORITY, "frameworks", "own")


class StateFramework(msgspec.Struct, frozen=True, kw_only=True):
    """State one fact of the authority's own frameworks; ``event_id`` makes sending it twice one fact."""

    event_id: UUID
    fact: FrameworkFact
    provenance: Provenance


def stated_frameworks(recorder: Recorder, leaving_out: UUID | None = None) -> list[FrameworkFact]:
    """Everything stated of the authority's own frameworks, in order, but for one event."""
    past = [event.body for event in recorder.history(_STREAM) if event.event_id != leaving_out]
    return [body for body in past if isinstance(body, FrameworkFact)]


def state_framework(recorder: Recorder, command: StateFramework) -> Receipt:
    """State it. Sent again it is one fact still.

    Raises ``Refused`` with every problem, and ``Conflict`` where the id is another fact's.
    """
    fact = decide_frameworks(stated_frameworks(recorder, command.event_id), command.fact)
    return state_next(recorder, _STREAM, command.event_id, fact, command.provenance)


def known_codes(recorder: Recorder) -> dict[str, set[str]]:
    """The codes of the variations of every process there ever was, shipped or own, whichever day it holds on."""
    known = shipped_frameworks().variation_codes()
    for each in stated_frameworks(recorder):
        if isinstance(each, ProcessDefined):
            known.setdefault(each.code, set())
        elif isinstance(each, VariationDefined):
            known.setdefault(each.process, set()).add(each.code)
    return known
