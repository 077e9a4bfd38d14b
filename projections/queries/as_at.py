"""The log as it was known: views of it from which figures as at an instant are worked out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import polars as pl
from eventsourcing.persistence import StoredEvent

from costing.calendar import london_date, midnight_after
from projections import tables as t
from projections.rebuild import MemoryTables, Progress, tables_as_at
from recorder.domain.authority import DaysEnded
from recorder.domain.facts import decode_body
from recorder.store.log import EventLog, LogRow, from_micros

__all__ = ["LogUpTo", "child_as_at", "horizon_as_at", "known_tables"]

_EXISTS = ("child.registered.v1", "worker.joined.v1", "team.formed.v1")
# What a child's prices rest on besides its own facts.
_SHARED = (
    *_EXISTS,
    "schema.published.v1",
    "allowance_rate.set.v1",
    "worker.post_stated.v1",
    "worker.post_amended.v1",
    "setting.changed.v1",
    "import.completed.v1",
    "days.ended.v1",
)
# Averages are taken over everybody's fees, but only a night without a fee of its own asks for them.
_FEES = ("fee.agreed.v1", "fee.amended.v1")
_CORRECTIONS = ("activity.amended.v1", "activity.withdrawn.v1")
_ALL = 1_000_000_000


def known_tables(
    log: EventLog, known_upto: int, upto: int | None = None, progress: Progress | None = None
) -> MemoryTables:
    """All tables as known at an instant (microseconds) and at a log position (default: now)."""
    return tables_as_at(log, known_upto, upto, progress)


def child_as_at(
    log: EventLog, child: UUID, activities: Iterable[UUID], known_upto: int, upto: int | None = None
) -> MemoryTables:
    """The tables of one child as known at an instant: the same rows as ``known_tables`` has for it.

    ``activities`` are those that concern the child now; those that were corrected are looked up
    too, as they may have concerned it then. Rows of others in the result mean nothing.
    """
    own = list(activities)
    tables = tables_as_at(_OfOneChild(log, child, own, _SHARED, upto), known_upto, upto)
    postings = tables.frame(t.posting)
    nights = postings.filter(pl.col("cost_kind") == "placement")
    if nights.filter((pl.col("basis") == "average") | pl.col("amount").is_null()).is_empty():
        return tables
    return tables_as_at(_OfOneChild(log, child, own, (*_SHARED, *_FEES), upto), known_upto, upto)


def horizon_as_at(log: EventLog, known_upto: int | None, upto: int | None = None) -> date | None:
    """The last day that had ended at an instant, by the facts at a log position; None before the first."""
    rows = [row for page in log.pages(0, 1_000, [DaysEnded.topic], upto) for row in page]
    bodies = [decode_body(r.topic, r.payload) for r in rows if known_upto is None or r.known_at <= known_upto]
    ended = max((body.last for body in bodies if isinstance(body, DaysEnded)), default=None)
    if ended is None or known_upto is None:
        return ended
    then = from_micros(known_upto)
    day = london_date(then)
    return min(ended, day if midnight_after(day) <= then else day - timedelta(days=1))


class _View(EventLog):
    """Another log, read through; nothing can be added."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        message = "A view of the log cannot be written to"
        raise NotImplementedError(message)

    def select_events(self, originator_id: UUID | str, **options: Any) -> Sequence[StoredEvent]:
        return self._log.select_events(originator_id, **options)

    def max_notification_id(self) -> int | None:
        return self._log.max_notification_id()

    def rows_after(
        self, position: int, limit: int, topics: Sequence[str] = (), upto: int | None = None
    ) -> list[LogRow]:
        return self._log.rows_after(position, limit, topics, upto)

    def rows_of_streams(self, streams: Iterable[UUID]) -> list[LogRow]:
        return self._log.rows_of_streams(streams)

    def rows_of_subjects(self, subjects: Iterable[UUID]) -> list[LogRow]:
        return self._log.rows_of_subjects(subjects)

    def rows_of_events(self, event_ids: Iterable[UUID]) -> list[LogRow]:
        return self._log.rows_of_events(event_ids)

    def close(self) -> None:
        """The log stays open: it belongs to whoever opened it."""


class LogUpTo(_View):
    """Another log as it was when it ended at a position."""

    def __init__(self, log: EventLog, position: int) -> None:
        super().__init__(log)
        self._position = position

    def max_notification_id(self) -> int | None:
        """The position it ends at."""
        return self._position

    def rows_after(
        self, position: int, limit: int, topics: Sequence[str] = (), upto: int | None = None
    ) -> list[LogRow]:
        """Rows past a position, none past its end."""
        return super().rows_after(
            position, limit, topics, self._position if upto is None else min(upto, self._position)
        )


class _OfOneChild(_View):
    """The part of a log that the figures of one child rest on."""

    def __init__(
        self, log: EventLog, child: UUID, activities: Iterable[UUID], names: Sequence[str], upto: int | None
    ) -> None:
        super().__init__(log)
        shared = log.rows_after(0, _ALL, (*names, *_CORRECTIONS), upto)
        corrected = {UUID(bytes=row.stream_id) for row in shared if row.topic in _CORRECTIONS}
        own = [
            *(row for row in shared if row.topic not in _CORRECTIONS),
            *log.rows_of_subjects([child]),
            *log.rows_of_streams({*activities, *corrected}),
        ]
        by_position = {row.position: row for row in own if upto is None or row.position <= upto}
        self._rows = [by_position[position] for position in sorted(by_position)]

    def rows_after(
        self, position: int, limit: int, topics: Sequence[str] = (), upto: int | None = None
    ) -> list[LogRow]:
        wanted = set(topics)
        found = (r for r in self._rows if r.position > position and (not wanted or r.topic in wanted))
        return [row for row, _ in zip(found, range(limit), strict=False)]
