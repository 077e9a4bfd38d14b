"""``daybook export``: postings, summaries and the section 251 outturn as files, each with its manifest."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from costing.calendar import month_of
from projections.exports import BY, DIMENSIONS, WHAT, ExportRefused, ExportRequest, What, request_problems
from recorder.intake.reading import read_date
from web.cli.terminal import catch_up, known_instant, opened, progress_bar
from web.finance.export_files import FORMS, Form, FormRefused
from web.finance.export_making import make_export, settled

__all__ = ["export"]


@click.command()
@click.argument("what", type=click.Choice(WHAT))
@click.option("--from", "first", required=True, help="The first month, such as 2024-04.")
@click.option("--to", "last", required=True, help="The last month, included.")
@click.option("--months", "by", type=click.Choice(BY), default="service", show_default=True,
              help="Whether months are of service, or the accounting periods they are booked in.")  # fmt: skip
@click.option("--by", "rows", default="", help=f"What a summary goes by, parted by commas: {', '.join(DIMENSIONS)}.")
@click.option("--form", type=click.Choice(FORMS), default="csv", show_default=True)
@click.option("--as-at", "as_at", help="As known at an instant, no month closed; a bare date is the end of that day.")
@click.option("--recorded-by", type=int, default=0, help="As the log stood at this position (default: now).")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where to write it.")
def export(
    what: What, first: str, last: str, by: str, rows: str, form: Form, as_at: str | None, recorded_by: int, folder: Path
) -> None:
    """Write a file of the ledger and its manifest, with the file's SHA-256; the same request gives the same bytes."""
    known: datetime | None = known_instant(as_at)
    dimensions = tuple(name.strip() for name in rows.split(",") if name.strip())
    asked = ExportRequest(
        what=what, first=_month(first), last=_month(last), by=by, dimensions=dimensions, known=known,
        position=recorded_by,
    )  # fmt: skip
    problems = request_problems(asked)
    if problems:
        raise click.UsageError("\n".join(message for _, message in problems))
    folder.mkdir(parents=True, exist_ok=True)
    with opened() as house:
        catch_up(house)
        log = house.recorder.log_store
        try:
            with progress_bar("Writing rows") as step:
                made = make_export(log, house.projections, settled(log, house.projections, asked), form, folder, step)
        except (ExportRefused, FormRefused) as refused:
            raise click.UsageError(str(refused)) from refused
    said = made.manifest
    click.echo(f"{said['rows']:,} rows in {made.path} ({said['bytes']:,} bytes), run {said['run_id']}.")
    click.echo(f"As at {said['as_at']}, log position {said['log_position']:,}, method {said['method']}.")
    click.echo(f"SHA-256 {said['sha256']}; the manifest lies beside it.")


def _month(text: str) -> int:
    """A month typed as 2024-04, or as any of its days; 0 for what is none."""
    typed = text.strip()
    try:
        day = read_date(f"{typed}-01" if len(typed) == len("2024-04") else typed)
    except ValueError:
        return 0
    return month_of(day) if day else 0
