"""``daybook restated``: a period's cost as it was known on an earlier day, as it is known now, and why they differ."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import click
from rich.console import Console
from rich.table import Table

from costing.money import pounds
from costing.restated import CAUSES
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import PeriodRefused, check_period
from projections.queries.restated import cause_pence, known_then, restated_costs
from recorder.store.log import to_micros
from web.cli.terminal import catch_up, known_instant, opened, progress_bar, typed_date

__all__ = ["restated"]


@click.command()
@click.option("--from", "first", callback=typed_date, required=True, help="The first day, included.")
@click.option("--to", "last", callback=typed_date, required=True, help="The last day, included.")
@click.option(
    "--as-at", "as_at", required=True, help="The instant to look back to; a bare date is the end of that day."
)
def restated(first: date, last: date, as_at: str) -> None:
    """Say what a period cost as known earlier and now, and take the difference apart by cause."""
    known = known_instant(as_at)
    assert known is not None
    with opened() as house:
        catch_up(house)
        with house.projections.reader().connect() as connection:
            now = LiveCosts(connection)
            try:
                check_period(now, first, last)
            except PeriodRefused as refused:
                raise click.UsageError(str(refused)) from refused
            with progress_bar("Going back") as step:
                then = known_then(house.recorder.log_store, to_micros(known), now.position, step)
            found = restated_costs(then, now, first, last)
    table = Table("", "£", box=None)
    table.columns[1].justify = "right"
    table.add_row("As known then", f"{pounds(found.before):,}")
    pence = cause_pence(found)
    for cause in CAUSES:
        table.add_row(cause.replace("_", " ").capitalize(), f"{Decimal(pence[cause]).scaleb(-2):+,}")
    table.add_row("As known now", f"{pounds(found.after):,}")
    Console(highlight=False).print(table)
    if then.ended is None or then.ended < last:
        ended = "No day" if then.ended is None else f"{then.ended:%d/%m/%Y}"
        click.echo(f"{ended} was the last that had ended then; what is after it is under “Days since”.")
