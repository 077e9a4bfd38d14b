"""Cells of a row read into values, with every problem of the row gathered in the words of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from recorder.intake.reading import read_date, read_decimal, read_pence

__all__ = ["Cells", "Problem"]

Problem = tuple[str, str, str]
_T = TypeVar("_T")


class Cells:
    """The values of one row. What cannot be read is None and stands in ``problems`` as (rule, column, message)."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        """The cell as written; "" where it is blank or the file has no such column."""
        return self._values.get(name, "")

    def needed(self, name: str, what: str) -> str:
        """The cell, which must not be blank."""
        if not self.text(name):
            self.problem(f"blank_{name}", name, f"Enter {what}")
        return self.text(name)

    def read(self, name: str, read: Callable[[str], _T | None], what: str = "") -> _T | None:
        """The cell as a value; where ``what`` is given, a blank is a problem."""
        try:
            value = read(self.text(name))
        except ValueError as wrong:
            self.problem(f"bad_{name}", name, str(wrong))
            return None
        if value is None and what:
            self.problem(f"blank_{name}", name, f"Enter {what}")
        return value

    def day(self, name: str, what: str = "") -> date | None:
        """The cell as a date."""
        return self.read(name, read_date, what)

    def pence(self, name: str, what: str = "") -> int | None:
        """The cell as pounds, in pence."""
        return self.read(name, read_pence, what)

    def hundredths(self, name: str, what: str = "") -> int | None:
        """The cell as a number of at most two decimals, in hundredths."""
        return self.read(name, _hundredths, what)

    def number(self, name: str, what: str = "") -> Decimal | None:
        """The cell as a number of zero or more."""
        return self.read(name, read_decimal, what)

    def problem(self, rule: str, name: str, message: str) -> None:
        """One more problem of this row."""
        self.problems.append((rule, name, message))


def _hundredths(text: str) -> int | None:
    number = read_decimal(text)
    if number is None:
        return None
    scaled = number * 100
    if scaled != scaled.to_integral_value():
        message = f"“{text}” has more than two decimals"
        raise ValueError(message)
    return int(scaled)
