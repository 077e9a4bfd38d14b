"""Early help (CAF) episodes from a list: one row an episode, from the family's intention to its close.

Columns: reference, child, intended, assessment_starts, assessed, meetings (dates parted by semicolons), closed,
closure_reason; and, for children whom neither return nor census holds, birth_date, upn, sex, ethnicity.
A child is found by its number; else by UPN and birth date; else, where the row gives its birth date, it is
registered; else the row waits until the child is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from recorder.application import Recorder
from recorder.children import NewChild, identifier, link_identifiers, read_children, register_children
from recorder.domain.facts import Body, Event
from recorder.domain.ids import derived_id
from recorder.domain.services import EarlyHelpAmended, EarlyHelpDetails, Withdrawn, decide_early_help
from recorder.intake.batches import Batch, Progress, no_progress, run_import
from recorder.intake.cells import Cells
from recorder.intake.clients import find_clients
from recorder.intake.reading import Finding, Row, open_csv, read_date
from recorder.intake.statements import Statement, Summary, details_of
from recorder.intake.taking import Ready, Taker, chunks
from recorder.personal import normalise_identifier

__all__ = ["import_early_help", "read_early_help"]

SYSTEM = "early_help"
REQUIRED = ("reference", "child", "intended")
OF_THE_CHILD = ("birth_date", "upn", "sex", "ethnicity")
OPTIONAL = ("assessment_starts", "assessed", "meetings", "closed", "closure_reason", *OF_THE_CHILD)
_UPN = re.compile(r"[A-Z]\d{11}[\dA-Z]")
_CODE = re.compile(r"[A-Z]{4}")
_SEXES = {"1": "M", "2": "F", "M": "M", "F": "F", "MALE": "M", "FEMALE": "F", "U": "U"}
_OTHER_BIRTH = "The child known under this number has another birth date. The row is not taken"


def import_early_help(
    recorder: Recorder,
    desk: Engine,
    path: Path,
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> tuple[Summary, list[Finding]]:
    """Take a list of early help episodes in. An episode of a child that nothing tells waits on the desk."""
    return run_import(
        recorder, desk, "early-help", path, _take, known_at=known_at, by=by, progress=progress, again=again
    )


def _take(batch: Batch) -> None:
    source = open_csv(batch.path, REQUIRED, OPTIONAL)
    for odd in source.odd:
        batch.add(odd)
    taker = Taker(batch, SYSTEM)
    for chunk in chunks(source.rows()):
        batch.summary.read += len(chunk)
        ready = [each for row in chunk if (each := read_early_help(batch, row))]
        taker.take(_whose_child_agrees(batch, ready))
        batch.progress(batch.summary.read, max(source.lines - 1, batch.summary.read))


def read_early_help(batch: Batch, row: Row) -> Ready | None:
    """A row of the list as an episode to be; one that cannot be read is refused with all its problems."""
    cells = Cells(row.values)
    reference = cells.needed("reference", "the episode's reference")
    client = cells.needed("child", "the child's number")
    intended = cells.day("intended", "the day on which the family agreed to an assessment")
    starts, assessed, closed = (cells.day(name) for name in ("assessment_starts", "assessed", "closed"))
    meetings = cells.read("meetings", _days) or ()
    cells.day("birth_date")
    if cells.problems or intended is None:
        batch.refuse(row.number, cells.problems)
        return None

    def state(child: UUID) -> Statement:
        details = EarlyHelpDetails(
            child=child,
            reference=reference,
            intended=intended,
            meetings=meetings,
            closure_reason=cells.text("closure_reason"),
            assessment_starts=starts,
            assessed=assessed,
            closed=closed,
        )
        first = decide_early_help(details, batch.recorder.clock.today())
        stream = derived_id(child, SYSTEM, reference)
        return Statement(stream, child, first, lambda _: None, lambda known: _again(known, first))

    return Ready(row, client, reference, state)


def _days(text: str) -> tuple[date, ...]:
    """Dates parted by semicolons or bars, in order, each once. Raises ``ValueError``."""
    found = {read_date(part) for part in re.split(r"[;|]", text) if part.strip()}
    return tuple(sorted(day for day in found if day))


def _again(known: Sequence[Event], details: EarlyHelpDetails) -> Body | None:
    """What a later list adds: an amendment where the *list* says something else than lists said before."""
    if any(isinstance(e.body, Withdrawn) for e in known):
        return None
    stated = [e for e in known if isinstance(e.body, EarlyHelpDetails)]
    files = [e for e in stated if e.provenance.source == "file"] or stated
    wanted = details_of(details, EarlyHelpDetails)
    return None if details_of(files[-1].body, EarlyHelpDetails) == wanted else EarlyHelpAmended(**wanted)


def _whose_child_agrees(batch: Batch, ready: Sequence[Ready]) -> list[Ready]:
    """Make known the children that the rows themselves tell; refuse rows that contradict what is known of theirs."""
    keys = batch.recorder.keys
    clients = find_clients(keys, (each.client for each in ready))
    owners = keys.find_many(("upn", upn) for each in ready if (upn := _upn(each.row)))
    asked = [clients.of(each.client) or owners.get(("upn", _upn(each.row))) for each in ready]
    records = read_children(batch.recorder, [child for child in asked if child])
    agreeing: list[Ready] = []
    fresh: dict[str, NewChild] = {}
    links = []
    for each, child in zip(ready, asked, strict=True):
        name, born = normalise_identifier(each.client), _born(each.row)
        known = records[child].personal.get("dob", "") if child in records else ""
        numbered = clients.of(each.client) is not None
        if numbered and born and known and born != known:
            batch.refuse(each.row.number, [("other_birth_date", "birth_date", _OTHER_BIRTH)])
            continue
        agreeing.append(each)
        if name in clients.erased | clients.two or numbered:
            continue
        if child in records and child and born == known != "":
            links.append((child, identifier(SYSTEM, name, "UPN and birth date")))
        elif child is None and born and name not in fresh:
            fresh[name] = _new_child(each, name, born)
    if links:
        link_identifiers(batch.recorder, dict.fromkeys(links), batch.known_at, batch.provenance)
    register_children(batch.recorder, fresh.values(), batch.known_at, batch.provenance)
    return agreeing


def _new_child(each: Ready, name: str, born: str) -> NewChild:
    upn = _upn(each.row)
    ethnicity = each.row.values.get("ethnicity", "").strip().upper()
    return NewChild(
        identifiers=(identifier(SYSTEM, name), *([identifier("upn", upn)] if upn else [])),
        personal={"dob": born},
        sex=_SEXES.get(each.row.values.get("sex", "").strip().upper(), ""),
        ethnicity=ethnicity if _CODE.fullmatch(ethnicity) else "",
    )


def _upn(row: Row) -> str:
    upn = normalise_identifier(row.values.get("upn", ""))
    return upn if _UPN.fullmatch(upn) else ""


def _born(row: Row) -> str:
    born = read_date(row.values.get("birth_date", ""))
    return born.isoformat() if born else ""
