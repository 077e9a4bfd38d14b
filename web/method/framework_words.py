"""Frameworks in words: what a process is counted from, when a variation is picked, what was stated of both."""

from __future__ import annotations

from costing.pathway_triggers import TRIGGERS
from costing.predicates import PREDICATES, condition
from costing.processes import Process
from costing.variations import Variation, shipped_frameworks
from projections.queries.framework_effect import Counted
from recorder.domain.frameworks import FrameworkFact, ProcessDefined, ProcessWithdrawn, VariationDefined
from web.design.formats import number

__all__ = [
    "UNITS",
    "counted_words",
    "does_words",
    "facts_of",
    "if_words",
    "origin_of_process",
    "origin_of_variation",
    "predicate_rows",
    "said_of",
    "trigger_words",
]

UNITS = {"occurrence": "An occurrence", "month": "A month in process", "day": "A day in process"}
OWN, SHIPPED, IN_PLACE = "Own", "Shipped", "Own, in the shipped one’s place"


def trigger_words(code: str) -> str:
    """What a process is counted from: "A period of care starts"."""
    found = TRIGGERS.get(code)
    return found.words[0].upper() + found.words[1:] if found else code


def if_words(variation: Variation) -> str:
    """When a variation is picked: "If the child is under six and ..."."""
    return f"If {variation.when.words()}"


def does_words(*, adds: bool) -> str:
    """What a variation does."""
    return "Adds to the rest" if adds else "Replaces the base case"


def origin_of_process(process: Process) -> str:
    """Whether a process came with the product or is the authority's own."""
    shipped = {each.code: each for each in shipped_frameworks().processes}
    if process.code not in shipped:
        return OWN
    return SHIPPED if shipped[process.code] == process else IN_PLACE


def origin_of_variation(variation: Variation) -> str:
    """Whether a variation came with the product or is the authority's own."""
    shipped = {(each.process, each.code): each for each in shipped_frameworks().variations}
    key = variation.process, variation.code
    if key not in shipped:
        return OWN
    return SHIPPED if shipped[key] == variation else IN_PLACE


def predicate_rows() -> list[list[str]]:
    """The closed vocabulary: code, what it says after *if*, how it is decided, and where it is ever known."""
    rows = []
    for each in PREDICATES.values():
        values = "; ".join(f"{each.code}={value}: {words}" for value, words in each.values.items())
        known = "; ".join(sorted(trigger_words(code) for code in each.only)) if len(each.only) < 4 else ""
        known = known or ("Whatever belongs to time in care" if each.only else "Any process")
        words = f"If {each.words}" + (" …" if values else "")
        rows.append([values or each.code, words, each.meaning, known])
    return rows


def counted_words(counted: Counted) -> str:
    """What was counted: "12 occurrences of 9 children", days where the process goes on."""
    said = []
    if counted.occurrences:
        said.append(f"{number(counted.occurrences)} {'occurrence' if counted.occurrences == 1 else 'occurrences'}")
    if counted.days:
        said.append(f"{number(counted.days)} {'day' if counted.days == 1 else 'days'}")
    if not said:
        return "none"
    return f"{' and '.join(said)} of {number(counted.children)} {'child' if counted.children == 1 else 'children'}"


def facts_of(stated: FrameworkFact) -> tuple[str, str]:
    """The process and the variation that a statement is about; no variation where it is about the process."""
    if isinstance(stated, ProcessDefined | ProcessWithdrawn):
        return stated.code, ""
    return stated.process, stated.code


def said_of(stated: FrameworkFact) -> tuple[str, str]:
    """A statement as a page lists it: what was done, and what it says."""
    if isinstance(stated, ProcessDefined):
        return "Process defined", f"{stated.name}. Counted from: {trigger_words(stated.counted_from).lower()}"
    if isinstance(stated, VariationDefined):
        when = condition(stated.when).words()
        return "Variation defined", f"{stated.name}. If {when}. {does_words(adds=stated.adds)}"
    what = "Process withdrawn" if isinstance(stated, ProcessWithdrawn) else "Variation withdrawn"
    return what, stated.reason
