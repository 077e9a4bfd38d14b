"""What happens to a child in care, each in a short stream of its own.

A row of a statutory return is kept as a source fact (rulings 21): the care episode with its legal
status, need and placement codes; reviews, allocations, and the rows of the other tables. Placements
are worked out from the episodes by the method, never stored as facts.
Each statement is whole, so that the one known last holds, in whatever order they arrive.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from .facts import Body, topic

__all__ = [
    "AllocationAmended",
    "AllocationDetails",
    "AllocationStated",
    "EpisodeAmended",
    "EpisodeDetails",
    "EpisodeLeftOut",
    "EpisodeStated",
    "EpisodeWithdrawn",
    "ReturnRowAmended",
    "ReturnRowDetails",
    "ReturnRowStated",
    "ReviewHeld",
    "ReviewWithdrawn",
]


class EpisodeDetails(Body, frozen=True, kw_only=True):
    """A care episode in the codes of the SSDA903: dec is the end, not charged; None is still open.

    ``pl_location`` is IN or OUT of the authority's area, ``pl_la`` the authority that the placement lies in.
    """

    child: UUID
    decom: date
    dec: date | None = None
    rne: str = ""
    ls: str = ""
    cin: str = ""
    place: str = ""
    provider: str = ""
    rec: str = ""
    reason_place_change: str = ""
    urn: str = ""
    return_year: str = ""
    personal: str | None = None
    pl_location: str = ""
    pl_la: str = ""


@topic("episode.stated.v1")
class EpisodeStated(EpisodeDetails, frozen=True, kw_only=True):
    """The episode as first stated, by a return or by hand."""


@topic("episode.amended.v1")
class EpisodeAmended(EpisodeDetails, frozen=True, kw_only=True):
    """The episode as stated later. ``change`` is ending, recoding or amendment (rulings 4)."""

    change: str


@topic("episode.left_out.v1")
class EpisodeLeftOut(Body, frozen=True, kw_only=True):
    """A return did not hold this open episode: its nights stop on ``stops_on`` until someone says otherwise."""

    return_year: str
    stops_on: date


@topic("episode.withdrawn.v1")
class EpisodeWithdrawn(Body, frozen=True, kw_only=True):
    """The episode was stated in error."""

    reason: str


class AllocationDetails(Body, frozen=True, kw_only=True):
    """A worker is responsible for a child, from a day until another (exclusive; None while it lasts)."""

    child: UUID
    worker: UUID
    role: str = "allocated"
    starts: date
    ends: date | None = None
    reason: str = ""


@topic("allocation.stated.v1")
class AllocationStated(AllocationDetails, frozen=True, kw_only=True):
    """The allocation as first stated."""


@topic("allocation.amended.v1")
class AllocationAmended(AllocationDetails, frozen=True, kw_only=True):
    """The allocation as stated later, whole."""


@topic("review.held.v1")
class ReviewHeld(Body, frozen=True, kw_only=True):
    """A review took place; ``participation`` is the return's code for how the child took part."""

    child: UUID
    on: date
    participation: str = ""


@topic("review.withdrawn.v1")
class ReviewWithdrawn(Body, frozen=True, kw_only=True):
    """The review was stated in error."""

    reason: str


class ReturnRowDetails(Body, frozen=True, kw_only=True):
    """A row of another table of the return, by column, without personal values."""

    child: UUID
    table: str
    return_year: str
    values: dict[str, str]
    personal: str | None = None


@topic("return_row.stated.v1")
class ReturnRowStated(ReturnRowDetails, frozen=True, kw_only=True):
    """The row as first returned."""


@topic("return_row.amended.v1")
class ReturnRowAmended(ReturnRowDetails, frozen=True, kw_only=True):
    """The row as returned later, whole."""
