"""The rows of one child in a census as the facts they are, each with a stream of its own.

A statement is only made where a census says something else than files said before; what an older census
says never goes before what a later one said, and what a person corrected stands as long as files repeat
themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from costing.calendar import return_year_first, return_year_last
from recorder.domain import services
from recorder.domain.care import ReturnRowAmended, ReturnRowDetails, ReturnRowStated
from recorder.domain.facts import Body, Event
from recorder.domain.ids import derived_id
from recorder.domain.services import ReferralAmended, ReferralDetails, ReferralLeftOut, ReferralStated, ServiceDetails
from recorder.intake.reading import Finding
from recorder.intake.statements import Statement, amended_as, details_of

from .findings import found
from .known import REFERRALS, TABLE, CensusRow, KnownChild, said_by_files
from .rows import CensusChild, ReferralRow

__all__ = ["ChildFacts", "child_facts", "row_stream"]

_CLOSING = frozenset({"closed", "closure_reason"})


class _Kind(NamedTuple):
    """A kind of row under a referral: its stream's name, its element, and its facts."""

    name: str
    element: str
    details: type[ServiceDetails]
    stated: Callable[..., ServiceDetails]
    amended: Callable[..., ServiceDetails]


_UNDER = {
    "assessments": _Kind(
        "assessment",
        "Assessments",
        services.AssessmentDetails,
        services.AssessmentStated,
        services.AssessmentAmended,
    ),
    "cin_plans": _Kind(
        "cin_plan", "CINPlanDates", services.CinPlanDetails, services.CinPlanStated, services.CinPlanAmended
    ),
    "enquiries": _Kind(
        "section47", "Section47", services.Section47Details, services.Section47Stated, services.Section47Amended
    ),
    "cp_plans": _Kind(
        "cp_plan", "ChildProtectionPlans", services.CpPlanDetails, services.CpPlanStated, services.CpPlanAmended
    ),
    "pre_proceedings": _Kind(
        "pre_proceedings",
        "PreProceedingsandFGDM",
        services.PreProceedingsDetails,
        services.PreProceedingsStated,
        services.PreProceedingsAmended,
    ),
}


class ChildFacts(NamedTuple):
    """What one child's rows state. ``rows``: counted as rows of the file; ``besides``: what only follows from them.

    ``doubled`` counts rows that stand for a fact that another row states already.
    """

    rows: list[Statement]
    besides: list[Statement]
    doubled: int
    findings: list[Finding]


class _Of(NamedTuple):
    """Whose rows these are, in which census, and what each census that is known held of the child."""

    child: UUID
    year: str
    censuses: Mapping[str, CensusRow]


def row_stream(child: UUID, year: str) -> UUID:
    """The stream of a child's own row in the census of a year."""
    return derived_id(child, TABLE, year)


def child_facts(
    current: CensusChild,
    child: UUID,
    known: KnownChild | None,
    year: str,
    known_at: datetime,
    encrypt: Callable[[UUID, Mapping[str, str]], str],
) -> ChildFacts:
    """What the rows of one child state."""
    of = _Of(child, year, known.census_rows(known_at) if known else {})
    facts = ChildFacts([_own_row(of, current, known, known_at, encrypt)], [], 0, [])
    seen: dict[tuple[str, str], list[Any]] = {}
    doubled = 0
    for referral in current.referrals:
        doubled += not _add(of, current, facts, seen, referral, None)
        for field in _UNDER:
            for row in getattr(referral, field):
                doubled += not _add(of, current, facts, seen, row, (field, referral.referred_on))
    if current.disabilities is not None:
        facts.besides.append(_disabilities(of, current.disabilities))
    return facts._replace(doubled=doubled)


def _add(
    of: _Of,
    current: CensusChild,
    facts: ChildFacts,
    seen: dict[tuple[str, str], list[Any]],
    row: Any,
    under: tuple[str, date] | None,
) -> bool:
    """Add the row's statement; the same row of a child a second time adds nothing, and answers False.

    Rows of a kind that begin on one day are told apart by their order.
    """
    name = _UNDER[under[0]].name if under else "referral"
    key = _key(row)
    bare = msgspec.structs.replace(row, line=0) if under else _alone(row)
    alike = seen.setdefault((name, key), [])
    element = _UNDER[under[0]].element if under else "CINdetails"
    words = {"name": element, "line": f"{row.line:,}"}
    if bare in alike:
        if under:
            facts.findings.append(found("same_twice", current.number, element, **words))
        return False
    if alike:
        facts.findings.append(found("same_start", current.number, element, **words))
    alike.append(bare)
    key = key if len(alike) == 1 else f"{key} {len(alike)}"
    stream = derived_id(of.child, name, key)
    facts.rows.append(_referral(of, stream, row) if under is None else _under(of, stream, row, *under))
    return True


def _key(row: Any) -> str:
    """The day a row begins on, by which it is known again; of work before proceedings the first day there is."""
    if isinstance(row, ReferralRow):
        return row.referred_on.isoformat()
    days = (getattr(row, name, None) for name in ("starts", "letter_sent", "first_meeting", "decided"))
    return next((day.isoformat() for day in days if day), "undated")


