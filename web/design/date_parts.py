"""A date asked as day, month and year, read the way people write dates."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms.utils import unset_value

from web.design.drawn import DrawnField
from web.design.formats import MONTHS

PARTS = ("day", "month", "year")
_WHOLE = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2}|[A-Za-z]{3,9})\s*[/.\-\s]\s*(\d+)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MOST_DIGITS = 4
_SHORT_MONTH = 3


class DateProblem(ValueError):
    """A date that cannot be read; `parts` names the boxes that are wrong, of day, month and year."""

    def __init__(self, text: str, parts: Sequence[str]) -> None:
        super().__init__(text)
        self.parts = tuple(parts)


def read_date(typed: Sequence[str], subject: str = "Date") -> date | None:
    """The date in three typed parts, or None when all are blank.

    A whole date in the first box (5/6/2026, 5 June 2026, 2026-06-05) is read as one. Raises DateProblem, in
    words that begin with `subject`.
    """
    day, month, year = _split([" ".join(part.split()) for part in typed])
    missing = [name for name, text in zip(PARTS, (day, month, year), strict=True) if not text]
    if len(missing) == len(PARTS):
        return None
    if missing:
        raise DateProblem(f"{subject} must include a {' and '.join(missing)}", missing)
    numbers = {"day": _digits(day), "month": _month_number(month), "year": _digits(year)}
    wrong = [name for name, number in numbers.items() if number is None]
    if wrong:
        raise DateProblem(f"{subject} must be a real date", wrong)
    if len(year) != _MOST_DIGITS:
        raise DateProblem(f"{subject} must have a year of 4 numbers, like 2026", ["year"])
    return _real_date(int(numbers["day"] or 0), int(numbers["month"] or 0), int(numbers["year"] or 0), subject)


def _split(parts: Sequence[str]) -> tuple[str, str, str]:
    day, month, year = parts
    if day and not month and not year:
        if whole := _ISO.fullmatch(day):
            return whole[3], whole[2], whole[1]
        if whole := _WHOLE.fullmatch(day):
            return whole[1], whole[2], whole[3]
    return day, month, year


def _digits(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _month_number(text: str) -> int | None:
    plain = text.casefold()
    if len(plain) >= _SHORT_MONTH:
        for number, name in enumerate(MONTHS, start=1):
            if name.casefold().startswith(plain):
                return number
    return _digits(text)


def _real_date(day: int, month: int, year: int, subject: str) -> date:
    if not 1 <= month <= 12:
        raise DateProblem(f"{subject} must be a real date", ["month"])
    try:
        return date(year, month, day)
    except ValueError:
        raise DateProblem(f"{subject} must be a real date", ["day"] if year else ["year"]) from None


class DatePartsField(DrawnField):
    """A date asked in three boxes; None when all are blank.

    `subject` begins the error, "Date of birth must be a real date"; the label is used without it.
    """

    macro = "date_input"

    def __init__(self, label: str, validators: Sequence[Any] = (), *, subject: str = "", **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.subject = subject or label.rstrip("?")
        self.typed: tuple[str, ...] = ("", "", "")
        self.wrong_parts: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the three parts, however many of them were sent."""
        super().process(None, data, extra_filters)
        self.wrong_parts = ()
        if isinstance(self.data, date):
            self.typed = (str(self.data.day), str(self.data.month), f"{self.data.year:04d}")
        if formdata is None:
            return
        self.typed = tuple(str(formdata.get(f"{self.name}-{part}") or "") for part in PARTS)
        self.raw_data = [text for text in self.typed if text.strip()]
        self.data = None
        try:
            self.data = read_date(self.typed, self.subject)
        except DateProblem as problem:
            self.wrong_parts = problem.parts
            self.process_errors.append(str(problem))

    def arguments(self) -> dict[str, Any]:
        """The legend and the parts exactly as typed."""
        shown = dict(zip(PARTS, self.typed, strict=True))
        return {"legend": self.label.text, "hint": self.description, "error_parts": self.wrong_parts} | shown

    def first_input(self) -> str:
        """The first box that is wrong."""
        return f"{self.id}-{next(iter(self.wrong_parts), 'day')}"
