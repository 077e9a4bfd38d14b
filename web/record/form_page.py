"""What the template of the entry form needs: the offer, what was typed, and problems by their answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from web.record.choices import OUTCOMES, SEEN, Offer, kind_of, process_choices, seen_kinds
from web.record.day import WEEKDAYS
from web.record.reading import MOST_NOTE
from web.record.typed import KEEP, OTHER, Typed

__all__ = ["error_list", "form_context"]

# Problems that the domain names by its own fields, by the answer that leads to them.
_ANSWERS = {"on": "day-day", "workers": "colleagues"}
_ANYWHERE = {"children": "kind", "colleagues": "minutes"}


def _also(code: str) -> str:
    """What else people call a kind of work, for the box that finds it."""
    found = kind_of(code)
    return ";".join((*found.synonyms, found.code)) if found else ""


def form_context(typed: Typed, offer: Offer, problems: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The names that the form's template reads."""
    at_hand = {each.code for each in offer.kinds_at_hand}
    kind = typed.kind if typed.kind in at_hand or typed.kind in {OTHER, ""} else OTHER
    wrong: dict[str, list[str]] = {}
    for field, words in problems:
        wrong.setdefault(_ANSWERS.get(field, field), []).append(words)
    other_kinds = [{**each, "also": _also(each["value"])} for each in offer.other_kinds]
    chosen = kind_of(typed.kind_code)
    if kind == OTHER and chosen and all(each["value"] != chosen.code for each in other_kinds):
        other_kinds = [{"value": chosen.code, "text": chosen.label, "group": "As recorded"}, *other_kinds]
    processes = process_choices()
    if typed.process == KEEP:
        processes = [{"value": KEEP, "text": "Leave each child’s as it is"}, *processes]
    return {
        "typed": typed,
        "weekday": WEEKDAYS[offer.today.weekday()],
        "wrong_parts": [part for part in ("day", "month", "year") if f"day-{part}" in wrong],
        "wrong_seen": any(field.startswith("seen-") for field in wrong),
        "wrong_weight": any(field.startswith("weight-") for field in wrong),
        "wrong_colleague": any(field.startswith("their-minutes-") for field in wrong),
        "offer": offer,
        "wrong": wrong,
        "kind": kind,
        "other_kinds": [{"value": "", "text": "Select other work"}, *other_kinds],
        "processes": processes,
        "outcomes": OUTCOMES,
        "seen_answers": list(SEEN.items()),
        "seen_kinds": " ".join(sorted(seen_kinds())),
        "asks_seen": chosen is not None and chosen.asks_seen,
        "most_note": MOST_NOTE,
    }


def error_list(problems: Iterable[tuple[str, str]], offer: Offer) -> list[dict[str, str]]:
    """The problems for the error summary, each with a link that leads into an answer of the page."""
    empty = {name for name, given in (("children", offer.children), ("colleagues", offer.colleagues)) if not given}
    found = []
    for field, words in problems:
        answer = _ANSWERS.get(field, field)
        answer = _ANYWHERE[answer] if answer in empty else answer
        found.append({"text": words, "href": f"#{answer}"} if answer else {"text": words})
    return found
