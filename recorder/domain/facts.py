"""What every fact has in common: its body, its envelope, and the closed list of its names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

__all__ = ["TOPICS", "Body", "Event", "Provenance", "Refused", "UnknownTopicError", "decode_body", "topic"]


class Refused(ValueError):
    """A command that may not become a fact. Carries every problem, in the user's words.

    ``problems`` is a tuple of (field, message) pairs; field is "" where none is to blame.
    """

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__("; ".join(message for _, message in problems))
        self.problems = problems


class UnknownTopicError(LookupError):
    """The log holds a fact of a name this version does not know. Readers stop here, never skip."""


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a fact says. Frozen; ids, dates, minutes and codes only; personal values encrypted."""

    topic: ClassVar[str] = ""


class Provenance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who stated a fact, through what, and in which import: kept beside the body."""

    by: str = ""
    source: str = ""
    batch: str = ""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One fact in its envelope. ``known_at`` and ``recorded_at`` are aware UTC instants.

    The two ``originator`` names are the library's; the stream is the thing the fact is about.
    ``subject`` is the child a stream is about, where it is about exactly one.
    """

    originator_id: UUID
    originator_version: int
    event_id: UUID
    known_at: datetime
    recorded_at: datetime
    body: Body
    provenance: Provenance = Provenance()
    subject: UUID | None = None


TOPICS: dict[str, type[Body]] = {}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {}
_B = TypeVar("_B", bound=type[Body])


def topic(name: str) -> Callable[[_B], _B]:
    """Enter a body class in the closed list of facts under its lasting name.

    Raises ``ValueError`` where the name is taken: two facts may never share one.
    """

    def enter(cls: _B) -> _B:
        if name in TOPICS:
            message = f"Two facts are called {name}"
            raise ValueError(message)
        cls.topic = name
        TOPICS[name] = cls
        _DECODERS[name] = msgspec.json.Decoder(cls)
        return cls

    return enter


def decode_body(name: str, payload: bytes) -> Body:
    """Read a stored body. Raises ``UnknownTopicError`` for a name outside the closed list."""
    try:
        decoder = _DECODERS[name]
    except KeyError:
        message = f"This version of Daybook does not know the fact '{name}'. Update it before reading on."
        raise UnknownTopicError(message) from None
    body: Body = decoder.decode(payload)
    return body
