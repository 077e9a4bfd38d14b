"""How many failed sign-ins are let through before a pause: for one username, and from one address."""

from __future__ import annotations

from hashlib import sha256

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from web.settings import Settings

__all__ = ["count_failure", "install", "too_many"]

EXTENSION = "daybook_sign_in_limits"


def install(app: Flask, settings: Settings) -> None:
    """Start counting. Each process counts on its own: a guess costs it an argon2 hash anyway."""
    limits = (parse(settings.sign_in_limit), parse(settings.address_limit))
    app.extensions[EXTENSION] = (MovingWindowRateLimiter(MemoryStorage()), *limits)


def too_many(username: str) -> bool:
    """Whether this username or this address has failed too often just now."""
    counter, *_ = current_app.extensions[EXTENSION]
    return not all(counter.test(limit, key) for limit, key in _counted(username))


def count_failure(username: str) -> None:
    """Count one failed sign-in."""
    counter, *_ = current_app.extensions[EXTENSION]
    for limit, key in _counted(username):
        counter.hit(limit, key)


def _counted(username: str) -> list[tuple[RateLimitItem, str]]:
    _, for_name, for_address = current_app.extensions[EXTENSION]
    # A username is typed in the same box as a password now and then: it is not kept as it is.
    name = sha256(" ".join(username.split()).casefold().encode()).hexdigest()
    return [(for_name, f"name {name}"), (for_address, f"address {request.remote_addr}")]
