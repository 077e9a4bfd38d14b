"""One event, one transaction, as the library is usually used: its own mapper, prices looked up where they lie.

The events are the library's own kind, stored as its JSON; what post a worker holds, what the price of an
hour is and whether a child is looked after are asked of the tables in the transaction that uses them,
because another process may have changed them since; SQLite commits as safely as it does unless told
otherwise. Everything else is as in ``OneByOne``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, Mapper, StoredEvent, Transcoding, UUIDAsHex
from sqlalchemy import Connection, or_, select

from bench.one_by_one import OneByOne
from projections import tables as t
from projections.database import ProjectionDatabase
from recorder.application import event_of
from recorder.domain.activity import ActivityAmended, ActivityRecorded
from recorder.domain.facts import Event, Provenance
from recorder.store.log import LogRow

__all__ = ["UsualWay"]

_BODIES = {body.topic: body for body in (ActivityRecorded, ActivityAmended)}
_KEPT = (UUID, date, datetime)


@dataclass(frozen=True)
class ActivityStated(DomainEvent):
    """An activity as the library would hold it: dates, ids, and lines as lists of mappings."""

    name: str
    said: dict[str, Any]
    by: dict[str, Any]
    known_at: datetime


class _DateAsISO(Transcoding):
    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        return obj.isoformat()

    def decode(self, data: str) -> date:
        return date.fromisoformat(data)


def _mapper() -> Mapper[UUID]:
    transcoder = JSONTranscoder()
    for each in (UUIDAsHex(), DatetimeAsISO(), _DateAsISO()):
        transcoder.register(each)
    return Mapper(transcoder)


class UsualWay(OneByOne):
    """Applies activities; ``hand_over`` puts them into the library's own form first, outside the measure."""

    durable = True

    def __init__(self, database: ProjectionDatabase) -> None:
        super().__init__(database)
        self._mapper = _mapper()
        self._stored: dict[int, StoredEvent] = {}

    def hand_over(self, rows: list[LogRow]) -> None:
        """What the library's own event store would hold of these rows."""
        self._stored = {row.position: self._in_its_form(row) for row in rows}

    def _in_its_form(self, row: LogRow) -> StoredEvent:
        event = event_of(row)
        return self._mapper.to_stored_event(
            ActivityStated(
                originator_id=event.originator_id,
                originator_version=event.originator_version,
                timestamp=event.recorded_at,
                name=row.topic,
                said=msgspec.to_builtins(event.body, builtin_types=_KEPT),
                by=msgspec.to_builtins(event.provenance),
                known_at=event.known_at,
            )
        )

    def _event(self, row: LogRow) -> Event:
        found: Any = self._mapper.to_domain_event(self._stored[row.position])
        return Event(
            originator_id=found.originator_id,
            originator_version=found.originator_version,
            event_id=found.originator_id,
            known_at=found.known_at,
            recorded_at=found.timestamp,
            body=msgspec.convert(found.said, _BODIES[found.name], builtin_types=_KEPT),
            provenance=Provenance(**found.by),
        )

    def _post_on(self, connection: Connection, worker_no: int, day: date) -> Any:
        started = select(t.post).where(t.post.c.worker_no == worker_no, t.post.c.starts <= day)
        row = connection.execute(started.order_by(t.post.c.starts.desc()).limit(1)).one_or_none()
        return row if row and (row.ends is None or day < row.ends) else None

    def _rate_on(self, connection: Connection, worker_type: str, contract: str, day: date) -> Any:
        of_these = (t.rate.c.worker_type == worker_type, t.rate.c.contract == contract, t.rate.c.valid_from <= day)
        latest = select(t.rate).where(*of_these).order_by(t.rate.c.valid_from.desc()).limit(1)
        return connection.execute(latest).one_or_none()

    def _looked_after(self, connection: Connection, child_no: int, day: date) -> bool:
        there = or_(t.placement.c.open, t.placement.c.ends >= day)
        covers = (t.placement.c.child_no == child_no, t.placement.c.starts <= day, there)
        return connection.execute(select(t.placement.c.child_no).where(*covers).limit(1)).first() is not None
