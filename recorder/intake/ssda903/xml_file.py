"""The XML form of a return: one CHILD at a time, its elements told to be tables by what they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import IO, Any, cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from .csv_file import TableRow
from .findings import Finding, found
from .layout import Table, column_name, recognise, tables
from .sources import Source

__all__ = ["read_xml"]

# Tables whose values stand in the HEADER element itself, not in an element of their own.
_IN_HEADER = ("uasc", "oc3", "ad1")
_TOLD_EVERY = 100
_Say = Callable[[Finding], None]


def read_xml(source: Source, year: str, say: _Say, done: Callable[[int], None]) -> Iterator[TableRow]:
    """The rows of all tables in an XML file; a row's number is the how-manieth of its table.

    Elements that declare entities or refer outside are refused, as is anything that is not XML (both said).
    """
    name = source.path.name
    reader = _XmlRows()
    with source.path.open("rb") as handle:
        try:
            for count, child in enumerate(_children(handle), 1):
                yield from reader.rows_of(child)
                if count % _TOLD_EVERY == 0:
                    done(handle.tell())
        except ParseError as problem:
            line, column = problem.position
            say(found("broken_file", year, "", file=name, why=f"not well-formed at line {line}, column {column + 1}"))
        except DefusedXmlException:
            say(found("broken_file", year, "", file=name, why="it declares entities, which no return needs"))
        except (LookupError, ValueError):
            say(found("broken_file", year, "", file=name, why="its encoding is not known"))
        else:
            if not reader.numbers and not reader.without_header:
                say(found("unknown_file", year, "", file=name))
    if reader.without_header:
        say(found("child_without_header", year, "", file=name, count=f"{reader.without_header:,}"))
    if reader.unknown:
        columns = ", ".join(sorted(reader.unknown)[:20])
        say(found("extra_column", year, "", file=name, columns=columns))


def _children(handle: IO[bytes]) -> Iterator[Element]:
    """Each CHILD element, forgotten once it has been used."""
    root: Element | None = None
    for event, element in cast("Iterator[tuple[str, Any]]", iterparse(handle, events=("start", "end"))):
        if root is None:
            root = element
        elif event == "end" and _tag(element) == "CHILD" and len(element):
            yield element
            root.clear()


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].upper()


class _XmlRows:
    """Turns CHILD elements into rows, counting the rows of each table."""

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.unknown: set[str] = set()
        self.without_header = 0
        self._known = {c.name for table in tables().values() for c in table.columns} | {"UASC"}

    def rows_of(self, child: Element) -> Iterator[TableRow]:
        """The rows of one CHILD; none where it has no HEADER and so is not of this return."""
        header = next((e for e in child if _tag(e) == "HEADER"), None)
        if header is None:
            self.without_header += any(_tag(e) == "EPISODE" for e in child)
            return
        own = self._values(header)
        yield self._row(tables()["header"], own)
        for table in (tables()[name] for name in _IN_HEADER):
            flagged = table.name == "uasc" and own.get("UASC", "").strip().upper() in {"1", "Y", "YES", "TRUE"}
            if flagged or any(own.get(column, "").strip() for column in table.telling):
                yield self._row(table, own)
        for element in [*header, *child]:
            if len(element) and element is not header:
                yield from self._row_of_element(element, own)

    def _row_of_element(self, element: Element, own: dict[str, str]) -> Iterator[TableRow]:
        values = self._values(element)
        # The child's identifier and birth date stand once, in the header; what is blank may be left out.
        as_table = recognise([*values, "CHILD", "DOB"], least=0)
        if as_table is None or len(as_table.extra) > len(as_table.table.telling & values.keys()):
            self.unknown.add(_tag(element)[:40])
            return
        yield self._row(as_table.table, {"CHILD": own.get("CHILD", ""), "DOB": own.get("DOB", ""), **values})

    def _values(self, element: Element) -> dict[str, str]:
        values: dict[str, str] = {}
        for each in element:
            if not len(each):
                name = column_name(_tag(each))
                values[name] = each.text or ""
                if name not in self._known:
                    self.unknown.add(name[:40])
        return values

    def _row(self, table: Table, values: dict[str, str]) -> TableRow:
        self.numbers[table.name] += 1
        return table.name, self.numbers[table.name], [values.get(column.name, "") for column in table.columns]
