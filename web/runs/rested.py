"""What a line of a child's report rests on, in words: the facts behind it, found by the ids that the line holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from costing.money import units_of_pence
from projections import tables as t
from web.design.formats import pounds, uk_date
from web.words import code_words, kind_words

__all__ = ["facts_in_words"]

_IN_LIST = 900
_NAMES = {
    "early_help": "Early help",
    "referral": "Referral",
    "assessment": "Assessment",
    "cin_plan": "Child in need plan",
    "cp_plan": "Child protection plan",
    "pre_proceedings": "Pre-proceedings",
    "section47": "Section 47 enquiry",
    "need": "Need",
    "disabilities": "Disability",
}
_BEGINNINGS = ("referred_on", "starts", "intended", "begun", "noted_on")


def facts_in_words(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Each id with the fact it stands for, as it is known today; one that no table holds stays as it is."""
    wanted: dict[str, list[int]] = defaultdict(list)
    said: dict[str, str] = {}
    for each in dict.fromkeys(ids):
        kind, _, number = each.partition(":")
        said[each] = f"{_NAMES.get(kind, kind.replace('_', ' ').capitalize())} {number}".strip()
        if number.isdigit():
            wanted[kind].append(int(number))
    for kind, numbers in wanted.items():
        table = _table(kind)
        if table is None or f"{kind}_no" not in table.c:
            continue
        words = _WORDS.get(kind, _begun)
        for start in range(0, len(numbers), _IN_LIST):
            chunk = numbers[start : start + _IN_LIST]
            for row in connection.execute(select(table).where(table.c[f"{kind}_no"].in_(chunk))).mappings():
                gone = " (withdrawn since)" if row.get("withdrawn") else ""
                said[f"{kind}:{row[f'{kind}_no']}"] = words(kind, row) + gone
    return said


def _table(kind: str) -> Table | None:
    return t.metadata.tables.get(kind)


def _span(first: date, last: date | None) -> str:
    return f"{uk_date(first)} to {uk_date(last)}" if last else f"from {uk_date(first)}"


def _episode(_kind: str, row: Any) -> str:
    place = code_words("PLACE", row["place"])
    return f"Episode of care {_span(row['decom'], row['dec'])}: {place[0].lower()}{place[1:]}"


def _review(_kind: str, row: Any) -> str:
    return f"Review held on {uk_date(row['held_on'])}"


def _activity(_kind: str, row: Any) -> str:
    return f"{kind_words(row['kind'])} on {uk_date(row['service_date'])}"


def _fee(_kind: str, row: Any) -> str:
    return f"Fee of {pounds(units_of_pence(row['weekly_pence']))} a week, {_span(row['valid_from'], row['valid_to'])}"


def _begun(kind: str, row: Any) -> str:
    name = _NAMES.get(kind, kind.replace("_", " ").capitalize())
    day = next((row[column] for column in _BEGINNINGS if row.get(column)), None)
    return f"{name} of {uk_date(day)}" if day else name


_WORDS: dict[str, Callable[[str, Any], str]] = {
    "episode": _episode,
    "review": _review,
    "activity": _activity,
    "fee": _fee,
}
