"""Returns taken in: each row as a fact, once, as known on the day the return was made.

A return is read into a private store, and its children are taken in a chunk at a time, each chunk's rows in
one append. What is there already is not stated again, so a load that was interrupted is run again and
finds what it had done. Memory holds a chunk, whatever the size of the return.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Engine

from costing.calendar import london_date, london_day_end, return_year, return_year_last
from recorder.application import Recorder, event_of
from recorder.domain.authority import ImportCompleted
from recorder.intake.batches import Batch, Progress, complete, no_progress
from recorder.intake.statements import Summary
from recorder.intake.waiting_rows import load_waiting
from recorder.waiting import waiting_counts

from .checks import check_across
from .findings import Finding, FindingList, found, uk
from .folders import IntakeError, ReturnFolder
from .loading_chunk import OneReturn
from .rows import ChildReturn
from .sources import digest_of, files_in, survey
from .staging import StagedReturn, stage

__all__ = ["LoadedReturn", "load_returns"]

CHUNK = 300
WHAT = "ssda903"
_LOG_PAGE = 1_000


class LoadedReturn(NamedTuple):
    """What came of one return: counts of its rows, and what was found in it and against earlier ones."""

    return_year: str
    summary: Summary
    findings: list[Finding]


class _Before(NamedTuple):
    """A return taken in before."""

    return_year: str
    digest: str
    known_at: datetime
    with_episodes: bool


class _Track(NamedTuple):
    """How far the whole run is, in bytes: half of a folder's for reading it, half for taking its rows in."""

    progress: Progress
    behind: int
    size: int
    total: int

    def reading(self, done: int, of: int) -> None:
        """So many bytes of this folder are read."""
        self.progress(self.behind + (done * self.size // (2 * of) if of else 0), self.total)

    def taking(self, done: int, of: int) -> None:
        """So many rows of this folder are taken in."""
        self.progress(
            self.behind + self.size // 2 + (done * (self.size - self.size // 2) // of if of else 0), self.total
        )


def load_returns(
    recorder: Recorder,
    desk: Engine,
    folders: Sequence[ReturnFolder],
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> list[LoadedReturn]:
    """Take the returns in, in the order of their years; rows of other files that waited for a child follow.

    A folder's ``known_on`` counts to the end of that day in London; one without is known at ``known_at``, or
    now. A folder whose files were loaded before is left alone unless ``again``. Raises IntakeError for a day
    in the future, OSError where a file cannot be opened.
    """
    now = recorder.clock.now()
    future = [f"{f.path.name}: {uk(f.known_on)}" for f in folders if f.known_on and f.known_on > london_date(now)]
    if future:
        raise IntakeError(f"A return cannot be known on a day in the future ({'; '.join(future)}).")
    ordered = sorted(folders, key=lambda f: (f.return_year, f.known_on or date.max))
    sizes = [sum(path.stat().st_size for path in files_in(folder.path)[0]) for folder in ordered]
    loaded: list[LoadedReturn] = []
    undated = sum(folder.known_on is None for folder in ordered)
    for at, folder in enumerate(ordered):
        known = min(london_day_end(folder.known_on), now) if folder.known_on else known_at or now
        track = _Track(progress, sum(sizes[:at]), sizes[at], sum(sizes))
        one = _load(recorder, desk, folder, known, by, track, again=again)
        if folder.known_on is None and undated > 1 and not one.summary.already_loaded:
            one.findings.append(found("no_known_day", folder.return_year, "", count=str(undated)))
        loaded.append(one)
        track.taking(1, 1)
    if loaded:
        _take_up_waiting(recorder, desk, by, loaded[-1])
    return loaded


def _returns_before(recorder: Recorder) -> list[_Before]:
    """The returns taken in so far, in log order."""
    before: list[_Before] = []
    for page in recorder.log_store.pages(0, _LOG_PAGE, [ImportCompleted.topic]):
        for event in map(event_of, page):
            body = event.body
            if isinstance(body, ImportCompleted) and body.what == WHAT:
                with_episodes = "no_episodes" not in body.findings
                before.append(_Before(body.return_year, body.digest, event.known_at, with_episodes))
    return before


def _fingerprint(folder: ReturnFolder) -> str:
    """What the run is known by: the bytes of the files and the year they are taken for."""
    return sha256(f"{folder.return_year} {digest_of(map(survey, files_in(folder.path)[0]))}".encode()).hexdigest()


def _load(
    recorder: Recorder, desk: Engine, folder: ReturnFolder, known_at: datetime, by: str, track: _Track, *, again: bool
) -> LoadedReturn:
    year = folder.return_year
    digest = _fingerprint(folder)
    before = _returns_before(recorder)
    same = [b for b in before if b.digest == digest]
    if same and not again:
        words = {"year": same[0].return_year, "day": uk(london_date(same[0].known_at))}
        return LoadedReturn(year, Summary(already_loaded=True), [found("already_loaded", year, "", **words)])
    findings = FindingList()
    # A return never goes before an earlier one in what is known: it would be overruled by it.
    floor = max((b.known_at for b in before if b.return_year <= year), default=known_at)
    if floor > known_at:
        known_at = floor
        findings.add(found("known_day_moved", year, "", None, "", None, None, day=uk(london_date(floor))))
    batch = Batch(recorder, desk, folder.path, digest, known_at, by, track.progress)
    with stage(folder, track.reading) as staged:
        if staged.tables:
            _take(staged, batch, before, findings, track)
        findings.say_what_is_not_listed(year)
        counts = staged.finding_counts + findings.counts
        if staged.tables:
            complete(
                recorder, WHAT, digest, batch.summary, counts, batch.provenance,
                known_at=known_at, return_year=year, known_on=folder.known_on,
            )  # fmt: skip
        return LoadedReturn(year, batch.summary, [*staged.findings, *findings.listed])


def _take(staged: StagedReturn, batch: Batch, before: Sequence[_Before], findings: FindingList, track: _Track) -> None:
    """Every child of a return, then those it leaves out, then what only shows across children."""
    year = staged.return_year
    total = staged.tables.total() + staged.rows_kept_out
    batch.summary.read, batch.summary.refused = total, staged.rows_kept_out
    with_episodes = [b for b in before if b.with_episodes]
    after = return_year(return_year_last(year) + timedelta(days=1))
    one = OneReturn(
        batch,
        year,
        batches={b.digest: b.return_year for b in before},
        earlier=max((b.return_year for b in with_episodes if b.return_year < year), default=None),
        next_known_at=max((b.known_at for b in with_episodes if b.return_year == after), default=None),
        has_episodes=bool(staged.tables["episodes"]),
        has_headers=bool(staged.tables["header"]),
        say=findings.add,
    )
    done = 0
    for chunk in _chunks(staged.children()):
        done += one.take(chunk)
        track.taking(done, total)
    one.take_left_out()
    shared: Counter[str] = Counter()
    for finding in check_across(staged, lambda upn: tuple(sorted(one.sharers.get(upn, ())))):
        shared[finding.child] += 1
        if finding.child not in one.erased:
            findings.add(finding)
    for child, _ in sorted(one.not_linked):
        if not shared[child]:
            findings.add(found("upn_not_linked", year, "header", None, child))


def _chunks(children: Iterator[ChildReturn]) -> Iterator[list[ChildReturn]]:
    while chunk := list(islice(children, CHUNK)):
        yield chunk


def _take_up_waiting(recorder: Recorder, desk: Engine, by: str, last: LoadedReturn) -> None:
    """Load rows of other files that waited for a child or a worker of these returns."""
    waiting = waiting_counts(desk)
    reasons = [r for r in ("child", "worker") if any(n and reason == r for (_, reason), n in waiting.items())]
    taken_up = sum(load_waiting(recorder, desk, by=by, reason=reason)[0].new for reason in reasons)
    if taken_up:
        last.findings.append(found("waiting_loaded", last.return_year, "", count=f"{taken_up:,}"))
