"""Censuses taken in: each row as a fact, once, as known on the day the census was sent.

A census is read and checked into a private store, and its children are taken in a chunk at a time, each
chunk's rows in one append. What is there already is not stated again, so a load that was interrupted is
run again and finds what it had done. Memory holds a chunk, whatever the size of the census.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from costing.calendar import london_date, london_day_end
from costing.collector import collector_paused
from recorder.application import Recorder, event_of
from recorder.domain.authority import ImportCompleted
from recorder.intake.batches import Batch, Progress, complete, digest_of, no_progress
from recorder.intake.reading import Finding
from recorder.intake.statements import Summary
from recorder.intake.waiting_rows import load_waiting
from recorder.waiting import waiting_counts

from .census_file import CensusFile, CensusProblem, header_year
from .findings import FindingList, found
from .left_out import leave_out
from .matches import take_up_matched
from .matching import Matcher
from .rows import CensusChild
from .staging import StagedCensus, stage_census
from .taking import OneCensus

__all__ = ["WHAT", "LoadedCensus", "load_census"]

WHAT = "cin"
CHUNK = 300
_LOG_PAGE = 1_000


class LoadedCensus(NamedTuple):
    """What came of one census: counts of its rows, what was found, and the file. ``return_year`` '' : not read."""

    summary: Summary
    findings: list[Finding]
    return_year: str
    path: Path


class _Before(NamedTuple):
    """A census taken in before."""

    return_year: str
    digest: str
    known_at: datetime


class _Run(NamedTuple):
    """What all files of one run share; the matcher remembers whom it has told."""

    recorder: Recorder
    desk: Engine
    matcher: Matcher
    by: str
    again: bool


class _Track(NamedTuple):
    """How far the whole run is, in bytes: a third of a file's for reading it, two for taking its rows in."""

    progress: Progress
    behind: int
    size: int
    total: int

    def reading(self, done: int, of: int | None) -> None:
        """So many bytes of this file are read."""
        self.progress(self.behind + (done * self.size // (3 * of) if of else 0), self.total)

    def taking(self, done: int, of: int) -> None:
        """So many rows of this file are taken in."""
        self.progress(self.behind + self.size // 3 + done * (self.size - self.size // 3) // max(of, 1), self.total)


def load_census(
    recorder: Recorder,
    desk: Engine,
    files: Sequence[CensusFile | Path],
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> list[LoadedCensus]:
    """Take censuses in, in the order of their years; rows of other files that waited for a child follow.

    A file's ``known_on`` counts to the end of that day in London; one without is known at ``known_at``, or
    now. A file loaded before is left alone unless ``again``. Raises CensusProblem for a day in the future,
    OSError where a file cannot be opened.
    """
    now = recorder.clock.now()
    wanted = [each if isinstance(each, CensusFile) else CensusFile(each) for each in files]
    future = [f.path.name for f in wanted if f.known_on and f.known_on > london_date(now)]
    if future:
        raise CensusProblem(f"A census cannot be known on a day in the future ({', '.join(future)}).")
    ordered = sorted(wanted, key=lambda f: (header_year(f.path), f.known_on or date.max))
    sizes = [each.path.stat().st_size for each in ordered]
    loaded: list[LoadedCensus] = []
    run = _Run(recorder, desk, Matcher(recorder), by, again)
    for at, file in enumerate(ordered):
        known = min(london_day_end(file.known_on), now) if file.known_on else known_at or now
        track = _Track(progress, sum(sizes[:at]), sizes[at], sum(sizes))
        loaded.append(_load(run, file, known, track))
        track.taking(1, 1)
    if loaded:
        _take_up_waiting(run, loaded[-1])
    return loaded


def _censuses_before(recorder: Recorder) -> list[_Before]:
    """The censuses taken in so far, in log order."""
    before: list[_Before] = []
    for page in recorder.log_store.pages(0, _LOG_PAGE, [ImportCompleted.topic]):
        for event in map(event_of, page):
            if isinstance(event.body, ImportCompleted) and event.body.what == WHAT:
                before.append(_Before(event.body.return_year, event.body.digest, event.known_at))
    return before


def _fingerprint(path: Path) -> str:
    """What the run is known by: the file's bytes, taken as a census."""
    return sha256(f"{WHAT} {digest_of([path])}".encode()).hexdigest()


def _load(run: _Run, file: CensusFile, known_at: datetime, track: _Track) -> LoadedCensus:
    recorder = run.recorder
    digest = _fingerprint(file.path)
    before = _censuses_before(recorder)
    same = [b for b in before if b.digest == digest]
    if same and not run.again:
        words = {"year": same[0].return_year, "day": f"{london_date(same[0].known_at):%d/%m/%Y}"}
        return LoadedCensus(
            Summary(already_loaded=True), [found("already_loaded", **words)], same[0].return_year, file.path
        )
    findings = FindingList()
    with stage_census(file, track.reading) as staged:
        year = staged.return_year
        # A census never goes before an earlier one in what is known: it would be overruled by it.
        floor = max((b.known_at for b in before if b.return_year <= year), default=known_at)
        if year and floor > known_at:
            known_at = floor
            findings.add(found("known_day_moved", day=f"{london_date(floor):%d/%m/%Y}"))
        batch = Batch(recorder, run.desk, file.path, digest, known_at, run.by, track.progress)
        batch.summary.read = staged.rows + staged.rows_kept_out
        batch.summary.refused = staged.rows_kept_out
        if staged.child_count:
            _take(staged, OneCensus(batch, year, run.matcher, findings.add), track)
            _leave_out(batch, year, before, findings)
            findings.close(int(year[:4]) + 1)
            counts = staged.finding_counts + findings.counts
            complete(
                recorder, WHAT, digest, batch.summary, counts, batch.provenance,
                known_at=known_at, return_year=year, known_on=file.known_on,
            )  # fmt: skip
        return LoadedCensus(batch.summary, [*staged.findings, *findings.listed], year, file.path)


def _take(staged: StagedCensus, one: OneCensus, track: _Track) -> None:
    """Every child of a census."""
    done = 0
    for chunk in _chunks(staged.children()):
        # Paused a chunk at a time, so that what does hold cycles is still found between two of them.
        with collector_paused():
            done += one.take(chunk)
        track.taking(done, staged.rows)


def _leave_out(batch: Batch, year: str, before: Sequence[_Before], findings: FindingList) -> None:
    """The open referrals that this census leaves out, and the next one where that was taken in first."""
    leave_out(batch, year, findings.add)
    later = sorted(b for b in before if b.return_year > year)
    if later:
        known_at = max(batch.known_at, *(b.known_at for b in later if b.return_year == later[0].return_year))
        next_one = Batch(batch.recorder, batch.desk, batch.path, "", known_at, "", no_progress)
        next_one.provenance = batch.provenance
        leave_out(next_one, later[0].return_year, findings.add)


def _chunks(children: Iterable[CensusChild]) -> Iterator[list[CensusChild]]:
    source = iter(children)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _take_up_waiting(run: _Run, last: LoadedCensus) -> None:
    """Load what waited for a child of these censuses: their own rows, and rows of other files."""
    told = take_up_matched(run.recorder, run.desk, run.by, run.matcher)
    if told.read:
        last.findings.append(found("match_told", count=f"{told.read:,}"))
    if any(n and reason == "child" for (_, reason), n in waiting_counts(run.desk).items()):
        taken_up = load_waiting(run.recorder, run.desk, by=run.by, reason="child")[0].new
        if taken_up:
            last.findings.append(found("waiting_loaded", count=f"{taken_up:,}"))
