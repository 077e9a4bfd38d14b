"""A workbook read back as a spreadsheet would: its sheets, their cells as texts and numbers, and what stays in view."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

__all__ = ["SheetRead", "read_workbook"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class SheetRead:
    """A sheet: rows of texts, numbers and None; whether any cell is a formula; the first cell that is not frozen."""

    rows: list[list[str | float | None]]
    formulas: bool
    frozen: str | None


def read_workbook(content: bytes) -> dict[str, SheetRead]:
    """The sheets of a workbook by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        shared = _shared(parts)
        named = ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
        return {
            str(sheet.get("name")): _sheet(parts.read(f"xl/worksheets/sheet{place}.xml"), shared)
            for place, sheet in enumerate(named, 1)
        }


def _shared(parts: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in parts.namelist():
        return []
    root = ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))
    return ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in root.iter(f"{_MAIN}si")]


def _sheet(content: bytes, shared: list[str]) -> SheetRead:
    root = ElementTree.fromstring(content)
    rows: list[list[str | float | None]] = []
    for row in root.iter(f"{_MAIN}row"):
        rows += [[] for _ in range(int(row.get("r", "1")) - 1 - len(rows))]
        cells: list[str | float | None] = []
        for cell in row.iter(f"{_MAIN}c"):
            cells += [None] * (_column(cell.get("r", "A1")) - len(cells))
            cells.append(_value(cell, shared))
        rows.append(cells)
    pane = root.find(f".//{_MAIN}pane")
    return SheetRead(rows, root.find(f".//{_MAIN}f") is not None, None if pane is None else pane.get("topLeftCell"))


def _value(cell: ElementTree.Element, shared: list[str]) -> str | float | None:
    value = cell.find(f"{_MAIN}v")
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
    if value is None or value.text is None:
        return None
    return shared[int(value.text)] if cell.get("t") == "s" else float(value.text)


def _column(place: str) -> int:
    """The column of a place as a number from 0: A1 is 0."""
    found = _PLACE.fullmatch(place)
    assert found
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
