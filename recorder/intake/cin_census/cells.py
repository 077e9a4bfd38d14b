"""One value of a census read: from the spellings met in the field, and what was odd about it.

A date is taken in the form of the guide (2024-03-31), with a time of midnight behind it, or day first; a yes
or no as 1, 0, true or false. The same value is read once and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from .layout import Element, code_standing, longest_code

__all__ = ["Cell", "CellReader", "cell_reader"]

_GUIDE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WITH_TIME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]{1,15}(?:Z|[+-]\d\d:?\d\d)?|Z|[+-]\d\d:\d\d)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YES_NO = {"1": True, "0": False, "true": True, "false": False}
_SHORT = re.compile(r"[A-Z0-9]{1,4}")
# More different values than any list or span of years has; enough that reading again costs little.
_REMEMBERED = 20_000


class Cell(NamedTuple):
    """A value read. ``tallied``: how it was written otherwise; ``broken``: the rule it breaks; ``shown`` what of it."""

    value: date | bool | int | str | None
    tallied: str = ""
    broken: str = ""
    shown: str = ""


CellReader = Callable[[str], Cell]


def cell_reader(element: Element, year: int) -> CellReader:
    """How the values of an element are read in a census year."""
    if element.kind == "code":
        return _remember(lambda raw: _code(raw, element.code_set, year))
    if element.kind == "pattern":
        form = re.compile(element.pattern)
        return lambda raw: _patterned(raw, form)
    return {"date": _remember(_date), "yes_no": _remember(_yes_no), "whole_number": _whole}.get(element.kind, _text)


def _remember(read: CellReader) -> CellReader:
    memory: dict[str, Cell] = {}

    def remembered(raw: str) -> Cell:
        cell = memory.get(raw)
        if cell is None:
            if len(memory) >= _REMEMBERED:
                memory.clear()
            cell = memory[raw] = read(raw)
        return cell

    return remembered


def _date(raw: str) -> Cell:
    text = raw.strip()
    if not text:
        return Cell(None)
    guide, other, first = _GUIDE.fullmatch(text), _WITH_TIME.fullmatch(text), _DAY_FIRST.fullmatch(text)
    parts = (guide or other).groups() if guide or other else first.groups()[::-1] if first else ()  # type: ignore[union-attr]
    try:
        day = date(*(int(part) for part in parts))
    except (TypeError, ValueError):
        return Cell(None, broken="unreadable_date")
    return Cell(day, tallied="" if guide else "date_format")


def _yes_no(raw: str) -> Cell:
    text = raw.strip().lower()
    if not text:
        return Cell(None)
    if text not in _YES_NO:
        return Cell(None, broken="unreadable_yes_no")
    return Cell(_YES_NO[text], tallied="" if text in {"1", "0"} else "yes_no_words")


def _whole(raw: str) -> Cell:
    text = raw.strip()
    if not text:
        return Cell(None)
    if not text.isdecimal() or len(text) > 4:
        return Cell(None, broken="unreadable_number")
    return Cell(int(text))


def _code(raw: str, code_set: str, year: int) -> Cell:
    text = raw.strip().upper()
    tallied = "" if text == raw.strip(" \t\r\n") else "code_spelling"
    if not text:
        return Cell("")
    if not code_set:
        return Cell(text, tallied) if _SHORT.fullmatch(text) else Cell("", broken="unreadable_form")
    standing = code_standing(code_set, text, year)
    if standing == "held":
        return Cell(text, tallied)
    if standing == "other_year":
        return Cell(text, tallied, "code_other_year", text)
    # A code of no list is kept where it has a code's form; anything longer may be anything, a name too.
    fits = text.isalnum() and text.isascii() and len(text) <= longest_code(code_set)
    return Cell(text if fits else "", tallied, "unknown_code", f" {text}" if fits else "")


def _patterned(raw: str, form: re.Pattern[str]) -> Cell:
    text = raw.strip().upper()
    if not text:
        return Cell("")
    return Cell(text) if form.fullmatch(text) else Cell("", broken="unreadable_form")


def _text(raw: str) -> Cell:
    return Cell(raw.strip())
