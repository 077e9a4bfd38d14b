"""Prices, as dated facts: the worker schema and the fee agreed for a child's placement."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from .facts import Body, Refused, topic

__all__ = [
    "SCHEMA_ITEMS",
    "FeeAgreed",
    "FeeAmended",
    "FeeDetails",
    "SchemaPublished",
    "StandardTimeAgreed",
    "StandardTimeWithdrawn",
    "decide_fee",
]

# The items of a schema that are entered, by the names that forms and files give them; G and J follow from them.
SCHEMA_ITEMS = (
    "salary", "oncosts", "qualifications", "overheads", "capital", "travel", "hours_per_year", "indirect_ratio",
)  # fmt: skip


@topic("schema.published.v1")
class SchemaPublished(Body, frozen=True, kw_only=True):
    """The price of a worker type's hour, items A to I, in pence a year (H in hundredths of an hour).

    Holds from ``valid_from`` until a later one of the same worker type and contract: never
    overwritten. ``indirect_ratio_hundredths`` is I, indirect hours for each direct hour. ``sources`` and ``dated``
    say by item (`SCHEMA_ITEMS`) where its figure is from and of when it is, where that is not ``provenance``'s.
    """

    worker_type: str
    contract: str
    valid_from: date
    price_base: str
    salary: int
    oncosts: int
    qualifications: int | None = None
    overheads: int
    capital: int
    travel: int | None = None
    hours_hundredths: int
    indirect_ratio_hundredths: int | None = None
    provenance: str = ""
    sources: dict[str, str] = {}
    dated: dict[str, str] = {}


@topic("standard_time.agreed.v1")
class StandardTimeAgreed(Body, frozen=True, kw_only=True):
    """Hours of a worker type for a process and variation, as practitioners agreed them; the last agreed holds.

    ``hours`` is an exact fraction written out (``5/4``); None is *not known*. ``variations`` are codes joined
    by ``+``, blank for the base case; ``effect`` is ``base``, ``add`` or ``replace``.
    """

    process: str
    variations: str = ""
    effect: str = "base"
    worker_type: str
    hours: str | None = None
    n: int | None = None
    agreed_on: date
    agreed_by: str


@topic("standard_time.withdrawn.v1")
class StandardTimeWithdrawn(Body, frozen=True, kw_only=True):
    """What was agreed on one day holds no longer: an earlier time does again, or none. It is kept in the history."""

    process: str
    variations: str = ""
    worker_type: str
    agreed_on: date
    reason: str


class FeeDetails(Body, frozen=True, kw_only=True):
    """A weekly fee in pence and who pays it, from a day until another (exclusive)."""

    child: UUID
    placement_ref: str = ""
    valid_from: date
    valid_to: date | None = None
    place: str = ""
    provider: str = ""
    urn: str = ""
    weekly: int
    social_care: int
    education: int = 0
    health: int = 0


@topic("fee.agreed.v1")
class FeeAgreed(FeeDetails, frozen=True, kw_only=True):
    """The fee as first agreed."""


@topic("fee.amended.v1")
class FeeAmended(FeeDetails, frozen=True, kw_only=True):
    """The fee as stated later, whole."""


def decide_fee(details: FeeDetails) -> FeeAgreed:
    """May this fee be recorded? Raises ``Refused`` with every problem at once."""
    problems = []
    if details.weekly < 0:
        problems.append(("total_weekly_cost", "The weekly cost cannot be less than nothing"))
    for field in ("social_care", "education", "health"):
        if getattr(details, field) < 0:
            problems.append((field, f"The share of {field.replace('_', ' ')} cannot be less than nothing"))
    if details.social_care + details.education + details.health != details.weekly:
        problems.append(("total_weekly_cost", "The shares of social care, education and health do not add up to it"))
    if details.valid_to is not None and details.valid_to <= details.valid_from:
        problems.append(("valid_to", "The fee ends before it starts"))
    if problems:
        raise Refused(*problems)
    return FeeAgreed(**{name: getattr(details, name) for name in FeeDetails.__struct_fields__})
