"""A run as a workbook: typed cells, totals as values, nothing that a spreadsheet would work out or follow.

The same report gives the same bytes: the workbook bears the instant of the run. Children go by their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from costing.calculator import ChildReport, RunReport
from costing.calculator_report import GROUPINGS
from costing.money import UNITS_PER_POUND, round_half_up
from web.design.formats import month_name, uk_date, uk_instant
from web.design.workbook import COUNT, MONEY, PART, Book
from web.runs.figures import (
    BASIS_WORDS,
    GROUP_TITLES,
    child_words,
    group_words,
    made_of,
    mean_and_median,
    need_words,
    sorted_groups,
)

__all__ = ["WorkbookOf", "child_workbook", "run_workbook"]

_NAMES = {"need": "By need", "placement-type": "By placement type", "process": "By process",
          "month": "By month", "year": "By year"}  # fmt: skip


@dataclass(frozen=True)
class WorkbookOf:
    """What a workbook says of the run it is of: `settings` are pairs of words."""

    title: str
    made_at: datetime
    checksum: str
    report: RunReport
    settings: Sequence[tuple[str, str]] = field(default_factory=tuple)


def run_workbook(of: WorkbookOf) -> bytes:
    """The workbook of a run: a summary, its children, and a sheet for each grouping."""
    book = Book(of.title, of.made_at)
    _summary(book, of)
    _children(book, of.report)
    for by in GROUPINGS:
        _group(book, of.report, by)
    if of.report.coverage:
        _coverage(book, of.report)
    return book.content()


def child_workbook(of: WorkbookOf, child: ChildReport) -> bytes:
    """The workbook of one child: its blocks in the order of the processes, each line with its product."""
    book = Book(f"{of.title}: {child_words(child.child_no)}", of.made_at)
    sheet = book.sheet("Report", (44, 30, 13, 11, 16, 14, 13), frozen=7, landscape=True)
    head = ("What", "Variation", "Unit cost", "Quantity", "Unit", "Product", "Basis")
    book.row(sheet, 0, [child_words(child.child_no)], ["title"])
    book.row(sheet, 1, [f"{of.title}. {_period(of.report)}"], ["text"])
    book.row(sheet, 2, [need_words(child.need_combination)], ["text"])
    book.row(sheet, 3, [_type(child)], ["text"])
    book.row(sheet, 4, ["Unit costs are shown to the penny; products and totals come from exact amounts."], ["note"])
    book.row(sheet, 6, head, ["head"] * 7)
    place = 7
    for block in child.blocks:
        title = [f"{block.process}  {block.name}", *[None] * 4, _pounds(block.total), None]
        book.row(sheet, place, title, ["block"] * 5 + ["block money", "block"])
        place += 1
        for line in block.lines:
            values = (line.what, line.variation or "base case", _pounds(line.unit_cost), _rounded(line.quantity),
                      line.unit, _pounds(line.product), BASIS_WORDS.get(line.basis, line.basis))  # fmt: skip
            book.row(sheet, place, values, ("text", "text", MONEY, PART, "text", MONEY, "text"))
            place += 1
    book.row(sheet, place, ["Total", *[None] * 4, _pounds(child.total), None], ["total"] * 5 + ["total money", "total"])
    said = [*child.notes, *(f"A review was due by {uk_date(day)}; none is recorded." for day in child.expected)]
    for number, each in enumerate(said, start=2):
        book.row(sheet, place + number, [each], ["note"])
    return book.content()


def _summary(book: Book, of: WorkbookOf) -> None:
    report = of.report
    sheet = book.sheet("Summary", (44, 24, 60))
    mean, middle = mean_and_median(report)
    rows: list[tuple[str, Any, str]] = [("Total", _pounds(report.total), MONEY)]
    rows += [(f"  {part.words}", _pounds(part.amount), MONEY) for part in made_of(report)]
    rows += [("Children", len(report.children), COUNT), ("Nights", report.nights, COUNT)]
    rows += [("Cost a child, mean", _pounds(mean), MONEY), ("Cost a child, median", _pounds(middle), MONEY)]
    rows += [("Lines without a price", len(report.unpriced), COUNT)]
    book.row(sheet, 0, [of.title], ["title"])
    book.row(sheet, 1, [_period(report)], ["text"])
    for place, (words, value, kind) in enumerate(rows, start=3):
        book.row(sheet, place, (words, value), ("text", kind))
    place = 4 + len(rows)
    said = [*of.settings, ("Made", uk_instant(of.made_at)), ("Checksum (SHA-256)", of.checksum)]
    book.row(sheet, place, ("How this run was made", None), ("head", "head"))
    for number, pair in enumerate(said, start=1):
        book.row(sheet, place + number, pair, ("text", "text"))
    place += len(said) + 2
    for number, each in enumerate(report.notes):
        book.row(sheet, place + number, [each], ["note"])
    if report.unpriced:
        _unpriced(book, report)


def _unpriced(book: Book, report: RunReport) -> None:
    sheet = book.sheet("Without a price", (14, 40, 30, 12, 16, 10, 44), frozen=1, landscape=True)
    book.row(sheet, 0, ("Process", "What", "Variation", "Quantity", "Unit", "Children", "Why"), ["head"] * 7)
    for place, each in enumerate(report.unpriced, start=1):
        values = (each.process, each.what, each.variation, _rounded(each.quantity), each.unit, each.children,
                  each.reason)  # fmt: skip
        book.row(sheet, place, values, ("text", "text", "text", PART, "text", COUNT, "text"))


def _coverage(book: Book, report: RunReport) -> None:
    """Every month of every team; the share is an empty cell where no hours are known."""
    sheet = book.sheet("Recorded or standard", (36, 18, 14, 14), frozen=1)
    book.row(sheet, 0, ("Team", "Month", "Recorded", "Costed as"), ["head"] * 4)
    for place, each in enumerate(report.coverage, start=1):
        share = None if each.share is None else float(each.share)
        said = (each.team, month_name(each.month), share, "Recorded" if each.covered else "Standard")
        book.row(sheet, place, said, ("text", "text", "share", "text"))


def _children(book: Book, report: RunReport) -> None:
    sheet = book.sheet("Children", (10, 44, 30, 10, 16), frozen=1)
    book.row(sheet, 0, ("Child", "Needs", "Placed for most nights in", "Nights", "Cost"), ["head"] * 5)
    for place, each in enumerate(report.children, start=1):
        values = (each.child_no, need_words(each.need_combination), _type(each), each.nights, _pounds(each.total))
        book.row(sheet, place, values, (COUNT, "text", "text", COUNT, MONEY))
    _total(book, sheet, len(report.children) + 1, ("Total", None, None, report.nights, _pounds(report.total)))
    sheet.autofilter(0, 0, len(report.children), 4)


def _group(book: Book, report: RunReport, by: str) -> None:
    sheet = book.sheet(_NAMES[by], (52, 10, 10, 16, 16, 10), frozen=1)
    head = (GROUP_TITLES[by], "Children", "Nights", "Cost", "Cost a child", "Share")
    book.row(sheet, 0, head, ["head"] * 6)
    rows = sorted_groups(by, report.group(by))
    for place, row in enumerate(rows, start=1):
        each = _pounds(Fraction(row.amount, row.children)) if row.children else None
        share = _percent(row.amount, report.total)
        values = (group_words(by, row.key), row.children, row.nights, _pounds(row.amount), each, share)
        book.row(sheet, place, values, ("text", COUNT, COUNT, MONEY, MONEY, "text"))
    mean, _ = mean_and_median(report)
    total = ("Total", len(report.children), report.nights, _pounds(report.total), _pounds(mean), None)
    _total(book, sheet, len(rows) + 1, total)


def _total(book: Book, sheet: Any, place: int, values: Sequence[Any]) -> None:
    kinds = ["total" if isinstance(each, str | None) else "total count" for each in values]
    kinds = ["total money" if isinstance(each, float) else kind for each, kind in zip(values, kinds, strict=True)]
    book.row(sheet, place, values, kinds)


def _pounds(units: Fraction | int | None) -> float | None:
    """Pounds rounded half-up to the penny once, as the number a spreadsheet holds."""
    if units is None:
        return None
    return round_half_up(Fraction(units) * 100 / UNITS_PER_POUND) / 100


def _rounded(value: Fraction) -> float:
    return float(Decimal(round_half_up(value * 10_000)).scaleb(-4))


def _percent(part: int, whole: int) -> str:
    return f"{round_half_up(Fraction(part * 1000, whole)) / 10}%" if whole else ""


def _period(report: RunReport) -> str:
    return f"{uk_date(report.settings.first)} to {uk_date(report.settings.last)}"


def _type(child: ChildReport) -> str:
    return group_words("placement-type", child.placement_type) if child.placement_type else "No night in a placement"
