"""One run of an import: the file is known by its bytes, and what came of it is a fact.

The same file twice is no second set of facts: it is recognised by its digest; and where it is read
again on purpose, each row finds what was stated before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import IntegrityError
from sqlalchemy import Engine

from recorder.application import Conflict, Recorder
from recorder.domain.authority import ImportCompleted
from recorder.domain.facts import Provenance
from recorder.domain.ids import AUTHORITY, derived_id, new_id
from recorder.intake.reading import FileProblem, Finding
from recorder.intake.statements import Statement, Summary, apply_statements

__all__ = ["Batch", "Progress", "already_loaded", "complete", "digest_of", "no_progress", "run_import"]

READ_AT_ONCE = 1 << 20
ATTEMPTS = 8
LISTED_PER_RULE = 10_000
Progress = Callable[[int, int | None], None]


def no_progress(_done: int, _total: int | None) -> None:
    """Nobody is watching."""


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256, in hex, of a file's bytes, or of several files' names and bytes in the order of their names."""
    files = sorted(paths, key=lambda path: path.name)
    whole = sha256()
    for path in files:
        if len(files) > 1:
            whole.update(f"{path.name}\x00{path.stat().st_size}\x00".encode())
        with path.open("rb") as stream:
            while block := stream.read(READ_AT_ONCE):
                whole.update(block)
    return whole.hexdigest()


def already_loaded(recorder: Recorder, digest: str) -> ImportCompleted | None:
    """What came of these bytes when they were loaded, or None."""
    past = _past(recorder, digest)
    return past[-1] if past else None


def _past(recorder: Recorder, digest: str) -> list[ImportCompleted]:
    events = recorder.history(_stream(digest))
    return [e.body for e in events if isinstance(e.body, ImportCompleted)]


def _stream(digest: str) -> UUID:
    return derived_id(AUTHORITY, "import", digest)


def complete(
    recorder: Recorder,
    what: str,
    digest: str,
    summary: Summary,
    findings: Mapping[str, int],
    provenance: Provenance,
    *,
    known_at: datetime | None = None,
    return_year: str = "",
    known_on: date | None = None,
) -> None:
    """State that a file was taken in: counts of rows, and of findings by rule. Without effect, nothing is added."""
    counted = {name: n for name in Summary.__struct_fields__ if (n := getattr(summary, name)) and n is not True}
    body = ImportCompleted(
        what=what, digest=digest, return_year=return_year, known_on=known_on, counts=counted, findings=dict(findings)
    )
    past = _past(recorder, digest)
    if past and not summary.new + summary.amended:
        return
    stream = _stream(digest)
    event = recorder.event(stream, len(past) + 1, new_id(), body, provenance, known_at=known_at)
    recorder.state_once(event)


class Batch:
    """A run of an import: what to state facts with, and what is said of the rows."""

    def __init__(
        self, recorder: Recorder, desk: Engine, path: Path, digest: str, known_at: datetime, by: str, progress: Progress
    ) -> None:
        self.recorder = recorder
        self.desk = desk
        self.path = path
        self.known_at = known_at
        self.provenance = Provenance(by=by, source="file", batch=digest)
        self.progress = progress
        self.summary = Summary()
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def say(self, rule: str, row: int, field: str, message: str, severity: str = "error") -> None:
        """Report something about a row, in the words of whoever sent the file."""
        self.add(Finding(rule=rule, row=row, field=field, message=message, severity=severity))

    def add(self, finding: Finding) -> None:
        """Count a finding, and list it while there are not too many of its rule."""
        self.counts[finding.rule] += 1
        if self.counts[finding.rule] <= LISTED_PER_RULE:
            self.findings.append(finding)

    def refuse(self, row: int, problems: Iterable[tuple[str, str, str]]) -> None:
        """Refuse a row for all its problems (rule, field, message) at once."""
        for rule, field, message in problems:
            self.say(rule, row, field, message)
        self.summary.refused += 1

    def state(self, statements: Sequence[Statement], *, count: bool = True) -> Counter[str]:
        """Append what the statements add; looks again where somebody states the same at the same moment.

        ``count``: the statements are rows of the file, and go into the summary.
        """
        for _ in range(ATTEMPTS):
            try:
                counts = apply_statements(self.recorder, statements, self.known_at, self.provenance)
            except IntegrityError:
                continue
            if count:
                self.summary.add(counts)
            return counts
        raise Conflict(())


def run_import(
    recorder: Recorder,
    desk: Engine,
    what: str,
    path: Path,
    take: Callable[[Batch], None],
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> tuple[Summary, list[Finding]]:
    """Run an import over one file and state that it was taken in.

    A file loaded before is left alone unless ``again``. A file that cannot be read at all gives its
    findings and changes nothing.
    """
    digest = digest_of([path])
    if not again and already_loaded(recorder, digest) is not None:
        return Summary(already_loaded=True), []
    batch = Batch(recorder, desk, path, digest, known_at or recorder.clock.now(), by, progress)
    try:
        take(batch)
    except FileProblem as problem:
        for finding in problem.findings:
            batch.add(finding)
        return batch.summary, batch.findings
    batch.findings.sort(key=lambda finding: finding.row)
    for rule, count in batch.counts.items():
        if count > LISTED_PER_RULE:
            message = f"{count - LISTED_PER_RULE:,} more rows like this are not listed ({rule})"
            batch.findings.append(Finding(rule="more_findings", row=0, field="", message=message, severity="note"))
    complete(recorder, what, digest, batch.summary, batch.counts, batch.provenance, known_at=batch.known_at)
    return batch.summary, batch.findings
