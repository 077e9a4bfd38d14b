"""A month's reconciliation as a workbook: a sheet for each table, amounts as numbers, sums as values."""

from __future__ import annotations

from collections.abc import Sequence

from costing.money import pounds
from recorder.store.log import from_micros
from web.design.workbook import MONEY, Book
from web.finance.reconciliation_tables import Cell, Money, Side, Table

__all__ = ["reconciliation_workbook"]

_SHEETS = {"payroll": "Payroll", "payroll-hours": "Hours", "codes": "Ledger codes", "children": "Children"}


def reconciliation_workbook(name: str, sides: Sequence[Side], known_upto: int) -> bytes:
    """The workbook of a month. ``known_upto`` (microseconds) is the instant it bears."""
    book = Book(f"Reconciliation of {name}", from_micros(known_upto))
    summary = book.sheet("Summary", (44, 18, 18, 18, 44), frozen=3)
    book.row(summary, 0, [f"Reconciliation of {name}"], ["title"])
    book.row(summary, 2, ("", "Daybook", "Sent in", "Difference", "Signed off"), ["head"] * 5)
    for place, side in enumerate(sides, start=3):
        held = next((each for each in side.signings if each["holds"]), None)
        signed = f"{held['when']}, {held['by']}: {held['note']}".rstrip(": ") if held else "No"
        values = (side.title, *_numbers((Money(side.ours), Money(side.theirs), Money(side.difference))), signed)
        book.row(summary, place, values, ("text", MONEY, MONEY, MONEY, "text"))
    notes = [note for side in sides for note in side.notes]
    for place, note in enumerate(notes, start=4 + len(sides)):
        book.row(summary, place, [note], ["note"])
    for side in sides:
        for table in side.tables:
            _sheet(book, table)
    return book.content()


def _sheet(book: Book, table: Table) -> None:
    sheet = book.sheet(_SHEETS[table.id], (30, *[18] * (len(table.columns) - 1)), frozen=1, landscape=True)
    book.row(sheet, 0, table.columns, ["head"] * len(table.columns))
    for place, row in enumerate(table.rows, start=1):
        book.row(sheet, place, _numbers(row), [MONEY if isinstance(cell, Money) else "text" for cell in row])
    if table.footer:
        kinds = ["total money" if isinstance(cell, Money) else "total" for cell in table.footer]
        book.row(sheet, len(table.rows) + 1, _numbers(table.footer), kinds)


def _numbers(row: Sequence[Cell]) -> list[str | float | None]:
    """Amounts as pounds, rounded once; texts as they are."""
    return [
        cell if isinstance(cell, str) else None if cell.units is None else float(pounds(cell.units)) for cell in row
    ]
