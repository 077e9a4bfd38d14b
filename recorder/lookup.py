"""Identifiers as they are compared, and the keyed hashes that stand for them in the key store."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256

__all__ = ["TokenMaker", "normalise_identifier"]

AT_HAND = 4_000


def normalise_identifier(value: str) -> str:
    """An identifier as it is compared: no blanks, capitals."""
    return "".join(value.split()).upper()


class TokenMaker:
    """Makes tokens with a secret, asked for when it is first needed; keeps a few thousand at hand.

    An intake asks for the same ones a dozen times over; what was asked long ago is forgotten.
    """

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret
        self._held: dict[tuple[str, str], bytes] = {}

    def token(self, system: str, value: str) -> bytes:
        """The keyed hash of a system's identifier."""
        made = self._held.get((system, value))
        if made is None:
            made = hmac.digest(self._secret(), f"{system}\x00{normalise_identifier(value)}".encode(), sha256)
            if len(self._held) >= AT_HAND:
                self._held.clear()
            self._held[system, value] = made
        return made

    def forget(self) -> None:
        """Keep none at hand."""
        self._held.clear()
