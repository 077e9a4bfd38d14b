"""A return folder as it is named on the command line: where it is, its year, and when it was known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from costing.calendar import return_year

from .cells import cell_reader
from .csv_file import TableRow, read_csv
from .findings import Finding
from .layout import tables
from .sources import Source, files_in, survey
from .xml_file import read_xml

__all__ = ["IntakeError", "ReturnFolder", "folder_from_argument", "read_source", "return_year_from"]

_TWO_YEARS = re.compile(r"(?<!\d)(20\d\d)[\s/_-]?(20)?(\d\d)(?!\d)")
_ONE_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_WHOLE_DATE = re.compile(r"(?<!\d)20\d\d[._-]?(?:0[1-9]|1[0-2])[._-]?\d\d(?!\d)")
_DATE = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4}))")


class IntakeError(ValueError):
    """What was asked for cannot be read; the message is for the user."""


class ReturnFolder(NamedTuple):
    """A folder (or one file) that holds the return of one year, written `2024/25`.

    `known_on` is the day the return was made, None where nobody said. `inferred`: the year was told from
    the dates inside, not from the name.
    """

    path: Path
    return_year: str
    known_on: date | None
    inferred: bool = False


def folder_from_argument(argument: str, year: str | None = None) -> ReturnFolder:
    """The folder meant by `FOLDER` or `FOLDER=2021-06-30`, its return year given, named, or told from its dates.

    Raises IntakeError where there is no such folder, the date is none, or nothing tells the year.
    """
    path, known_on = Path(argument), None
    if not path.exists() and "=" in argument:
        name, _, day = argument.rpartition("=")
        path, known_on = Path(name), _known_on(day)
    if not path.exists():
        raise IntakeError(f"There is no folder “{path}”.")
    if path.is_dir() and not files_in(path)[0]:
        raise IntakeError(f"The folder “{path}” holds no CSV or XML file.")
    if year is not None:
        told = return_year_from(year)
        if told is None:
            raise IntakeError(f"“{year}” is not a return year. Write it like 2024/25, or 2024 for April 2024 on.")
        return ReturnFolder(path, told, known_on)
    told = _year_in_path(path)
    if told:
        return ReturnFolder(path, told, known_on)
    return ReturnFolder(path, _year_from_dates(path), known_on, inferred=True)


def return_year_from(text: str) -> str | None:
    """The return year that a name tells (2020, 2020/21, 2020-21, SSDA903_2020, 2020-2021); None if none or several.

    A single year is that of the first April.
    """
    if _WHOLE_DATE.search(text):
        return None
    pairs = [(int(m[1]), int(m[3])) for m in _TWO_YEARS.finditer(text)]
    # A year and a month, or two years that do not follow each other, tell no single return year.
    if any((first + 1) % 100 != last for first, last in pairs):
        return None
    told = {first for first, _ in pairs} | {int(y) for y in _ONE_YEAR.findall(_TWO_YEARS.sub(" ", text))}
    return return_year(date(told.pop(), 4, 1)) if len(told) == 1 else None


def read_source(
    source: Source, year: str, say: Callable[[Finding], None], done: Callable[[int], None]
) -> Iterator[TableRow]:
    """The rows of a file in either form; what is odd about the file goes to `say`, bytes read to `done`."""
    return (read_xml if source.xml else read_csv)(source, year, say, done)


def _known_on(text: str) -> date:
    match = _DATE.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        parts = match.groups()[:3] if match[1] else match.groups()[:2:-1]
        return date(*(int(part) for part in parts if part))
    except ValueError:
        raise IntakeError(f"“{text}” is not a date. Write the day the return was made like 2021-06-30.") from None


def _year_in_path(path: Path) -> str | None:
    resolved = path.resolve()
    # A folder 2020/21 is a folder 21 within 2020.
    within = f"{resolved.parent.name}/{resolved.name}"
    if re.fullmatch(r"20\d\d/\d\d", within):
        return return_year_from(within)
    return return_year_from(resolved.name)


def _year_from_dates(path: Path) -> str:
    """The year in which most episodes end; where none has ended, in which most begin."""
    columns = {c.name: (at, cell_reader(c, "")) for at, c in enumerate(tables()["episodes"].columns)}
    counts: dict[str, Counter[str]] = {"DEC": Counter(), "DECOM": Counter()}
    for source in map(survey, files_in(path)[0]):
        for table, _, values in read_source(source, "", lambda _: None, lambda _: None):
            if table != "episodes":
                continue
            for name, counted in counts.items():
                at, read = columns[name]
                day = read(values[at]).value
                if isinstance(day, date):
                    counted[return_year(day)] += 1
    counted = counts["DEC"] or counts["DECOM"]
    if not counted:
        raise IntakeError(
            f"Neither the name of “{path}” nor the dates in it tell the return year. "
            "Name the folder by the year of its first April (2024), or give the year."
        )
    return max(counted, key=lambda year: (counted[year], year))
