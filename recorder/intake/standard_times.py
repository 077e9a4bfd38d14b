"""Sheets of standard times: hours for each process, variation and worker type, as a focus group agreed them.

Columns: process, variations (joined by +, blank for the base case), effect (base, adds, replaces), worker_type,
hours (1.25, 1:15, 75m; blank is not known), n, date, agreed_by. A sheet with a problem is not taken at all,
as its rows belong together.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from costing.standard_times import (
    COLUMNS,
    StandardTime,
    StandardTimeProblems,
    read_standard_times,
    variations_text,
)
from costing.variations import shipped_frameworks
from recorder.application import Recorder
from recorder.domain.facts import Body
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.rates import StandardTimeAgreed
from recorder.frameworks import known_codes
from recorder.intake.batches import Batch, Progress, no_progress, run_import
from recorder.intake.reading import Finding, Row, open_csv
from recorder.intake.statements import Statement, Summary

__all__ = ["agreed", "as_sheet", "import_standard_times", "read_times", "stream_of"]

_ROW = re.compile(r"Row (\d+): (.*)", re.DOTALL)


def import_standard_times(
    recorder: Recorder,
    desk: Engine,
    path: Path,
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> tuple[Summary, list[Finding]]:
    """State the times of a sheet. One agreed again on another day is a time of its own, and the last holds."""
    return run_import(
        recorder, desk, "standard-times", path, _take, known_at=known_at, by=by, progress=progress, again=again
    )


def _take(batch: Batch) -> None:
    source = open_csv(batch.path, COLUMNS)
    for odd in source.odd:
        batch.add(odd)
    rows = list(source.rows())
    batch.summary.read = len(rows)
    try:
        times = read_times(as_sheet(rows), known_codes(batch.recorder))
    except StandardTimeProblems as wrong:
        for problem in wrong.problems:
            found = _ROW.fullmatch(problem)
            number = rows[int(found[1]) - 2].number if found else 0
            batch.say("bad_standard_time", number, "", found[2] if found else problem)
        batch.summary.refused = len(rows)
        return
    bodies = [agreed(each) for each in times]
    batch.state([Statement(stream_of(body), None, body, _amended(body)) for body in bodies])
    batch.progress(len(rows), len(rows))


def as_sheet(rows: list[Row]) -> str:
    """Rows as the text of a sheet, a line for each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({name: " ".join(value.split()) for name, value in row.values.items()} for row in rows)
    return text.getvalue()


def read_times(text: str, known: Mapping[str, Collection[str]] | None = None) -> tuple[StandardTime, ...]:
    """The times of a sheet, its variations those that are known of each process (by default the shipped ones).

    Raises ``StandardTimeProblems``.
    """
    return read_standard_times(text, shipped_frameworks().variation_codes() if known is None else known)


def agreed(time: StandardTime) -> StandardTimeAgreed:
    """A time of a sheet as a fact."""
    return StandardTimeAgreed(
        process=time.process,
        variations=variations_text(time.variations),
        effect=time.effect,
        worker_type=time.worker_type,
        hours=None if time.hours is None else str(time.hours),
        n=time.n,
        agreed_on=time.agreed_on,
        agreed_by=time.agreed_by,
    )


def stream_of(body: StandardTimeAgreed) -> UUID:
    """The stream of what was agreed on one day for a process, variation and worker type."""
    key = f"{body.process}/{body.variations}/{body.worker_type}/{body.agreed_on.isoformat()}"
    return derived_id(AUTHORITY, "standard_time", key)


def _amended(body: StandardTimeAgreed) -> Callable[[Body], Body | None]:
    return lambda known: None if known == body else body
