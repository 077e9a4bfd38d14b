"""Facts of the authority itself: its settings, what it imported, and the days that ended."""

from __future__ import annotations

from datetime import date

from .facts import Body, topic

__all__ = ["DaysEnded", "DescriptionSettled", "ImportCompleted", "SettingChanged"]


@topic("setting.changed.v1")
class SettingChanged(Body, frozen=True, kw_only=True):
    """A setting holds this value (as JSON text) for service dates from ``valid_from``."""

    name: str
    value: str
    valid_from: date


@topic("description.settled.v1")
class DescriptionSettled(Body, frozen=True, kw_only=True):
    """A person decided which kind of activity a free-text description means. ``kind`` "" un-decides it."""

    phrase: str
    kind: str


@topic("import.completed.v1")
class ImportCompleted(Body, frozen=True, kw_only=True):
    """A file or folder was taken in: its kind, the SHA-256 of its bytes, and what came of it."""

    what: str
    digest: str
    return_year: str = ""
    known_on: date | None = None
    counts: dict[str, int] = {}
    findings: dict[str, int] = {}


@topic("days.ended.v1")
class DaysEnded(Body, frozen=True, kw_only=True):
    """The days from first to last are over (London). Each is known at its own midnight (rulings 2)."""

    first: date
    last: date
