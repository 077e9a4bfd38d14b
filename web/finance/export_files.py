"""Rows of the ledger as files: CSV, a workbook, Parquet. The same rows give the same bytes.

Each is written a part at a time, so that memory does not grow with the rows. Nothing in a file is a formula, and no
text in one is taken for a formula by a spreadsheet; no file bears the instant at which it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import polars as pl
import xlsxwriter
from polars.io.plugins import register_io_source

from projections.exports import ExportRows

__all__ = ["FORMS", "SHEET_ROWS", "Form", "FormRefused", "refuse_form", "write_file"]

Form = Literal["csv", "xlsx", "parquet"]
FORMS: tuple[Form, ...] = ("csv", "xlsx", "parquet")
SHEET_ROWS = 1_048_576
Step = Callable[[int, int | None], None]
_ROW_GROUP = 100_000
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# A workbook says when it was made; ours says the same always.
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no time zone
_WIDTHS = {"posting_id": 34, "line_name": 60, "group": 40, "reverses": 34, "debit_account": 22, "credit_account": 28}


class FormRefused(ValueError):
    """A file of this form cannot hold the rows; the message says why, and what can."""


def refuse_form(form: Form, count: int) -> None:
    """Raise ``FormRefused`` where this many rows, the heading and the total do not fit a sheet."""
    most = SHEET_ROWS - 2
    if form == "xlsx" and count > most:
        raise FormRefused(
            f"A sheet of a workbook holds {SHEET_ROWS:,} rows, so {most:,} beside the heading and the total. "
            f"These are {count:,}. Choose fewer months, or CSV or Parquet, which hold any number."
        )


def write_file(form: Form, rows: ExportRows, path: Path, about: Sequence[tuple[str, str]], step: Step) -> None:
    """Write rows to a new file; ``about`` are pairs of words for a workbook's second sheet.

    Raises ``FormRefused`` before anything is written.
    """
    refuse_form(form, rows.count)
    parts = _counted(rows, step)
    if form == "csv":
        _write_csv(rows.schema, parts, path)
    elif form == "xlsx":
        _write_xlsx(rows.schema, parts, path, about)
    else:
        _write_parquet(rows.schema, parts, path)
    step(rows.count, rows.count)


def _counted(rows: ExportRows, step: Step) -> Iterator[pl.DataFrame]:
    done = 0
    for part in rows.parts:
        yield part
        done += part.height
        step(done, rows.count)


def _defused(schema: pl.Schema) -> list[pl.Expr]:
    """Texts that a spreadsheet would take for a formula are led by an apostrophe."""
    texts = [name for name, kind in schema.items() if kind == pl.String]
    signs = [pl.col(name).str.head(1).is_in(_FORMULA_SIGNS) for name in texts]
    return [
        pl.when(sign).then(pl.concat_str(pl.lit("'"), pl.col(name))).otherwise(pl.col(name)).alias(name)
        for name, sign in zip(texts, signs, strict=True)
    ]


def _write_csv(schema: pl.Schema, parts: Iterator[pl.DataFrame], path: Path) -> None:
    yes_no = [
        pl.when(name).then(pl.lit("yes")).when(pl.col(name).not_()).then(pl.lit("no")).alias(name)
        for name, kind in schema.items()
        if kind == pl.Boolean
    ]
    blank = pl.col(pl.String).replace("", None)
    with path.open("wb") as file:
        file.write((",".join(schema) + "\r\n").encode())
        for part in parts:
            shown = part.with_columns(_defused(schema)).with_columns(yes_no).with_columns(blank)
            shown.write_csv(file, include_header=False, line_terminator="\r\n")


def _write_parquet(schema: pl.Schema, parts: Iterator[pl.DataFrame], path: Path) -> None:
    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        yield from parts

    rows = register_io_source(source, schema=schema)
    rows.sink_parquet(path, row_group_size=_ROW_GROUP, maintain_order=True, compression="zstd", statistics=True)


def _write_xlsx(schema: pl.Schema, parts: Iterator[pl.DataFrame], path: Path, about: Sequence[tuple[str, str]]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(path, options)
    book.set_properties({"author": "Daybook", "created": _CREATED})
    heads = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF0"})
    styles = {
        pl.Date: book.add_format({"num_format": "dd/mm/yyyy"}),
        pl.Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    sheet = book.add_worksheet("Rows")
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(schema):
        sheet.set_column(place, place, _WIDTHS.get(name, max(12, len(name) + 2)))
        sheet.write_string(0, place, name, heads)
    _write_rows(sheet, schema, parts, styles, book.add_format({"bold": True, "top": 6, "num_format": "#,##0.00"}))
    second = book.add_worksheet("About")
    second.set_column(0, 0, 24)
    second.set_column(1, 1, 90)
    for place, pair in enumerate(about):
        for column, text in enumerate(pair):
            second.write_string(place, column, text, heads if column == 0 else None)
    book.close()


def _write_rows(
    sheet: Any, schema: pl.Schema, parts: Iterator[pl.DataFrame], styles: dict[Any, Any], total: Any
) -> None:
    """The rows, typed, and under them the totals of the columns of pounds as values."""
    writers = [_writer(sheet, kind, styles) for kind in schema.values()]
    pounds = [name for name, kind in schema.items() if isinstance(kind, pl.Decimal) and name != "rate"]
    sums = dict.fromkeys(pounds, Decimal(0))
    place = 1
    for part in parts:
        adding = part.filter(~pl.col("is_total")) if "is_total" in schema else part
        for name in pounds:
            sums[name] += Decimal(adding[name].sum() or 0)
        for row in part.iter_rows():
            for column, (write, value) in enumerate(zip(writers, row, strict=True)):
                if value is not None:
                    write(place, column, value)
            place += 1
    for column, name in enumerate(schema):
        if name in sums:
            sheet.write_number(place, column, float(sums[name]), total)
        elif column == 0:
            sheet.write_string(place, 0, "Total", total)


def _writer(sheet: Any, kind: pl.DataType, styles: dict[Any, Any]) -> Callable[[int, int, Any], None]:
    """What writes a value of this type into a cell."""
    style = styles.get(type(kind))
    if kind == pl.String:
        return lambda row, column, value: sheet.write_string(row, column, value) if value else None
    if kind == pl.Boolean:
        return sheet.write_boolean  # type: ignore[no-any-return]
    if kind == pl.Date:
        return lambda row, column, value: sheet.write_datetime(row, column, value, style)
    return lambda row, column, value: sheet.write_number(row, column, float(value), style)
