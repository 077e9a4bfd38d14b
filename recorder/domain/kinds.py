"""An authority's own kinds of work, and its own words for the shipped ones, as dated facts over the vocabulary."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from costing.visit_rules import never_a_visit
from costing.vocabulary import OWN_MARK, VISIT_RULES, Kind, UnknownKind, kind, kinds

from .facts import Body, Refused, topic

__all__ = [
    "AUTHORITY_SAYS",
    "MOST_LABEL",
    "NO_CHOICE",
    "KindDefined",
    "KindFact",
    "KindRetired",
    "KindsByDay",
    "decide_kind",
    "kinds_on",
]

MOST_LABEL = 80
MOST_SYNONYM = 40
# The source of a kind that the authority has defined, or put in its own words.
AUTHORITY_SAYS = "the authority"
# Absence is a fact of the worker, and unrecorded time is worked out: neither is chosen as a kind of work.
NO_CHOICE = frozenset({"absence", "residual"})
_MARK = re.compile(r"[A-Z0-9]{1,8}")


@topic("kind.defined.v1")
class KindDefined(Body, frozen=True, kw_only=True):
    """A kind of the authority's own under a shipped one, or its own words for a shipped one, from a day on.

    What it belongs to gives it its class, so a shipped kind never changes class. ``parent`` is the shipped
    kind above it, '' for a shipped one at the top. ``may_satisfy_visit_rule`` is ``if_seen``, ``local`` or ``no``.
    """

    code: str
    parent: str
    label: str
    definition: str
    valid_from: date
    examples: str = ""
    synonyms: tuple[str, ...] = ()
    asks_seen: bool = False
    may_satisfy_visit_rule: str = "no"
    offered: bool = True


@topic("kind.retired.v1")
class KindRetired(Body, frozen=True, kw_only=True):
    """From a day on nobody is offered the kind. What was recorded with it stays, and is read as it was called."""

    code: str
    valid_from: date
    reason: str


KindFact = KindDefined | KindRetired


def kinds_on(stated: Iterable[KindFact], day: date) -> tuple[Kind, ...]:
    """The vocabulary of a day, each own kind after the kinds it belongs to: of one code the last to start, and of
    one day the last stated, holds. ``stated`` in the order in which it became known."""
    found = {each.code: each for each in kinds()}
    for fact in sorted((each for each in stated if each.valid_from <= day), key=lambda each: each.valid_from):
        before = found.get(fact.code) or kind(fact.code)
        if isinstance(fact, KindRetired):
            found[fact.code] = replace(before, offered=False)
        else:
            said = {name: getattr(fact, name) for name in _SAID}
            found[fact.code] = replace(before, **said, source=AUTHORITY_SAYS)
    place = {each.code: number for number, each in enumerate(kinds())}
    return tuple(sorted(found.values(), key=lambda each: (place[each.code.partition(OWN_MARK)[0]], each.code)))


_SAID = ("label", "definition", "examples", "synonyms", "asks_seen", "may_satisfy_visit_rule", "offered")


class KindsByDay:
    """The vocabulary of every day: each span of days between two statements is worked out once."""

    def __init__(self, stated: Iterable[KindFact]) -> None:
        self._stated = tuple(stated)
        self._starts = sorted({each.valid_from for each in self._stated})
        self._spans: dict[int, Mapping[str, Kind]] = {}

    def on(self, day: date) -> Mapping[str, Kind]:
        """Every kind of a day by its code, offered or not."""
        span = bisect_right(self._starts, day)
        if span not in self._spans:
            self._spans[span] = {each.code: each for each in kinds_on(self._stated, day)}
        return self._spans[span]

    def kind(self, code: str, day: date) -> Kind | None:
        """A kind as it holds on a day: an own one that nobody had defined by then as its wider kind has it; None
        for a code there never was."""
        found = self.on(day).get(code)
        if found is not None:
            return found
        try:
            return kind(code)
        except UnknownKind:
            return None


def decide_kind(stated: list[KindFact], fact: KindFact) -> KindFact:
    """May this be stated after what was? Raises ``Refused`` with every problem."""
    problems = list(_retiring(stated, fact) if isinstance(fact, KindRetired) else _defining(stated, fact))
    if problems:
        raise Refused(*problems)
    return fact


def _retiring(stated: list[KindFact], fact: KindRetired) -> Iterable[tuple[str, str]]:
    if not fact.reason.strip():
        yield "reason", "Say why it is retired"
    held = {each.code: each for each in kinds_on(stated, fact.valid_from)}.get(fact.code)
    if held is None:
        yield "code", "There is no such kind of work on that day"
    elif not held.offered or held.kind_class in NO_CHOICE:
        yield "code", "This kind of work is not offered on that day, so there is nothing to retire"


def _defining(stated: list[KindFact], fact: KindDefined) -> Iterable[tuple[str, str]]:
    shipped = {each.code: each for each in kinds()}
    parent = shipped.get(fact.parent)
    if fact.code in shipped:
        if fact.parent != shipped[fact.code].parent:
            yield "parent", "A shipped kind of work stays where it is"
    elif parent is None:
        yield "parent", "Select the kind of work it belongs to"
    elif not (fact.code.startswith(parent.code + OWN_MARK) and _MARK.fullmatch(fact.code[len(parent.code) + 1 :])):
        yield "mark", "Enter a short code of up to 8 capital letters and figures, like SIB"
    yield from _words(stated, fact)
    try:
        base = kind(fact.code)
    except UnknownKind:
        return
    if base.kind_class in NO_CHOICE:
        yield "parent", "Absence and unrecorded time are not kinds of work of your own"
    elif fact.may_satisfy_visit_rule not in VISIT_RULES:
        yield "may_satisfy_visit_rule", "Select whether it may count as a visit that the law requires"
    elif fact.may_satisfy_visit_rule != "no" and not base.direct:
        yield "may_satisfy_visit_rule", "Work without the child cannot count as a visit"
    elif fact.may_satisfy_visit_rule != "no" and never_a_visit(fact.code):
        wider = kind(fact.code.partition(OWN_MARK)[0]).label
        yield "may_satisfy_visit_rule", f"“{wider}” can never count as a visit, whatever it is called"
    elif fact.may_satisfy_visit_rule != "no" and not fact.asks_seen:
        yield "asks_seen", "It counts only if the child was seen, so the form must ask"


def _words(stated: list[KindFact], fact: KindDefined) -> Iterable[tuple[str, str]]:
    if not fact.label.strip():
        yield "label", "Enter what it is called"
    elif len(fact.label) > MOST_LABEL:
        yield "label", f"What it is called must be {MOST_LABEL} characters or fewer"
    else:
        others = (each for each in kinds_on(stated, fact.valid_from) if each.code != fact.code)
        if same := next((each for each in others if each.label.casefold() == fact.label.casefold()), None):
            yield "label", f"{same.code} is called this already"
    if not fact.definition.strip():
        yield "definition", "Say what it covers"
    if long := [each for each in fact.synonyms if len(each) > MOST_SYNONYM]:
        yield "synonyms", f"“{long[0][:MOST_SYNONYM]}…” is too long: {MOST_SYNONYM} characters or fewer"
