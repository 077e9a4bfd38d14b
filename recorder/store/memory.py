"""The event store in memory: the readable reference that the other two must equal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent

from .log import EventLog, LogRow, to_fact

__all__ = ["MemoryEventLog"]


class MemoryEventLog(EventLog):
    """All facts in one list, guarded by one lock."""

    def __init__(self) -> None:
        self._rows: list[LogRow] = []
        self._versions: set[tuple[bytes, int]] = set()
        self._event_ids: set[bytes] = set()
        self._lock = Lock()

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Append all or none. Raises ``IntegrityError`` on a version or event id already taken."""
        facts = [to_fact(event) for event in stored_events]
        versions = {(_bytes(f.originator_id), f.originator_version) for f in facts}
        event_ids = {f.event_id.bytes for f in facts}
        with self._lock:
            clash = versions & self._versions or event_ids & self._event_ids
            if clash or len(versions) < len(facts) or len(event_ids) < len(facts):
                message = "a fact of this version or id is stored already"
                raise IntegrityError(message)
            first = len(self._rows) + 1
            for position, fact in enumerate(facts, start=first):
                subject = fact.subject.bytes if fact.subject else None
                self._rows.append(
                    LogRow(
                        position=position,
                        stream_id=_bytes(fact.originator_id),
                        version=fact.originator_version,
                        topic=fact.topic,
                        payload=fact.state,
                        event_id=fact.event_id.bytes,
                        subject=subject,
                        known_at=fact.known_at,
                        recorded_at=fact.recorded_at,
                        metadata=fact.metadata,
                    )
                )
            self._versions |= versions
            self._event_ids |= event_ids
        return list(range(first, first + len(facts))) or None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """A stream's events by version."""
        stream = _bytes(originator_id)
        rows = [
            r
            for r in self._rows
            if r.stream_id == stream and (gt is None or r.version > gt) and (lte is None or r.version <= lte)
        ]
        rows.sort(key=lambda r: r.version, reverse=desc)
        return [StoredEvent(UUID(bytes=r.stream_id), r.version, r.topic, r.payload) for r in rows[:limit]]

    def max_notification_id(self) -> int | None:
        """The newest position, or None."""
        return len(self._rows) or None

    def rows_after(
        self, position: int, limit: int, topics: Sequence[str] = (), upto: int | None = None
    ) -> list[LogRow]:
        """Rows past a position, in log order."""
        found = (r for r in self._rows[max(position, 0) : upto] if not topics or r.topic in topics)
        return [row for row, _ in zip(found, range(limit), strict=False)]

    def rows_of_streams(self, streams: Iterable[UUID]) -> list[LogRow]:
        """Every row of these streams, in log order."""
        wanted = {s.bytes for s in streams}
        return [r for r in self._rows if r.stream_id in wanted]

    def rows_of_subjects(self, subjects: Iterable[UUID]) -> list[LogRow]:
        """Every row about these children, in log order."""
        wanted = {s.bytes for s in subjects}
        return [r for r in self._rows if r.subject in wanted]

    def rows_of_events(self, event_ids: Iterable[UUID]) -> list[LogRow]:
        """The rows with these event ids."""
        wanted = {e.bytes for e in event_ids}
        return [r for r in self._rows if r.event_id in wanted]

    def close(self) -> None:
        """Nothing is held open."""


def _bytes(value: UUID | str) -> bytes:
    return value.bytes if isinstance(value, UUID) else UUID(value).bytes
