"""Reading a CSV file as people's systems write it: any common encoding, separator and order of columns.

Rows come one at a time with the number a spreadsheet shows beside them (the header is row 1), so memory
does not grow with the file. Dates and money are read as they are written, or refused in plain words.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TextIO

import msgspec

__all__ = ["CsvFile", "FileProblem", "Finding", "Row", "open_csv", "read_date", "read_decimal", "read_pence"]

READ_AT_ONCE = 1 << 16
_SEPARATORS = ",;\t|"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_MONTH_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s/-]+([a-z]{3,9})\.?[\s/,-]+(\d{4}|\d{2})")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00(\.0+)?)?Z?$")
_MONEY = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d{1,12})?(\.\d{1,12})?")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something to say about a file. ``row`` as a spreadsheet shows it, 0 for the whole file.

    ``rule`` is a lasting short name; ``severity`` is error (the row is not taken), warning or note.
    """

    rule: str
    row: int
    field: str
    message: str
    severity: str = "error"


class FileProblem(ValueError):
    """The file cannot be read at all; ``findings`` says why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f.message for f in findings))
        self.findings = findings


class Row(NamedTuple):
    """One row: its number beside it in a spreadsheet, and its values by column, without outer blanks."""

    number: int
    values: dict[str, str]


class CsvFile:
    """An opened CSV file: ``lines`` in it (about its rows), what was odd about it, and its rows."""

    def __init__(self, path: Path, encoding: str, lines: int, separator: str, columns: Sequence[str]) -> None:
        self.path = path
        self.encoding = encoding
        self.lines = lines
        self.separator = separator
        self.columns = tuple(columns)
        self.odd: list[Finding] = []

    def rows(self) -> Iterator[Row]:
        """Each row that is not blank. Raises ``FileProblem`` where the file stops being CSV."""
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as stream:
            reader = csv.reader(_without_nulls(stream), delimiter=self.separator)
            number = 0
            try:
                for number, cells in enumerate(reader, start=1):
                    if number > 1 and any(cell.strip() for cell in cells):
                        padded = [*cells, *[""] * (len(self.columns) - len(cells))]
                        yield Row(number, {n: v.strip() for n, v in zip(self.columns, padded, strict=False) if n})
            except csv.Error as wrong:
                message = f"The file cannot be read as CSV after row {number}"
                raise FileProblem(Finding(rule="not_csv", row=number, field="", message=message)) from wrong


def open_csv(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> CsvFile:
    """Open a file and check its header. Column names are compared without capitals, blanks or underscores.

    Raises ``FileProblem`` for a file that is empty, not text, or without a required column (all are
    named). A column nobody knows is left out and said in ``odd``.
    """
    encoding, lines = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        first = stream.readline()
    if not first.strip():
        raise FileProblem(Finding(rule="empty_file", row=0, field="", message="The file is empty"))
    separator = max(_SEPARATORS, key=first.count)
    named = [_plain(cell) for cell in next(csv.reader([first], delimiter=separator))]
    wanted = {_plain(name): name for name in (*required, *optional)}
    missing = [name for name in required if _plain(name) not in named]
    if missing:
        raise FileProblem(
            *(
                Finding(rule="column_missing", row=1, field=name, message=f"The file has no column called {name}")
                for name in missing
            )
        )
    columns = [wanted.get(name, "") if named.index(name) == place else "" for place, name in enumerate(named)]
    found = CsvFile(path, encoding, lines, separator, columns)
    for place, name in enumerate(named):
        if name and not columns[place]:
            said = "is there twice; the first is taken" if name in wanted else "is not used"
            message = f"The column in place {place + 1} {said}"
            found.odd.append(Finding(rule="column_unused", row=1, field=name, message=message, severity="note"))
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.strip().strip("\ufeff").casefold())


def _without_nulls(stream: TextIO) -> Iterator[str]:
    for line in stream:
        yield line.replace("\x00", "")


def _encoding(path: Path) -> tuple[str, int]:
    """The encoding (by its mark; else UTF-8 where all of it is; else Windows Latin) and how many lines."""
    with path.open("rb") as stream:
        start = stream.read(4)
        marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
        decoder = codecs.getincrementaldecoder(marked or "utf-8")(errors="strict")
        stream.seek(0)
        lines = 0
        try:
            while block := stream.read(READ_AT_ONCE):
                lines += decoder.decode(block).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            if b"\x00" in start or marked not in (None, "utf-8-sig"):
                message = "The file is not text. Save it as CSV and try again"
                raise FileProblem(Finding(rule="not_text", row=0, field="", message=message)) from None
            return "cp1252", _count_lines(path)
    return marked or "utf-8", lines


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _count_lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(READ_AT_ONCE), b""))


@lru_cache(maxsize=8192)
def read_date(text: str) -> date | None:
    """A date as written (2024-06-04, 06/12/2024 day first, 12 Aug 24), None where nothing is.

    A year of two digits is in this century. Raises ``ValueError`` in words for whoever wrote it.
    """
    written = _MIDNIGHT.sub("", text.strip())
    if not written:
        return None
    try:
        if match := _YEAR_FIRST.fullmatch(written):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.fullmatch(written):
            return date(_year(match[3]), int(match[2]), int(match[1]))
        if match := _MONTH_NAMED.fullmatch(written.casefold()):
            return date(_year(match[3]), _MONTHS.index(match[2][:3]) + 1, int(match[1]))
    except ValueError:
        message = f"“{written}” is not a day in the calendar. Write it like 04/06/2024"
        raise ValueError(message) from None
    message = f"“{written}” is not a date we can read. Write it like 04/06/2024"
    raise ValueError(message)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


@lru_cache(maxsize=8192)
def read_decimal(text: str) -> Decimal | None:
    """An amount as written, ``£`` and thousands commas apart; None where nothing is written.

    Raises ``ValueError`` for anything that is not an amount of zero or more.
    """
    written = " ".join(text.split())
    if not written:
        return None
    match = _MONEY.fullmatch(written)
    if not match or not (match[1] or match[2]):
        below = written.startswith(("-", "(", "£-", "−"))
        message = f"“{written}” is {'less than nothing' if below else 'not an amount'}. Write it like 1119.36"
        raise ValueError(message)
    return Decimal((match[1] or "0").replace(",", "") + (match[2] or ""))


def read_pence(text: str) -> int | None:
    """Pounds as written to whole pence, exactly; None where nothing is written. Raises ``ValueError``."""
    amount = read_decimal(text)
    if amount is None:
        return None
    pence = amount * 100
    if pence != pence.to_integral_value():
        message = f"“{text.strip()}” has parts of a penny. Write pounds and pence, like 1119.36"
        raise ValueError(message)
    return int(pence)
