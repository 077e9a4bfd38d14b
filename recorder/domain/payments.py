"""Facts of what is paid for a child besides placements: allowances to carers, services bought; and allowance rates."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from costing.payments import ALLOWANCES, PER
from costing.postings import ALLOWANCE, FUNDERS, SERVICE

from .facts import Body, Refused, topic

__all__ = [
    "AllowanceRateSet",
    "PaymentAgreed",
    "PaymentAmended",
    "PaymentDetails",
    "PaymentWithdrawn",
    "decide_payment",
    "payment_problems",
    "rate_problems",
]

_WHAT_LENGTH, _MOST_PENCE = 40, 10_000_000


class PaymentDetails(Body, frozen=True, kw_only=True):
    """A payment for a child by the week, from a day to another, both included; or once, on its first day.

    ``what`` is the allowance (``special_guardianship``) or the service. ``pence`` None: an allowance at the rate of
    its region and age band. ``funder`` pays it.
    """

    child: UUID
    kind: str
    what: str
    starts: date
    ends: date | None = None
    per: str = "week"
    pence: int | None = None
    region: str = ""
    age_band: str = ""
    process: str = ""
    provider: str = ""
    sector: str = "own_provision"
    s251_line: str = ""
    funder: str = "social_care"


@topic("payment.agreed.v1")
class PaymentAgreed(PaymentDetails, frozen=True, kw_only=True):
    """The payment as first agreed."""


@topic("payment.amended.v1")
class PaymentAmended(PaymentDetails, frozen=True, kw_only=True):
    """The payment as stated later, whole."""


@topic("payment.withdrawn.v1")
class PaymentWithdrawn(Body, frozen=True, kw_only=True):
    """There is no such payment, and why."""

    reason: str


@topic("allowance_rate.set.v1")
class AllowanceRateSet(Body, frozen=True, kw_only=True):
    """Pence a week of an allowance for a region and an age band, from a day until another is set."""

    what: str
    region: str
    age_band: str
    pence: int
    valid_from: date


def payment_problems(details: PaymentDetails) -> list[tuple[str, str]]:
    """What keeps a payment from being stated, all at once."""
    found = []
    if details.kind not in {ALLOWANCE, SERVICE}:
        found.append(("kind", "Select an allowance or a service"))
    if not details.what or len(details.what) > _WHAT_LENGTH:
        found.append(("what", f"Enter what is paid for, in {_WHAT_LENGTH} characters or fewer"))
    elif details.kind == ALLOWANCE and details.what not in ALLOWANCES:
        found.append(("what", f"“{details.what}” is not an allowance. Allowances are {', '.join(ALLOWANCES)}"))
    if details.per not in PER:
        found.append(("per", "Select whether it is paid by the week or once"))
    if details.pence is None and (details.kind != ALLOWANCE or details.per != "week"):
        found.append(("amount", "Enter the amount"))
    if details.pence is None and details.kind == ALLOWANCE and not (details.region and details.age_band):
        found.append(("amount", "Enter the amount, or the region and age band whose rate holds"))
    if details.pence is not None and not 0 <= details.pence <= _MOST_PENCE:
        found.append(("amount", f"The amount must be between £0 and £{_MOST_PENCE // 100:,}"))
    if details.ends is not None and details.ends < details.starts:
        found.append(("ends", "The last day is before the first"))
    if details.funder not in FUNDERS:
        found.append(("funder", f"“{details.funder}” pays for nothing. Payers are {', '.join(FUNDERS)}"))
    return found


def rate_problems(rate: AllowanceRateSet) -> list[tuple[str, str]]:
    """What keeps a rate from being set, all at once."""
    found = []
    if rate.what not in ALLOWANCES:
        found.append(("what", f"“{rate.what}” is not an allowance. Allowances are {', '.join(ALLOWANCES)}"))
    found += [(name, f"Enter the {words}") for name, words in (("region", "region"), ("age_band", "age band"))
              if not getattr(rate, name)]  # fmt: skip
    if not 0 <= rate.pence <= _MOST_PENCE:
        found.append(("amount", f"The amount must be between £0 and £{_MOST_PENCE // 100:,}"))
    return found


def decide_payment(details: PaymentDetails) -> None:
    """Raise ``Refused`` with every problem of a payment."""
    problems = payment_problems(details)
    if problems:
        raise Refused(*problems)
