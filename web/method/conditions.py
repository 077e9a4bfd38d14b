"""Conditions put together from lists, line by line, in the closed vocabulary: no script is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costing.predicates import PREDICATES, ConditionProblems, condition

__all__ = ["BUILT", "LINES", "built_text", "line_choices", "lines_of", "lines_shown", "settled_text"]

LINES = 10
_OFFERED, _MORE = 3, 2
_NAMES = ("join", "term", "is")
BUILT = tuple(f"{name}-{line}" for line in range(LINES) for name in _NAMES)
Typed = Mapping[str, str]


def line_choices() -> list[Any]:
    """What a line can say, for a select: each predicate, with its values where it has some."""
    choices: list[Any] = [{"value": "", "text": "Nothing", "group": ""}]
    for each in PREDICATES.values():
        if not each.values:
            choices.append({"value": each.code, "text": each.words, "group": "The child, or what happened"})
    for each in PREDICATES.values():
        for value, words in each.values.items():
            choices.append({"value": f"{each.code}={value}", "text": f"{each.words} {words}", "group": each.words})
    return choices


def lines_shown(typed: Typed) -> int:
    """How many lines a page offers: those in use and two more, so that a button can always bring another."""
    used = max((line + 1 for line in range(LINES) if typed.get(f"term-{line}")), default=0)
    return min(LINES, max(_OFFERED, used + _MORE))


def built_text(typed: Typed) -> str:
    """The condition that the lines come to, as it is written; blank where every line is."""
    text = ""
    for line in range(LINES):
        term = typed.get(f"term-{line}", "")
        if term:
            said = f"not {term}" if typed.get(f"is-{line}") == "not" else term
            join = "or" if typed.get(f"join-{line}") == "or" else "and"
            text = f"{text} {join} {said}" if text else said
    return text


def lines_of(text: str) -> dict[str, str]:
    """The lines that come to a condition; all blank where it cannot be read or has more terms than there are lines."""
    lines = dict.fromkeys(BUILT, "")
    try:
        plain = condition(text).text
    except ConditionProblems:
        return lines
    terms = [
        ("or" if place == 0 else "and", term)
        for part in plain.split(" or ")
        for place, term in enumerate(part.split(" and "))
    ]
    if len(terms) > LINES:
        return lines
    for line, (join, term) in enumerate(terms):
        lines |= {f"join-{line}": join if line else "and", f"term-{line}": term.removeprefix("not ")}
        lines[f"is-{line}"] = "not" if term.startswith("not ") else ""
    return lines


def settled_text(typed: Typed, seen_text: str) -> tuple[str, str]:
    """The condition meant, and what is wrong where it cannot be told.

    `seen_text` is what stood in the text field when the page was shown, with the lines that come to it. The one
    of the two that was changed since holds; where both were and differ, somebody has to say which.
    """
    written, built = " ".join(typed.get("when", "").split()), built_text(typed)
    seen = " ".join(seen_text.split())
    before = built_text(lines_of(seen))
    if built in {written, before} or not built:
        return written, ""
    if written in {seen, ""}:
        return built, ""
    return written, "The lines and the written condition differ. Change one of them to say the same, or clear the lines"
