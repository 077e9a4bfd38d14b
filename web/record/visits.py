"""Whether an entry counts as a visit, for each of its children, and why."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from costing.visit_rules import Answer, VisitClock, Work
from projections.queries.names import child_numbers
from projections.queries.visits import answers, clocks_on, kinds_by_day, visits_to
from recorder.domain.activity import ActivityDetails
from web.design.formats import uk_date
from web.record.choices import kind_label, kind_of
from web.record.history import Names

__all__ = ["CLOCK_WORDS", "counts_as_visit"]

CLOCK_WORDS = {
    "looked_after": "looked-after children",
    "protection": "children on a child protection plan",
    "in_need": "children in need",
}
_BECAUSE = {
    "seen": "the child was seen",
    "seen_alone": "the child was seen alone",
    "not_in": "nobody was in",
    "cancelled": "it was cancelled",
    "contact": "it was a call or a message",
    "virtual": "it was a virtual visit",
    "policy_not_stated": "work of this kind counts only where your authority’s own policy says so",
    "policy_only": "by your authority’s policy work of this kind counts only where the law sets no interval",
    "not_seen": "the child was not seen",
    "seen_not_said": "it is not said whether the child was seen",
}
_NO_CLOCK = (
    "No, because no visits are asked for: on that day the child was not looked after, on a child protection plan or "
    "in need"
)


def counts_as_visit(connection: Connection, activity_id: UUID, details: ActivityDetails, names: Names) -> str:
    """The answer in words, child by child where the children differ; blank for work that is with no child."""
    kind = kind_of(details.kind)
    if kind is None or not kind.direct or not details.children:
        return ""
    held = kinds_by_day(connection)
    on_the_day = held.kind(details.kind, details.on)
    if on_the_day is None or on_the_day.may_satisfy_visit_rule == "no":
        return f"No, because {_no_visit(details.kind)}."
    numbers = child_numbers(connection, [line.child for line in details.children])
    clocks = clocks_on(connection, numbers.values(), details.on)
    past = visits_to(connection, clocks, date.min, details.on)
    earlier = [each for each in past if each.activity_id != activity_id]
    told: dict[UUID, str] = {}
    counts = False
    for line in details.children:
        number = numbers.get(line.child, 0)
        work = Work(details.outcome, details.contact, line.seen, line.seen_alone)
        found = answers(held, details.kind, details.on, work, clocks.get(number, ()))
        counted = {clock for clock, each in found if each.counts}
        before = [each.on for each in earlier if each.child_no == number and counted & set(each.clocks)]
        told[line.child] = _words(found, details.kind) + (f" (the one before: {uk_date(before[0])})" if before else "")
        counts = counts or bool(counted)
    once = f" It is one visit, though {len(details.workers)} workers took part." if len(details.workers) > 1 else ""
    return f"{_for_each(told, names)}.{once if counts else ''}"


def _for_each(told: dict[UUID, str], names: Names) -> str:
    """What is said of every child once; of children who differ, each by name."""
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return "; ".join(f"{names.child(child)}: {words[0].lower()}{words[1:]}" for child, words in told.items())


def _words(found: list[tuple[VisitClock, Answer]], code: str) -> str:
    if not found:
        return _NO_CLOCK
    whys = {each: _why(each, code) for _, each in found}
    yes = [CLOCK_WORDS[clock.code] for clock, each in found if each.counts]
    no = [CLOCK_WORDS[clock.code] for clock, each in found if not each.counts]
    because = {each.counts: words for each, words in whys.items()}
    if not yes:
        return f"No, because {because[False]}"
    said = f"Yes, as a visit to {' and '.join(yes)}, because {because[True]}"
    return said + (f"; but not to {' and '.join(no)}, because {because[False]}" if no else "")


def _why(each: Answer, code: str) -> str:
    return _no_visit(code) if each.because == "kind" else _BECAUSE[each.because]


def _no_visit(code: str) -> str:
    return f"“{kind_label(code)}” is no visit to a child"
