"""The clock, at the edge: everything inside is handed the time with its command."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

__all__ = ["Clock", "FixedClock", "SystemClock"]

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Tells the time as an aware UTC instant, and the date in London."""

    def now(self) -> datetime:
        """This instant, UTC."""
        ...

    def today(self) -> date:
        """Today in London."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant, UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Today in London."""
        return self.now().astimezone(LONDON).date()


class FixedClock:
    """A clock that stands until it is moved, for tests and rehearsals."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it stands at."""
        return self.at

    def today(self) -> date:
        """Its date in London."""
        return self.at.astimezone(LONDON).date()

    def advance(self, by: timedelta) -> None:
        """Move it."""
        self.at += by
