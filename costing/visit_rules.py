"""Which visits to a child a piece of work counts as, and why not.

A clock runs from one visit to the next. What a kind of work may count as is its own `may_satisfy_visit_rule`; whether
a piece of work does follows from what came of it. For looked-after children the interval is law (regulation 28 of SI
2010/959); for children on a child protection plan, and in need, no law sets one: it is the authority's own policy.

An unsuccessful visit, a call and a core group never count. A virtual visit counts for no interval that the law sets
unless the authority says of its kind that it is a visit; and for the authority's own only where it says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from costing.vocabulary import OWN_MARK, Kind, UnknownKind, ancestry

__all__ = ["CLOCKS", "IN_NEED", "LOOKED_AFTER", "NEVER", "PROTECTION", "Answer", "VisitClock", "Work", "answer",
           "clocks_running", "never_a_visit"]  # fmt: skip

# Calls, core groups and other planning meetings, visits at which nobody was in, visits without the child.
NEVER = frozenset({"D3", "D6C", "D7", "D8"})
_VIRTUAL = "D2"


@dataclass(frozen=True, slots=True)
class VisitClock:
    """What a child must be visited for. `lawful`: the law sets the interval; else the authority's own policy does."""

    code: str
    lawful: bool


LOOKED_AFTER = VisitClock("looked_after", lawful=True)
PROTECTION = VisitClock("protection", lawful=False)
IN_NEED = VisitClock("in_need", lawful=False)
CLOCKS = (LOOKED_AFTER, PROTECTION, IN_NEED)


@dataclass(frozen=True, slots=True)
class Work:
    """What came of a piece of work for one child: `outcome` is held, not_in or cancelled; `contact` in_person,
    virtual, phone, written or '' (not said); `seen` and `seen_alone` are None where not said."""

    outcome: str = "held"
    contact: str = ""
    seen: bool | None = None
    seen_alone: bool | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether work counts, and `because`, one of: seen_alone, seen (it counts); kind, not_in, cancelled, contact,
    virtual, policy_not_stated, policy_only, not_seen, seen_not_said (it does not)."""

    counts: bool
    because: str


def clocks_running(*, looked_after: bool, on_plan: bool, in_need: bool) -> tuple[VisitClock, ...]:
    """The clocks of a child's day. Visits to a child in need are asked for where no stricter clock runs."""
    running = [clock for clock, runs in ((LOOKED_AFTER, looked_after), (PROTECTION, on_plan)) if runs]
    return tuple(running) or ((IN_NEED,) if in_need else ())


def never_a_visit(code: str) -> bool:
    """Whether work of a kind can never be a visit, whatever is said of the kind: it, or a wider kind, is in `NEVER`.
    True for a kind that is not known."""
    try:
        return not NEVER.isdisjoint(ancestry(code))
    except UnknownKind:
        return True


def answer(clock: VisitClock, kind: Kind, work: Work, *, stated: bool) -> Answer:
    """Whether work of a kind, as the kind holds on the day of the work, is a visit for a clock.

    `stated`: the authority itself has said what its kind may count as. The first reason against it is given.
    """
    against = _against_kind(kind) or _against_outcome(kind, work) or _against_policy(clock, kind, stated=stated)
    if against:
        return Answer(counts=False, because=against)
    if work.seen is None:
        return Answer(counts=False, because="seen_not_said")
    if not work.seen:
        return Answer(counts=False, because="not_seen")
    return Answer(counts=True, because="seen_alone" if work.seen_alone else "seen")


def _against_kind(kind: Kind) -> str:
    return "kind" if kind.may_satisfy_visit_rule == "no" or not kind.direct or never_a_visit(kind.code) else ""


def _against_outcome(kind: Kind, work: Work) -> str:
    if work.outcome != "held":
        return work.outcome
    if work.contact in {"phone", "written"}:
        return "contact"
    return "virtual" if work.contact == "virtual" and _VIRTUAL not in _line(kind) else ""


def _against_policy(clock: VisitClock, kind: Kind, *, stated: bool) -> str:
    if kind.may_satisfy_visit_rule != "local":
        return ""
    if not stated:
        return "policy_not_stated"
    return "policy_only" if clock.lawful else ""


def _line(kind: Kind) -> Iterable[str]:
    return ancestry(kind.code.partition(OWN_MARK)[0])
