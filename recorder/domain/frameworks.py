"""An authority's own processes and variations, as dated facts beside the shipped frameworks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from costing.variations import PROCESS_COLUMNS, VARIATION_COLUMNS, FrameworkProblems, Frameworks, frameworks

from .facts import Body, Refused, topic

__all__ = [
    "FrameworkFact",
    "ProcessDefined",
    "ProcessWithdrawn",
    "VariationDefined",
    "VariationWithdrawn",
    "decide_frameworks",
    "frameworks_on",
]


@topic("process.defined.v1")
class ProcessDefined(Body, frozen=True, kw_only=True):
    """A process of the authority's own from a day on; with a shipped code it stands in the shipped one's place."""

    code: str
    framework: str
    number: int
    name: str
    valid_from: date
    unit: str
    counted_from: str
    definition: str = ""
    starts: str = ""
    ends: str = ""
    repeats_by: str = ""
    varies_by: str = ""


@topic("process.withdrawn.v1")
class ProcessWithdrawn(Body, frozen=True, kw_only=True):
    """From a day on the authority's own process no longer holds; a shipped one of the code holds again."""

    code: str
    valid_from: date
    reason: str


@topic("variation.defined.v1")
class VariationDefined(Body, frozen=True, kw_only=True):
    """A variation of the authority's own from a day on. ``when`` is a condition as text in the closed vocabulary."""

    process: str
    code: str
    name: str
    valid_from: date
    adds: bool
    aspect: str
    when: str


@topic("variation.withdrawn.v1")
class VariationWithdrawn(Body, frozen=True, kw_only=True):
    """From a day on the authority's own variation no longer holds; a shipped one of the code holds again."""

    process: str
    code: str
    valid_from: date
    reason: str


FrameworkFact = ProcessDefined | ProcessWithdrawn | VariationDefined | VariationWithdrawn


def frameworks_on(stated: Iterable[FrameworkFact], day: date) -> Frameworks:
    """The frameworks that hold on a day: of one code the last to start, and of one day the last stated.

    ``stated`` in the order in which it became known. Raises ``FrameworkProblems``.
    """
    holding: dict[tuple[str, ...], FrameworkFact] = {}
    for fact in stated:
        key = _key(fact)
        if fact.valid_from <= day and (key not in holding or holding[key].valid_from <= fact.valid_from):
            holding[key] = fact
    return frameworks(
        [_text(fact, PROCESS_COLUMNS) for fact in holding.values() if isinstance(fact, ProcessDefined)],
        [_text(fact, VARIATION_COLUMNS) for fact in holding.values() if isinstance(fact, VariationDefined)],
    )


def decide_frameworks(stated: list[FrameworkFact], fact: FrameworkFact) -> FrameworkFact:
    """May this be stated after what was? On every day it must fit the rest. Raises ``Refused`` with every problem."""
    if isinstance(fact, ProcessWithdrawn | VariationWithdrawn):
        if not fact.reason.strip():
            raise Refused(("reason", "Say why it is withdrawn"))
        if _key(fact) not in {_key(each) for each in stated}:
            raise Refused(("code", "There is nothing of your own with this code"))
    after = [*stated, fact]
    problems: dict[str, None] = {}
    for day in sorted({each.valid_from for each in after if each.valid_from >= fact.valid_from}):
        try:
            frameworks_on(after, day)
        except FrameworkProblems as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise Refused(*(("", problem) for problem in problems))
    return fact


def _key(fact: FrameworkFact) -> tuple[str, ...]:
    if isinstance(fact, ProcessDefined | ProcessWithdrawn):
        return (fact.code,)
    return fact.process, fact.code


def _text(fact: ProcessDefined | VariationDefined, columns: tuple[str, ...]) -> dict[str, str]:
    said = {name: getattr(fact, name) for name in columns}
    return {name: ("yes" if value else "no") if isinstance(value, bool) else str(value) for name, value in said.items()}
