"""Saving a week: each cell that changed is one entry recorded, corrected or withdrawn, or an absence stated."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

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
from recorder.application import Conflict, Receipt
from recorder.domain.activity import ActivityDetails
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import derived_id, new_id
from recorder.domain.weeks import AbsenceStated
from recorder.weeks import state_absence
from web.account.people import Person
from web.design.formats import minutes
from web.record.choices import Offer
from web.record.grid_rows import CHANGED, WHOLE_DAY, Cell, Row
from web.record.history import AMEND_REASONS, WITHDRAW_REASONS
from web.record.reading import understand
from web.record.typed import Typed
from web.state import Opened

__all__ = ["BY_DEFAULT", "Saving", "Why", "save_week"]

ASK_REASON = "Select why you are changing what was recorded before"
ASK_GONE = "Select why you are taking away what was recorded before"
_NOT_SAID = "Not saved yet: say below why it changes"
_WHOLE_DAY_WORDS = {WHOLE_DAY, "whole day", "all day", "d"}


@dataclass(frozen=True)
class Why:
    """Why entries change and why they are taken away: codes of the two short lists, blank where none was chosen."""

    changed: str = ""
    cleared: str = ""


# The grid changes times alone, so that until a week is done this is what a change says, unless somebody says otherwise.
BY_DEFAULT = Why("wrong_time", "by_mistake")


@dataclass
class Saving:
    """What came of it: problems that are of no one cell, how many changes were saved, and the position reached.

    Cells tell for themselves: ``saved``, or ``wrong`` with the reasons.
    """

    problems: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0
    position: int = 0


def save_week(
    here: Opened,
    person: Person,
    offer: Offer,
    rows: list[Row],
    why: Why,
    *,
    source: str = "grid",
    entered_at: datetime | None = None,
) -> Saving:
    """Save every cell that changed and can be saved; what keeps the others from it lies on them.

    Cells are entries under ids that the page was made with: a week sent twice is one week. An entry changed by
    somebody else meanwhile is told on its cell. ``entered_at``: when it was typed, on a device without signal.
    """
    saved = Saving()
    cells = [(row, cell) for row in rows for cell in row.cells if not (cell.several or cell.shut)]
    changed = [(row, cell) for row, cell in cells if cell.changed and not cell.wrong]
    _ask_why(changed, why, saved)
    writing = _Writing(here, person, offer, why, Provenance(by=person.username, source=source), entered_at)
    for row, cell in changed:
        if cell.wrong:
            continue
        try:
            receipt = writing.absence(row, cell) if row.absence else writing.entry(row, cell)
        except Conflict:
            cell.wrong.append(CHANGED)
        except Refused as refused:
            cell.wrong += [words for _, words in refused.problems]
        else:
            _stands(row, cell, receipt)
            saved.count += receipt is not None
            saved.position = max(saved.position, receipt.position if receipt else 0)
    return saved


def _ask_why(changed: list[tuple[Row, Cell]], why: Why, saved: Saving) -> None:
    """Cells that need a reason and have none wait for it."""
    known = [(row, cell) for row, cell in changed if cell.version and not row.absence]
    for cleared, said, reasons, ask in (
        (False, why.changed, AMEND_REASONS, ("reason", ASK_REASON)),
        (True, why.cleared, WITHDRAW_REASONS, ("gone", ASK_GONE)),
    ):
        waiting = [cell for _, cell in known if cell.cleared is cleared]
        if waiting and said not in reasons:
            saved.problems.append(ask)
            for cell in waiting:
                cell.wrong.append(_NOT_SAID)


def _stands(row: Row, cell: Cell, receipt: Receipt | None) -> None:
    """The cell as it stands once it is saved."""
    text = cell.text.strip()
    if row.absence and (not text or text.casefold() in _WHOLE_DAY_WORDS):
        cell.stands, cell.seconds = (WHOLE_DAY if text else ""), 0
    else:
        count = parse_minutes(text) or 0
        cell.stands, cell.seconds = minutes(count) if count else "", count * 60 + (cell.travel if text else 0)
    if not row.absence:
        cell.version = receipt.version if receipt and text else 0
    if not text:
        cell.travel, cell.activity_id = 0, new_id()
    cell.text, cell.saved = cell.stands, True


@dataclass(frozen=True)
class _Writing:
    """One saving of a week: who saves it, why, and as what it is stated."""

    here: Opened
    person: Person
    offer: Offer
    why: Why
    by: Provenance
    entered_at: datetime | None

    @property
    def me(self) -> UUID:
        """The worker whose week it is."""
        assert self.person.worker is not None
        return self.person.worker

    def absence(self, row: Row, cell: Cell) -> Receipt | None:
        """State an absence; None where it stood so already. Raises ``Refused``."""
        text = cell.text.strip()
        try:
            count = None if text.casefold() in _WHOLE_DAY_WORDS else parse_minutes(text) or 0
        except ValueError as problem:
            said = f"“{text}” is not a time we can read. Write day for a whole day, or like 3h 30"
            raise Refused(("", said)) from problem
        stated = AbsenceStated(worker=self.me, on=cell.on, kind=row.kind, minutes=count)
        return state_absence(self.here.recorder, new_id(), stated, self.by)

    def entry(self, row: Row, cell: Cell) -> Receipt:
        """Record, correct or withdraw the entry of a cell. Raises ``Refused`` and ``Conflict``."""
        details = self._details(row, cell) if cell.text.strip() else self._without_me(cell)
        # The same change sent twice is one: its id follows from what it changes and to what.
        event_id = derived_id(cell.activity_id, "grid", f"{cell.version} {cell.text.strip()}")
        seen: dict[str, Any] = {"activity_id": cell.activity_id, "provenance": self.by}
        if details is None:
            seen |= {"event_id": event_id, "version": cell.version}
            return withdraw(self.here.recorder, WithdrawActivity(reason=self.why.cleared, **seen))
        if not cell.version:
            return record(self.here.recorder, RecordActivity(details=details, **seen))
        seen |= {"event_id": event_id, "version": cell.version}
        reason = self.why.cleared if cell.cleared else self.why.changed
        return amend(self.here.recorder, AmendActivity(details=details, reason=reason, **seen))

    def _details(self, row: Row, cell: Cell) -> ActivityDetails:
        """What the cell states, whole. Raises ``Refused`` with the problems in words, and ``Conflict``."""
        try:
            count = parse_minutes(cell.text)
        except ValueError as problem:
            raise Refused(("", str(problem))) from problem
        if count == 0:
            raise Refused(("", "Time must be more than 0 minutes. Clear the box to take the entry away"))
        held = activity_state(self.here.recorder, cell.activity_id)
        if cell.version:
            mine = next((line for line in held.details.workers if line.worker == self.me), None) if held else None
            if held is None or mine is None:
                raise Conflict(())
            line = msgspec.structs.replace(mine, minutes=count, accepted=True)
            others = tuple(each for each in held.details.workers if each.worker != self.me)
            return msgspec.structs.replace(held.details, workers=(*others, line))
        typed = Typed(
            children=[str(child) for child in row.children], kind=row.kind, other_kind=row.kind, minutes=cell.text,
            when="another", day=(str(cell.on.day), str(cell.on.month), str(cell.on.year)),
        )  # fmt: skip
        details, _ = understand(typed, self.offer, self.me)
        # Sent before, from the page itself perhaps, it says when it was entered as it said then.
        entered = held.details.entered_at if held else self._entered()
        return msgspec.structs.replace(details, entered_at=entered)

    def _entered(self) -> datetime | None:
        """When it was typed; a device's clock may run ahead, and nothing is entered later than it arrives."""
        return min(self.entered_at, self.here.recorder.clock.now()) if self.entered_at else None

    def _without_me(self, cell: Cell) -> ActivityDetails | None:
        """A visit that colleagues are on goes on without this worker; None without colleagues: it is withdrawn."""
        held = activity_state(self.here.recorder, cell.activity_id)
        others = tuple(each for each in held.details.workers if each.worker != self.me) if held else ()
        return msgspec.structs.replace(held.details, workers=others) if held and others else None
