"""The day by which a looked-after child must next be visited, and the rule it follows from.

Source: regulation 28 of the Care Planning, Placement and Case Review (England) Regulations 2010 (SI 2010/959), with
regulation 48(3) for short breaks; for children placed for adoption regulation 36(4) of the Adoption Agencies
Regulations 2005 (SI 2005/389). The day that starts a period is day 0, and the due day is the last that keeps to it.

Three or six months after the first year (regulation 28(2)(c)(i), and long-term foster placements) rest on what no
return states: that the placement is meant to last to 18, that the child agreed. So no such interval is ever used;
the date shown is then earlier than the law's, never later.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from costing.visit_rules import IN_NEED, PROTECTION, VisitClock

__all__ = ["Due", "Placed", "due_under_policy", "next_visit"]

_WEEK = timedelta(weeks=1)
_PARENTS, _ADOPTION, _BREAKS = "P1", frozenset({"A3", "A4", "A5", "A6"}), frozenset({"V3", "V4"})
_INTERIM, _CARE_ORDER = "C1", "C2"
_FIRST, _USUAL, _INTERIM_LATER = 1, 6, 4  # weeks


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a child is looked after. `starts`: the first day of the placement; `since`: the first day of it under the
    legal status of now; `place` and `legal_status` are SSDA903 codes; `reviewed`: a review was held in it."""

    starts: date
    since: date
    place: str
    legal_status: str
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """`by` is None where no day can be told. `rule`, one of: placement_first, placement_later, order_first,
    order_later, interim_first, interim_later, adoption_first, adoption_reviewed, breaks, policy_not_set."""

    by: date | None
    rule: str


def next_visit(placed: Placed, last: date | None) -> Due:
    """When a looked-after child must be visited next; `last` is the latest visit ever, or None.

    A visit before the placement (or, with parents, before the order) began does not count for it: each starts anew.
    """
    if placed.legal_status in _BREAKS:
        return Due(None, "breaks")
    if placed.place in _ADOPTION:
        return _until_review(placed, placed.starts, last, "adoption")
    if placed.place == _PARENTS and placed.legal_status == _INTERIM:
        return _until_review(placed, placed.since, last, "interim")
    order = placed.place == _PARENTS and placed.legal_status == _CARE_ORDER
    start, name = (placed.since, "order") if order else (placed.starts, "placement")
    if last is None or last < start:
        return Due(start + _FIRST * _WEEK, f"{name}_first")
    return Due(last + _USUAL * _WEEK, f"{name}_later")


def due_under_policy(clock: VisitClock) -> Due:
    """For children on a plan and in need: no law sets an interval, so no day is told. ValueError for other clocks."""
    if clock not in {PROTECTION, IN_NEED}:
        raise ValueError(f"The law sets the interval of {clock.code}.")
    return Due(None, "policy_not_set")


def _until_review(placed: Placed, start: date, last: date | None, name: str) -> Due:
    """Once a week until the first review; then, for an interim order, every four weeks; for adoption as decided."""
    counted = last if last is not None and last >= start else None
    if not placed.reviewed:
        return Due((counted or start) + _FIRST * _WEEK, f"{name}_first")
    if name == "adoption":
        return Due(None, "adoption_reviewed")
    if counted is None:
        return Due(start + _FIRST * _WEEK, "interim_first")
    return Due(counted + _INTERIM_LATER * _WEEK, "interim_later")
