"""``daybook calculate``: a run of the Cost Calculator from a settings file."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from costing.calculator import GROUPINGS, RunPrices, RunProblems, RunReport, RunSettings, groups_csv
from costing.calculator_file import read_run_settings
from costing.money import exact_text, pounds
from costing.processes import VERSION
from recorder.domain.facts import Provenance
from web.cli.terminal import catch_up, known_instant, opened, progress_bar
from web.runs.making import keep_made, made_run

__all__ = ["calculate_run"]

_SHOWN = 40
BY = ("child", *GROUPINGS)


@click.command("calculate")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The settings of the run, as TOML (docs/calculate.md).",
)
@click.option("--by", type=click.Choice(BY), default="process", show_default=True)
@click.option("--as-at", "as_at", help="As it was known at an instant; a bare date is the end of that day in London.")
@click.option("--recorded-by", type=int, help="As the log stood at this position (default: now).")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows to this file.")
@click.option("--record", is_flag=True, help="Keep the run as a fact: settings, instant, position, versions, checksum.")
def calculate_run(
    settings_file: Path, by: str, as_at: str | None, recorded_by: int | None, csv_file: Path | None, record: bool
) -> None:
    """Cost children's pathways: processes at their unit costs or recorded time, and placement nights.

    With --by child the CSV has every line of every child, by the child's number; otherwise a row a group.
    """
    text, settings = _asked(settings_file)
    known = known_instant(as_at)
    with opened() as house:
        catch_up(house)
        try:
            with progress_bar("Calculating") as step:
                made = made_run(house, settings, known=known, position=recorded_by, progress=step)
        except RunProblems as wrong:
            raise click.UsageError("\n".join([f"{settings_file}:", *wrong.problems])) from wrong
        if record:
            _, receipt = keep_made(house, made, text, Provenance(by="command line", source="calculate"))
            again = "This run was kept before."
            click.echo(again if receipt.repeated else f"The run is kept, as fact {receipt.position:,}.")
    report = made.report
    if csv_file is not None:
        content = report.csv_bytes if by == "child" else groups_csv(by, report.group(by))
        csv_file.write_bytes(content)
    else:
        _show(report, by)
    _say(report, made.prices)
    when = made.known_upto.astimezone(UTC).isoformat(timespec="seconds")
    click.echo(f"As known at {when}, log position {made.position:,}, method {VERSION}.")
    click.echo(f"Checksum of the run (SHA-256 of its lines): {report.checksum}")


def _asked(file: Path) -> tuple[str, RunSettings]:
    """The text of a file of settings and what it says; a usage error with every problem otherwise."""
    try:
        text = file.read_text(encoding="utf-8")
        return text, read_run_settings(text)
    except UnicodeDecodeError as wrong:
        message = f"{file}: this is not a text file in UTF-8."
        raise click.UsageError(message) from wrong
    except RunProblems as wrong:
        raise click.UsageError("\n".join([f"{file}:", *wrong.problems])) from wrong


def _show(report: RunReport, by: str) -> None:
    rows = [(each.key, each.children, each.nights, each.amount) for each in report.groups.get(by, ())]
    if by == "child":
        costliest = sorted(report.children, key=lambda each: (-each.total, each.child_no))
        rows = [(f"Child {each.child_no}", 1, each.nights, each.total) for each in costliest]
    table = Table(by, box=None)
    for heading in ("children", "nights", "£"):
        table.add_column(heading, justify="right")
    for key, children, nights, amount in rows[:_SHOWN]:
        table.add_row(key, f"{children:,}", f"{nights:,}", f"{pounds(amount):,}")
    output = Console(highlight=False)
    output.print(table)
    if len(rows) > _SHOWN:
        output.print(f"… and {len(rows) - _SHOWN:,} more rows: --csv FILE writes them all.")


def _say(report: RunReport, prices: RunPrices) -> None:
    settings = report.settings
    click.echo(
        f"{settings.first:%d/%m/%Y} to {settings.last:%d/%m/%Y}, {len(report.children):,} children, "
        f"basis {settings.basis.replace('_', ' ')}, sheet {prices.sheet.name}, {settings.prices}."
    )
    click.echo(f"Total £{pounds(report.total):,} (exactly {exact_text(report.total)}).")
    click.echo(f"Of it placements £{pounds(report.placement_total):,} for {report.nights:,} nights.")
    if report.unpriced:
        click.echo("Not priced, and in no total:")
        by_reason: dict[tuple[str, str], int] = {}
        for each in report.unpriced:
            key = each.process, each.reason
            by_reason[key] = by_reason.get(key, 0) + 1
        for (process, reason), lines in by_reason.items():
            click.echo(f"  {process}: {reason} ({lines} {'variation' if lines == 1 else 'variations'}).")
    for note in report.notes:
        click.echo(note)
