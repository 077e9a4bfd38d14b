"""Commands of the reconciliation: state what payroll or the ledger says of months, sign a month off, read both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import msgspec

from recorder.application import Receipt, Recorder, event_of
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.reconciliation import (
    LedgerTotalsStated,
    ReconciliationSigned,
    What,
    decide_sign_off,
)

__all__ = ["Month", "Outdated", "reconciled_months", "sign_off", "state_totals", "stated_month"]

LOG_PAGE = 1_000
_TOPICS = (LedgerTotalsStated.topic, ReconciliationSigned.topic)


class Outdated(Exception):
    """The totals were stated anew since the page was shown."""


@dataclass(frozen=True)
class Month:
    """What was stated and signed of a month, oldest first."""

    what: What
    month: int
    events: tuple[Event, ...]

    @property
    def totals(self) -> LedgerTotalsStated | None:
        """The statement that holds."""
        stated = [e.body for e in self.events if isinstance(e.body, LedgerTotalsStated)]
        return stated[-1] if stated else None

    @property
    def version(self) -> int:
        """The place of that statement in the stream; 0 before the first."""
        stated = [e.originator_version for e in self.events if isinstance(e.body, LedgerTotalsStated)]
        return stated[-1] if stated else 0

    @property
    def signed(self) -> Event | None:
        """The sign-off of the statement that holds; None where there is none, or it was of an earlier one."""
        for event in reversed(self.events):
            if isinstance(event.body, ReconciliationSigned) and event.body.totals == self.version:
                return event
        return None


def reconciled_months(recorder: Recorder) -> dict[tuple[What, int], Month]:
    """Every month of which something was stated, by what and month."""
    found: dict[tuple[What, int], list[Event]] = {}
    for page in recorder.log_store.pages(0, LOG_PAGE, _TOPICS):
        for event in map(event_of, page):
            assert isinstance(event.body, LedgerTotalsStated | ReconciliationSigned)
            found.setdefault((event.body.what, event.body.month), []).append(event)
    return {key: Month(*key, tuple(events)) for key, events in found.items()}


def stated_month(recorder: Recorder, what: What, month: int) -> Month:
    """What was stated and signed of one month; nothing where nothing was."""
    return Month(what, month, tuple(recorder.history(_stream(what, month))))


def state_totals(
    recorder: Recorder, stated: Iterable[LedgerTotalsStated], by: Provenance
) -> tuple[int, Receipt | None]:
    """State months; one that says what already holds is not stated again. How many were new, and the last receipt."""
    new, receipt = 0, None
    for body in stated:
        past = stated_month(recorder, body.what, body.month)
        if past.totals == body:
            continue
        version = len(past.events) + 1
        digest = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
        stream = _stream(body.what, body.month)
        event = recorder.event(stream, version, derived_id(stream, "stated", f"{version} {digest}"), body, by)
        receipt = recorder.state_once(event)
        new += 1
    return new, receipt


def sign_off(
    recorder: Recorder, event_id: UUID, what: What, month: int, *, totals: int, position: int, ours_pence: int,
    theirs_pence: int, note: str, by: Provenance,
) -> Receipt:  # fmt: skip
    """Sign a month off as it was shown; sent again it is one sign-off still.

    Raises ``Refused`` without a note on a difference, ``Outdated`` where other totals were stated meanwhile, and
    ``Conflict`` where somebody signed at the same moment.
    """
    past = stated_month(recorder, what, month)
    if totals != past.version:
        raise Outdated
    body = decide_sign_off(
        what, month, totals=totals, position=position, ours_pence=ours_pence, theirs_pence=theirs_pence, note=note
    )
    return recorder.state_once(recorder.event(_stream(what, month), len(past.events) + 1, event_id, body, by))


def _stream(what: What, month: int) -> UUID:
    return derived_id(AUTHORITY, "reconciliation", f"{what} {month}")
