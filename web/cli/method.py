"""``daybook method``: published examples of the method, worked out here and set beside what was printed."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from costing.method_check import DIFFERS, NOT_CHECKABLE, TIES, CheckedTable, TableProblems, check_table

__all__ = ["method"]

_STYLES = {TIES: "green", DIFFERS: "bold red", NOT_CHECKABLE: "yellow"}
_CSV_COLUMNS = ("file", "row", "figure", "printed", "worked", "outcome", "working")
# Piped into a file or another command, a row keeps to one line and nothing is cut.
_WIDTH_WITHOUT_A_TERMINAL = 200
Tables = Sequence[tuple[Path, CheckedTable]]


@click.group()
def method() -> None:
    """Prove the method: how a cost is worked out, on published figures."""


@method.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write every figure to this file, or to the standard output with -.",
)
def check(files: tuple[Path, ...], csv_file: Path | None) -> None:
    """Work out published examples and print worked beside printed.

    Each FILE is a CSV table shaped like vignettes.csv, staff_unit_cost_schema.csv or uprating_checks.csv,
    told by its columns. Exit codes: 0 every figure that can be checked ties; 1 one differs; 2 a file cannot
    be read.
    """
    tables: list[tuple[Path, CheckedTable]] = []
    problems: list[str] = []
    for file in files:
        try:
            tables.append((file, check_table(file.read_text(encoding="utf-8"))))
        except UnicodeDecodeError:
            problems.append(f"{file}: this is not a CSV file in UTF-8.")
        except TableProblems as wrong:
            problems += [f"{file}: {problem}" for problem in wrong.problems]
    if csv_file is not None:
        _write(csv_file, tables)
    if csv_file != Path("-"):
        for file, table in tables:
            _show(file, table)
    _conclude(tables, problems, to_error=csv_file == Path("-"))


def _show(file: Path, checked: CheckedTable) -> None:
    output = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH_WITHOUT_A_TERMINAL)
    shown = Table("row", "figure", box=None, title=escape(f"{file.name} ({checked.shape})"), title_justify="left")
    for heading in ("printed", "worked"):
        shown.add_column(heading, justify="right")
    shown.add_column("")
    shown.add_column("how it was worked")
    for each in checked.figures:
        printed, worked = ("–" if figure is None else f"{figure:,}" for figure in (each.printed, each.worked))
        outcome = f"[{_STYLES[each.outcome]}]{each.outcome}[/]"
        shown.add_row(str(each.row), escape(each.what), printed, worked, outcome, escape(each.note))
    output.print(shown)
    given = f"; {checked.inputs} rows are given, with nothing to work out" if checked.inputs else ""
    output.print(f"{_counted([checked])}{given}.\n")


def _counted(tables: Sequence[CheckedTable]) -> str:
    return ", ".join(
        f"{sum(table.count(outcome) for table in tables)} {words}"
        for outcome, words in ((TIES, "tie"), (DIFFERS, "differ"), (NOT_CHECKABLE, "not checkable"))
    )


def _write(where: Path, tables: Tables) -> None:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_CSV_COLUMNS)
    for file, table in tables:
        for each in table.figures:
            figures = ["" if figure is None else str(figure) for figure in (each.printed, each.worked)]
            rows.writerow([file.name, each.row, each.what, *figures, each.outcome, each.note])
    if where == Path("-"):
        click.echo(text.getvalue(), nl=False)
    else:
        where.write_text(text.getvalue(), encoding="utf-8", newline="")


def _conclude(tables: Tables, problems: list[str], *, to_error: bool) -> None:
    for problem in problems:
        click.echo(problem, err=True)
    checked = [table for _, table in tables]
    if len(checked) > 1 or to_error:
        click.echo(f"Together: {_counted(checked)}.", err=to_error)
    if problems:
        sys.exit(2)
    if any(table.count(DIFFERS) for table in checked):
        sys.exit(1)
