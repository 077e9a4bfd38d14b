"""``daybook import``: files in, with progress, a summary, and what is wrong with them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from costing.calendar import london_day_end
from projections.queries.stakes import pounds_at_stake, write_findings
from recorder.intake import activities, early_help, fees, names, roster, schemas, standard_times
from recorder.intake.reading import Finding as FileFinding
from recorder.intake.ssda903 import IntakeError, folder_from_argument
from recorder.intake.ssda903.loading import load_returns
from recorder.intake.statements import Summary
from web.cli.census_files import take_census, take_matches, write_census_findings
from web.cli.terminal import House, catch_up, opened, progress_bar, typed_date

__all__ = ["imports"]

Importer = Callable[..., tuple[Summary, list[FileFinding]]]
_SHOWN = 30
_COLUMNS = ("row", "field", "rule", "severity", "message")
_known_on = click.option(
    "--known-on", callback=typed_date, help="The day this was known, for history loaded late (default: now)."
)
_findings = click.option(
    "--findings", type=click.Path(dir_okay=False, path_type=Path), help="Write everything found to this CSV file."
)
_again = click.option("--again", is_flag=True, help="Read the file even if it was loaded before.")


@click.group("import")
def imports() -> None:
    """Take files in: statutory returns, early help, fees, activities, the roster, prices of an hour, names.

    Running an import again changes nothing. Rows that cannot be used yet wait; what is wrong is said,
    and everything else is loaded.
    """


@imports.command("ssda903")
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER[=DATE]...")
@_known_on
@_findings
@_again
def import_ssda903(folders: Sequence[str], known_on: date | None, findings: Path | None, again: bool) -> None:
    """Take in looked-after returns, a folder a return year; FOLDER=DATE says when each was known."""
    if known_on is not None and len(folders) > 1:
        message = "--known-on is for a single folder. With several, write each as FOLDER=DATE."
        raise click.UsageError(message)
    try:
        wanted = [folder_from_argument(each) for each in folders]
    except IntakeError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    if known_on is not None:
        wanted = [folder._replace(known_on=known_on) for folder in wanted]
    with opened() as house:
        with progress_bar("Reading returns") as step:
            loaded = load_returns(house.recorder, house.desk, wanted, progress=step, again=again)
        catch_up(house)
        every = [finding for each in loaded for finding in each.findings]
        if findings is not None:
            with house.projections.reader().connect() as connection:
                stakes = pounds_at_stake(connection, every, house.recorder.keys)
            write_findings(findings, every, stakes)
    for each in loaded:
        _say(f"Return {each.return_year}", each.summary)
    _say_found(every, findings)
    raise SystemExit(0)


@imports.command("cin")
@click.argument("files", nargs=-1, required=True, metavar="FILE[=DATE]...")
@_known_on
@_findings
@click.option(
    "--matches", type=click.Path(dir_okay=False, path_type=Path), help="Write children who wait to be told to this CSV."
)
@_again
def import_cin(
    files: Sequence[str], known_on: date | None, findings: Path | None, matches: Path | None, again: bool
) -> None:
    """Take in the XML of the census of children in need; FILE=DATE says when each was known."""
    loaded = take_census(files, known_on, matches, again=again, say=_say)
    _say_found([finding for each in loaded for finding in each.findings], findings)
    if findings is not None:
        write_census_findings(findings, loaded)
    raise SystemExit(0 if all(each.return_year for each in loaded) else 1)


@imports.command("cin-matches")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_findings
def import_cin_matches(file: Path, findings: Path | None) -> None:
    """Take in who the waiting children of the census are: the list of “import cin --matches”, filled in."""
    found = take_matches(file, _say)
    _say_found(found, findings)
    if findings is not None:
        _write_findings(findings, found)
    raise SystemExit(1 if found else 0)


def _file_command(name: str, take: Importer, words: str) -> None:
    """One command for a kind of file; they differ in what they read, not in how they behave."""

    @imports.command(name, help=words)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @_known_on
    @_findings
    @_again
    def run(file: Path, known_on: date | None, findings: Path | None, again: bool) -> None:
        with opened() as house:
            summary, found = take_file(house, take, file, name, known_on, again=again)
            catch_up(house)
        _say(file.name, summary)
        _say_found(found, findings)
        if findings is not None:
            _write_findings(findings, found)
        raise SystemExit(1 if summary.refused else 0)


def take_file(
    house: House, take: Importer, file: Path, title: str, known_on: date | None = None, *, again: bool = False
) -> tuple[Summary, list[FileFinding]]:
    """Take one file in, with a progress bar."""
    known_at: datetime | None = london_day_end(known_on) if known_on else None
    with progress_bar(f"Reading {title}") as step:
        return take(house.recorder, house.desk, file, known_at=known_at, progress=step, again=again)


_file_command("fees", fees.import_fees, "Take in placement fees: weekly cost, from and to, and who pays.")
_file_command("early-help", early_help.import_early_help, "Take in early help (CAF) episodes, one row an episode.")
_file_command(
    "activities", activities.import_activities, "Take in an export of activities with free-text descriptions."
)
_file_command("roster", roster.import_roster, "Take in the roster: workers, posts, teams and hours, with dates.")
_file_command("schemas", schemas.import_schemas, "Take in worker schemas: what makes up the price of an hour.")
_file_command(
    "standard-times",
    standard_times.import_standard_times,
    "Take in standard times: hours by process and worker type, as a focus group agreed them.",
)
_file_command("names", names.import_names, "Take in children's names, kept encrypted, for people who work with them.")


def _say(title: str, summary: Summary) -> None:
    if summary.already_loaded:
        click.echo(f"{title}: loaded before, nothing changed.")
        return
    parts = ("read", "new", "amended", "unchanged", "waiting", "refused")
    click.echo(f"{title}: " + ", ".join(f"{getattr(summary, part):,} {part}" for part in parts) + ".")


def _say_found(found: Sequence[Any], written: Path | None) -> None:
    """A short table of what was found, by rule, the gravest first."""
    if not found:
        click.echo("Nothing to report.")
        return
    order = {"error": 0, "warning": 1, "note": 2}
    counts = Counter((order.get(f.severity, 3), f.severity, f.rule) for f in found)
    table = Table("severity", "rule", "how many", box=None, pad_edge=False)
    for (_, severity, rule), count in sorted(counts.items())[:_SHOWN]:
        table.add_row(severity, rule, f"{count:,}")
    output = Console(highlight=False)
    output.print(table)
    if len(counts) > _SHOWN:
        output.print(f"… and {len(counts) - _SHOWN} more kinds.")
    hint = f"Written to {written}." if written else "Add --findings FILE.csv to see each."
    click.echo(f"{len(found):,} things found in the file. {hint}")


def _write_findings(path: Path, found: Sequence[FileFinding]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        writer.writerows([getattr(finding, name) for name in _COLUMNS] for finding in found)
