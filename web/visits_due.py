"""Visits that are due, in words: how long is left, and the rule that the day rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from projections.queries.visits_due import ChildDue
from web.design.formats import uk_date

__all__ = ["POLICY_NOT_SET", "DueInWords", "due_in_words"]

SOON = 7
_CARE = "Care Planning Regulations 2010, regulation "
_RULES = {
    "placement_first": f"within a week of the start of the placement ({_CARE}28(2)(a))",
    "placement_later": f"at most six weeks after the last visit ({_CARE}28(2))",
    "order_first": f"with a parent under a care order: within a week of the order ({_CARE}28(5)(a))",
    "order_later": f"with a parent under a care order: at most six weeks after the last visit ({_CARE}28(5)(b))",
    "interim_first": f"with a parent under an interim care order: each week until the first review ({_CARE}28(4)(a))",
    "interim_later": f"with a parent under an interim care order: at most four weeks after the last visit "
    f"({_CARE}28(4)(b))",
    "adoption_first": "placed for adoption: each week until the first review "
    "(Adoption Agencies Regulations 2005, regulation 36(4))",
    "adoption_reviewed": "placed for adoption: as each review decides, which is not recorded here",
    "breaks": f"short breaks: as agreed with the reviewing officer and the parents ({_CARE}48), not recorded here",
    "policy_not_set": "no law sets an interval, and your authority’s own is not kept here",
}
POLICY_NOT_SET = "policy_not_set"
_WHOSE = {"looked_after": "Looked after", "protection": "Child protection plan", "in_need": "In need"}


@dataclass(frozen=True)
class DueInWords:
    """One line: ``left`` says how long, ``near`` is overdue, soon or blank; ``rule`` starts with a small letter."""

    child: str
    clock: str
    last: str
    by: str
    left: str
    near: str
    rule: str


def due_in_words(found: ChildDue, name: str, today: date) -> DueInWords:
    """A child's next visit as pages say it."""
    days = found.days(today)
    near = "" if days is None else "overdue" if days < 0 else "soon" if days <= SOON else ""
    return DueInWords(
        child=name,
        clock=_WHOSE[found.clock.code],
        last=uk_date(found.last) if found.last else "none recorded",
        by=uk_date(found.due.by) if found.due.by else "no date",
        left=_left(days),
        near=near,
        rule=_RULES[found.due.rule],
    )


def _left(days: int | None) -> str:
    if days is None:
        return "no date"
    if days == 0:
        return "due today"
    said = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"overdue by {said}" if days < 0 else f"{said} left"
