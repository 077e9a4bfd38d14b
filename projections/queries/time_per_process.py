"""Recorded time per process beside what focus groups agreed, for each worker type, variation and team.

A row is a process and a worker type, with all variations and teams together or one of each. n is the occurrences
(whole months, of a process that goes on) in which some work of the process was recorded; a worker type that did
none of it counts with nought. How many took place stands beside it. An occurrence with an entry whose time is
not known is left out of the averages and counted: a blank is never zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any

import polars as pl

from costing.calendar import month_of
from costing.combined_time import CombinedTime, FittedK, combined_time, recorded_time
from costing.standard_times import StandardTime, variations_text
from projections.queries.combined_times import combined_rows, fitted_k
from projections.queries.recorded_times import RecordedTimes

__all__ = ["NO_TEAM", "TimeReport", "TimeRow", "row_key", "time_report"]

NO_TEAM = ""
_HOUR = 3600
_Key = tuple[str, str | None, str, str | None]


@dataclass(frozen=True)
class TimeRow:
    """A process and worker type. ``variations`` and ``team`` are None where all of them are together; a blank
    is the base case, and work without a team.

    ``took_place`` counts occurrences or months, recorded or not (None for a team: what was not recorded has
    none); ``time`` is in seconds; ``times`` the known ones, one each occurrence; ``left_out`` the seconds known
    in occurrences left out of the averages. ``direct`` and ``seconds`` are of all work that belongs to the row,
    ``lag`` the median days from the work to its entry, ``coverage`` the share of contracted time that the teams
    with work in the row recorded in the period. ``starts`` are the first and last days on which what is counted
    began.
    """

    process: str
    variations: str | None
    worker_type: str
    team: str | None
    took_place: int | None
    agreed: StandardTime | None
    time: CombinedTime
    times: tuple[int, ...]
    left_out: int
    seconds: int
    direct: int
    lag: float | None
    coverage: Fraction | None
    starts: tuple[date, date] | None

    @property
    def with_time(self) -> int:
        """Occurrences with any time of this worker type."""
        return sum(1 for each in self.times if each)

    @property
    def direct_share(self) -> Fraction | None:
        """Face to face as a share of all; None where there is no time."""
        return Fraction(self.direct, self.seconds) if self.seconds else None


@dataclass(frozen=True)
class TimeReport:
    """The rows of a split of a period, how k was fitted, and seconds in no row: unattached, and left out."""

    first: date
    last: date
    rows: tuple[TimeRow, ...]
    fitted: FittedK
    unattached: int
    left_out: int


def row_key(row: TimeRow) -> _Key:
    """What a row is of: process, variations, worker type and team."""
    return row.process, row.variations, row.worker_type, row.team


def time_report(
    found: RecordedTimes,
    standard: Iterable[StandardTime],
    coverage: pl.DataFrame,
    first: date,
    last: date,
    by: frozenset[str] = frozenset(),
) -> TimeReport:
    """The rows of what was recorded from ``first`` to ``last`` and what was agreed, split ``by`` any of
    `variations` and `team`. ``coverage`` is that of ``projections.queries.runs.team_coverage``.
    """
    held = list(standard)
    fitted = fitted_k(found, held)
    sources = {(each.process, each.variations, each.worker_type): each for each in combined_rows(found, held, fitted.k)}
    agreed = {(each.process, variations_text(each.variations), each.worker_type): each for each in held}
    cells = _grouped(found.times, by)
    work = _grouped(found.work, by)
    covered = _coverage(coverage, first, last)
    rows = []
    for key in sorted({*cells, *_agreed_keys(held, by)}, key=repr):
        process, variations, worker, team = key
        times, done = cells.get(key, []), work.get(key, [])
        own = agreed.get((process, variations or "", worker))
        source = sources.get((process, variations or "", worker))
        recorded = recorded_time([each["seconds"] for each in times])
        starts = [each["starts"] for each in times]
        lags = [each["lag"] for each in done if each["lag"] is not None]
        rows.append(
            TimeRow(
                *key,
                took_place=_took_place(found.counts, process, variations) if team is None else None,
                agreed=own,
                time=combined_time(recorded, source.time.estimate if source else None, fitted.k),
                times=tuple(sorted(each["seconds"] for each in times if each["seconds"] is not None)),
                left_out=sum(each["left_out"] for each in times),
                seconds=sum(each["seconds"] or 0 for each in done),
                direct=sum(each["seconds"] or 0 for each in done if each["direct"]),
                lag=median(lags) if lags else None,
                coverage=_of_teams(covered, {each["team"] for each in times}),
                starts=(min(starts), max(starts)) if starts else None,
            )
        )
    lost, out = found.unattached["seconds"].sum(), found.times["left_out"].sum()
    return TimeReport(first, last, tuple(rows), fitted, int(lost), int(out))


def _grouped(frame: pl.DataFrame, by: frozenset[str]) -> Mapping[_Key, list[dict[str, Any]]]:
    """The rows of a frame by what they are of."""
    groups: dict[_Key, list[dict[str, Any]]] = defaultdict(list)
    for each in frame.iter_rows(named=True):
        variations = each["variations"] if "variations" in by else None
        team = (each["team"] or NO_TEAM) if "team" in by else None
        groups[each["process"], variations, each["worker_type"], team].append(each)
    return groups


def _agreed_keys(standard: Iterable[StandardTime], by: frozenset[str]) -> set[_Key]:
    """What was agreed has a row without records too, where the split has a place for it."""
    if "team" in by:
        return set()
    return {
        (each.process, variations_text(each.variations) if "variations" in by else None, each.worker_type, None)
        for each in standard
        if "variations" in by or not each.variations
    }


def _took_place(counts: pl.DataFrame, process: str, variations: str | None) -> int:
    mine = counts.filter(pl.col("process") == process)
    return int((mine if variations is None else mine.filter(pl.col("variations") == variations))["n"].sum())


def _coverage(coverage: pl.DataFrame, first: date, last: date) -> dict[str, tuple[int, int]]:
    """Recorded and contracted seconds of each team in the months of the period."""
    months = coverage.filter(pl.col("month").is_between(month_of(first), month_of(last)))
    sums = months.group_by("team").agg(pl.col("recorded_seconds").sum(), pl.col("contracted_seconds").sum())
    return {team: (recorded, contracted) for team, recorded, contracted in sums.iter_rows()}


def _of_teams(covered: Mapping[str, tuple[int, int]], teams: set[str | None]) -> Fraction | None:
    held = [covered[team] for team in teams if team is not None and team in covered]
    contracted = sum(each[1] for each in held)
    return Fraction(sum(each[0] for each in held), contracted) if contracted else None
