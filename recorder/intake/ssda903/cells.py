"""One value of a file: read from the spellings met in the field, and what was odd about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from .codes import codes_of, years_of
from .layout import Column

__all__ = ["Cell", "CellReader", "cell_reader", "shown"]

_BLANK_WORDS = frozenset({"NULL", "NAN", "NAT", "NONE", "N/A", "#N/A", "<NA>"})
_DECIMAL = re.compile(r"(\d+)\.0+")
_GUIDE_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_SHORT_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: 0?0:00(?::00)?)?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DATE_LIKE = re.compile(r"[\d/.: T-]{1,19}")
_SDQ_HIGHEST = 40
# More days than a return spans; enough that reading again costs little.
_REMEMBERED = 4_000


class Cell(NamedTuple):
    """A value read, and the rules it breaks or bends (codes of `rules.csv`)."""

    value: str | date | int | None
    odd: tuple[str, ...] = ()


CellReader = Callable[[str], Cell]


def cell_reader(column: Column, year: str) -> CellReader:
    """How the values of a column are read in a return year. Same values are read once and remembered."""
    if column.kind == "date":
        return _remember(_read_date)
    if column.kind == "integer":
        return _remember(_read_integer)
    if column.kind == "code":
        return _remember(_code_reader(column, year))
    if column.kind == "free":
        return lambda raw: Cell(raw.strip())
    return _read_identifier if column.kind == "identifier" else _read_text


def shown(raw: str, column: Column) -> str:
    """A value as a message may show it: short codes and dates of care; never what might be a person's.

    A value in the wrong column can be a name, a birth date or a postcode, so anything longer is left to the row.
    """
    value = raw.strip()
    if column.kind == "date":
        birth = column.name in {"DOB", "MC_DOB"}
        return "" if birth or not _DATE_LIKE.fullmatch(value) else f" ({value})"
    return f" {value.upper()}" if len(value) <= 3 and value.isalnum() else ""


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


def _read_date(raw: str) -> Cell:
    text = raw.strip()
    if not text:
        return Cell(None)
    if text.upper() in _BLANK_WORDS:
        return Cell(None, ("blank_word",))
    odd: tuple[str, ...] = () if text == raw else ("code_spelling",)
    guide = _GUIDE_DATE.fullmatch(text)
    short, iso = _SHORT_DATE.fullmatch(text), _ISO_DATE.fullmatch(text)
    parts = [int(p) for p in short.groups()[::-1]] if short else [int(p) for p in iso.groups()] if iso else []
    try:
        day = date(*parts)
    except (TypeError, ValueError):
        return Cell(None, ("unreadable_date",))
    return Cell(day, odd if guide else (*odd, "date_format"))


def _read_text(raw: str) -> Cell:
    text = raw.strip().upper()
    if text in _BLANK_WORDS:
        return Cell("", ("blank_word",))
    odd: tuple[str, ...] = () if text == raw else ("code_spelling",)
    decimal = _DECIMAL.fullmatch(text)
    return Cell(decimal[1], (*odd, "decimal_number")) if decimal else Cell(text, odd)


def _read_identifier(raw: str) -> Cell:
    text = raw.strip()
    odd: tuple[str, ...] = () if text == raw else ("code_spelling",)
    if text.upper() in _BLANK_WORDS:
        return Cell("", ("blank_word",))
    decimal = _DECIMAL.fullmatch(text)
    return Cell(decimal[1], (*odd, "decimal_number")) if decimal else Cell(text, odd)


def _code_reader(column: Column, year: str) -> CellReader:
    known = codes_of(column.code_set, year)
    unknown = {"PLACE": "unknown_place", "PLACE_PROVIDER": "unknown_provider"}.get(column.code_set, "unknown_code")

    def read(raw: str) -> Cell:
        value, odd = _read_text(raw)
        code = str(value)
        if not code or code in known:
            return Cell(code, odd)
        rule = "code_not_this_year" if years_of(column.code_set, code) else unknown
        return Cell(code, (*odd, rule))

    return read


def _read_integer(raw: str) -> Cell:
    value, odd = _read_text(raw)
    text = str(value)
    if not text:
        return Cell(None, odd)
    if not text.isdecimal() or int(text) > _SDQ_HIGHEST:
        return Cell(None, (*odd, "bad_number"))
    return Cell(int(text), odd)
