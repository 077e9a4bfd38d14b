"""Personal values: encrypted with each child's own key, found through a keyed hash.

Keys and look-up tokens lie in a database of their own, so that they are backed up apart and can be
destroyed. Destroy a child's key and the person is gone; facts, postings and totals stand.
"""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Engine, Select, delete, exc, insert, select, update

from recorder.key_tables import authority_secrets, child_keys, destroyed, metadata, suppressions, tokens
from recorder.lookup import TokenMaker, normalise_identifier
from recorder.store.among import results_among
from recorder.store.log import to_micros

__all__ = ["ErasedError", "KeyStore", "SuppressedError", "TakenError", "metadata", "normalise_identifier"]

NONCE_BYTES = 12
IN_LIST = 900


class ErasedError(LookupError):
    """The child's key is destroyed: the value can never be read again."""


class TakenError(ValueError):
    """Another child already has this identifier."""


class SuppressedError(ValueError):
    """The identifier belongs to a child whose record was erased; it may not be loaded again."""


class KeyStore:
    """The keys of the children and the tokens that find them. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(reading=True)
        self._keys: dict[UUID, bytes] = {}
        self._secrets: dict[str, bytes] = {}
        self._tokens = TokenMaker(lambda: self._secret("lookup"))

    def _secret(self, name: str) -> bytes:
        """One of the authority's own keys: made once, on first use; two makers settle on the first."""
        while name not in self._secrets:
            with self._reader.connect() as connection:
                found = connection.scalar(select(authority_secrets.c.secret).where(authority_secrets.c.name == name))
            if found is not None:
                self._secrets[name] = bytes(found)
                break
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(authority_secrets).values(name=name, secret=os.urandom(32)))
            except exc.IntegrityError:
                continue
        return self._secrets[name]

    def authority_seal(self, purpose: str, text: str) -> str:
        """Text that only this authority's key store can read: for what waits before its child is known."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._secret("desk")).encrypt(nonce, text.encode(), purpose.encode())
        return base64.b85encode(nonce + sealed).decode()

    def authority_open(self, purpose: str, sealed: str) -> str:
        """The text under ``authority_seal`` for the same purpose. Raises ``ErasedError`` where no key fits."""
        raw = _raw(sealed)
        try:
            plain = AESGCM(self._secret("desk")).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode())
        except InvalidTag as wrong:
            message = "This cannot be read with the authority's key"
            raise ErasedError(message) from wrong
        return plain.decode()

    def token(self, system: str, value: str) -> bytes:
        """The keyed hash that stands for an identifier of a system."""
        return self._tokens.token(system, value)

    def create(self, identifiers: Mapping[UUID, Iterable[tuple[str, str]]], at: datetime | None = None) -> None:
        """Make a key for each new child and claim its identifiers, in one transaction, before any fact.

        ``at`` lets ``sweep`` take the key back where no fact follows it. Raises ``TakenError`` where
        another child has one of them, ``SuppressedError`` where an erased child had it; then nothing is made.
        """
        claims = [
            {"token": self.token(system, value), "child": child.bytes}
            for child, pairs in identifiers.items()
            for system, value in pairs
        ]
        made = to_micros(at) if at else None
        keys = [{"child": c.bytes, "key": AESGCM.generate_key(256), "made_at": made} for c in identifiers]
        try:
            with self._engine.begin() as connection:
                for chunk in _chunks([c["token"] for c in claims]):
                    if connection.scalar(select(suppressions.c.token).where(suppressions.c.token.in_(chunk))):
                        message = "This child's record has been erased and may not be loaded again"
                        raise SuppressedError(message)
                if keys:
                    connection.execute(insert(child_keys), keys)
                if claims:
                    connection.execute(insert(tokens), claims)
        except exc.IntegrityError as clash:
            message = "Another child already has this identifier"
            raise TakenError(message) from clash

    def claim(self, child: UUID, system: str, value: str) -> None:
        """Let one more identifier find the child. The same claim twice is one.

        Raises ``TakenError`` where another child has it, ``SuppressedError`` where an erased child had it.
        """
        if self.find(system, value) == child:
            return
        if self.suppressed_many([(system, value)]):
            message = "This identifier belonged to a child whose record has been erased"
            raise SuppressedError(message)
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(tokens).values(token=self.token(system, value), child=child.bytes))
        except exc.IntegrityError as clash:
            if self.find(system, value) == child:
                return
            message = "Another child already has this identifier"
            raise TakenError(message) from clash

    def claim_many(self, claims: Iterable[tuple[UUID, str, str]]) -> set[tuple[UUID, str, str]]:
        """Claim many identifiers at once; answers the claims refused, as another or an erased child has them."""
        wanted = list(dict.fromkeys(claims))
        pairs = [(system, value) for _, system, value in wanted]
        owners, gone = self.find_many(pairs), self.suppressed_many(pairs)
        refused: set[tuple[UUID, str, str]] = set()
        rows: list[dict[str, bytes]] = []
        for claim in wanted:
            child, pair = claim[0], claim[1:]
            if pair in gone or owners.get(pair, child) != child:
                refused.add(claim)
            elif pair not in owners:
                owners[pair] = child
                rows.append({"token": self.token(*pair), "child": child.bytes})
        try:
            with self._engine.begin() as connection:
                if rows:
                    connection.execute(insert(tokens), rows)
        except exc.IntegrityError:
            return self.claim_many(wanted)  # somebody claimed meanwhile: what they hold is seen now
        return refused

    def release(self, child: UUID, system: str, value: str) -> None:
        """The identifier no longer finds this child; another may claim it. Nothing happens where it did not."""
        mine = (tokens.c.token == self.token(system, value)) & (tokens.c.child == child.bytes)
        with self._engine.begin() as connection:
            connection.execute(delete(tokens).where(mine))

    def find(self, system: str, value: str) -> UUID | None:
        """The child with this identifier, or None."""
        return self.find_many([(system, value)]).get((system, value))

    def find_many(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """The children with these (system, identifier) pairs; pairs nobody has are left out."""
        by_token = {self.token(*pair): pair for pair in wanted}
        rows = self._in_chunks(select(tokens.c.token, tokens.c.child), tokens.c.token, by_token)
        return {by_token[bytes(token)]: UUID(bytes=bytes(child)) for token, child in rows}

    def suppressed_many(self, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of these (system, identifier) pairs were an erased child's."""
        by_token = {self.token(*pair): pair for pair in wanted}
        rows = self._in_chunks(select(suppressions.c.token), suppressions.c.token, by_token)
        return {by_token[bytes(token)] for (token,) in rows}

    def holds(self, children: Iterable[UUID]) -> set[UUID]:
        """Which of these children have a key."""
        rows = self._in_chunks(select(child_keys.c.child), child_keys.c.child, [c.bytes for c in children])
        return {UUID(bytes=bytes(child)) for (child,) in rows}

    def made_before(self, instant: datetime) -> set[UUID]:
        """The children whose keys were made before an instant: orphans among them may be swept."""
        query = select(child_keys.c.child).where(child_keys.c.made_at < to_micros(instant))
        with self._reader.connect() as connection:
            return {UUID(bytes=bytes(child)) for child in connection.scalars(query)}

    def renew(self, children: Iterable[UUID], at: datetime) -> set[UUID]:
        """Take up again keys that no fact followed, so that ``sweep`` leaves them; answers those still there."""
        wanted = [c.bytes for c in children]
        with self._engine.begin() as connection:
            for chunk in _chunks(wanted):
                query = update(child_keys).where(child_keys.c.child.in_(chunk))
                connection.execute(query.values(made_at=to_micros(at)))
        return self.holds(UUID(bytes=c) for c in wanted)

    def sweep(self, children: Iterable[UUID], before: datetime) -> int:
        """Drop keys and tokens made before an instant for children that have no fact; answers how many."""
        swept = 0
        with self._engine.begin() as connection:
            for child in children:
                old = (child_keys.c.child == child.bytes) & (child_keys.c.made_at < to_micros(before))
                if connection.execute(delete(child_keys).where(old)).rowcount:
                    connection.execute(delete(tokens).where(tokens.c.child == child.bytes))
                    self._keys.pop(child, None)
                    swept += 1
        return swept

    def load(self, children: Iterable[UUID]) -> None:
        """Bring many keys to hand in a few queries."""
        missing = [c.bytes for c in children if c not in self._keys]
        rows = self._in_chunks(select(child_keys.c.child, child_keys.c.key), child_keys.c.child, missing)
        self._keys.update((UUID(bytes=bytes(child)), bytes(key)) for child, key in rows)

    def refresh(self, children: Iterable[UUID]) -> None:
        """Read keys anew, as another process may have destroyed one that lies to hand here."""
        wanted = list(children)
        for child in wanted:
            self._keys.pop(child, None)
        self.load(wanted)

    def readable(self, child: UUID) -> bool:
        """Whether the child's key is there."""
        try:
            return bool(self._key(child))
        except ErasedError:
            return False

    def _in_chunks(
        self, query: Select[*tuple[Any, ...]], column: ColumnElement[Any], values: Iterable[bytes]
    ) -> list[tuple[Any, ...]]:
        """The rows of a query whose column is one of many values, in a few queries."""
        asking, name = str(query.compile(self._engine)), str(column.compile(self._engine))
        with self._reader.connect() as connection:
            results = results_among(connection, asking, name, list(values))
            return [tuple(row) for result in results for row in result]

    def _key(self, child: UUID) -> bytes:
        if child not in self._keys:
            self.load([child])
        try:
            return self._keys[child]
        except KeyError:
            message = "The personal details of this child have been erased"
            raise ErasedError(message) from None

    def encrypt(self, child: UUID, values: Mapping[str, str]) -> str:
        """The values as text that only the child's key can read. Raises ``ErasedError`` without one."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._key(child)).encrypt(nonce, msgspec.json.encode(dict(values)), child.bytes)
        return base64.b85encode(nonce + sealed).decode()

    def decrypt(self, child: UUID, sealed: str) -> dict[str, str]:
        """The values under a text made by ``encrypt``. Raises ``ErasedError`` when the key is gone."""
        raw = _raw(sealed)
        try:
            plain = AESGCM(self._key(child)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], child.bytes)
        except InvalidTag as wrong:
            message = "The personal details of this child cannot be read with its key"
            raise ErasedError(message) from wrong
        return msgspec.json.decode(plain, type=dict[str, str])

    def destroy(self, child: UUID, at: datetime) -> None:
        """Destroy a child's key and tokens; its identifiers are suppressed from then on.

        The embedded store overwrites the key's bytes; PostgreSQL clears dead rows and its log in its own time.
        """
        embedded = self._engine.dialect.name == "sqlite"
        with self._engine.begin() as connection:
            if embedded:
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            owned = list(connection.scalars(select(tokens.c.token).where(tokens.c.child == child.bytes)))
            connection.execute(delete(tokens).where(tokens.c.child == child.bytes))
            connection.execute(delete(child_keys).where(child_keys.c.child == child.bytes))
            known = set(connection.scalars(select(suppressions.c.token)))
            if fresh := [{"token": t} for t in owned if t not in known]:
                connection.execute(insert(suppressions), fresh)
            if connection.scalar(select(destroyed.c.child).where(destroyed.c.child == child.bytes)) is None:
                connection.execute(insert(destroyed).values(child=child.bytes, destroyed_at=at))
        self._tokens.forget()
        self._keys.pop(child, None)
        if embedded:  # the journal still holds pages as they were when the key was written
            with contextlib.closing(self._engine.raw_connection()) as pooled:
                pooled.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connections of this process."""
        self._engine.dispose()


@lru_cache(maxsize=20_000)
def _raw(sealed: str) -> bytes:
    """The bytes of a sealed text, sealed still: reading them out of the text takes longer than opening them."""
    return base64.b85decode(sealed)


def _chunks(values: list[bytes]) -> Iterator[list[bytes]]:
    return (values[start : start + IN_LIST] for start in range(0, len(values), IN_LIST))
