"""The mapping of postings to general-ledger codes as a CSV file: read with every problem at once, written as read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from costing.coding import CODES, CONDITIONS
from recorder.domain.coding import MappingRow, mapping_problems
from recorder.intake.reading import read_date

__all__ = ["MAPPING_COLUMNS", "MappingFileRefused", "read_mapping", "write_mapping"]

MAPPING_COLUMNS = (*CONDITIONS, *CODES, "valid_from", "valid_to")
_NEEDED = ("cost_centre", "valid_from")
_MOST_ROWS = 5_000
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class MappingFileRefused(ValueError):
    """A file that states no mapping; ``problems`` are all there are, each with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_mapping(content: bytes) -> tuple[MappingRow, ...]:
    """The rows of a file with a heading of `MAPPING_COLUMNS` in any order. Raises ``MappingFileRefused``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    reader = csv.DictReader(io.StringIO(text))
    heads = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    problems = [f"The file has no column “{name}”" for name in _NEEDED if name not in heads]
    problems += [f"The column “{name}” is not known. Columns are {', '.join(MAPPING_COLUMNS)}"
                 for name in heads if name and name not in MAPPING_COLUMNS]  # fmt: skip
    if problems:
        raise MappingFileRefused(problems)
    reader.fieldnames = heads
    rows: list[MappingRow] = []
    lines: list[int] = []
    for said in reader:
        values = {name: _plain(said.get(name) or "") for name in MAPPING_COLUMNS}
        if not any(values.values()):
            continue
        row, wrong = _row(values)
        problems += [f"Line {reader.line_num}: {text}" for text in wrong]
        rows.append(row)
        lines.append(reader.line_num)
    if not rows:
        problems.append("The file has no rows")
    if len(rows) > _MOST_ROWS:
        problems.append(f"The file has more than {_MOST_ROWS:,} rows")
    else:
        problems += [f"Line {lines[place]}: {text}" for place, _, text in mapping_problems(rows)]
    if problems:
        raise MappingFileRefused(problems)
    return tuple(rows)


def _plain(cell: str) -> str:
    """A cell without blanks round it, and without the apostrophe that led a text off from being a formula."""
    text = " ".join(cell.split())
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_SIGNS) else text


def _row(values: dict[str, str]) -> tuple[MappingRow, list[str]]:
    problems: list[str] = []
    days: dict[str, date | None] = {}
    for name, words in (("valid_from", "the first day"), ("valid_to", "the last day")):
        try:
            days[name] = read_date(values[name]) if values[name] else None
        except ValueError:
            problems.append(f"“{values[name]}” is not a date, for {words}")
            days[name] = None
    if not values["valid_from"]:
        problems.append("Enter the first day it holds for")
    said = {name: values[name] for name in (*CONDITIONS, *CODES)}
    starts, ends = days["valid_from"] or date.min, days["valid_to"]
    return MappingRow(**said, valid_from=starts, valid_to=ends), problems


def write_mapping(rows: Sequence[MappingRow]) -> str:
    """The rows as a file that `read_mapping` reads."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(MAPPING_COLUMNS)
    for row in rows:
        texts = [_defused(getattr(row, name)) for name in (*CONDITIONS, *CODES)]
        writer.writerow([*texts, row.valid_from.isoformat(), row.valid_to.isoformat() if row.valid_to else ""])
    return file.getvalue()


def _defused(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
