"""The port of the event store: the library's recorder, and what Daybook needs beyond it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription

from recorder.domain.ids import new_id

__all__ = ["EPOCH", "EventLog", "LogRow", "StoredFact", "from_micros", "to_fact", "to_micros"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """An aware instant as whole microseconds since 1970, UTC."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The aware UTC instant of whole microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


@dataclass(frozen=True)
class StoredFact(StoredEvent):
    """A stored event with Daybook's own columns. Instants are microseconds since 1970, UTC."""

    event_id: UUID
    known_at: int
    recorded_at: int
    subject: UUID | None = None
    metadata: bytes = b"{}"


class LogRow(NamedTuple):
    """One row of the log as it lies there; ids are 16 bytes, instants microseconds."""

    position: int
    stream_id: bytes
    version: int
    topic: str
    payload: bytes
    event_id: bytes
    subject: bytes | None
    known_at: int
    recorded_at: int
    metadata: bytes


def to_fact(event: StoredEvent) -> StoredFact:
    """The event with Daybook's columns; a plain stored event is known when it is recorded."""
    if isinstance(event, StoredFact):
        return event
    now = to_micros(datetime.now(UTC))
    return StoredFact(
        originator_id=event.originator_id,
        originator_version=event.originator_version,
        topic=event.topic,
        state=event.state,
        event_id=new_id(),
        known_at=now,
        recorded_at=now,
    )


class EventLog(ApplicationRecorder):
    """The log of facts, in one order, without gaps, for ever.

    ``insert_events`` raises the library's ``IntegrityError`` where a stream already has that
    version or an event id is taken, and then nothing of the call is stored.
    """

    @abstractmethod
    def rows_after(
        self, position: int, limit: int, topics: Sequence[str] = (), upto: int | None = None
    ) -> list[LogRow]:
        """Rows past a position (and not past ``upto``) in log order; of these topics where any are named."""

    @abstractmethod
    def rows_of_streams(self, streams: Iterable[UUID]) -> list[LogRow]:
        """Every row of these streams, in log order."""

    @abstractmethod
    def rows_of_subjects(self, subjects: Iterable[UUID]) -> list[LogRow]:
        """Every row whose stream is about one of these children, in log order."""

    @abstractmethod
    def rows_of_events(self, event_ids: Iterable[UUID]) -> list[LogRow]:
        """The rows with these event ids."""

    def pages(
        self, after: int, size: int, topics: Sequence[str] = (), upto: int | None = None
    ) -> Iterator[list[LogRow]]:
        """The log from a position on, a page at a time."""
        while page := self.rows_after(after, size, topics, upto):
            yield page
            after = page[-1].position

    def position(self) -> int:
        """The position of the newest fact; 0 for an empty log."""
        return self.max_notification_id() or 0

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The library's own view of the same rows."""
        after = 0 if start is None else (start - 1 if inclusive_of_start else start)
        return [
            Notification(UUID(bytes=r.stream_id), r.version, r.topic, r.payload, id=r.position)
            for r in self.rows_after(after, limit, topics, stop)
        ]

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        """Not offered: the one follower reads pages, on every store alike (design section 5)."""
        message = "Daybook follows its log by reading pages; see projections.follow"
        raise NotImplementedError(message)

    @abstractmethod
    def close(self) -> None:
        """Give back what the store holds open."""
