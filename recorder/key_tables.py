"""The tables of the key store: what can be destroyed, so that a person is gone and the totals stand."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, String, Table

__all__ = ["authority_secrets", "child_keys", "destroyed", "metadata", "suppressions", "tokens"]

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
    Column("made_at", BigInteger, nullable=True),
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
