"""What is known of one child, as the method needs it: plain frozen facts, each with an id to point back to.

Whoever makes these says what a return's fields mean. The conventions: a thing that ends does so on a date
that is no longer part of it; a date that is not known is None; `id` is any text by which the fact is found
again. A fact known to be wrong or taken back is left out.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of care, with the codes of the SSDA903 return.

    `number` orders episodes that start on one day: the later has the night (ruling 8). `placement_type` is
    what the authority's placement map says of place and provider; `in_area` is None where not known;
    `reason` is REASON_PLACE_CHANGE, why the placement changed when the episode ended; `stops_on` is the last
    night counted of an episode that a later return left out; `district` is PL_LA, the code of the local
    authority that the placement lies in, '' where not known.
    """

    number: int
    id: str
    decom: date
    dec: date | None
    rne: str
    ls: str
    place: str
    provider: str = ""
    rec: str = ""
    placement_type: str = "other"
    in_area: bool | None = None
    urn: str = ""
    reason: str = ""
    stops_on: date | None = None
    district: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a looked-after child that was held."""

    id: str
    held_on: date


@dataclass(frozen=True, slots=True)
class Need:
    """A need flag from one day up to, not including, another (None: goes on).

    `flag` is one of `costing.predicates.NEED_FLAGS`.
    """

    id: str
    flag: str
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class SdqScore:
    """A Strengths and Difficulties score, 0 to 40.

    The SSDA903 gives one for a return year and no date; 1 April of that year as `on` makes it count for
    the year.
    """

    id: str
    on: date
    score: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment of a child in need; `core` marks the core assessments of older files."""

    id: str
    starts: date
    authorised_on: date | None = None
    core: bool = False


@dataclass(frozen=True, slots=True)
class CinPlan:
    """A child in need plan."""

    id: str
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class ProtectionPlan:
    """A child protection plan and the days on which it was reviewed."""

    id: str
    starts: date
    ends: date | None = None
    reviews: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A section 47 enquiry. The census has no date of the strategy discussion, only the target that it sets."""

    id: str
    starts: date
    ends: date | None = None
    strategy_meeting: bool | None = None
    conference_on: date | None = None
    abe_interview: bool | None = None


@dataclass(frozen=True, slots=True)
class PreProceedings:
    """Work under the Public Law Outline before proceedings; it ends with them or with standing down."""

    id: str
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One episode of need, from a referral to its closure, with what happened in it."""

    id: str
    referred_on: date
    no_further_action: bool | None = None
    closed_on: date | None = None
    conference_on: date | None = None
    assessments: tuple[Assessment, ...] = ()
    plans: tuple[CinPlan, ...] = ()
    protection_plans: tuple[ProtectionPlan, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()
    pre_proceedings: tuple[PreProceedings, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyHelp:
    """One episode of early help (a common assessment): agreed, assessed, meetings, closed."""

    id: str
    agreed_on: date | None = None
    assessment_starts: date | None = None
    assessed_on: date | None = None
    meetings: tuple[date, ...] = ()
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordedWork:
    """Work recorded for a process on a day: evidence of an occurrence where it is one itself, else for the next.

    `marks` are predicates that the work shows to hold, of `costing.predicates.MARKS`: a strategy meeting
    recorded for a section 47 enquiry carries `strategy_meeting`. `occurrence_of` are the triggers that the work
    is itself an occurrence of: a review held is one, a report for it is not (`costing.vocabulary`).
    """

    id: str
    process: str
    on: date
    marks: frozenset[str] = frozenset()
    occurrence_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFacts:
    """All that is known of a child. The order within each tuple says nothing.

    `reviews_known_from` is the first day from which reviews are known at all: what should have been reviewed
    before it is not called unrecorded. None: always known.
    """

    child: str
    birth_date: date | None = None
    episodes: tuple[Episode, ...] = ()
    reviews: tuple[Review, ...] = ()
    needs: tuple[Need, ...] = ()
    sdq_scores: tuple[SdqScore, ...] = ()
    cases: tuple[Case, ...] = ()
    early_help: tuple[EarlyHelp, ...] = ()
    work: tuple[RecordedWork, ...] = ()
    reviews_known_from: date | None = None
