"""Commands about prices: publish what an hour of a worker type costs, from a day on."""

from __future__ import annotations

from uuid import UUID

import msgspec

from recorder.application import Conflict, Receipt, Recorder
from recorder.domain.facts import Body, Provenance
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.rates import SchemaPublished

__all__ = ["PublishSchema", "publish_schema", "state_next"]

_ATTEMPTS = 8


class PublishSchema(msgspec.Struct, frozen=True, kw_only=True):
    """Publish a schema; ``event_id`` makes sending it twice one publication."""

    event_id: UUID
    schema: SchemaPublished
    provenance: Provenance


def publish_schema(recorder: Recorder, command: PublishSchema) -> Receipt:
    """Publish it: it holds from its day until a later one, and over one of the same day published before.

    The same command again is answered as the first time. Raises ``Conflict`` where its id is another fact's.
    """
    schema = command.schema
    key = f"{schema.worker_type}/{schema.contract}/{schema.valid_from.isoformat()}"
    return state_next(recorder, derived_id(AUTHORITY, "schema", key), command.event_id, schema, command.provenance)


def state_next(recorder: Recorder, stream: UUID, event_id: UUID, body: Body, provenance: Provenance) -> Receipt:
    """State a fact after whatever its stream holds, once: sent again it is one fact still.

    Raises ``Conflict`` where the id stands for another fact.
    """
    newer: Conflict | None = None
    for _ in range(_ATTEMPTS):
        past = recorder.history(stream)
        before = next((event for event in past if event.event_id == event_id), None)
        version = before.originator_version if before else len(past) + 1
        try:
            return recorder.state_once(recorder.event(stream, version, event_id, body, provenance))
        except Conflict as conflict:
            if any(event.event_id == event_id for event in recorder.history(stream)):
                raise
            newer = conflict
    raise newer or Conflict(())
