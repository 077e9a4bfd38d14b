"""Facts of the reconciliation: what payroll and the general ledger say of a month, and that it was signed off."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from .facts import Body, Refused, topic

__all__ = ["NOTE_LENGTH", "LedgerEntry", "LedgerTotalsStated", "ReconciliationSigned", "What", "decide_sign_off"]

NOTE_LENGTH = 1_000
What = Literal["payroll", "placements"]


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the payroll or of the ledger: its code, its team or child where it gives one, and its pence.

    ``unmatched``: the line names a child that nobody knows here; what it is called is not kept, only its ``line``.
    """

    code: str = ""
    team: str = ""
    pence: int
    child: UUID | None = None
    unmatched: bool = False
    line: int = 0


@topic("ledger_totals.stated.v1")
class LedgerTotalsStated(Body, frozen=True, kw_only=True):
    """What the payroll or the general ledger says of a month (yyyymm), whole; the last statement holds."""

    what: What
    month: int
    entries: tuple[LedgerEntry, ...]


@topic("reconciliation.signed.v1")
class ReconciliationSigned(Body, frozen=True, kw_only=True):
    """Somebody accepts a month's reconciliation as it stood: both totals, in pence, and why they differ.

    ``totals`` is the version of the statement that was compared, ``position`` how far the log was shown.
    """

    what: What
    month: int
    totals: int
    position: int
    ours_pence: int
    theirs_pence: int
    note: str = ""


def decide_sign_off(
    what: What, month: int, *, totals: int, position: int, ours_pence: int, theirs_pence: int, note: str
) -> ReconciliationSigned:
    """May this be signed off? A difference needs a note. Raises ``Refused`` with every problem."""
    said = " ".join(note.split())
    problems = []
    if not totals:
        problems.append(("file", "There is nothing to compare with yet"))
    if ours_pence != theirs_pence and not said:
        problems.append(("note", "Say how the difference is explained"))
    if len(said) > NOTE_LENGTH:
        problems.append(("note", f"The note must be {NOTE_LENGTH:,} characters or fewer"))
    if problems:
        raise Refused(*problems)
    return ReconciliationSigned(
        what=what, month=month, totals=totals, position=position, ours_pence=ours_pence, theirs_pence=theirs_pence,
        note=said,
    )  # fmt: skip
