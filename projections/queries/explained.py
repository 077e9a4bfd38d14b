"""The shapes of an explanation: what a posting says when it is taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

__all__ = ["Explained", "Fee", "Paid", "Placed", "Rate", "Said", "Work"]


@dataclass(frozen=True)
class Said:
    """One fact in the history of what a posting rests on: who recorded it, and when it was known."""

    what: str
    version: int
    event_id: UUID
    by: str
    source: str
    recorded_at: datetime
    known_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Rate:
    """A schema: ``items`` are (letter, name, pence a year or None); G pence a year, H hundredths of hours, J pence."""

    worker_type: str
    contract: str
    valid_from: date
    price_base: str
    source: str
    items: tuple[tuple[str, str, int | None], ...]
    annual_pence: int
    hours_hundredths: int
    ratio_hundredths: int | None
    j_pence: int

    @property
    def exact_pence(self) -> Fraction:
        """G / H before it is rounded to the penny."""
        return Fraction(self.annual_pence * 100, self.hours_hundredths)


@dataclass(frozen=True)
class Fee:
    """A weekly fee in force, and who pays how much of it, in pence."""

    weekly_pence: int
    shares: Mapping[str, int]
    valid_from: date
    valid_to: date | None
    reference: str
    history: tuple[Said, ...]


@dataclass(frozen=True)
class Work:
    """Where a posting of work comes from: one worker's time on one activity, and this child's part of it."""

    activity_id: UUID
    kind: str
    outcome: str
    on: date
    worker: str
    worker_type: str
    worked_seconds: int | None
    travel_seconds: int | None
    miles_tenths: int | None
    weight: int
    weights: int
    children: int
    rate: Rate | None
    whole_units: int | None

    @property
    def exact_share(self) -> Fraction | None:
        """This child's part before it is rounded to a whole unit."""
        return None if self.whole_units is None else Fraction(self.whole_units * self.weight, self.weights)


@dataclass(frozen=True)
class Placed:
    """Where a posting of nights comes from: a placement, and the weekly amount behind each night."""

    place: str
    provider: str
    place_type: str
    weekly_pence: int | None
    nights: int
    year: str
    fee: Fee | None


@dataclass(frozen=True)
class Paid:
    """Where a posting of an allowance or a service comes from, and the amount a week or once behind it, in pence.

    ``rate_from``: the first day of the authority's rate, where the payment has no amount of its own.
    """

    what: str
    per: str
    pence: int | None
    days: int
    region: str
    age_band: str
    rate_from: date | None


@dataclass(frozen=True)
class Explained:
    """One posting: ``amount`` in units, None where it has no price.

    ``booked_in``: its accounting period; ``reverses``: the id of the posting that it takes back, if it does.
    """

    key: str
    cost_kind: str
    first: date
    last: date
    funder: str
    amount: int | None
    seconds: int | None
    basis: str
    accrual: bool
    assumed_open: bool
    work: Work | None
    placed: Placed | None
    history: tuple[Said, ...]
    entry_kind: str = "actual"
    booked_in: int = 0
    reverses: str = ""
    paid: Paid | None = None
