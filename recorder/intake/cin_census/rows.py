"""One child of a census, read: every value in its own type, what cannot be read left blank.

``line`` is where the element starts in the file. Dates are those the file states, in whatever order.
"""

from __future__ import annotations

from datetime import date

import msgspec

__all__ = [
    "AssessmentRow",
    "CensusChild",
    "CinPlanRow",
    "CpPlanRow",
    "PreProceedingsRow",
    "ReferralRow",
    "Section47Row",
]


class AssessmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment under a referral."""

    line: int
    starts: date
    review_point: date | None = None
    authorised: date | None = None
    factors: tuple[str, ...] = ()


class CinPlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """A child in need plan."""

    line: int
    starts: date
    ends: date | None = None


class Section47Row(msgspec.Struct, frozen=True, kw_only=True):
    """A section 47 enquiry."""

    line: int
    starts: date
    conference_target: date | None = None
    conference: date | None = None
    conference_not_required: bool | None = None


class CpPlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """A child protection plan."""

    line: int
    starts: date
    ends: date | None = None
    initial_category: str = ""
    latest_category: str = ""
    previous_plans: int | None = None
    reviews: tuple[date, ...] = ()


class PreProceedingsRow(msgspec.Struct, frozen=True, kw_only=True):
    """Work before care proceedings."""

    line: int
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


class ReferralRow(msgspec.Struct, frozen=True, kw_only=True):
    """An episode of need, with everything under it."""

    line: int
    referred_on: date
    source: str = ""
    primary_need: str = ""
    closed: date | None = None
    closure_reason: str = ""
    no_further_action: bool | None = None
    conference: date | None = None
    assessments: tuple[AssessmentRow, ...] = ()
    cin_plans: tuple[CinPlanRow, ...] = ()
    enquiries: tuple[Section47Row, ...] = ()
    cp_plans: tuple[CpPlanRow, ...] = ()
    pre_proceedings: tuple[PreProceedingsRow, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows it is: itself and all that is under it."""
        under = (self.assessments, self.cin_plans, self.enquiries, self.cp_plans, self.pre_proceedings)
        return 1 + sum(len(each) for each in under)


class CensusChild(msgspec.Struct, frozen=True, kw_only=True):
    """A child as the census has it. ``number``: the how-manieth Child of the file.

    ``sex`` is M, F, U or "", whatever the year's codes; ``upn`` and ``former_upn`` are "" unless of the form
    of one. ``disabilities`` None: the census says nothing of them; empty: NONE. ``kept_out`` counts rows
    without the date that places them in time.
    """

    number: int
    line: int
    child: str
    upn: str = ""
    former_upn: str = ""
    upn_unknown: str = ""
    born: date | None = None
    expected: date | None = None
    died: date | None = None
    sex: str = ""
    ethnicity: str = ""
    disabilities: tuple[str, ...] | None = None
    referrals: tuple[ReferralRow, ...] = ()
    kept_out: int = 0

    @property
    def rows(self) -> int:
        """How many rows it is: the child's own, its referrals and all that is under them."""
        return 1 + sum(each.rows for each in self.referrals)
