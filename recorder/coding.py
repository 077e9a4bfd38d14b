"""Commands about the ledger's codes: state the whole mapping, read what was stated."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from recorder.application import Receipt, Recorder
from recorder.domain.coding import LedgerMappingSet, MappingRow, decide_mapping
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id

__all__ = ["mapping_history", "set_mapping", "stated_mapping"]


def mapping_history(recorder: Recorder) -> list[Event]:
    """Every statement of the mapping, oldest first."""
    return list(recorder.history(_stream()))


def stated_mapping(recorder: Recorder) -> tuple[tuple[MappingRow, ...], int]:
    """The rows stated last, and how often the mapping was stated."""
    past = mapping_history(recorder)
    if not past:
        return (), 0
    body = past[-1].body
    assert isinstance(body, LedgerMappingSet)
    return body.rows, len(past)


def set_mapping(
    recorder: Recorder, event_id: UUID, rows: Sequence[MappingRow], version: int, by: Provenance
) -> Receipt:
    """State the whole mapping after `version` statements; sent again it is one statement still.

    Raises ``Refused`` with every problem, and ``Conflict`` where somebody stated another meanwhile.
    """
    past = mapping_history(recorder)
    if any(event.event_id == event_id for event in past):
        return Receipt(recorder.log_store.position(), len(past), repeated=True)
    body = decide_mapping(rows)
    return recorder.state_once(recorder.event(_stream(), version + 1, event_id, body, by))


def _stream() -> UUID:
    return derived_id(AUTHORITY, "ledger", "mapping")
