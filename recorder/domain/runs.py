"""A run of the calculator as a fact: what it was asked, what it rested on, and what came of it."""

from __future__ import annotations

from datetime import datetime

from .facts import Body, topic

__all__ = ["RunMade"]


@topic("run.made.v1")
class RunMade(Body, frozen=True, kw_only=True):
    """A run was made. The same settings at the same instant and position give a CSV of the same checksum.

    ``settings`` is the settings file as it was read; ``known_upto`` the instant it was as at, ``position``
    how far the log was read. ``versions`` names everything else that it used, by name: the product, the
    method, frameworks, the sheet and the inflation series. ``checksum`` is the SHA-256 of the run's CSV.
    """

    settings: str
    known_upto: datetime
    position: int
    versions: dict[str, str]
    checksum: str
    total_units: int
    child_count: int
