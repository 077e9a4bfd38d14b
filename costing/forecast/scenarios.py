"""Suppositions about the months ahead, each with the day it starts: what a forecast is run with and without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["EdgeOfCare", "EntrantsChange", "FeeNegotiation", "NewHome", "Scenario", "StepDown"]

_OF_AGE = 18


@dataclass(frozen=True)
class EntrantsChange:
    """So many per cent more or fewer children come into care, of every age and need."""

    starts: date
    percent: float

    def problems(self) -> list[str]:
        """What is wrong with it, in words."""
        return ["Entrants cannot fall by more than 100 per cent."] if self.percent < -100 else []


@dataclass(frozen=True)
class EdgeOfCare:
    """A service at the edge of care: so many per cent fewer children of certain ages (both inclusive) come in."""

    starts: date
    percent_fewer: float
    from_age: int = 10
    to_age: int = 17

    def problems(self) -> list[str]:
        """What is wrong with it, in words."""
        found = []
        if not 0 <= self.percent_fewer <= 100:
            found.append("A service at the edge of care prevents between 0 and 100 per cent of entries.")
        if not 0 <= self.from_age <= self.to_age < _OF_AGE:
            found.append("Ages must lie between 0 and 17, the first no higher than the last.")
        return found


@dataclass(frozen=True)
class StepDown:
    """So many children in one placement type move to another on a day, at a weekly price or at what is usual."""

    starts: date
    children: int
    from_type: str = "residential"
    to_type: str = "la_foster"
    weekly_units: int | None = None

    def problems(self) -> list[str]:
        """What is wrong with it, in words."""
        found = ["The number of children stepping down cannot be below 0."] if self.children < 0 else []
        if self.from_type == self.to_type:
            found.append("Children step down from one placement type to another.")
        if self.weekly_units is not None and self.weekly_units < 0:
            found.append("A weekly price cannot be below 0.")
        return found


@dataclass(frozen=True)
class FeeNegotiation:
    """Fees change by so many per cent, of a placement type, of a sector, or of both."""

    starts: date
    percent: float
    placement_type: str | None = None
    sector: str | None = None

    def problems(self) -> list[str]:
        """What is wrong with it, in words."""
        return ["A fee cannot fall by more than 100 per cent."] if self.percent < -100 else []


@dataclass(frozen=True)
class NewHome:
    """A home with so many beds at a weekly price: they fill first; an empty bed costs ``empty_units`` a week.

    The children who would have been placed elsewhere at the type's average price of that month live there instead.
    """

    starts: date
    beds: int
    weekly_units: int
    placement_type: str = "residential"
    empty_units: int = 0

    def problems(self) -> list[str]:
        """What is wrong with it, in words."""
        found = ["A home has at least one bed."] if self.beds < 1 else []
        return [*found, "A weekly price cannot be below 0."] if min(self.weekly_units, self.empty_units) < 0 else found


Scenario = EntrantsChange | EdgeOfCare | StepDown | FeeNegotiation | NewHome
