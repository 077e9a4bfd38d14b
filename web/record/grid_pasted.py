"""Rows pasted from a spreadsheet: child, what was done, and minutes from Monday to Sunday."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from costing.duration import parse_minutes
from web.design.formats import minutes as minutes_text
from web.record.again import questions_in_words, typed_said
from web.record.choices import Offer, kind_of
from web.record.grid_rows import key_of

__all__ = ["Line", "Pasted", "pasted"]

DAYS = 7
MOST_LINES = 100


@dataclass(frozen=True)
class Line:
    """A row's key and its minutes as typed, one a day."""

    key: str
    minutes: tuple[str, ...]


@dataclass(frozen=True)
class Pasted:
    """The rows that were understood, and what was not, each with its line."""

    lines: tuple[Line, ...]
    problems: tuple[str, ...]


def pasted(text: str, offer: Offer) -> Pasted:
    """The rows of a block: cells between tabs, else between commas; a heading row is passed over."""
    lines: list[Line] = []
    problems: list[str] = []
    for number, written in enumerate(text.splitlines()[:MOST_LINES], start=1):
        if not written.strip():
            continue
        cells = [cell.strip() for cell in written.split("\t" if "\t" in written else ",")]
        if number == 1 and any(cell.casefold().startswith("mon") for cell in cells[2:]):
            continue
        whom, what, days = cells[0], cells[1] if len(cells) > 1 else "", cells[2:]
        wrong = _problems(days)
        typed, said = typed_said(f"{what} {whom}", offer)
        wrong += [f"{words}: write the whole name" for words in questions_in_words(said)]
        kind = kind_of(typed.kind_code)
        if kind is None:
            wrong.append(f"“{what}” is no work we know")
        if whom and not typed.children and not said.questions:
            wrong.append(f"“{whom}” is nobody on your list")
        problems += [f"Line {number}: {words}" for words in wrong]
        if kind is not None and not wrong:
            minutes = [_minutes(day) for day in (days + [""] * DAYS)[:DAYS]]
            lines.append(Line(key_of(kind.code, [UUID(child) for child in typed.children]), tuple(minutes)))
    if not lines and not problems:
        problems.append("Paste rows with a child, what you did, and minutes from Monday to Sunday")
    return Pasted(tuple(lines), tuple(problems))


def _problems(days: list[str]) -> list[str]:
    wrong = []
    for day in days[:DAYS]:
        try:
            parse_minutes(day)
        except ValueError as problem:
            wrong.append(str(problem))
    if any(days[DAYS:]):
        wrong.append("There are more than seven days")
    return wrong


def _minutes(day: str) -> str:
    found = parse_minutes(day)
    return "" if not found else minutes_text(found)
