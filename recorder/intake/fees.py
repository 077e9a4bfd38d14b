"""Placement fees from the finance system: a weekly fee for a child's placement, from a day on.

Columns: placement_ref, child, urn, placement_code, provider_code, valid_from, valid_to (the first day the
fee holds no more), total_weekly_cost, social_care, education, health. The shares add up to the total; where
social_care is left blank it is what education and health leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy import Engine

from recorder.application import Recorder
from recorder.domain.ids import derived_id
from recorder.domain.rates import FeeAmended, FeeDetails, decide_fee
from recorder.intake.batches import Batch, Progress, no_progress, run_import
from recorder.intake.cells import Cells
from recorder.intake.reading import Finding, Row, open_csv
from recorder.intake.statements import Statement, Summary, amended_as
from recorder.intake.taking import Ready, Taker, chunks

__all__ = ["OPTIONAL", "REQUIRED", "Refuses", "import_fees", "read_fee"]

REQUIRED = ("placement_ref", "child", "valid_from", "total_weekly_cost")
OPTIONAL = ("urn", "placement_code", "provider_code", "valid_to", "social_care", "education", "health")


def import_fees(
    recorder: Recorder,
    desk: Engine,
    path: Path,
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> tuple[Summary, list[Finding]]:
    """Take a file of fees in. A fee of a child nobody has registered yet waits on the desk."""
    return run_import(recorder, desk, "fees", path, _take, known_at=known_at, by=by, progress=progress, again=again)


def _take(batch: Batch) -> None:
    source = open_csv(batch.path, REQUIRED, OPTIONAL)
    for odd in source.odd:
        batch.add(odd)
    taker = Taker(batch, "fee")
    for chunk in chunks(source.rows()):
        batch.summary.read += len(chunk)
        taker.take([ready for row in chunk if (ready := read_fee(batch, row))])
        batch.progress(batch.summary.read, max(source.lines - 1, batch.summary.read))


class Refuses(Protocol):
    """Whatever takes the problems of a row: an import, or a page that shows them all before anything is stated."""

    def refuse(self, row: int, problems: Iterable[tuple[str, str, str]]) -> None:
        """Refuse a row for all its problems (rule, field, message) at once."""
        ...


def read_fee(batch: Refuses, row: Row) -> Ready | None:
    """A row of the file as a fee to be; one that cannot be read is refused with all its problems."""
    cells = Cells(row.values)
    reference = cells.needed("placement_ref", "the placement's reference")
    client = cells.needed("child", "the child's number")
    starts = cells.day("valid_from", "the day from which the fee holds")
    ends = cells.day("valid_to")
    weekly = cells.pence("total_weekly_cost", "the weekly cost, or 0 if there is none")
    own = cells.pence("social_care")
    education, health = cells.pence("education") or 0, cells.pence("health") or 0
    if cells.problems or starts is None or weekly is None:
        batch.refuse(row.number, cells.problems)
        return None

    def state(child: UUID) -> Statement:
        details = FeeDetails(
            child=child,
            placement_ref=reference,
            valid_from=starts,
            valid_to=ends,
            place=cells.text("placement_code").upper(),
            provider=cells.text("provider_code").upper(),
            urn=cells.text("urn"),
            weekly=weekly,
            social_care=weekly - education - health if own is None else own,
            education=education,
            health=health,
        )
        first = decide_fee(details)
        stream = derived_id(child, "fee", f"{reference} {starts.isoformat()}")
        return Statement(stream, child, first, amended_as(first, FeeDetails, FeeAmended))

    return Ready(row, client, f"{reference} {starts.isoformat()}", state)
