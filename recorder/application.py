"""The recorder: takes commands, decides, appends facts. The only writer of the log.

Built upon the library's ``Application``: its mapper is ours (flat JSON by msgspec, lasting names),
its recorder is one of ours (memory, SQLite, PostgreSQL), its optimistic concurrency is used as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Mapper, StoredEvent
from eventsourcing.popo import POPOFactory

from recorder.clock import Clock, SystemClock
from recorder.domain import (
    activity,
    authority,
    budgets,
    care,
    child,
    coding,
    forecasts,
    frameworks,
    inference,
    kinds,
    payments,
    periods,
    rate_changes,
    rates,
    reconciliation,
    runs,
    services,
    sheets,
    staff,
    weeks,
)
from recorder.domain.facts import Body, Event, Provenance, decode_body
from recorder.personal import KeyStore
from recorder.store.log import EventLog, LogRow, StoredFact, from_micros, to_micros

__all__ = ["DOMAIN", "Conflict", "FactMapper", "Receipt", "Recorder", "event_of"]

# The modules whose import fills the closed list of facts.
DOMAIN = (
    activity, authority, budgets, care, child, coding, forecasts, frameworks, inference, kinds, payments, periods,
    rate_changes, rates, reconciliation, runs, services, sheets, staff, weeks,
)  # fmt: skip
_ENCODER = msgspec.json.Encoder()
_PROVENANCE = msgspec.json.Decoder(Provenance)


class Receipt(NamedTuple):
    """The answer to a command: where the log stands, and whether the fact was there already."""

    position: int
    version: int
    repeated: bool


class Conflict(Exception):
    """Somebody else changed the thing meanwhile. ``newer`` holds the events the caller had not seen."""

    def __init__(self, newer: Sequence[Event]) -> None:
        super().__init__("Somebody else changed this while you were working on it")
        self.newer = tuple(newer)


class FactMapper(Mapper[UUID]):
    """Between events in their envelope and stored rows."""

    def __init__(self) -> None:
        """No transcoder, compressor or cipher of the library's: msgspec encodes the body itself."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """An event as a row."""
        event: Event = domain_event
        return StoredFact(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=event.body.topic,
            state=_ENCODER.encode(event.body),
            event_id=event.event_id,
            known_at=to_micros(event.known_at),
            recorded_at=to_micros(event.recorded_at),
            subject=event.subject,
            metadata=_ENCODER.encode(event.provenance),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """A row as an event. Raises ``UnknownTopicError`` for a fact of a later version."""
        body = decode_body(stored_event.topic, stored_event.state)
        if not isinstance(stored_event, StoredFact):
            message = "Daybook reads its own rows, with their instants"
            raise TypeError(message)
        return Event(
            originator_id=_uuid(stored_event.originator_id),
            originator_version=stored_event.originator_version,
            event_id=stored_event.event_id,
            known_at=from_micros(stored_event.known_at),
            recorded_at=from_micros(stored_event.recorded_at),
            body=body,
            provenance=_PROVENANCE.decode(stored_event.metadata),
            subject=stored_event.subject,
        )


def event_of(row: LogRow) -> Event:
    """A row of the log as an event."""
    return Event(
        originator_id=UUID(bytes=row.stream_id),
        originator_version=row.version,
        event_id=UUID(bytes=row.event_id),
        known_at=from_micros(row.known_at),
        recorded_at=from_micros(row.recorded_at),
        body=decode_body(row.topic, row.payload),
        provenance=_PROVENANCE.decode(row.metadata),
        subject=UUID(bytes=row.subject) if row.subject else None,
    )


class Recorder(Application[UUID]):
    """The application: opened once a process with a log, a key store and a clock."""

    name = "Daybook"

    def __init__(self, log: EventLog, keys: KeyStore, clock: Clock | None = None) -> None:
        self.log_store = log
        self.keys = keys
        self.clock = clock or SystemClock()
        super().__init__(env={})

    def construct_factory(self, env: Any) -> Any:
        """The library's in-memory factory serves for what it builds besides mapper and recorder."""
        return POPOFactory(env)

    def construct_mapper(self) -> Mapper[UUID]:
        """Ours."""
        return FactMapper()

    def construct_recorder(self) -> ApplicationRecorder:
        """Ours."""
        return self.log_store

    def history(self, stream: UUID) -> list[Event]:
        """Everything recorded of one thing, in order."""
        return [event_of(row) for row in self.log_store.rows_of_streams([stream])]

    def event(
        self,
        stream: UUID,
        version: int,
        event_id: UUID,
        body: Body,
        provenance: Provenance,
        *,
        known_at: datetime | None = None,
        subject: UUID | None = None,
    ) -> Event:
        """A fact in its envelope, recorded now; known now, unless it says it was known before."""
        now = self.clock.now()
        return Event(
            originator_id=stream,
            originator_version=version,
            event_id=event_id,
            known_at=known_at or now,
            recorded_at=now,
            body=body,
            provenance=provenance,
            subject=subject,
        )

    def append(self, events: Sequence[Event]) -> int:
        """Append all or none, durably; returns the position of the last. Raises ``IntegrityError``."""
        # What the library's own store does, without an object more for each event that nobody looks at.
        positions = self.log_store.insert_events(list(map(self.mapper.to_stored_event, events)))
        return positions[-1] if positions else self.log_store.position()

    def state_once(self, event: Event) -> Receipt:
        """Append one fact; sent again it is one fact still, with the same answer.

        Raises ``Conflict`` where the id or the version stands for something else already.
        """
        try:
            return Receipt(self.append([event]), event.originator_version, repeated=False)
        except IntegrityError:
            return self._answer_again(event)

    def _answer_again(self, event: Event) -> Receipt:
        for row in self.log_store.rows_of_events([event.event_id]):
            stored = event_of(row)
            if stored.originator_id == event.originator_id and stored.body == event.body:
                return Receipt(row.position, row.version, repeated=True)
        rows = self.log_store.rows_of_streams([event.originator_id])
        first = [r for r in rows if r.version == event.originator_version]
        if event.originator_version == 1 and first and event_of(first[0]).body == event.body:
            return Receipt(first[0].position, 1, repeated=True)
        raise Conflict([event_of(r) for r in rows if r.version >= event.originator_version])

    def close(self) -> None:
        """Close what this process holds open."""
        super().close()
        self.log_store.close()
        self.keys.close()


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
