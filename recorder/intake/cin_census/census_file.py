"""A census file as it is named on the command line, and the year that its header tells."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from costing.calendar import return_year_last
from recorder.intake.reading import read_date

from .findings import FindingList, found
from .reading import ChildReader, Values
from .xml_stream import Broken, Node, read_nodes

__all__ = ["CensusFile", "CensusProblem", "census_file_from_argument", "header_year", "year_in"]

_HEADER = "/Message/Header"
_YEARS = range(2009, 2100)


class CensusProblem(ValueError):
    """What was asked for cannot be read; the message is for the user."""


class CensusFile(NamedTuple):
    """A file of one census; ``known_on`` is the day it was sent, None where nobody said."""

    path: Path
    known_on: date | None = None


def census_file_from_argument(argument: str) -> CensusFile:
    """The file meant by `FILE` or `FILE=2024-07-31`. Raises CensusProblem for no file, or a day that is none."""
    path, known_on = Path(argument), None
    if not path.exists() and "=" in argument:
        name, _, day = argument.rpartition("=")
        path = Path(name)
        try:
            known_on = read_date(day)
        except ValueError as wrong:
            raise CensusProblem(str(wrong)) from wrong
    if not path.is_file():
        raise CensusProblem(f"There is no file “{path}”.")
    return CensusFile(path, known_on)


def header_year(path: Path) -> str:
    """The return year (`2024/25`) that a file's header tells; '' where none does. Reads no further than needed."""
    try:
        for node in read_nodes(path, lambda _: None):
            return year_in(node, FindingList()) if node.name == "Header" else ""
    except Broken:
        return ""
    return ""


def year_in(header: Node, findings: FindingList) -> str:
    """The return year that a header tells, and what is odd about the header; '' where none does."""
    reader = ChildReader(0, FindingList())
    held = reader.values(header, _HEADER)
    details = [reader.values(n, f"{_HEADER}/CollectionDetails") for n in held.groups.get("CollectionDetails", ())]
    own = details[0] if details else Values(header.line, {}, {}, {})
    if own.text("Collection") and own.text("Collection").upper() != "CIN":
        findings.add(found("another_collection", 0, "Collection"))
        return ""
    year = _year(own, findings)
    for node in held.groups.get("Source", ()):
        number = "".join(each.text.strip() for each in node.children if each.name == "LEA")
        if not (number.isdecimal() and len(number) == 3):
            findings.add(found("authority_number", 0, "LEA"))
    return year


def _year(own: Values, findings: FindingList) -> str:
    text, on = own.text("Year"), own.day("ReferenceDate")
    census = int(text) if text.isdecimal() and int(text) in _YEARS else 0
    if not census:
        if on is None or on.year not in _YEARS:
            findings.add(found("no_year", 0, "Year"))
            return ""
        census = on.year
        findings.add(found("year_from_date", 0, "Year", year=census))
    year = f"{census - 1}/{census % 100:02d}"
    if on is not None and on != return_year_last(year):
        findings.add(found("reference_date", 0, "ReferenceDate", day=f"{on:%d/%m/%Y}", year=census))
    return year
