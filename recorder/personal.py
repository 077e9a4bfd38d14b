"""Personal values: encrypted with each child's own key, found through a keyed hash.

Keys and look-up tokens lie in a database of their own, so that they are backed up apart and can be
destroyed. Destroy a child's key and the person is gone; facts, postings and totals stand.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, DateTime, Engine, LargeBinary, MetaData, String, Table, delete, exc, insert, select

__all__ = ["ErasedError", "KeyStore", "SuppressedError", "TakenError", "metadata", "normalise_identifier"]

NONCE_BYTES = 12
IN_LIST = 900

metadata = MetaData()
authority_secrets = Table(
    "authority_secrets",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)
child_keys = Table(
    "child_keys",
    metadata,
    Column("child", LargeBinary(16), primary_key=True),
    Column("key", LargeBinary(32), nullable=False),
)
tokens = Table(
    "identifier_tokens",
    metadata,
    Column("token", LargeBinary(32), primary_key=True),
    Column("child", LargeBinary(16), nullable=False, index=True),
)
suppressions = Table("suppressions", metadata, Column("token", LargeBinary(32), primary_key=True))
destroyed = Table(
    "destroyed_keys",
    metadata,
    Column("child", LargeBinary(16), primary_key=True),
    Column("destroyed_at", DateTime(timezone=True), nullable=False),
)


class ErasedError(LookupError):
    """The child's key is destroyed: the value can never be read again."""


class TakenError(ValueError):
    """Another child already has this identifier."""


class SuppressedError(ValueError):
    """The identifier belongs to a child whose record was erased; it may not be loaded again."""


def normalise_identifier(value: str) -> str:
    """An identifier as it is compared: no blanks, capitals."""
    return "".join(value.split()).upper()


class KeyStore:
    """The keys of the children and the tokens that find them. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(reading=True)
        self._keys: dict[UUID, bytes] = {}
        self._lookup_key: bytes | None = None

    def _hash_key(self) -> bytes:
        """The authority's own look-up key: made once, on first use; two makers settle on the first."""
        while self._lookup_key is None:
            with self._reader.connect() as connection:
                self._lookup_key = connection.scalar(
                    select(authority_secrets.c.secret).where(authority_secrets.c.name == "lookup")
                )
            if self._lookup_key is None:
                try:
                    with self._engine.begin() as connection:
                        connection.execute(insert(authority_secrets).values(name="lookup", secret=os.urandom(32)))
                except exc.IntegrityError:
                    continue
        return self._lookup_key

    def token(self, system: str, value: str) -> bytes:
        """The keyed hash that stands for an identifier of a system."""
        text = f"{system}\x00{normalise_identifier(value)}"
        return hmac.digest(self._hash_key(), text.encode(), sha256)

    def create(self, identifiers: Mapping[UUID, Iterable[tuple[str, str]]]) -> None:
        """Make a key for each new child and claim its identifiers, in one transaction, before any fact.

        Raises ``TakenError`` where another child has one of them, ``SuppressedError`` where an
        erased child had it; then nothing is made.
        """
        claims = [
            {"token": self.token(system, value), "child": child.bytes}
            for child, pairs in identifiers.items()
            for system, value in pairs
        ]
        keys = [{"child": child.bytes, "key": AESGCM.generate_key(256)} for child in identifiers]
        try:
            with self._engine.begin() as connection:
                wanted = [c["token"] for c in claims]
                for start in range(0, len(wanted), IN_LIST):
                    chunk = wanted[start : start + IN_LIST]
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

        Raises ``TakenError`` where another child has it.
        """
        owner = self.find_many([(system, value)]).get((system, value))
        if owner == child:
            return
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(tokens).values(token=self.token(system, value), child=child.bytes))
        except exc.IntegrityError as clash:
            message = "Another child already has this identifier"
            raise TakenError(message) from clash

    def find(self, system: str, value: str) -> UUID | None:
        """The child with this identifier, or None."""
        return self.find_many([(system, value)]).get((system, value))

    def find_many(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """The children with these (system, identifier) pairs; pairs nobody has are left out."""
        by_token = {self.token(*pair): pair for pair in wanted}
        found: dict[tuple[str, str], UUID] = {}
        keys = list(by_token)
        with self._reader.connect() as connection:
            for start in range(0, len(keys), IN_LIST):
                chunk = keys[start : start + IN_LIST]
                for token, child in connection.execute(
                    select(tokens.c.token, tokens.c.child).where(tokens.c.token.in_(chunk))
                ):
                    found[by_token[bytes(token)]] = UUID(bytes=bytes(child))
        return found

    def suppressed(self, system: str, value: str) -> bool:
        """Whether the identifier was an erased child's."""
        with self._reader.connect() as connection:
            token = self.token(system, value)
            return connection.scalar(select(suppressions.c.token).where(suppressions.c.token == token)) is not None

    def load(self, children: Iterable[UUID]) -> None:
        """Bring many keys to hand in a few queries."""
        missing = [c for c in children if c not in self._keys]
        with self._reader.connect() as connection:
            for start in range(0, len(missing), IN_LIST):
                chunk = [c.bytes for c in missing[start : start + IN_LIST]]
                for child, key in connection.execute(
                    select(child_keys.c.child, child_keys.c.key).where(child_keys.c.child.in_(chunk))
                ):
                    self._keys[UUID(bytes=bytes(child))] = bytes(key)

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
        raw = base64.b85decode(sealed)
        try:
            plain = AESGCM(self._key(child)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], child.bytes)
        except InvalidTag as wrong:
            message = "The personal details of this child cannot be read with its key"
            raise ErasedError(message) from wrong
        return msgspec.json.decode(plain, type=dict[str, str])

    def destroy(self, child: UUID, at: datetime) -> None:
        """Destroy a child's key and tokens; its identifiers are suppressed from then on."""
        with self._engine.begin() as connection:
            owned = list(connection.scalars(select(tokens.c.token).where(tokens.c.child == child.bytes)))
            connection.execute(delete(tokens).where(tokens.c.child == child.bytes))
            connection.execute(delete(child_keys).where(child_keys.c.child == child.bytes))
            known = set(connection.scalars(select(suppressions.c.token)))
            if fresh := [{"token": t} for t in owned if t not in known]:
                connection.execute(insert(suppressions), fresh)
            if connection.scalar(select(destroyed.c.child).where(destroyed.c.child == child.bytes)) is None:
                connection.execute(insert(destroyed).values(child=child.bytes, destroyed_at=at))
        self._keys.pop(child, None)

    def close(self) -> None:
        """Close the connections of this process."""
        self._engine.dispose()
