"""Saving a week: each cell that changed is one entry recorded, corrected or withdrawn, or an absence stated."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from costing.duration import parse_minutes
from recorder.activities import (
    AmendActivity,
    RecordActivity,
    WithdrawActivity,
    activity_state,
    amend,
    record,
    withdraw,
)
from recorder.application import Conflict
from recorder.domain.activity import ActivityDetails
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import derived_id, new_id
from recorder.domain.weeks import AbsenceStated
from recorder.weeks import state_absence
from web.account.people import Person
from web.record.choices import Offer
from web.record.grid_rows import CHANGED, WHOLE_DAY, Cell, Row
from web.record.history import AMEND_REASONS
from web.record.reading import understand
from web.record.typed import Typed
from web.state import Opened

__all__ = ["Saving", "save_week"]

ASK_REASON = "Select why you are changing what was recorded before"
_WHOLE_DAY_WORDS = {WHOLE_DAY, "whole day", "all day", "d"}


@dataclass
class Saving:
    """What came of it: problems that are of no one cell, how many changes were saved, and the position reached."""

    problems: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0
    position: int = 0


def save_week(here: Opened, person: Person, offer: Offer, rows: list[Row], reason: str) -> Saving:
    """Save every cell that changed, or none where a cell cannot be saved; problems lie on their cells.

    Cells are entries under ids that the page was made with: a week sent twice is one week. An entry changed by
    somebody else meanwhile is told on its cell, and the rest is saved.
    """
    saved = Saving()
    changed = [(row, cell) for row in rows for cell in row.cells if cell.changed and not cell.several and not cell.shut]
    details: dict[int, ActivityDetails] = {}
    for row, cell in changed:
        if row.absence:
            _check_absence(cell)
        else:
            made = _details(here, person, offer, row, cell) if cell.text.strip() else _without_me(here, person, cell)
            if made is not None:
                details[id(cell)] = made
    if any(cell.version for _, cell in changed) and reason not in AMEND_REASONS:
        saved.problems.append(("reason", ASK_REASON))
    if saved.problems or any(cell.wrong for row in rows for cell in row.cells):
        return saved
    for row, cell in changed:
        try:
            position = _save(here, person, row, cell, details.get(id(cell)), reason)
        except Conflict:
            cell.wrong.append(CHANGED)
        except Refused as refused:
            cell.wrong += [words for _, words in refused.problems]
        else:
            saved.count += position is not None
            saved.position = max(saved.position, position or 0)
    return saved


def _details(here: Opened, person: Person, offer: Offer, row: Row, cell: Cell) -> ActivityDetails | None:
    """What the cell states, whole; None with the problems on the cell."""
    assert person.worker is not None
    try:
        if parse_minutes(cell.text) == 0:
            cell.wrong.append("Time must be more than 0 minutes. Clear the box to take the entry away")
            return None
    except ValueError as problem:
        cell.wrong.append(str(problem))
        return None
    if cell.version:
        held = activity_state(here.recorder, cell.activity_id)
        mine = next((line for line in held.details.workers if line.worker == person.worker), None) if held else None
        if held is None or mine is None:
            cell.wrong.append(CHANGED)
            return None
        line = msgspec.structs.replace(mine, minutes=parse_minutes(cell.text), accepted=True)
        others = tuple(each for each in held.details.workers if each.worker != person.worker)
        return msgspec.structs.replace(held.details, workers=(*others, line))
    on = cell.on
    typed = Typed(
        children=[str(child) for child in row.children], kind=row.kind, other_kind=row.kind, minutes=cell.text,
        when="another", day=(str(on.day), str(on.month), str(on.year)),
    )  # fmt: skip
    try:
        details, _ = understand(typed, offer, person.worker)
    except Refused as refused:
        cell.wrong += [words for _, words in refused.problems]
        return None
    return details


def _without_me(here: Opened, person: Person, cell: Cell) -> ActivityDetails | None:
    """An entry that colleagues are on goes on without this worker; None where there are none, and it is withdrawn."""
    held = activity_state(here.recorder, cell.activity_id) if cell.version else None
    others = tuple(each for each in held.details.workers if each.worker != person.worker) if held else ()
    return msgspec.structs.replace(held.details, workers=others) if held and others else None


def _check_absence(cell: Cell) -> None:
    if cell.text.strip().casefold() in _WHOLE_DAY_WORDS or not cell.text.strip():
        return
    try:
        parse_minutes(cell.text)
    except ValueError:
        cell.wrong.append(f"“{cell.text.strip()}” is not a time we can read. Write day for a whole day, or like 3h 30")


def _save(
    here: Opened, person: Person, row: Row, cell: Cell, details: ActivityDetails | None, reason: str
) -> int | None:
    """Save one cell; the position reached, None where it stood so already."""
    assert person.worker is not None
    by = Provenance(by=person.username, source="grid")
    if row.absence:
        text = cell.text.strip().casefold()
        minutes = None if text in _WHOLE_DAY_WORDS else parse_minutes(cell.text) or 0
        stated = AbsenceStated(worker=person.worker, on=cell.on, kind=row.kind, minutes=minutes)
        receipt = state_absence(here.recorder, new_id(), stated, by)
        return receipt.position if receipt else None
    # The same change sent twice is one: its id follows from what it changes and to what.
    event_id = derived_id(cell.activity_id, "grid", f"{cell.version} {cell.text.strip()}")
    if not cell.version:
        if details is None:
            return None
        command = RecordActivity(activity_id=cell.activity_id, details=details, provenance=by)
        return record(here.recorder, command).position
    if details is None:
        gone = WithdrawActivity(
            activity_id=cell.activity_id, event_id=event_id, version=cell.version, reason="other", provenance=by
        )
        return withdraw(here.recorder, gone).position
    change = AmendActivity(
        activity_id=cell.activity_id, event_id=event_id, version=cell.version, details=details, reason=reason,
        provenance=by,
    )  # fmt: skip
    return amend(here.recorder, change).position
