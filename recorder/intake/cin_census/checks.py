"""What one child's rows say against each other and against the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from costing.calendar import return_year_last
from recorder.intake.reading import Finding

from .findings import found
from .rows import CensusChild, CpPlanRow, ReferralRow

__all__ = ["check_child"]

# Work for a child begins before it is born, but not before there is one to come.
UNBORN = timedelta(days=300)
# An assessment may end in no further action; plans are further action.
_AFTER = frozenset({"CINPlanStartDate", "CPPstartDate"})
_Dated = tuple[str, date | None]


def check_child(child: CensusChild, year: str) -> Iterator[Finding]:
    """Everything to say of a child in the census of a return year such as `2024/25`."""
    for rule, name, line, words in _found(child, return_year_last(year)):
        yield found(rule, child.number, name, **{"name": name, "line": f"{line:,}"} | words)


_Said = tuple[str, str, int, dict[str, str]]


def _found(child: CensusChild, last_day: date) -> Iterator[_Said]:
    if child.upn and child.upn_unknown:
        yield "upn_and_code", "UPNunknown", child.line, {}
    if child.born is None and child.expected is None:
        yield "no_birth_date", "PersonBirthDate", child.line, {}
    yield from _ahead([("PersonBirthDate", child.born)], last_day, child.line)
    for referral in child.referrals:
        yield from _referral(referral)
        for line, dates in _dates(referral):
            yield from _ahead(dates, last_day, line)
            if child.born:
                conceived = child.born - UNBORN
                yield from (("before_birth", n, line, {}) for n, day in dates if day and day < conceived)
    yield from _together(child.referrals)


def _ahead(dates: Iterable[_Dated], last_day: date, line: int) -> Iterator[_Said]:
    yield from (("date_ahead", name, line, {}) for name, day in dates if day and day > last_day)


def _dates(referral: ReferralRow) -> Iterator[tuple[int, list[_Dated]]]:
    """Each row of a referral with its own dates; what lies ahead by nature (targets) is left out."""
    closing: list[_Dated] = [("CINreferralDate", referral.referred_on), ("CINclosureDate", referral.closed)]
    yield referral.line, closing
    for a in referral.assessments:
        yield a.line, [("AssessmentActualStartDate", a.starts), ("AssessmentAuthorisationDate", a.authorised)]
    for p in referral.cin_plans:
        yield p.line, [("CINPlanStartDate", p.starts), ("CINPlanEndDate", p.ends)]
    for e in referral.enquiries:
        yield e.line, [("S47ActualStartDate", e.starts)]
    for c in referral.cp_plans:
        yield c.line, [("CPPstartDate", c.starts), ("CPPendDate", c.ends), *(("CPPreviewDate", d) for d in c.reviews)]


def _referral(referral: ReferralRow) -> Iterator[_Said]:
    yield from _reversed(("CINreferralDate", referral.referred_on), ("CINclosureDate", referral.closed), referral.line)
    if referral.closed and not referral.closure_reason:
        yield "closed_without_reason", "ReasonForClosure", referral.line, {}
    if referral.closure_reason and not referral.closed:
        yield "reason_without_closure", "CINclosureDate", referral.line, {}
    for line, name, starts in _starts(referral):
        if starts < referral.referred_on:
            yield "before_referral", name, line, {}
    if referral.no_further_action and (after := [name for _, name, _ in _starts(referral) if name in _AFTER]):
        yield "nothing_after_referral", "ReferralNFA", referral.line, {"name": after[0]}
    for a in referral.assessments:
        end = ("AssessmentAuthorisationDate", a.authorised)
        yield from _reversed(("AssessmentActualStartDate", a.starts), end, a.line)
        if a.authorised and not a.factors:
            yield "no_assessment_factors", "AssessmentFactors", a.line, {}
    for p in referral.cin_plans:
        yield from _reversed(("CINPlanStartDate", p.starts), ("CINPlanEndDate", p.ends), p.line)
    for e in referral.enquiries:
        yield from _reversed(("S47ActualStartDate", e.starts), ("DateOfInitialCPC", e.conference), e.line)
        if e.conference and e.conference_not_required:
            yield "conference_not_required", "ICPCnotRequired", e.line, {}
    for c in referral.cp_plans:
        yield from _cp_plan(c)


def _cp_plan(plan: CpPlanRow) -> Iterator[_Said]:
    start = ("CPPstartDate", plan.starts)
    yield from _reversed(start, ("CPPendDate", plan.ends), plan.line)
    for review in plan.reviews:
        yield from _reversed(start, ("CPPreviewDate", review), plan.line)
        yield from _reversed(("CPPreviewDate", review), ("CPPendDate", plan.ends), plan.line)


def _starts(referral: ReferralRow) -> Iterator[tuple[int, str, date]]:
    yield from ((a.line, "AssessmentActualStartDate", a.starts) for a in referral.assessments)
    yield from ((p.line, "CINPlanStartDate", p.starts) for p in referral.cin_plans)
    yield from ((e.line, "S47ActualStartDate", e.starts) for e in referral.enquiries)
    yield from ((c.line, "CPPstartDate", c.starts) for c in referral.cp_plans)


def _reversed(earlier: tuple[str, date], later: _Dated, line: int) -> Iterator[_Said]:
    if later[1] is not None and later[1] < earlier[1]:
        yield "dates_reversed", later[0], line, {"earlier": earlier[0], "later": later[0]}


def _together(referrals: tuple[ReferralRow, ...]) -> Iterator[_Said]:
    """Referrals that begin while another is open. One that led to nothing and has no closing date is over at once."""
    lasting = [r for r in referrals if r.closed or not r.no_further_action]
    until: date | None = None
    for referral in sorted(lasting, key=lambda r: r.referred_on):
        if until is not None and referral.referred_on < until:
            yield "open_together", "CINreferralDate", referral.line, {}
        until = max(until or date.min, referral.closed or date.max)
