"""The elements and code lists of the CiN census, by census year, from the package's own tables.

A census year is a number: 2025 is the one that ends on 31 March 2025.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

__all__ = ["LATEST", "Element", "code_standing", "element_at", "longest_code", "shipped_table"]

_PATTERN = re.compile(r"string /(.+)/")
# Lists that stand in the type itself, or under the name of another.
_YES_NO = frozenset({"code 0/1"})


@cache
def shipped_table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of this package's own tables (``codes.csv``), every value as text, blank as ''."""
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@dataclass(frozen=True)
class Element:
    """One element. ``kind``: group, date, code, yes_no, whole_number, pattern (``pattern`` says which) or text.

    ``needed`` once in its parent, ``many`` times or once; ``first`` and ``last`` census year that has it.
    """

    name: str
    kind: str
    code_set: str
    pattern: str
    needed: bool
    many: bool
    first: int
    last: int | None
    children: dict[str, Element] = field(default_factory=dict)

    def held_in(self, year: int) -> bool:
        """Whether the census of a year has the element."""
        return self.first <= year and (self.last is None or year <= self.last)


@cache
def _elements() -> dict[str, Element]:
    found: dict[str, Element] = {}
    for row in shipped_table("elements.csv"):
        element = _element(row)
        found[row["path"]] = element
        parent = found.get(row["path"].rpartition("/")[0])
        if parent is not None:
            parent.children[element.name] = element
    return found


def _element(row: dict[str, str]) -> Element:
    pattern = _PATTERN.fullmatch(row["type"])
    return Element(
        name=row["element"],
        kind=_kind(row["type"], row["code_set"], pattern is not None),
        code_set=row["code_set"],
        pattern=pattern[1] if pattern else "",
        needed=row["min"] == "1",
        many=row["max"] == "many",
        first=int(row["from_census_year"]),
        last=int(row["to_census_year"]) if row["to_census_year"] else None,
    )


def _kind(written: str, code_set: str, patterned: bool) -> str:
    if code_set == "YesNo" or written in _YES_NO:
        return "yes_no"
    if patterned:
        return "pattern"
    if written.startswith("integer"):
        return "whole_number"
    if written.startswith("code"):
        return "code"
    return written if written in {"group", "date"} else "text"


def element_at(path: str) -> Element:
    """The element at a path such as ``/Message/Children/Child``. Raises KeyError."""
    return _elements()[path]


@cache
def _codes(code_set: str) -> dict[str, tuple[int, int | None]]:
    """Each code of a list with the first and last census year that has it."""
    return {
        row["code"]: (
            int(row["from_census_year"] or 0),
            int(row["to_census_year"]) if row["to_census_year"] else None,
        )
        for row in shipped_table("codes.csv")
        if row["code_set"] == code_set
    }


@cache
def code_standing(code_set: str, code: str, year: int) -> str:
    """Whether a list holds a code in a census year: ``held``, ``other_year``, or ``unknown``."""
    years = _codes(code_set).get(code)
    if years is None:
        return "unknown"
    first, last = years
    return "held" if first <= year and (last is None or year <= last) else "other_year"


@cache
def longest_code(code_set: str) -> int:
    """How many characters the longest code of a list has; anything longer may be anything, a name too."""
    return max((len(code) for code in _codes(code_set)), default=4)


LATEST = max(element.first for element in _elements().values())
