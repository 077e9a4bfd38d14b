"""Favourites of people who record: the answers of an entry under a name of their own, to be given again.

They lie in the desk's database and are no facts. The answers can name children, so they are sealed with the
authority's key; whatever names a child is dropped when that child is erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Engine, delete, func, insert, select

from recorder.domain.ids import new_id
from recorder.naming import Naming
from recorder.personal import ErasedError, KeyStore
from recorder.recording_tables import favourites as table
from recorder.store.log import to_micros

__all__ = [
    "MOST",
    "Favourite",
    "TooMany",
    "add_favourite",
    "favourites",
    "forget_child_in_favourites",
    "remove_favourite",
]

MOST = 12
_SEAL = "favourite"


class TooMany(ValueError):
    """Somebody has as many favourites as can be looked over at a glance."""


class Favourite(msgspec.Struct, frozen=True, kw_only=True):
    """One favourite: its name, and the answers of the entry form by question, each a list as a form sends it."""

    favourite_id: UUID
    name: str
    answers: dict[str, list[str]]


class _Held(msgspec.Struct):
    name: str
    answers: dict[str, list[str]]


def favourites(desk: Engine, keys: KeyStore, owner: str) -> list[Favourite]:
    """The favourites of one person, in their order. What can no longer be read is left out."""
    query = select(table.c.favourite_id, table.c.sealed).where(table.c.owner == owner)
    with desk.execution_options(reading=True).connect() as connection:
        rows = connection.execute(query.order_by(table.c.place, table.c.created_at)).all()
    found = []
    for favourite_id, sealed in rows:
        if (held := _opened(keys, sealed)) is not None:
            found.append(Favourite(favourite_id=UUID(bytes=bytes(favourite_id)), name=held.name, answers=held.answers))
    return found


def add_favourite(
    desk: Engine, keys: KeyStore, owner: str, name: str, answers: Mapping[str, list[str]], at: datetime
) -> UUID:
    """Keep a favourite, after the others. Raises ``TooMany`` where there are ``MOST`` already."""
    favourite_id = new_id()
    held = msgspec.json.encode(_Held(name, dict(answers))).decode()
    with desk.begin() as connection:
        count, last = connection.execute(
            select(func.count(), func.coalesce(func.max(table.c.place), 0)).where(table.c.owner == owner)
        ).one()
        if count >= MOST:
            raise TooMany(f"You have {MOST} favourites. Remove one first.")
        connection.execute(
            insert(table).values(
                favourite_id=favourite_id.bytes,
                owner=owner,
                place=last + 1,
                sealed=keys.authority_seal(_SEAL, held),
                created_at=to_micros(at),
            )
        )
    return favourite_id


def remove_favourite(desk: Engine, owner: str, favourite_id: UUID) -> bool:
    """Take one away; whether it was there. Nobody can take away another's."""
    mine = (table.c.favourite_id == favourite_id.bytes) & (table.c.owner == owner)
    with desk.begin() as connection:
        return connection.execute(delete(table).where(mine)).rowcount == 1


def forget_child_in_favourites(desk: Engine, keys: KeyStore, naming: Naming) -> int:
    """Drop every favourite that names a child; how many there were."""
    with desk.begin() as connection:
        rows = connection.execute(select(table.c.favourite_id, table.c.sealed)).all()
        named = [number for number, sealed in rows if (held := _opened(keys, sealed)) and _names(held, naming)]
        for number in named:
            connection.execute(delete(table).where(table.c.favourite_id == number))
    return len(named)


def _opened(keys: KeyStore, sealed: str) -> _Held | None:
    try:
        return msgspec.json.decode(keys.authority_open(_SEAL, sealed), type=_Held)
    except ErasedError:
        return None


def _names(held: _Held, naming: Naming) -> bool:
    return naming.within([held.name, *held.answers, *(value for values in held.answers.values() for value in values)])
