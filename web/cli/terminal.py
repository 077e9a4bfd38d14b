"""What the commands share: opening the stores, progress in the terminal, dates as people type them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from costing.calendar import midnight_after
from migrations.run import standing
from projections.database import ProjectionDatabase
from projections.follow import Follower, end_days, position_reached
from projections.rebuild import rebuild
from recorder.application import Recorder
from recorder.bootstrap import open_recorder
from recorder.intake.reading import read_date
from recorder.store import Databases
from web.settings import Settings, SettingsError

__all__ = ["FIRST_DAY", "House", "catch_up", "console", "known_instant", "opened", "progress_bar", "typed_date"]

# Days are ended from here on: older than any placement that is still open.
FIRST_DAY = date(2000, 4, 1)
# So far behind, the columnar rebuild is quicker than following page by page.
REBUILD_FROM = 5_000
# New values between two looks for cycles of garbage; Python's own 700 suits short work.
_VALUES_BETWEEN = 50_000
console = Console(stderr=True, highlight=False)
Step = Callable[[int, int | None], None]


@dataclass(frozen=True)
class House:
    """The stores as a command has them open."""

    settings: Settings
    databases: Databases
    recorder: Recorder
    projections: ProjectionDatabase
    desk: Engine


@contextmanager
def opened() -> Iterator[House]:
    """The stores of the settings in the environment; a clear error where there are none yet."""
    try:
        settings = Settings.from_environment()
    except SettingsError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    databases = settings.databases()
    if databases.is_sqlite and not databases.path("events").exists():
        message = f"There is no authority in {databases.folder} yet. Run “daybook init” first."
        raise click.UsageError(message)
    if not databases.is_sqlite and standing(databases, "keys") is None:
        message = "There is no authority in this database yet. Run “daybook init” first."
        raise click.UsageError(message)
    house = House(
        settings, databases, open_recorder(databases), ProjectionDatabase(databases), databases.engine("desk")
    )
    usual = gc.get_threshold()
    # Long work makes millions of values and next to no cycles: looking for them takes a tenth of its time.
    gc.set_threshold(_VALUES_BETWEEN, *usual[1:])
    try:
        yield house
    finally:
        gc.set_threshold(*usual)
        house.recorder.close()
        house.projections.close()
        house.desk.dispose()


@contextmanager
def progress_bar(title: str) -> Iterator[Step]:
    """A progress bar on the terminal's error stream; nothing where there is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def catch_up(house: House, title: str = "Posting to the ledger") -> int:
    """End the days that are over and bring every table up to the log; returns the position reached."""
    end_days(house.recorder, FIRST_DAY, house.recorder.clock.today() - timedelta(days=1))
    log = house.recorder.log_store
    behind = log.position() - position_reached(house.projections)
    with progress_bar(title) as step:
        if behind >= REBUILD_FROM:
            rebuild(log, house.projections, step)
        return Follower(log, house.projections).catch_up(step)


def typed_date(_: click.Context, __: click.Parameter, text: str | None) -> date | None:
    """A date typed as 2024-04-01 or 01/04/2024."""
    if text is None:
        return None
    try:
        return read_date(text)
    except ValueError as wrong:
        message = f"“{text}” is not a date. Write it like 2025-03-31 or 31/03/2025."
        raise click.BadParameter(message) from wrong


def known_instant(text: str | None) -> datetime | None:
    """An instant to look back to: a bare date means the end of that day in London."""
    if text is None:
        return None
    try:
        if len(text) <= len("2025-03-31"):
            day = read_date(text)
            return midnight_after(day) if day else None
        instant = datetime.fromisoformat(text)
    except ValueError as wrong:
        message = f"“{text}” is neither a date nor an instant like 2025-03-31T17:00+00:00."
        raise click.BadParameter(message) from wrong
    if instant.tzinfo is None:
        message = f"“{text}” does not say its time zone: add Z or +01:00."
        raise click.BadParameter(message)
    return instant
