"""The form of one change: its fields by kind, what can be chosen in them, and what was typed read back as a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from costing.calculator import RunProblems
from costing.what_if import KINDS, VALUES, Change, read_change
from web.design.date_parts import PARTS, DateProblem, read_date

__all__ = ["BY", "KIND_WORDS", "TypedChange", "read_typed_change"]

Typed = MultiDict[str, str]
KIND_WORDS = {
    "fee": ("A fee", "A type of placement costs more or less, or another amount a week"),
    "placement_mix": ("The mix of placements", "Part of the nights, or of the children, of one type are in another"),
    "frequency": ("How often", "A process happens more or less often"),
    "new_service": ("A new service", "At a price, for some or all of the children"),
    "new_process": ("A new process", "Hours of work, for some or all of the children"),
    "removed_process": ("A process that is not done", "Its work costs nothing; nights in placements stay"),
    "staffing_mix": ("Who does the work", "Part of one worker type’s hours in a process are another’s"),
    "standard_time": ("A standard time", "A process takes other hours of a worker type"),
}
BY = {
    "fee": {"percent": ("percent",), "weekly": ("weekly",)},
    "frequency": {"factor": ("factor",), "days": ("days",), "months": ("months",)},
    "standard_time": {"hours": ("hours",), "added": ("added",)},
}
"""Fields of which one is chosen, by the answer to `by`."""

HOURS_OF, _MOST_DIGITS = "hours_of_", 7
_SUBJECTS = {
    "percent": "The percentage",
    "weekly": "The amount a week",
    "factor": "How many times as often",
    "days": "The days between plans",
    "months": "The months between reviews",
    "amount": "The amount",
    "hours": "The hours",
    "added": "The hours added",
    "age_from": "The age",
    "age_to": "The age",
    "first": "The first day",
    "last": "The last day",
}
# What a problem speaks of, and the field it is about; the first that fits.
_ABOUT = (
    ("reference of a provider", "urn"),
    ("how often", "by"),
    ("one of the two", "by"),
    ("days between", "days"),
    ("months between", "months"),
    ("times as often", "factor"),
    ("two different placement", "to_type"),
    ("to move from", "from_type"),
    ("to move to", "to_type"),
    ("type of placement", "placement_type"),
    ("two different worker", "to_worker"),
    ("per cent", "percent"),
    ("amount a week", "weekly"),
    ("amount", "amount"),
    ("hours added", "added"),
    ("at least one worker", "worker_hours"),
    ("hours of", "worker_hours"),
    ("The hours", "hours"),
    ("worker type", "worker_type"),
    ("name", "name"),
    ("ends before", "last-day"),
    ("age", "age_from"),
    ("process", "process"),
)


@dataclass
class TypedChange:
    """A form read: the change, or what is wrong by the id of its field."""

    change: Change | None
    wrong: dict[str, list[str]]

    @property
    def errors(self) -> list[dict[str, str]]:
        """For the error summary."""
        return [{"text": text, "href": f"#{name}"} for name, said in self.wrong.items() for text in said]


def read_typed_change(typed: Typed, workers: Iterable[str]) -> TypedChange:
    """The change that a form says, with everything that is wrong with it."""
    kind = typed.get("kind", "")
    if kind not in KINDS:
        return TypedChange(None, {"kind": ["Select what is to be otherwise"]})
    wrong: dict[str, list[str]] = {}
    table: dict[str, Any] = {"kind": kind}
    left_out = _left_out(kind, typed)
    for each in fields(KINDS[kind]):
        if each.name in left_out:
            continue
        value = _value(each.name, typed, wrong, workers)
        if value is not None:
            table[each.name] = value
    if "line" in typed:
        table["process"], _, said = typed["line"].partition("|")
        table["variations"] = [code for code in said.split("+") if code]
    try:
        change = read_change(table)
    except RunProblems as refused:
        for text in refused.problems:
            name = _field_of(text, kind, table)
            unread = name == "by" and wrong.keys() & {each for way in BY.get(kind, {}).values() for each in way}
            if name not in wrong and not unread:
                wrong.setdefault(name, []).append(text.rstrip("."))
        return TypedChange(None, wrong)
    return TypedChange(None if wrong else change, wrong)


def _left_out(kind: str, typed: Typed) -> set[str]:
    """Fields whose other was chosen: what is typed in them says nothing."""
    ways = BY.get(kind, {})
    return {name for way, names in ways.items() if way != typed.get("by") for name in names}


def _value(name: str, typed: Typed, wrong: dict[str, list[str]], workers: Iterable[str]) -> Any:
    text = " ".join(typed.get(name, "").split())
    match VALUES.get(name, "text"):
        case "date":
            return _date(name, typed, wrong)
        case "texts":
            return typed.getlist(name)
        case "hours":
            said = {who: _number(f"{HOURS_OF}{who}", typed, wrong, "The hours") for who in workers}
            return {who: hours for who, hours in said.items() if hours}
        case "whole":
            return _whole(name, text, wrong)
        case "text":
            return text
    return _number(name, typed, wrong, _SUBJECTS.get(name, "It"))


def _whole(name: str, text: str, wrong: dict[str, list[str]]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS:
        return int(text)
    if text:
        wrong[name] = [f"{_SUBJECTS[name]} must be a whole number, like 3"]
    return None


def _number(name: str, typed: Typed, wrong: dict[str, list[str]], subject: str) -> Decimal | None:
    text = typed.get(name, "").strip().replace(",", "").removeprefix("£").removesuffix("%").replace("−", "-")
    if not text:
        return None
    try:
        found = Decimal(text)
        if found.is_finite():
            return found
    except InvalidOperation:
        pass
    wrong[name] = [f"{subject} must be a number, like 2.5"]
    return None


def _date(name: str, typed: Typed, wrong: dict[str, list[str]]) -> date | None:
    try:
        return read_date([typed.get(f"{name}-{part}", "") for part in PARTS], _SUBJECTS[name])
    except DateProblem as problem:
        wrong[f"{name}-day"] = [str(problem)]
        return None


def _field_of(problem: str, kind: str, table: dict[str, Any]) -> str:
    """The id of the field that a problem is about."""
    name = next((field for words, field in _ABOUT if words in problem), "process")
    if name == "by" and (said := [each for way in BY.get(kind, {}).values() for each in way if each in table]):
        return said[0]
    if kind in {"new_service", "new_process"} and name in {"process", "worker_type"}:
        return "name"
    if kind == "standard_time" and name == "process":
        return "line"
    own = [each.name for each in fields(KINDS[kind])]
    return name if name in {*own, "by", "line", "last-day"} else own[0]
