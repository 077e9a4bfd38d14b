"""Commands about the kinds of work: define one of the authority's own, put a shipped one in its words, retire one."""

from __future__ import annotations

from uuid import UUID

import msgspec

from recorder.application import Receipt, Recorder
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.kinds import KindFact, decide_kind
from recorder.rates import state_next

__all__ = ["StateKind", "kind_history", "state_kind", "stated_kinds"]

_STREAM = derived_id(AUTHORITY, "kinds", "own")


class StateKind(msgspec.Struct, frozen=True, kw_only=True):
    """State one fact about a kind of work; ``event_id`` makes sending it twice one fact."""

    event_id: UUID
    fact: KindFact
    provenance: Provenance


def stated_kinds(recorder: Recorder, leaving_out: UUID | None = None) -> list[KindFact]:
    """Everything stated of the kinds of work, in order, but for one event."""
    past = [event.body for event in recorder.history(_STREAM) if event.event_id != leaving_out]
    return [body for body in past if isinstance(body, KindFact)]


def kind_history(recorder: Recorder) -> list[tuple[Event, KindFact]]:
    """Everything stated of the kinds of work with who stated it and when, in order."""
    return [(event, event.body) for event in recorder.history(_STREAM) if isinstance(event.body, KindFact)]


def state_kind(recorder: Recorder, command: StateKind) -> Receipt:
    """State it. Sent again it is one fact still.

    Raises ``Refused`` with every problem, and ``Conflict`` where the id is another fact's.
    """
    fact = decide_kind(stated_kinds(recorder, command.event_id), command.fact)
    return state_next(recorder, _STREAM, command.event_id, fact, command.provenance)
