"""``daybook import cin`` and ``cin-matches``: the census of children in need, and whom its children are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import click

from recorder.intake.cin_census import CensusFile, CensusProblem, census_file_from_argument
from recorder.intake.cin_census.loading import LoadedCensus, load_census
from recorder.intake.cin_census.matches import census_matches, import_matches, write_matches
from recorder.intake.reading import Finding
from recorder.intake.statements import Summary
from web.cli.terminal import House, catch_up, opened, progress_bar

__all__ = ["take_census", "take_matches", "write_census_findings"]

_COLUMNS = ("census", "file", "child", "field", "rule", "severity", "message")
Say = Callable[[str, Summary], None]


def take_census(
    arguments: Sequence[str], known_on: date | None, matches: Path | None, *, again: bool, say: Say
) -> list[LoadedCensus]:
    """Take the files in, say what came of each, and write the children who wait to ``matches``."""
    if known_on is not None and len(arguments) > 1:
        message = "--known-on is for a single file. With several, write each as FILE=DATE."
        raise click.UsageError(message)
    try:
        files = [census_file_from_argument(each) for each in arguments]
    except CensusProblem as wrong:
        raise click.UsageError(str(wrong)) from wrong
    if known_on is not None:
        files = [CensusFile(each.path, known_on) for each in files]
    with opened() as house:
        loaded = _loaded(house, files, again=again)
        catch_up(house)
        waiting = len(census_matches(house.recorder, house.desk))
        if matches is not None:
            write_matches(house.recorder, house.desk, matches)
    for each in loaded:
        say(f"Census {_census(each.return_year)} ({each.path.name})", each.summary)
    if waiting:
        hint = f"Written to {matches}." if matches else "Add --matches FILE.csv for the list to fill in."
        click.echo(f"Children of the census who may be known already, and wait to be told: {waiting:,}. {hint}")
    return loaded


def _loaded(house: House, files: Sequence[CensusFile], *, again: bool) -> list[LoadedCensus]:
    with progress_bar("Reading censuses") as step:
        try:
            return load_census(house.recorder, house.desk, files, progress=step, again=again)
        except CensusProblem as wrong:
            raise click.UsageError(str(wrong)) from wrong


def take_matches(file: Path, say: Say) -> list[Finding]:
    """Take the filled-in list in; answers what could not be settled."""
    with opened() as house:
        summary, found = import_matches(house.recorder, house.desk, file, "command line")
        catch_up(house)
    say(file.name, summary)
    return found


def write_census_findings(path: Path, loaded: Sequence[LoadedCensus]) -> None:
    """Everything found, a row each; ``child`` is the how-manieth Child of the file, 0 for the whole file."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        for each in loaded:
            for f in each.findings:
                where = (_census(each.return_year), each.path.name, f.row, f.field)
                writer.writerow([*where, f.rule, f.severity, f.message])


def _census(return_year: str) -> str:
    """A census as people call it, by the year of its 31 March; 'not read' where nothing told the year."""
    return str(int(return_year[:4]) + 1) if return_year else "not read"
