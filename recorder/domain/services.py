"""What is done for a child in need and its family, from referral to closing, and early help before that.

Each thing has a short stream of its own, about one child: ``stated`` first, ``amended`` whole whenever
something else is said of it, ``withdrawn`` where it was stated in error. What holds is the statement known
last, in whatever order they arrive. Codes are those of the CiN census; ``return_year`` says which census
stated it ("" where none did). A blank date is not known, or has not come yet.
Longer than other modules, as it is one list of facts of one shape.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from .facts import Body, Refused, topic

__all__ = [
    "AssessmentAmended",
    "AssessmentDetails",
    "AssessmentStated",
    "AssessmentWithdrawn",
    "CinPlanAmended",
    "CinPlanDetails",
    "CinPlanStated",
    "CinPlanWithdrawn",
    "CpPlanAmended",
    "CpPlanDetails",
    "CpPlanStated",
    "CpPlanWithdrawn",
    "DisabilitiesAmended",
    "DisabilitiesDetails",
    "DisabilitiesStated",
    "EarlyHelpAmended",
    "EarlyHelpDetails",
    "EarlyHelpStated",
    "EarlyHelpWithdrawn",
    "PreProceedingsAmended",
    "PreProceedingsDetails",
    "PreProceedingsStated",
    "PreProceedingsWithdrawn",
    "ReferralAmended",
    "ReferralDetails",
    "ReferralLeftOut",
    "ReferralStated",
    "ReferralWithdrawn",
    "Section47Amended",
    "Section47Details",
    "Section47Stated",
    "Section47Withdrawn",
    "ServiceDetails",
    "Withdrawn",
    "decide_early_help",
]


class ServiceDetails(Body, frozen=True, kw_only=True):
    """What every statement about a service holds: the child, and the census that stated it, if one did."""

    child: UUID
    return_year: str = ""


class Withdrawn(Body, frozen=True, kw_only=True):
    """The thing was stated in error; the reason says why."""

    reason: str


class ReferralDetails(ServiceDetails, frozen=True, kw_only=True):
    """An episode of need: from the day of the referral to the day the case was closed (None: still open).

    ``no_further_action``: the referral led to none, so without a closing date it is over on its own day.
    ``conference`` is the date of the initial child protection conference, where the referral names it.
    """

    referred_on: date
    source: str = ""
    primary_need: str = ""
    closed: date | None = None
    closure_reason: str = ""
    no_further_action: bool | None = None
    conference: date | None = None


@topic("referral.stated.v1")
class ReferralStated(ReferralDetails, frozen=True, kw_only=True):
    """The referral as first stated."""


@topic("referral.amended.v1")
class ReferralAmended(ReferralDetails, frozen=True, kw_only=True):
    """The referral as stated later. ``change`` is closing (a blank closure filled), or amendment."""

    change: Literal["closing", "amendment"]


@topic("referral.left_out.v1")
class ReferralLeftOut(Body, frozen=True, kw_only=True):
    """A census did not hold this open referral: it ends on ``stops_on`` until someone says otherwise."""

    return_year: str
    stops_on: date


@topic("referral.withdrawn.v1")
class ReferralWithdrawn(Withdrawn, frozen=True, kw_only=True):
    """The referral was stated in error."""


class AssessmentDetails(ServiceDetails, frozen=True, kw_only=True):
    """An assessment under a referral; ``authorised`` is the day it was done (None: still open).

    ``factors`` are the codes found at its end, each once.
    """

    referred_on: date | None = None
    starts: date
    review_point: date | None = None
    authorised: date | None = None
    factors: tuple[str, ...] = ()


@topic("assessment.stated.v1")
class AssessmentStated(AssessmentDetails, frozen=True, kw_only=True):
    """The assessment as first stated."""


@topic("assessment.amended.v1")
class AssessmentAmended(AssessmentDetails, frozen=True, kw_only=True):
    """The assessment as stated later, whole."""


@topic("assessment.withdrawn.v1")
class AssessmentWithdrawn(Withdrawn, frozen=True, kw_only=True):
    """The assessment was stated in error."""


class Section47Details(ServiceDetails, frozen=True, kw_only=True):
    """A section 47 enquiry. ``strategy_on`` is the day of the strategy discussion, which no census states.

    ``conference`` is the day of the initial child protection conference, ``conference_target`` the day by
    which it was due, ``conference_not_required`` that the enquiry ended without one.
    """

    referred_on: date | None = None
    starts: date
    strategy_on: date | None = None
    conference_target: date | None = None
    conference: date | None = None
    conference_not_required: bool | None = None


@topic("section47.stated.v1")
class Section47Stated(Section47Details, frozen=True, kw_only=True):
    """The enquiry as first stated."""


@topic("section47.amended.v1")
class Section47Amended(Section47Details, frozen=True, kw_only=True):
    """The enquiry as stated later, whole."""


@topic("section47.withdrawn.v1")
class Section47Withdrawn(Withdrawn, frozen=True, kw_only=True):
    """The enquiry was stated in error."""


class CinPlanDetails(ServiceDetails, frozen=True, kw_only=True):
    """A child in need plan, from a day until another (the last day it held; None while it lasts)."""

    referred_on: date | None = None
    starts: date
    ends: date | None = None


@topic("cin_plan.stated.v1")
class CinPlanStated(CinPlanDetails, frozen=True, kw_only=True):
    """The plan as first stated."""


@topic("cin_plan.amended.v1")
class CinPlanAmended(CinPlanDetails, frozen=True, kw_only=True):
    """The plan as stated later, whole."""


@topic("cin_plan.withdrawn.v1")
class CinPlanWithdrawn(Withdrawn, frozen=True, kw_only=True):
    """The plan was stated in error."""


class CpPlanDetails(ServiceDetails, frozen=True, kw_only=True):
    """A child protection plan: its days as of a child in need plan, and the categories of abuse.

    ``reviews`` are the days on which it was reviewed, in order; ``previous_plans`` how many came before it.
    """

    referred_on: date | None = None
    starts: date
    ends: date | None = None
    initial_category: str = ""
    latest_category: str = ""
    previous_plans: int | None = None
    reviews: tuple[date, ...] = ()


@topic("cp_plan.stated.v1")
class CpPlanStated(CpPlanDetails, frozen=True, kw_only=True):
    """The plan as first stated."""


@topic("cp_plan.amended.v1")
class CpPlanAmended(CpPlanDetails, frozen=True, kw_only=True):
    """The plan as stated later, whole."""


@topic("cp_plan.withdrawn.v1")
class CpPlanWithdrawn(Withdrawn, frozen=True, kw_only=True):
    """The plan was stated in error."""


class PreProceedingsDetails(ServiceDetails, frozen=True, kw_only=True):
    """Work before care proceedings (Public Law Outline): its letters, meetings, decision and application.

    ``family_meeting_offered`` and ``family_meeting_held``: family group decision making.
    """

    referred_on: date | None = None
    starts: date | None = None
    letter_sent: date | None = None
    family_meeting_offered: bool | None = None
    family_meeting_held: bool | None = None
    first_meeting: date | None = None
    review_meetings: int | None = None
    decided: date | None = None
    outcome: str = ""
    court_application: date | None = None
    initial_letter: date | None = None


@topic("pre_proceedings.stated.v1")
class PreProceedingsStated(PreProceedingsDetails, frozen=True, kw_only=True):
    """The work as first stated."""


@topic("pre_proceedings.amended.v1")
class PreProceedingsAmended(PreProceedingsDetails, frozen=True, kw_only=True):
    """The work as stated later, whole."""


@topic("pre_proceedings.withdrawn.v1")
class PreProceedingsWithdrawn(Withdrawn, frozen=True, kw_only=True):
    """The work was stated in error."""


class DisabilitiesDetails(ServiceDetails, frozen=True, kw_only=True):
    """The disability codes a census holds of a child, each once; one stream a child, no codes: none recorded."""

    codes: tuple[str, ...] = ()


@topic("disabilities.stated.v1")
class DisabilitiesStated(DisabilitiesDetails, frozen=True, kw_only=True):
    """The disabilities as first stated."""


@topic("disabilities.amended.v1")
class DisabilitiesAmended(DisabilitiesDetails, frozen=True, kw_only=True):
    """The disabilities as stated later, whole."""


class EarlyHelpDetails(ServiceDetails, frozen=True, kw_only=True):
    """An early help (CAF) episode: from the family's intention to the day it was closed (None: still open).

    ``assessment_starts`` and ``assessed``: the early help assessment; ``meetings``: the days on which the
    team around the child met, in order, the first being the first team around the child.
    """

    reference: str
    intended: date
    assessment_starts: date | None = None
    assessed: date | None = None
    meetings: tuple[date, ...] = ()
    closed: date | None = None
    closure_reason: str = ""


@topic("early_help.stated.v1")
class EarlyHelpStated(EarlyHelpDetails, frozen=True, kw_only=True):
    """The episode as first stated."""


@topic("early_help.amended.v1")
class EarlyHelpAmended(EarlyHelpDetails, frozen=True, kw_only=True):
    """The episode as stated later, whole."""


@topic("early_help.withdrawn.v1")
class EarlyHelpWithdrawn(Withdrawn, frozen=True, kw_only=True):
    """The episode was stated in error."""


def decide_early_help(details: EarlyHelpDetails, today: date) -> EarlyHelpStated:
    """May this episode be recorded? Raises ``Refused`` with every problem at once."""
    problems = []
    days = {"intended": details.intended, "assessment_starts": details.assessment_starts}
    days |= {"assessed": details.assessed, "closed": details.closed}
    for field, day in [*days.items(), *(("meetings", each) for each in details.meetings)]:
        if day is not None and day > today:
            problems.append((field, "The date must be today or in the past"))
        elif day is not None and day < details.intended:
            problems.append((field, "This is before the day on which early help was intended"))
    if details.assessment_starts and details.assessed and details.assessed < details.assessment_starts:
        problems.append(("assessed", "The assessment is complete before it starts"))
    if problems:
        raise Refused(*dict.fromkeys(problems))
    return EarlyHelpStated(**{name: getattr(details, name) for name in EarlyHelpDetails.__struct_fields__})
