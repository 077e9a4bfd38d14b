"""Rows of files that wait: for a child or a worker to be known, or a description to be settled.

What a file said of a child lies sealed with the authority's key, and is wiped once the row is a fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, bindparam, delete, func, insert, select, update

from recorder.desk_tables import waiting_rows
from recorder.naming import Naming
from recorder.personal import KeyStore, normalise_identifier
from recorder.store.log import from_micros, to_micros

__all__ = [
    "Suggestion",
    "WaitingPhrase",
    "WaitingRow",
    "forget_client",
    "mask_rows_naming",
    "put_waiting",
    "settle_keys",
    "settle_rows",
    "waiting",
    "waiting_counts",
    "waiting_phrases",
]

IN_LIST = 900
_SEAL = "waiting row"


class Suggestion(msgspec.Struct, frozen=True):
    """A kind of work that a phrase may mean, and how alike the words are, 0 to 100."""

    kind: str
    score: int


class WaitingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a file that cannot be a fact yet.

    ``what``: activity or fee. ``reason``: child, worker or phrase. ``row``: the row's columns as the
    file had them. ``reference``: the row's own reference in its system. ``client``: the child's
    identifier there. ``row_id`` 0 where it is not stored yet.
    """

    what: str
    reason: str
    reference: str
    client: str
    row: dict[str, str]
    batch: str
    row_number: int
    known_at: datetime
    phrase: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    row_id: int = 0


class _Held(msgspec.Struct):
    """What is sealed of a row; nothing once it is settled."""

    reference: str = ""
    client: str = ""
    row: dict[str, str] = {}


class WaitingPhrase(msgspec.Struct, frozen=True):
    """A description that nobody has settled, on how many rows, and what it may mean."""

    phrase: str
    rows: int
    suggestions: tuple[Suggestion, ...]


def put_waiting(desk: Engine, keys: KeyStore, rows: Iterable[WaitingRow], at: datetime) -> int:
    """Let rows wait. A row that waits already says what it says now; one set aside stays aside.

    Answers how many of the rows wait now.
    """
    made = {row["row_key"]: row for row in (_stored(keys, each, at) for each in rows)}
    with desk.begin() as connection:
        aside, there = _standing(connection, list(made))
        fresh = [row for key, row in made.items() if key not in there]
        again = [{f"new_{n}": v for n, v in row.items()} for key, row in made.items() if key in there - aside]
        if fresh:
            connection.execute(insert(waiting_rows), fresh)
        if again:
            said = ("batch", "row_number", "sealed", "known_at", "reason", "phrase", "suggestions", "outcome")
            query = update(waiting_rows).where(waiting_rows.c.row_key == bindparam("new_row_key"))
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in said}
            connection.execute(query.values(**values, settled_at=None), again)
        return len(fresh) + len(again)


def _stored(keys: KeyStore, row: WaitingRow, at: datetime) -> dict[str, Any]:
    held = {"reference": row.reference, "client": row.client, "row": row.row}
    return {
        "what": row.what,
        "row_key": keys.token(f"waiting {row.what}", f"{row.reference}\x00{row.client}"),
        "client": _client(keys, row.client),
        "batch": row.batch,
        "row_number": row.row_number,
        "sealed": keys.authority_seal(_SEAL, msgspec.json.encode(held).decode()),
        "known_at": to_micros(row.known_at),
        "reason": row.reason,
        "phrase": row.phrase,
        "suggestions": msgspec.json.encode(row.suggestions).decode(),
        "created_at": to_micros(at),
        "settled_at": None,
        "outcome": "",
    }


def _client(keys: KeyStore, value: str) -> bytes:
    return keys.token("client", normalise_identifier(value))


def _standing(connection: Connection, row_keys: list[bytes]) -> tuple[set[bytes], set[bytes]]:
    """Of these rows, those a person set aside, and all that are there."""
    aside, there = set(), set()
    for start in range(0, len(row_keys), IN_LIST):
        chunk = row_keys[start : start + IN_LIST]
        query = select(waiting_rows.c.row_key, waiting_rows.c.outcome).where(waiting_rows.c.row_key.in_(chunk))
        for key, outcome in connection.execute(query):
            there.add(bytes(key))
            if outcome == "set aside":
                aside.add(bytes(key))
    return aside, there


def waiting(
    desk: Engine,
    keys: KeyStore,
    *,
    what: str | None = None,
    reason: str | None = None,
    phrase: str | None = None,
    after: int = 0,
    limit: int = 2000,
) -> list[WaitingRow]:
    """Rows that wait still, opened, in the order they came; ``after`` is the last ``row_id`` of a page."""
    t = waiting_rows.c
    query = select(waiting_rows).where(t.outcome == "", t.row_id > after)
    for column, wanted in ((t.what, what), (t.reason, reason), (t.phrase, phrase)):
        if wanted is not None:
            query = query.where(column == wanted)
    with _reading(desk) as connection:
        return [_opened(keys, row) for row in connection.execute(query.order_by(t.row_id).limit(limit))]


