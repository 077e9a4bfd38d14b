"""A workbook: typed cells, totals as values, nothing that a spreadsheet would work out or follow.

The same cells and the same instant give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

__all__ = ["COUNT", "MONEY", "PART", "Book"]

MONEY, COUNT, PART = "money", "count", "part"
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"italic": True, "text_wrap": False},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF0"},
    "text": {"valign": "top"},
    MONEY: {"num_format": "£#,##0.00", "valign": "top"},
    COUNT: {"num_format": "#,##0", "valign": "top"},
    PART: {"num_format": "#,##0.00", "valign": "top"},
    "share": {"num_format": "0%", "valign": "top"},
    "block": {"bold": True, "bg_color": "#F3F2F1", "top": 1},
    "block money": {"bold": True, "bg_color": "#F3F2F1", "top": 1, "num_format": "£#,##0.00"},
    "total": {"bold": True, "top": 6},
    "total money": {"bold": True, "top": 6, "num_format": "£#,##0.00"},
    "total count": {"bold": True, "top": 6, "num_format": "#,##0"},
}


class Book:
    """A workbook being written, with its formats."""

    def __init__(self, title: str, made_at: datetime) -> None:
        self._bytes = io.BytesIO()
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(self._bytes, {"in_memory": True, **plain})
        created = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._book.set_properties({"title": title, "author": "Daybook", "created": created})
        self.formats = {name: self._book.add_format(said) for name, said in _FORMATS.items()}

    def sheet(self, name: str, widths: Sequence[int], *, frozen: int = 0, landscape: bool = False) -> Any:
        """A sheet set up for A4, its rows down to `frozen` kept in view and repeated on each page."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer("&L&A&RPage &P of &N")
        if frozen:
            sheet.freeze_panes(frozen, 0)
            sheet.repeat_rows(frozen - 1)
        return sheet

    def row(self, sheet: Any, place: int, values: Sequence[Any], kinds: Sequence[str]) -> None:
        """One row: texts as texts, numbers as numbers, None as an empty cell."""
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            style = self.formats[kind]
            if value is None:
                sheet.write_blank(place, column, None, style)
            elif isinstance(value, str):
                sheet.write_string(place, column, value, style)
            else:
                sheet.write_number(place, column, value, style)

    def content(self) -> bytes:
        """The bytes; nothing can be written after."""
        self._book.close()
        return self._bytes.getvalue()
