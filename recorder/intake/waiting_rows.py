"""Taking up rows that waited: once a description is settled, a child registered, or the roster loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from costing.descriptions import normalise
from recorder.application import Recorder
from recorder.domain.facts import Provenance
from recorder.intake.activities import Meanings, read_activity
from recorder.intake.batches import Batch, no_progress
from recorder.intake.early_help import read_early_help
from recorder.intake.fees import read_fee
from recorder.intake.reading import Finding, Row
from recorder.intake.statements import Summary
from recorder.intake.taking import Ready, Taker
from recorder.settings import settle_description
from recorder.waiting import WaitingRow, waiting

__all__ = ["load_waiting", "settle"]

PAGE = 2000
_READ = {"fee": read_fee, "early_help": read_early_help}
_SORTS = ("fee", "early_help", "activity")


def settle(recorder: Recorder, desk: Engine, phrase: str, code: str, by: str) -> tuple[Summary, list[Finding]]:
    """Settle what a description means, and load the rows that waited for it. Raises ``Refused``.

    A row whose child or worker is not known yet waits on, for that.
    """
    settle_description(recorder, phrase, code, Provenance(by=by, source="form"))
    return load_waiting(recorder, desk, by=by, reason="phrase", phrase=normalise(phrase))


def load_waiting(
    recorder: Recorder, desk: Engine, *, by: str = "", reason: str | None = None, phrase: str | None = None
) -> tuple[Summary, list[Finding]]:
    """Try every waiting row again (or those of one ``reason``, or phrase), each as known when its file came.

    To be called after children were registered or a roster was loaded. Tried again without anything
    new, it changes nothing.
    """
    whole = Summary()
    findings: list[Finding] = []
    meanings = Meanings(recorder)
    for what in _SORTS:
        for page in _pages(recorder, desk, what, reason, phrase):
            for rows in _by_file(page):
                batch = _take_up(recorder, desk, what, rows, meanings, by)
                findings += batch.findings
                for name in ("read", "new", "amended", "unchanged", "waiting", "refused"):
                    setattr(whole, name, getattr(whole, name) + getattr(batch.summary, name))
    return whole, findings


def _pages(
    recorder: Recorder, desk: Engine, what: str, reason: str | None, phrase: str | None
) -> Iterator[list[WaitingRow]]:
    after = 0
    while page := waiting(desk, recorder.keys, what=what, reason=reason, phrase=phrase, after=after, limit=PAGE):
        yield page
        after = page[-1].row_id


def _by_file(rows: Sequence[WaitingRow]) -> list[list[WaitingRow]]:
    files: defaultdict[tuple[str, datetime], list[WaitingRow]] = defaultdict(list)
    for row in rows:
        files[row.batch, row.known_at].append(row)
    return list(files.values())


def _take_up(
    recorder: Recorder, desk: Engine, what: str, rows: Sequence[WaitingRow], meanings: Meanings, by: str
) -> Batch:
    batch = Batch(recorder, desk, Path(), rows[0].batch, rows[0].known_at, by, no_progress)
    batch.summary.read = len(rows)
    ready: list[Ready] = []
    for each in rows:
        row = Row(each.row_number, each.row)
        read = read_activity(batch, row, meanings) if what == "activity" else _READ[what](batch, row)
        if read is not None:
            ready.append(read)
    Taker(batch, what).take(ready)
    return batch
