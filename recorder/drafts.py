"""Drafts: what somebody has typed and not yet sent, kept under their name alone.

They lie in the desk's database and are no facts. The answers can name children, so they are sealed with the
authority's key, bound to their owner and page; whatever names a child is dropped when that child is erased.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from recorder.naming import Naming
from recorder.personal import ErasedError, KeyStore
from recorder.recording_tables import drafts as table
from recorder.store.log import from_micros, to_micros

__all__ = [
    "LASTS",
    "Draft",
    "NewerDraft",
    "draft",
    "drop_draft",
    "drop_old_drafts",
    "forget_child_in_drafts",
    "save_draft",
]

LASTS = timedelta(days=14)
MOST_CHARACTERS = 200_000  # a week of many rows, with the ids of its boxes


class NewerDraft(Exception):
    """Another copy of the page has saved since: on another device, or in another window."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of a page as (name, value) pairs in its order, and the name of the answer last touched."""

    fields: list[tuple[str, str]]
    field: str = ""
    version: int = 0
    saved_at: datetime | None = None


class _Held(msgspec.Struct):
    fields: list[tuple[str, str]]
    field: str


def save_draft(
    desk: Engine, keys: KeyStore, owner: str, page: str, said: Draft, at: datetime, *, over: bool = False
) -> int:
    """Keep a draft and give its new version. ``said.version`` is the one the page had: 0 for none.

    Raises ``NewerDraft`` where a later one is kept, unless it is to be put ``over`` that; ``ValueError`` for one
    that no form of ours could be.
    """
    if sum(len(name) + len(value) for name, value in said.fields) > MOST_CHARACTERS:
        message = "A draft is too long."
        raise ValueError(message)
    sealed = keys.authority_seal(_seal(owner, page), msgspec.json.encode(_Held(said.fields, said.field)).decode())
    mine = (table.c.owner == owner) & (table.c.page == page)
    with desk.begin() as connection:
        held = connection.scalar(select(table.c.version).where(mine)) or 0
        if held > said.version and not over:
            raise NewerDraft
        values = {"sealed": sealed, "version": held + 1, "updated_at": to_micros(at)}
        if not connection.execute(update(table).where(mine, table.c.version == held).values(values)).rowcount:
            _first(connection, {"owner": owner, "page": page, **values})
    return held + 1


def _first(connection: Connection, values: dict[str, object]) -> None:
    try:
        connection.execute(insert(table).values(values))
    except IntegrityError as rival:
        raise NewerDraft from rival


def draft(desk: Engine, keys: KeyStore, owner: str, page: str) -> Draft | None:
    """The draft of a page, or None. Nobody can read another's: it is sealed for its owner."""
    query = select(table.c.sealed, table.c.version, table.c.updated_at)
    with desk.execution_options(reading=True).connect() as connection:
        row = connection.execute(query.where(table.c.owner == owner, table.c.page == page)).one_or_none()
    held = _opened(keys, owner, page, row.sealed) if row else None
    if row is None or held is None:
        return None
    return Draft(fields=held.fields, field=held.field, version=row.version, saved_at=from_micros(row.updated_at))


def drop_draft(desk: Engine, owner: str, page: str) -> None:
    """What was typed is sent, or not wanted any more."""
    with desk.begin() as connection:
        connection.execute(delete(table).where(table.c.owner == owner, table.c.page == page))


def drop_old_drafts(desk: Engine, now: datetime) -> int:
    """Drop what nobody has come back to for ``LASTS``; how many there were."""
    with desk.begin() as connection:
        return connection.execute(delete(table).where(table.c.updated_at < to_micros(now - LASTS))).rowcount


def forget_child_in_drafts(desk: Engine, keys: KeyStore, naming: Naming) -> int:
    """Drop every draft that names a child; how many there were."""
    named = 0
    with desk.begin() as connection:
        for owner, page, sealed in connection.execute(select(table.c.owner, table.c.page, table.c.sealed)).all():
            held = _opened(keys, owner, page, sealed)
            if held and naming.within(text for field in held.fields for text in field):
                connection.execute(delete(table).where(table.c.owner == owner, table.c.page == page))
                named += 1
    return named


def _seal(owner: str, page: str) -> str:
    return f"draft\x00{owner}\x00{page}"


def _opened(keys: KeyStore, owner: str, page: str, sealed: str) -> _Held | None:
    try:
        return msgspec.json.decode(keys.authority_open(_seal(owner, page), sealed), type=_Held)
    except ErasedError:
        return None
