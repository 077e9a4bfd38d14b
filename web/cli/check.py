"""``daybook check``: the invariants of the ledger, one by one; the first break is named."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import click
from sqlalchemy import select

from projections import tables as t
from projections.checking import Break, check_log, check_postings, check_tables, rule_names
from web.cli.terminal import House, catch_up, opened, progress_bar

__all__ = ["check_ledger"]

_Look = Callable[[], Break | None]


@click.command("check")
@click.option("--quick", is_flag=True, help="Leave out making the tables again from the log.")
def check_ledger(quick: bool) -> None:
    """Verify that the ledger is what it should be; name the first thing that is not, and exit with 1."""
    with opened() as house:
        catch_up(house)
        found = _look(house, quick)
        if found is not None:
            click.echo(f"Does not hold: {found.rule}.")
            click.echo(f"{found.text[:1].upper()}{found.text[1:]}.")
            for line in _where(house, found):
                click.echo(line)
            raise SystemExit(1)
    for name in rule_names()[: -1 if quick else None]:
        click.echo(f"Holds: {name}.")


def _look(house: House, quick: bool) -> Break | None:
    log = house.recorder.log_store
    with house.projections.reader().connect() as connection:
        with progress_bar("Looking at the postings") as step:
            found = check_postings(connection, step)
        if found is None:
            with progress_bar("Reading the log") as step:
                found = check_log(log, step)
        if found is None and not quick:
            with progress_bar("Making the tables again") as step:
                found = check_tables(connection, log, step)
    return found


def _where(house: House, found: Break) -> list[str]:
    """The child, the posting and the fact of a break, each where it is known."""
    lines = []
    if found.child_no is not None:
        with house.projections.reader().connect() as connection:
            stream = connection.scalar(select(t.child.c.child_id).where(t.child.c.child_no == found.child_no))
        name = f", {UUID(bytes=bytes(stream))}" if stream else ""
        lines.append(f"Child {found.child_no}{name}")
    if found.posting:
        lines.append(f"Posting {found.posting}")
    if found.position:
        rows = house.recorder.log_store.rows_after(found.position - 1, 1)
        said = f", {rows[0].topic}" if rows and rows[0].position == found.position else ""
        lines.append(f"Fact at position {found.position}{said}")
    return lines