def _alone(referral: ReferralRow) -> ReferralRow:
    """The referral without what is under it."""
    return msgspec.structs.replace(referral, line=0, **dict.fromkeys(_UNDER, ()))


def _own_row(
    of: _Of,
    current: CensusChild,
    known: KnownChild | None,
    known_at: datetime,
    encrypt: Callable[[UUID, Mapping[str, str]], str],
) -> Statement:
    days = {
        "PersonBirthDate": current.born,
        "ExpectedPersonBirthDate": current.expected,
        "PersonDeathDate": current.died,
    }
    personal = {name: day.isoformat() for name, day in days.items() if day}
    personal |= {n: v for n, v in (("UPN", current.upn), ("FormerUPN", current.former_upn)) if v}
    referrals = " ".join(sorted({each.referred_on.isoformat() for each in current.referrals}))
    plain = {"Sex": current.sex, "Ethnicity": current.ethnicity, "UPNunknown": current.upn_unknown}
    values = {name: value for name, value in (plain | {REFERRALS: referrals}).items() if value}
    stream = row_stream(of.child, of.year)
    if known is not None:
        sealed = known.sealed(stream, personal, known_at)
    else:
        sealed = encrypt(of.child, personal) if personal else None
    first = ReturnRowStated(child=of.child, table=TABLE, return_year=of.year, values=values, personal=sealed)
    amend = amended_as(first, ReturnRowDetails, ReturnRowAmended)
    return Statement(
        stream, of.child, first, amend, lambda known: amend(said_by_files(known, ReturnRowDetails)[-1].body)
    )


def _referral(of: _Of, stream: UUID, row: ReferralRow) -> Statement:
    fields = {name: getattr(row, name) for name in row.__struct_fields__ if name not in {"line", *_UNDER}}
    first = ReferralStated(child=of.child, return_year=of.year, **fields)
    details = details_of(first, ReferralDetails)

    def judge(known: Sequence[Event]) -> Body | None:
        last = said_by_files(known, ReferralDetails, ReferralLeftOut)[-1].body
        holding = next(e.body for e in reversed(known) if isinstance(e.body, ReferralDetails))
        if isinstance(last, ReferralLeftOut):
            if last.return_year > of.year:
                return None
        elif isinstance(last, ReferralDetails):
            held = (y for y, census in of.censuses.items() if row.referred_on in census.referrals)
            if max([last.return_year, *held]) > of.year or _same(last, details):
                return None
        if _withdrawn(known) or (isinstance(known[-1].body, ReferralDetails) and _same(holding, details)):
            return None
        changed = {name for name, value in details.items() if getattr(holding, name) != value} - {"return_year"}
        closing = changed <= _CLOSING and holding.closed is None and row.closed is not None
        return ReferralAmended(**details, change="closing" if closing else "amendment")

    return Statement(stream, of.child, first, lambda _: None, judge)


def _under(of: _Of, stream: UUID, row: Any, field: str, referred_on: date) -> Statement:
    kind = _UNDER[field]
    fields = {name: getattr(row, name) for name in row.__struct_fields__ if name != "line"}
    first = kind.stated(child=of.child, return_year=of.year, referred_on=referred_on, **fields)
    starts, ends = fields["starts"], fields.get("ends") or fields.get("authorised")

    def held(years: Iterable[str]) -> list[str]:
        """The censuses of these years that held the referral, and in whose year the row lies."""
        with_it = (y for y in years if referred_on in of.censuses[y].referrals)
        return [
            y
            for y in with_it
            if (ends is None or ends >= return_year_first(y)) and (starts is None or starts <= return_year_last(y))
        ]

    return Statement(stream, of.child, first, lambda _: None, _judge(of, first, kind, held))


def _disabilities(of: _Of, codes: tuple[str, ...]) -> Statement:
    first = services.DisabilitiesStated(child=of.child, return_year=of.year, codes=codes)
    kind = _Kind(
        "disabilities",
        "Disabilities",
        services.DisabilitiesDetails,
        services.DisabilitiesStated,
        services.DisabilitiesAmended,
    )
    return Statement(
        derived_id(of.child, "disabilities", ""), of.child, first, lambda _: None, _judge(of, first, kind, list)
    )


def _judge(
    of: _Of, first: ServiceDetails, kind: _Kind, held: Callable[[Iterable[str]], list[str]]
) -> Callable[[Sequence[Event]], Body | None]:
    """What this census adds to a thing that is known: its amendment, or nothing."""
    details = details_of(first, kind.details)

    def judge(known: Sequence[Event]) -> Body | None:
        last = said_by_files(known, kind.details)[-1].body
        assert isinstance(last, ServiceDetails)
        # A census that repeated the row states nothing anew, and yet it said it.
        if max([last.return_year, *held(of.censuses)]) > of.year or _same(last, details) or _withdrawn(known):
            return None
        return kind.amended(**details)

    return judge


def _withdrawn(known: Sequence[Event]) -> bool:
    """Whether a person took the thing back; a census that goes on stating it does not undo that."""
    return isinstance(known[-1].body, services.Withdrawn)


def _same(body: Body, details: Mapping[str, object]) -> bool:
    return all(getattr(body, name) == value for name, value in details.items() if name != "return_year")
