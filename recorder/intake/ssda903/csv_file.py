"""A CSV file as numbered rows, with what is odd about the file itself."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import IO

from .findings import Finding, found
from .layout import Recognised, recognise
from .sources import Source

__all__ = ["TableRow", "read_csv"]

# The table's name, the row's number, and its values in the table's order.
TableRow = tuple[str, int, list[str]]
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_TOLD_EVERY = 500
_Say = Callable[[Finding], None]


def read_csv(source: Source, year: str, say: _Say, done: Callable[[int], None]) -> Iterator[TableRow]:
    """The rows of a file; `done` is told now and then how many bytes are behind.

    A row's number is what a spreadsheet shows: the heading is row 1, blank rows count, and a value that
    runs over two lines is within one row.
    """
    name = source.path.name
    with source.path.open(encoding=source.encoding, newline="", errors="replace") as handle:
        first = handle.readline()
        separator = max(_SEPARATORS, key=first.count)
        handle.seek(0)
        rows = _numbered(csv.reader(handle, delimiter=separator), name, year, say)
        headings = next(rows, (1, []))[1]
        if not any(h.strip("\ufeff ") for h in headings):
            say(found("empty_file", year, "", file=name))
            return
        as_table = recognise(headings)
        if as_table is None:
            say(found("unknown_file", year, "", file=name))
            return
        if separator != ",":
            say(found("separator", year, as_table.table.name, 1, file=name, separator=_SEPARATORS[separator]))
        _say_about_columns(as_table, name, year, say)
        yield from _in_order(as_table, rows, len(headings), handle, name, year, say, done)


def _numbered(reader: Iterator[list[str]], name: str, year: str, say: _Say) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error:
            say(found("unreadable_row", year, "", number, file=name))


def _in_order(
    as_table: Recognised,
    rows: Iterator[tuple[int, list[str]]],
    width: int,
    handle: IO[str],
    name: str,
    year: str,
    say: _Say,
    done: Callable[[int], None],
) -> Iterator[TableRow]:
    """The rows with their values in the table's order; what a short row lacks is blank."""
    table, positions, blank = as_table.table.name, as_table.positions, 0
    buffer = getattr(handle, "buffer", None)
    for number, values in rows:
        if not any(values) or not any(v.strip() for v in values):
            blank += 1
            continue
        held = len(values)
        if held > width and any(v.strip() for v in values[width:]):
            child = values[positions[0]].strip() if positions[0] is not None else ""
            say(found("too_many_values", year, table, number, child))
        yield table, number, [values[at] if at is not None and at < held else "" for at in positions]
        if number % _TOLD_EVERY == 0 and buffer is not None:
            done(buffer.tell())
    if blank:
        say(found("blank_rows", year, table, file=name, count=f"{blank:,}"))


def _say_about_columns(as_table: Recognised, name: str, year: str, say: _Say) -> None:
    table = as_table.table
    for rule, columns in (
        ("column_spelling", as_table.respelled),
        ("extra_column", as_table.extra),
        ("column_twice", as_table.twice),
        ("missing_column", as_table.missing),
    ):
        if columns:
            say(found(rule, year, table.name, 1, file=name, columns=", ".join(columns)))
    if table.from_return_year > year:
        say(found("table_too_early", year, table.name, 1, file=name, first_year=table.from_return_year))
