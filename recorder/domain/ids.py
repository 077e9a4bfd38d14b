"""Identities: UUID version 7, time-ordered, made by whoever states the fact."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

import uuid_utils.compat

__all__ = ["AUTHORITY", "derived_id", "new_id"]

# One store holds one authority: what belongs to it as a whole (its calendar, settings, staff
# references, import batches) has ids derived from this constant.
AUTHORITY = UUID("01900000-0000-7000-8000-000000000001")

_VERSION_AND_VARIANT_CLEARED = ~((0xF << 76) | (0x3 << 62))
_VERSION_7 = 7 << 76
_VARIANT = 2 << 62
_TIME_MASK = ((1 << 48) - 1) << 80


def new_id() -> UUID:
    """A fresh, time-ordered id."""
    made: UUID = uuid_utils.compat.uuid7()
    return made


def derived_id(owner: UUID, what: str, key: str) -> UUID:
    """The id of the one thing that ``owner`` has under this key; the same call gives the same id.

    Used for streams that a file states again and again (a child's episode by its start date). It
    carries the owner's own time part, so that rows of one child lie together, and rests on the
    owner's random id, never on an identifier of the child (rulings 22).
    """
    digest = blake2b(owner.bytes + what.encode() + b"\x00" + key.encode(), digest_size=10).digest()
    value = (owner.int & _TIME_MASK) | int.from_bytes(digest, "big")
    return UUID(int=value & _VERSION_AND_VARIANT_CLEARED | _VERSION_7 | _VARIANT)


def worker_id(reference: str) -> UUID:
    """The worker whom the authority's own systems know by this reference (no child's identifier)."""
    return derived_id(AUTHORITY, "worker", "".join(reference.split()).upper())


def team_id(name: str) -> UUID:
    """The team of this name, however it is spaced or capitalised."""
    return derived_id(AUTHORITY, "team", " ".join(name.split()).casefold())
