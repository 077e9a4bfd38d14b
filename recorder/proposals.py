"""Proposals: events of somebody's own calendar, offered to them as entries and to nobody else.

They lie in the desk's database and are no facts. What the calendar says is sealed with the authority's key and
wiped once the proposal is settled; only a keyed hash stays, so that the same event is never offered twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Engine, delete, insert, select, update

from recorder.domain.ids import new_id
from recorder.intake.calendar_file import CalendarEvent
from recorder.naming import Naming
from recorder.personal import ErasedError, KeyStore
from recorder.recording_tables import proposals as table
from recorder.store.log import from_micros, to_micros

__all__ = [
    "ACCEPTED",
    "DISMISSED",
    "LASTS",
    "Proposal",
    "Proposed",
    "drop_old_proposals",
    "forget_child_in_proposals",
    "proposals",
    "propose",
    "settle",
]

OPEN, ACCEPTED, DISMISSED = "open", "accepted", "dismissed"
LASTS = timedelta(days=60)
_SEAL = "proposal"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """An event that waits to be accepted. ``activity_id`` is the entry's id, so that accepting twice is one entry.

    ``starts`` and ``minutes`` are None for a whole day. Of a private event only its time is kept.
    """

    proposal_id: UUID
    activity_id: UUID
    on: date
    starts: datetime | None
    minutes: int | None
    summary: str
    location: str
    private: bool


class Proposed(NamedTuple):
    """What a calendar came to: events new to the list, changed since, and known before."""

    new: int
    changed: int
    known: int


class _Held(msgspec.Struct):
    minutes: int | None
    summary: str
    location: str
    private: bool


def propose(desk: Engine, keys: KeyStore, owner: str, events: Iterable[CalendarEvent], at: datetime) -> Proposed:
    """Offer the events of a calendar to its owner.

    An event that is settled stays settled, one that still waits is brought up to date; cancelled ones and those
    that keep nobody busy are passed over, and taken off the list where they waited.
    """
    new = changed = known = 0
    with desk.begin() as connection:
        held = {
            bytes(row.event_key): _Waiting(row.state, row.sealed, row.on_day)
            for row in connection.execute(
                select(table.c.event_key, table.c.state, table.c.sealed, table.c.on_day).where(table.c.owner == owner)
            )
        }
        for event in events:
            key = keys.token(f"calendar of {owner}", event.key)
            before = held.get(key)
            if event.cancelled or event.free:
                if before is not None and before.state == OPEN:
                    connection.execute(delete(table).where(table.c.event_key == key, table.c.owner == owner))
                continue
            said = _said(event)
            values = {"on_day": event.on, "starts_at": None if event.starts is None else to_micros(event.starts)}
            if before is None:
                sealed = keys.authority_seal(_SEAL, msgspec.json.encode(said).decode())
                connection.execute(
                    insert(table).values(
                        **values, proposal_id=new_id().bytes, owner=owner, event_key=key, state=OPEN,
                        activity_id=new_id().bytes, sealed=sealed, created_at=to_micros(at),
                    )
                )  # fmt: skip
                held[key] = _Waiting(OPEN, sealed, event.on)
                new += 1
            elif before.state == OPEN and (_opened(keys, before.sealed) != said or before.on_day != event.on):
                sealed = keys.authority_seal(_SEAL, msgspec.json.encode(said).decode())
                mine = (table.c.owner == owner) & (table.c.event_key == key)
                connection.execute(update(table).where(mine).values(**values, sealed=sealed))
                changed += 1
            else:
                known += 1
    return Proposed(new, changed, known)


class _Waiting(NamedTuple):
    state: str
    sealed: str
    on_day: date


def proposals(desk: Engine, keys: KeyStore, owner: str) -> list[Proposal]:
    """What waits for one person, the latest day first and each day in its order."""
    query = select(table).where(table.c.owner == owner, table.c.state == OPEN)
    with desk.execution_options(reading=True).connect() as connection:
        rows = connection.execute(query.order_by(table.c.on_day.desc(), table.c.starts_at, table.c.proposal_id)).all()
    found = []
    for row in rows:
        held = _opened(keys, row.sealed)
        if held is not None:
            found.append(
                Proposal(
                    proposal_id=UUID(bytes=bytes(row.proposal_id)),
                    activity_id=UUID(bytes=bytes(row.activity_id)),
                    on=row.on_day,
                    starts=None if row.starts_at is None else from_micros(row.starts_at),
                    minutes=held.minutes,
                    summary=held.summary,
                    location=held.location,
                    private=held.private,
                )
            )
    return found


def settle(desk: Engine, owner: str, proposal_ids: Iterable[UUID], state: str, at: datetime) -> int:
    """They are entries now, or not wanted: their words are wiped. How many were still waiting."""
    with desk.begin() as connection:
        return sum(
            connection.execute(
                update(table)
                .where(table.c.proposal_id == each.bytes, table.c.owner == owner, table.c.state == OPEN)
                .values(state=state, sealed="", settled_at=to_micros(at))
            ).rowcount
            for each in proposal_ids
        )


def drop_old_proposals(desk: Engine, today: date) -> int:
    """Drop what is older than a calendar is read back; how many there were."""
    with desk.begin() as connection:
        return connection.execute(delete(table).where(table.c.on_day < today - LASTS)).rowcount


def forget_child_in_proposals(desk: Engine, keys: KeyStore, naming: Naming) -> int:
    """Drop every proposal whose words name a child; how many there were."""
    query = select(table.c.proposal_id, table.c.sealed).where(table.c.sealed != "")
    with desk.begin() as connection:
        rows = connection.execute(query).all()
        opened = [(number, _opened(keys, sealed)) for number, sealed in rows]
        named = [number for number, held in opened if held and naming.within([held.summary, held.location])]
        for number in named:
            connection.execute(delete(table).where(table.c.proposal_id == number))
    return len(named)


def _said(event: CalendarEvent) -> _Held:
    if event.private:
        return _Held(event.minutes, "", "", True)
    return _Held(event.minutes, event.summary[:200], event.location[:200], False)


def _opened(keys: KeyStore, sealed: str) -> _Held | None:
    try:
        return msgspec.json.decode(keys.authority_open(_SEAL, sealed), type=_Held)
    except ErasedError:
        return None
