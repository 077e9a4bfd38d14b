"""From the elements of a child to its rows, with everything odd about them said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple, TypeVar, cast

from .cells import CellReader, cell_reader
from .findings import FindingList, found
from .layout import Element, element_at
from .rows import (
    AssessmentRow,
    CensusChild,
    CinPlanRow,
    CpPlanRow,
    PreProceedingsRow,
    ReferralRow,
    Section47Row,
)
from .xml_stream import Node

__all__ = ["ChildReader", "Values"]

_CHILD = "/Message/Children/Child"
_SEXES = {"1": "M", "2": "F", "0": "U", "9": "U", "M": "M", "F": "F", "U": "U"}
# One of the two names that the same thing has in different years is enough.
_EITHER = {"Sex", "GenderCurrent"}
# What may be blank although an element asks for it: the rules for it say more than that it is missing.
_TOLD_ELSEWHERE = {"LAchildID", "CINreferralDate", "AssessmentActualStartDate", "S47ActualStartDate"} | {
    "CINPlanStartDate",
    "CPPstartDate",
    "AssessmentFactors",
}
_T = TypeVar("_T")


class Values(NamedTuple):
    """What an element holds: single values by name, lists of values, and the groups in it."""

    line: int
    single: dict[str, Any]
    lists: dict[str, list[Any]]
    groups: dict[str, list[Node]]

    def text(self, name: str) -> str:
        """A code or text; '' where it is blank or not there."""
        return self.single.get(name) or ""

    def day(self, name: str) -> date | None:
        """A date, or None."""
        return cast("date | None", self.single.get(name))

    def value(self, name: str) -> Any:
        """A yes or no, or a number; None where not known."""
        return self.single.get(name)


class ChildReader:
    """Reads the children of one file. ``say`` gets what is found; elements are those of census year ``year``."""

    def __init__(self, year: int, findings: FindingList) -> None:
        self.year = year
        self._findings = findings
        self._readers: dict[int, CellReader] = {}
        self._needed: dict[int, tuple[str, ...]] = {}
        self._number = 0
        self._kept_out = 0

    def read(self, node: Node, number: int) -> CensusChild | None:
        """A Child element as a child; None where nothing says which child it is."""
        self._number, self._kept_out = number, 0
        whole = self.values(node, _CHILD)
        own = self._group(whole, "ChildIdentifiers")
        seen = self._group(whole, "ChildCharacteristics")
        name = "".join(own.text("LAchildID").split())
        if not name:
            self._say("no_child_number", "LAchildID", node.line)
            return None
        if not own.single.keys() & _EITHER:
            self._say(
                "missing",
                "Sex" if self.year >= element_at(f"{_CHILD}/ChildIdentifiers/Sex").first else "GenderCurrent",
                own.line,
            )
        referrals = [self._referral(each) for each in whole.groups.get("CINdetails", ())]
        return CensusChild(
            number=number,
            line=node.line,
            child=name,
            upn=own.text("UPN"),
            former_upn=own.text("FormerUPN"),
            upn_unknown=own.text("UPNunknown"),
            born=own.day("PersonBirthDate"),
            expected=own.day("ExpectedPersonBirthDate"),
            died=own.day("PersonDeathDate"),
            sex=_SEXES.get(own.text("Sex") or own.text("GenderCurrent"), ""),
            ethnicity=seen.text("Ethnicity"),
            disabilities=self._disabilities(seen),
            referrals=tuple(each for each in referrals if each is not None),
            kept_out=self._kept_out,
        )

    def values(self, node: Node, path: str) -> Values:
        """What an element holds, read by the table of elements."""
        element = element_at(path)
        held = Values(node.line, {}, {}, {})
        if node.text and not node.text.isspace():
            self._findings.tally("stray_text", element.name, node.line)
        for each in node.children:
            known = element.children.get(each.name)
            if known is None:
                self._findings.tally("unknown_element", each.name[:60], each.line)
                continue
            if not known.held_in(self.year):
                self._findings.tally("element_other_year", known.name, each.line)
            self._take(known, each, held)
        for name in self._needed_in(element):
            there = name in held.groups or name in held.lists or held.single.get(name) not in (None, "")
            if not there:
                self._say("missing", name, node.line)
        return held

    def _needed_in(self, element: Element) -> tuple[str, ...]:
        """What must stand in an element in this year; worked out once for all children."""
        needed = self._needed.get(id(element))
        if needed is None:
            asked = (name for name, each in element.children.items() if each.needed and each.held_in(self.year))
            needed = tuple(name for name in asked if name not in _TOLD_ELSEWHERE | _EITHER)
            self._needed[id(element)] = needed
        return needed

    def _take(self, element: Element, node: Node, held: Values) -> None:
        if element.kind == "group":
            if not element.many and element.name in held.groups:
                self._say("twice", element.name, node.line)
            else:
                held.groups.setdefault(element.name, []).append(node)
            return
        value = self._cell(element, node)
        if element.many:
            held.lists.setdefault(element.name, [])
            if value not in (None, ""):
                held.lists[element.name].append(value)
        elif element.name in held.single:
            self._say("twice", element.name, node.line)
        else:
            held.single[element.name] = value

    def _cell(self, element: Element, node: Node) -> Any:
        reader = self._readers.get(id(element))
        if reader is None:
            reader = self._readers[id(element)] = cell_reader(element, self.year)
        cell = reader(node.text)
        if node.children:
            self._findings.tally("unknown_element", node.children[0].name[:60], node.children[0].line)
        if cell.tallied:
            self._findings.tally(cell.tallied, element.name, node.line)
        if cell.broken:
            rule = "upn_form" if cell.broken == "unreadable_form" and "UPN" in element.name else cell.broken
            self._say(rule, element.name, node.line, code=cell.shown, year=self.year)
        return cell.value

    def _group(self, whole: Values, name: str) -> Values:
        """A group that stands once in a child, and may be missing in a broken file."""
        nodes = whole.groups.get(name)
        return self.values(nodes[0], f"{_CHILD}/{name}") if nodes else Values(whole.line, {}, {}, {})

    def _disabilities(self, seen: Values) -> tuple[str, ...] | None:
        nodes = seen.groups.get("Disabilities")
        if not nodes:
            return None
        held = self.values(nodes[0], f"{_CHILD}/ChildCharacteristics/Disabilities")
        codes = _once(held.lists.get("Disability", ()))
        if "NONE" in codes and len(codes) > 1:
            self._say("none_with_others", "Disability", held.line)
        return tuple(code for code in codes if code != "NONE")

    def _referral(self, node: Node) -> ReferralRow | None:
        path = f"{_CHILD}/CINdetails"
        held = self.values(node, path)
        on = held.day("CINreferralDate")
        if on is None:
            under = sum(len(nodes) for nodes in held.groups.values())
            self._kept_out += 1 + under
            self._say("no_start", "CINreferralDate", node.line)
            return None
        return ReferralRow(
            line=node.line,
            referred_on=on,
            source=held.text("ReferralSource"),
            primary_need=held.text("PrimaryNeedCode"),
            closed=held.day("CINclosureDate"),
            closure_reason=held.text("ReasonForClosure"),
            no_further_action=held.value("ReferralNFA"),
            conference=held.day("DateOfInitialCPC"),
            assessments=self._each(held, path, "Assessments", "AssessmentActualStartDate", self._assessment),
            cin_plans=self._each(held, path, "CINPlanDates", "CINPlanStartDate", _cin_plan),
            enquiries=self._each(held, path, "Section47", "S47ActualStartDate", _enquiry),
            cp_plans=self._each(held, path, "ChildProtectionPlans", "CPPstartDate", self._cp_plan),
            pre_proceedings=self._each(held, path, "PreProceedingsandFGDM", "", _pre_proceedings),
        )

    def _each(self, held: Values, path: str, name: str, start: str, make: Callable[[Values], _T]) -> tuple[_T, ...]:
        """The groups of one name as rows; one without the date it starts on is kept out."""
        rows: list[_T] = []
        for node in held.groups.get(name, ()):
            values = self.values(node, f"{path}/{name}")
            if start and values.day(start) is None:
                self._kept_out += 1
                self._say("no_start", start, node.line)
            else:
                rows.append(make(values))
        return tuple(rows)

    def _assessment(self, held: Values) -> AssessmentRow:
        lists = held.groups.get("FactorsIdentifiedAtAssessment", ())
        path = f"{_CHILD}/CINdetails/Assessments/FactorsIdentifiedAtAssessment"
        factors = [code for node in lists for code in self.values(node, path).lists.get("AssessmentFactors", ())]
        return AssessmentRow(
            line=held.line,
            starts=held.single["AssessmentActualStartDate"],
            review_point=held.day("AssessmentInternalReviewDate"),
            authorised=held.day("AssessmentAuthorisationDate"),
            factors=_once(factors),
        )

    def _cp_plan(self, held: Values) -> CpPlanRow:
        path = f"{_CHILD}/CINdetails/ChildProtectionPlans/Reviews"
        lists = [self.values(node, path) for node in held.groups.get("Reviews", ())]
        return CpPlanRow(
            line=held.line,
            starts=held.single["CPPstartDate"],
            ends=held.day("CPPendDate"),
            initial_category=held.text("InitialCategoryOfAbuse"),
            latest_category=held.text("LatestCategoryOfAbuse"),
            previous_plans=held.value("NumberOfPreviousCPP"),
            reviews=tuple(sorted({day for each in lists for day in each.lists.get("CPPreviewDate", ())})),
        )

    def _say(self, rule: str, name: str, line: int, **words: object) -> None:
        self._findings.add(found(rule, self._number, name, name=name, line=f"{line:,}", **words))


def _once(codes: Any) -> tuple[str, ...]:
    """Each code once, in order, so that the order of the file makes no difference."""
    return tuple(sorted(set(codes)))


def _cin_plan(held: Values) -> CinPlanRow:
    return CinPlanRow(line=held.line, starts=held.single["CINPlanStartDate"], ends=held.day("CINPlanEndDate"))


def _enquiry(held: Values) -> Section47Row:
    return Section47Row(
        line=held.line,
        starts=held.single["S47ActualStartDate"],
        conference_target=held.day("InitialCPCtarget"),
        conference=held.day("DateOfInitialCPC"),
        conference_not_required=held.value("ICPCnotRequired"),
    )


def _pre_proceedings(held: Values) -> PreProceedingsRow:
    return PreProceedingsRow(
        line=held.line,
        starts=held.day("PPStartDate"),
        letter_sent=held.day("LBPSentDate"),
        family_meeting_offered=held.value("FGDMMeetingOffer"),
        family_meeting_held=held.value("FGDMMeetingFac"),
        first_meeting=held.day("InitialPPMeetingDate"),
        review_meetings=held.value("ReviewMeetingsCount"),
        decided=held.day("StepDecisionDate"),
        outcome=held.text("PPOutcome"),
        court_application=held.day("CourtAppDate"),
        initial_letter=held.day("LetterInitCPDate"),
    )
