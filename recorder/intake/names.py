"""Children's names, kept encrypted with each child's own key.

Columns: child, first_name, family_name. A return does not carry names; a case system's list does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from recorder.application import Recorder
from recorder.children import Description, describe_children
from recorder.intake.batches import Batch, Progress, no_progress, run_import
from recorder.intake.clients import find_clients
from recorder.intake.reading import Finding, Row, open_csv
from recorder.intake.statements import Summary
from recorder.intake.taking import chunks

__all__ = ["import_names"]

REQUIRED = ("child", "first_name", "family_name")


def import_names(
    recorder: Recorder,
    desk: Engine,
    path: Path,
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> tuple[Summary, list[Finding]]:
    """Give registered children their names. A name that changed is described anew; blanks change nothing."""
    return run_import(recorder, desk, "names", path, _take, known_at=known_at, by=by, progress=progress, again=again)


def _take(batch: Batch) -> None:
    source = open_csv(batch.path, REQUIRED)
    for odd in source.odd:
        batch.add(odd)
    for chunk in chunks(source.rows()):
        batch.summary.read += len(chunk)
        said = _descriptions(batch, chunk)
        counts = describe_children(batch.recorder, said, batch.known_at, batch.provenance)
        batch.summary.new += counts["amended"]
        batch.summary.unchanged += counts["unchanged"]
        batch.summary.refused += counts["erased"]
        batch.progress(batch.summary.read, max(source.lines - 1, batch.summary.read))


def _descriptions(batch: Batch, chunk: Sequence[Row]) -> list[Description]:
    clients = find_clients(batch.recorder.keys, (row.values["child"] for row in chunk))
    said: dict[str, Description] = {}
    for row in chunk:
        names = {name: " ".join(row.values[name].split()) for name in ("first_name", "family_name")}
        child = clients.of(row.values["child"])
        if child is None:
            message = "No registered child has this number. Load the return that names it first"
            batch.refuse(row.number, [("child_unknown", "child", message)])
        elif not any(names.values()):
            batch.refuse(row.number, [("blank_name", "first_name", "Enter a first or a family name")])
        elif str(child) in said:
            batch.refuse(row.number, [("stated_twice", "child", "An earlier row names the same child")])
        else:
            said[str(child)] = Description(child_id=child, personal={n: v for n, v in names.items() if v})
    return list(said.values())
