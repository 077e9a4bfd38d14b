"""A child's record as it stands, or stood: the one place that reads personal values.

Statements about a child hold in the order in which they were *known*; ties go by the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from recorder.application import Recorder, event_of
from recorder.domain.child import (
    ChildDescribed,
    ChildRegistered,
    IdentifierLinked,
    IdentifierUnlinked,
    NeedEnded,
    NeedStarted,
)
from recorder.domain.facts import Event
from recorder.personal import ErasedError
from recorder.registration import Identifier

__all__ = [
    "NOBODY",
    "ChildRecord",
    "NeedPeriod",
    "histories",
    "known_facts",
    "read_child",
    "read_children",
    "record_of",
]

NOBODY = "There is no such child"


class NeedPeriod(NamedTuple):
    """A need from a day until another (exclusive; None while it lasts)."""

    need: str
    starts: date
    ends: date | None = None


class ChildRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A child as it stands. ``erased``: its personal values can never be read again, and are left out."""

    child_id: UUID
    version: int
    sex: str = ""
    ethnicity: str = ""
    personal: dict[str, str] = {}
    identifiers: tuple[Identifier, ...] = ()
    needs: tuple[NeedPeriod, ...] = ()
    erased: bool = False

    @property
    def name(self) -> str:
        """First and family name; "Erased" once the record is; "" where no name was given."""
        if self.erased:
            return "Erased"
        return " ".join(filter(None, (self.personal.get("first_name"), self.personal.get("family_name"))))


def read_child(recorder: Recorder, child_id: UUID) -> ChildRecord:
    """The child's record, decrypted. Raises ``LookupError`` for an id that is no child's."""
    found = read_children(recorder, [child_id])
    if child_id not in found:
        raise LookupError(NOBODY)
    return found[child_id]


def read_children(
    recorder: Recorder, children: Iterable[UUID], known_at: datetime | None = None
) -> dict[UUID, ChildRecord]:
    """The records of many children, as known at an instant or now; ids that are no child's are left out."""
    found = histories(recorder, children)
    recorder.keys.refresh(found)
    return {child: record_of(recorder, past, known_at) for child, past in found.items() if known_facts(past, known_at)}


def histories(recorder: Recorder, children: Iterable[UUID]) -> dict[UUID, list[Event]]:
    """All facts of each child, in log order; ids that are no child's are left out."""
    found: defaultdict[UUID, list[Event]] = defaultdict(list)
    for row in recorder.log_store.rows_of_streams(dict.fromkeys(children)):
        event = event_of(row)
        found[event.originator_id].append(event)
    return {child: past for child, past in found.items() if isinstance(past[0].body, ChildRegistered)}


def known_facts(past: Sequence[Event], known_at: datetime | None) -> list[Event]:
    """The facts known at an instant (None: all), in the order in which they were known."""
    known = [e for e in past if known_at is None or e.known_at <= known_at]
    return sorted(known, key=lambda e: (e.known_at, e.originator_version))


def record_of(recorder: Recorder, past: Sequence[Event], known_at: datetime | None = None) -> ChildRecord:
    """The record that these facts of one child add up to, as known at an instant or now.

    Bring the key to hand with ``KeyStore.refresh`` first, as another process may have destroyed it.
    """
    facts = known_facts(past, known_at)
    said = [e.body for e in facts if isinstance(e.body, ChildRegistered | ChildDescribed)]
    record = ChildRecord(child_id=past[0].originator_id, version=past[-1].originator_version, needs=_needs(facts))
    if said:
        record = msgspec.structs.replace(record, sex=said[-1].sex, ethnicity=said[-1].ethnicity)
    if not recorder.keys.readable(record.child_id):
        return msgspec.structs.replace(record, erased=True)
    try:
        personal = recorder.keys.decrypt(record.child_id, said[-1].personal) if said and said[-1].personal else {}
        return msgspec.structs.replace(record, personal=personal, identifiers=_identifiers(recorder, facts))
    except ErasedError:
        return msgspec.structs.replace(record, erased=True)


def _identifiers(recorder: Recorder, facts: Sequence[Event]) -> tuple[Identifier, ...]:
    held: dict[tuple[str, str], Identifier] = {}
    for event in facts:
        body = event.body
        if isinstance(body, IdentifierLinked | IdentifierUnlinked):
            value = recorder.keys.decrypt(event.originator_id, body.personal)["value"]
            held.pop((body.system, value), None)
            if isinstance(body, IdentifierLinked):
                held[body.system, value] = Identifier(body.system, value, body.evidence)
    return tuple(held.values())


def _needs(facts: Sequence[Event]) -> tuple[NeedPeriod, ...]:
    """Each need from its start to the first end stated on or after it."""
    bodies = [e.body for e in facts]
    ends = sorted({(b.on, b.need) for b in bodies if isinstance(b, NeedEnded)})
    starts = sorted({(b.on, b.need) for b in bodies if isinstance(b, NeedStarted)})
    return tuple(
        NeedPeriod(need, on, next((end for end, ended in ends if ended == need and end >= on), None))
        for on, need in starts
    )
