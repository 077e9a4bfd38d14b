"""Commands about the process of work where nobody chose one: state or withdraw a rule of the authority's own."""

from __future__ import annotations

from uuid import UUID

import msgspec

from recorder.application import Receipt, Recorder
from recorder.domain.facts import Provenance
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.inference import RuleFact, decide_rule
from recorder.frameworks import known_codes
from recorder.rates import state_next

__all__ = ["StateRule", "state_rule", "stated_rules"]

_STREAM = derived_id(AUTHORITY, "inference", "own")


class StateRule(msgspec.Struct, frozen=True, kw_only=True):
    """State one rule or its withdrawal; ``event_id`` makes sending it twice one fact."""

    event_id: UUID
    fact: RuleFact
    provenance: Provenance


def stated_rules(recorder: Recorder, leaving_out: UUID | None = None) -> list[tuple[int, RuleFact]]:
    """Everything stated of the authority's own rules with its place in their history, but for one event."""
    past = [(e.originator_version, e.body) for e in recorder.history(_STREAM) if e.event_id != leaving_out]
    return [(place, body) for place, body in past if isinstance(body, RuleFact)]


def state_rule(recorder: Recorder, command: StateRule) -> Receipt:
    """State it. Sent again it is one fact still.

    Raises ``Refused`` with every problem, and ``Conflict`` where the id is another fact's.
    """
    fact = decide_rule(stated_rules(recorder, command.event_id), command.fact, known_codes(recorder))
    return state_next(recorder, _STREAM, command.event_id, fact, command.provenance)
