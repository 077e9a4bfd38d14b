"""Commands for the authority as a whole: init, rebuild, work, account."""

from __future__ import annotations

import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import FrameType

import click

from migrations.run import upgrade_all
from projections.follow import Follower, end_days
from projections.rebuild import rebuild as rebuild_tables
from recorder.accounts import ROLES, add_account
from recorder.domain.facts import Refused
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.store import Databases, SqlEventLog
from web.account.people import password_hasher
from web.cli.terminal import FIRST_DAY, House, console, opened, progress_bar
from web.settings import Settings

__all__ = ["COMMANDS", "follow_for_ever", "make_authority", "nap_after"]

SHORTEST_NAP, LONGEST_NAP = 0.004, 0.05
_PART_OF_THE_QUIET = 0.01


def make_authority(databases: Databases) -> None:
    """Make the four databases where they are missing, and bring them to this version's schema."""
    engine = databases.engine("events")
    SqlEventLog(engine).create()
    engine.dispose()
    upgrade_all(databases)


@click.command()
def init() -> None:
    """Make an empty authority in DAYBOOK_DATA, or bring an older one to this version."""
    settings = Settings.from_environment()
    databases = settings.databases()
    make_authority(databases)
    with opened() as house:
        end_days(house.recorder, FIRST_DAY, house.recorder.clock.today() - timedelta(days=1))
        Follower(house.recorder.log_store, house.projections).catch_up()
    where = databases.folder if databases.is_sqlite else "the database"
    click.echo(f"The authority in {where} is ready.")


@click.command()
def rebuild() -> None:
    """Rebuild every table from the log, beside the live ones, and put them in their place."""
    with opened() as house, progress_bar("Rebuilding") as step:
        started = time.monotonic()
        position = rebuild_tables(house.recorder.log_store, house.projections, step)
        Follower(house.recorder.log_store, house.projections).catch_up()
    click.echo(f"Rebuilt from {position:,} facts in {time.monotonic() - started:.1f} seconds.")


@click.command()
@click.option("--once", is_flag=True, help="Catch up and stop.")
def work(once: bool) -> None:
    """Follow the log: keep every table up to date, and end the days as they pass."""
    with opened() as house:
        if once:
            end_days(house.recorder, FIRST_DAY, house.recorder.clock.today() - timedelta(days=1))
            Follower(house.recorder.log_store, house.projections).catch_up()
            return
        stop = threading.Event()

        def ask_to_stop(_: int, __: FrameType | None) -> None:
            stop.set()

        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, ask_to_stop)
        console.print("Following the log.")
        follow_for_ever(house, stop)


def follow_for_ever(house: House, stop: threading.Event) -> None:
    """Look for new facts, often while they come and less often while they do not, until told to stop."""
    follower = Follower(house.recorder.log_store, house.projections)
    ended = None
    reached, changed = -1, time.monotonic()
    while not stop.is_set():
        yesterday = house.recorder.clock.today() - timedelta(days=1)
        if yesterday != ended:
            end_days(house.recorder, FIRST_DAY, yesterday)
            ended = yesterday
        position = follower.catch_up()
        if position != reached:
            reached, changed = position, time.monotonic()
        stop.wait(nap_after(time.monotonic() - changed))


def nap_after(quiet: float) -> float:
    """Seconds to wait before looking again, where no fact has come for ``quiet`` seconds: a hundredth of them.

    While people record, somebody waits for the tables at every saving, and the next fact is never far; in the
    evening nobody waits, and looking takes more than waiting does.
    """
    return min(max(quiet * _PART_OF_THE_QUIET, SHORTEST_NAP), LONGEST_NAP)


@click.group()
def account() -> None:
    """Accounts of people who may sign in."""


@account.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", default="", help="The person's name, as pages show it.")
@click.option("--worker", default="", help="The worker's reference on the roster.")
@click.option("--team", default="", help="The team's name on the roster.")
@click.password_option(help="Asked for where it is not given.")
def account_add(username: str, role: str, name: str, worker: str, team: str, password: str) -> None:
    """Let a person sign in."""
    with opened() as house:
        try:
            add_account(
                house.desk,
                username,
                password,
                role,
                house.recorder.clock.now(),
                name=name or username,
                worker_id=derived_id(AUTHORITY, "worker", worker) if worker else None,
                team_id=derived_id(AUTHORITY, "team", team) if team else None,
                hasher=password_hasher(house.settings),
            )
        except Refused as refused:
            raise click.ClickException("; ".join(message for _, message in refused.problems)) from refused
    click.echo(f"{username} may now sign in as {role.replace('_', ' ')}.")


@click.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
def backup(target: Path) -> None:
    """Copy the embedded databases, online and consistent, into a folder; keys go into keys.sqlite apart."""
    import sqlite3  # noqa: PLC0415 - only this command copies files

    with opened() as house:
        if not house.databases.is_sqlite:
            message = "Back up PostgreSQL with its own tools (docs/operations.md)."
            raise click.UsageError(message)
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        for purpose in ("keys", "events", "desk"):
            source = sqlite3.connect(house.databases.path(purpose))
            copy = sqlite3.connect(target / f"{purpose}.sqlite")
            with copy:
                source.backup(copy)
            source.close()
            copy.close()
    click.echo(f"Copied events, keys and desk to {target}. The tables are rebuilt from them (“daybook rebuild”).")


COMMANDS = (init, rebuild, work, account, backup)