def _opened(keys: KeyStore, row: Row[Any]) -> WaitingRow:
    held = msgspec.json.decode(keys.authority_open(_SEAL, row.sealed))
    return WaitingRow(
        what=row.what,
        reason=row.reason,
        batch=row.batch,
        row_number=row.row_number,
        known_at=from_micros(row.known_at),
        phrase=row.phrase,
        suggestions=_suggestions(row.suggestions),
        row_id=row.row_id,
        **held,
    )


def _suggestions(text: str) -> tuple[Suggestion, ...]:
    return msgspec.json.decode(text, type=tuple[Suggestion, ...])


def waiting_phrases(desk: Engine) -> list[WaitingPhrase]:
    """The descriptions that wait to be settled, those on most rows first."""
    t = waiting_rows.c
    rows = func.count().label("rows")
    query = select(t.phrase, rows, func.max(t.suggestions)).where(t.outcome == "", t.reason == "phrase")
    with _reading(desk) as connection:
        found = connection.execute(query.group_by(t.phrase).order_by(rows.desc(), t.phrase))
        return [WaitingPhrase(phrase, count, _suggestions(text)) for phrase, count, text in found]


def waiting_counts(desk: Engine) -> dict[tuple[str, str], int]:
    """How many rows wait, by (what, reason)."""
    t = waiting_rows.c
    query = select(t.what, t.reason, func.count()).where(t.outcome == "").group_by(t.what, t.reason)
    with _reading(desk) as connection:
        return {(what, reason): count for what, reason, count in connection.execute(query)}


def settle_rows(desk: Engine, row_ids: Iterable[int], at: datetime, outcome: str = "loaded") -> None:
    """These rows wait no more: ``loaded`` as facts, or ``set aside`` by a person."""
    wanted = list(row_ids)
    with desk.begin() as connection:
        for start in range(0, len(wanted), IN_LIST):
            chunk = waiting_rows.c.row_id.in_(wanted[start : start + IN_LIST])
            connection.execute(
                update(waiting_rows).where(chunk).values(settled_at=to_micros(at), outcome=outcome, sealed="")
            )


def settle_keys(
    desk: Engine, keys: KeyStore, what: str, rows: Iterable[tuple[str, str]], at: datetime, outcome: str = "loaded"
) -> None:
    """Rows, by (reference, client), that became facts or were refused wait no more."""
    wanted = [keys.token(f"waiting {what}", f"{reference}\x00{client}") for reference, client in rows]
    with desk.begin() as connection:
        for start in range(0, len(wanted), IN_LIST):
            chunk = waiting_rows.c.row_key.in_(wanted[start : start + IN_LIST])
            query = update(waiting_rows).where(chunk, waiting_rows.c.outcome == "")
            connection.execute(query.values(settled_at=to_micros(at), outcome=outcome, sealed=""))


def forget_client(desk: Engine, keys: KeyStore, values: Iterable[str]) -> int:
    """Delete every row that names a child by one of these identifiers: part of erasing it. Answers how many."""
    tokens = [_client(keys, value) for value in values]
    with desk.begin() as connection:
        return int(connection.execute(delete(waiting_rows).where(waiting_rows.c.client.in_(tokens))).rowcount)


def mask_rows_naming(desk: Engine, keys: KeyStore, naming: Naming) -> int:
    """Take a child's names out of rows that are about others and mention it. Answers how many there were."""
    t = waiting_rows.c
    changed = []
    with desk.begin() as connection:
        for row_id, sealed, phrase in connection.execute(select(t.row_id, t.sealed, t.phrase)).all():
            held = msgspec.json.decode(keys.authority_open(_SEAL, sealed), type=_Held) if sealed else _Held()
            if naming.within([phrase, *held.row.values()]):
                held.row = {name: naming.masked(value) for name, value in held.row.items()}
                again = keys.authority_seal(_SEAL, msgspec.json.encode(held).decode()) if sealed else ""
                changed.append({"row": row_id, "said": again, "words": naming.masked(phrase)})
        if changed:
            query = update(waiting_rows).where(t.row_id == bindparam("row"))
            connection.execute(query.values(sealed=bindparam("said"), phrase=bindparam("words")), changed)
    return len(changed)


def _reading(desk: Engine) -> Connection:
    return desk.execution_options(reading=True).connect()
