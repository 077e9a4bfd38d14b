"""``daybook cost``: what it cost, from the command line, to the penny and as it was known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from costing.money import pounds
from projections.queries.cost_lines import CostSource, LiveCosts, costs_as_at
from projections.queries.costs import BY, By, CostReport, PeriodRefused, cost_csv, cost_rows
from projections.queries.identifiers import return_identifiers
from recorder.store.log import to_micros
from web.cli.terminal import catch_up, known_instant, opened, progress_bar, typed_date

__all__ = ["cost"]

METHOD = "2026.1"
_SHOWN = 40


@click.command()
@click.option("--from", "first", callback=typed_date, required=True, help="The first day, included.")
@click.option("--to", "last", callback=typed_date, required=True, help="The last day, included.")
@click.option("--by", type=click.Choice(BY), default="child", show_default=True)
@click.option("--as-at", "as_at", help="As it was known at an instant; a bare date is the end of that day in London.")
@click.option("--recorded-by", type=int, help="As the log stood at this position (default: now).")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows to this file.")
def cost(first: date, last: date, by: By, as_at: str | None, recorded_by: int | None, csv_file: Path | None) -> None:
    """Work out what it cost from one day to another, both included, by the day of the service."""
    known = known_instant(as_at)
    with opened() as house:
        catch_up(house)
        log = house.recorder.log_store
        position = recorded_by if recorded_by is not None else log.position()
        try:
            if known is None and recorded_by is None:
                with house.projections.reader().connect() as connection:
                    report = _report(LiveCosts(connection), first, last, by, house.recorder.keys)
            else:
                upto = to_micros(known or datetime.now(UTC))
                with progress_bar("Going back") as step:
                    source = costs_as_at(log, upto, position)
                    step(1, 1)
                report = _report(source, first, last, by, house.recorder.keys)
        except PeriodRefused as refused:
            raise click.UsageError(str(refused)) from refused
    if csv_file is not None:
        csv_file.write_text(cost_csv(report), encoding="utf-8", newline="")
    else:
        _show(report)
    instant = (known or house.recorder.clock.now()).astimezone(UTC).isoformat(timespec="seconds")
    click.echo(f"{first:%d/%m/%Y} to {last:%d/%m/%Y} by {by}, by the day of the service: {len(report.rows):,} rows.")
    click.echo(f"Total £{pounds(report.total.total):,} (exactly {report.exact_total}), {report.total.nights:,} nights.")
    if report.total.unpriced:
        click.echo(f"Not priced: {report.total.unpriced:,} postings (no fee, rate or roster post), in no total.")
    if report.total.average:
        click.echo(f"Of it £{pounds(report.total.average):,} rests on the average of the placement type.")
    click.echo(f"As known at {instant}, log position {position:,}, method {METHOD}.")


def _report(source: CostSource, first: date, last: date, by: By, keys: object) -> CostReport:
    identify = return_identifiers(source, keys) if by == "child" else None  # type: ignore[arg-type]
    return cost_rows(source, first, last, by, identify)


def _show(report: CostReport) -> None:
    table = Table(report.by, "nights", "placement £", "staff time", "staff £", "total £", box=None)
    for row in report.rows[:_SHOWN]:
        hours, minutes = divmod(row.staff_minutes, 60)
        figures = (f"{row.nights:,}", f"{pounds(row.placement_cost):,}", f"{hours}:{minutes:02d}")
        table.add_row(row.key, *figures, f"{pounds(row.staff_cost):,}", f"{pounds(row.total):,}")
    output = Console(highlight=False)
    output.print(table)
    if len(report.rows) > _SHOWN:
        output.print(f"… and {len(report.rows) - _SHOWN:,} more rows: --csv FILE writes them all.")
