"""Rates that wait for a second person: proposed by one, approved or refused by another.

A proposal holds the rates whole, so that what is approved is what was proposed. Nothing is posted by a
proposal: only its approval states the rates, as the same facts that a rate within the limits becomes at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from .facts import Body, Event, Refused, topic
from .payments import AllowanceRateSet, rate_problems
from .rates import FeeDetails, SchemaPublished, decide_fee

__all__ = [
    "ALLOWANCE",
    "APPROVED",
    "EFFECT",
    "HOUR",
    "REFUSED",
    "WAITING",
    "WEEK",
    "Change",
    "Limits",
    "RateApproved",
    "RateProposed",
    "RateRefused",
    "children_of",
    "decide_approval",
    "decide_proposal",
    "decide_refusal",
    "exceeded",
    "standing_of",
]

NOTE_LENGTH = 200
WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"
WEEK, HOUR, EFFECT, ALLOWANCE = "week", "hour", "effect", "allowance"


@topic("rate.proposed.v1")
class RateProposed(Body, frozen=True, kw_only=True):
    """Fees, prices of an hour and rates of allowances that somebody wants to hold, whole.

    ``above``: which limits they exceed (``week``, ``hour``, ``allowance``, ``effect``); ``effect_units``: what they
    change in what is posted already, in 1/420 of a penny, as it was shown to whoever proposed them.
    """

    fees: tuple[FeeDetails, ...] = ()
    schemas: tuple[SchemaPublished, ...] = ()
    above: tuple[str, ...] = ()
    effect_units: int = 0
    note: str = ""
    allowances: tuple[AllowanceRateSet, ...] = ()


@topic("rate.approved.v1")
class RateApproved(Body, frozen=True, kw_only=True):
    """Somebody else approves the rates: they hold, by the facts stated with this one. How many those are."""

    stated: int


@topic("rate.refused.v1")
class RateRefused(Body, frozen=True, kw_only=True):
    """The rates will not hold, and why. Who proposed them may say so too."""

    reason: str


class Limits(NamedTuple):
    """Above which change a second person approves; None: never for that reason.

    Pence a week of a fee, pence an hour of a worker's price, units of 1/420 of a penny of what is posted, and pence a
    week of an allowance.
    """

    week_pence: int | None
    hour_pence: int | None
    effect_units: int | None
    allowance_pence: int | None = None


class Change(NamedTuple):
    """One rate before and after, in pence a week (a fee, an allowance) or an hour; before is None where none held."""

    what: str
    before: int | None
    after: int

    @property
    def size(self) -> int:
        """By how much it changes; a first rate changes by its whole amount."""
        return abs(self.after - (self.before or 0))


def exceeded(limits: Limits, changes: Iterable[Change], moved_units: int) -> tuple[str, ...]:
    """Which limits are exceeded: by one rate's change, or by what all of them move in what is posted.

    A first price of an hour or rate of an allowance is no change of one, and counts by what it moves alone.
    ``moved_units``: what goes up and what goes down, added without their signs.
    """
    found: dict[str, None] = {}
    by_kind = {WEEK: limits.week_pence, HOUR: limits.hour_pence, ALLOWANCE: limits.allowance_pence}
    for change in changes:
        limit = by_kind[change.what]
        first = change.what != WEEK and change.before is None
        if limit is not None and change.size > limit and not first:
            found[change.what] = None
    if limits.effect_units is not None and abs(moved_units) > limits.effect_units:
        found[EFFECT] = None
    return tuple(sorted(found))


def decide_proposal(proposed: RateProposed) -> RateProposed:
    """May these rates be stated or proposed? Raises ``Refused`` with every problem at once."""
    problems: list[tuple[str, str]] = []
    if not (proposed.fees or proposed.schemas or proposed.allowances):
        problems.append(("", "There is no rate in it"))
    for fee in proposed.fees:
        try:
            decide_fee(fee)
        except Refused as refused:
            problems += refused.problems
    fees = [(fee.child, fee.placement_ref, fee.valid_from) for fee in proposed.fees]
    prices = [(each.worker_type, each.contract, each.valid_from) for each in proposed.schemas]
    rates = [(each.what, each.region, each.age_band, each.valid_from) for each in proposed.allowances]
    for place, rate in enumerate(proposed.allowances, 1):
        problems += [(field, f"Row {place}: {text}") for field, text in rate_problems(rate)]
    if any(len(set(keys)) < len(keys) for keys in (fees, prices, rates)):
        problems.append(("", "The same rate is given twice from the same day"))
    if len(proposed.note) > NOTE_LENGTH:
        problems.append(("note", f"The note must be {NOTE_LENGTH} characters or fewer"))
    if problems:
        raise Refused(*dict.fromkeys(problems))
    return proposed


def standing_of(past: Sequence[Event]) -> str:
    """What became of a proposal, from its stream."""
    said = {RateApproved: APPROVED, RateRefused: REFUSED}
    return next((said[type(event.body)] for event in past if type(event.body) in said), WAITING)


def decide_approval(past: Sequence[Event], by: str) -> RateApproved:
    """May this person approve what the stream proposes? Raises ``Refused``: never who proposed it, nor twice."""
    first = _proposed(past)
    body = first.body
    assert isinstance(body, RateProposed)
    if not by or by == first.provenance.by:
        raise Refused(("", "You proposed these rates. Somebody else has to approve them"))
    return RateApproved(stated=len(body.fees) + len(body.schemas) + len(body.allowances))


def decide_refusal(past: Sequence[Event], reason: str) -> RateRefused:
    """May what the stream proposes be refused? Raises ``Refused`` with every problem."""
    _proposed(past)
    said = " ".join(reason.split())
    if not said:
        raise Refused(("reason", "Enter why they are refused"))
    if len(said) > NOTE_LENGTH:
        raise Refused(("reason", f"The reason must be {NOTE_LENGTH} characters or fewer"))
    return RateRefused(reason=said)


def _proposed(past: Sequence[Event]) -> Event:
    if not past or not isinstance(past[0].body, RateProposed):
        raise Refused(("", "There is no such proposal"))
    if (now := standing_of(past)) != WAITING:
        raise Refused(("", f"These rates have been {now} already"))
    return past[0]


def children_of(proposed: RateProposed) -> set[UUID]:
    """The children whose fees are in it."""
    return {fee.child for fee in proposed.fees}
