"""Commands about the books: close an accounting period, open the last closed one again."""

from __future__ import annotations

from uuid import UUID

from recorder.application import Receipt, Recorder
from recorder.domain.authority import DaysEnded
from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.periods import Books, decide_close, decide_reopen

__all__ = ["close_month", "closings", "reopen_month"]


def closings(recorder: Recorder) -> list[Event]:
    """Every closing and reopening, oldest first."""
    return list(recorder.history(_stream()))


def close_month(recorder: Recorder, event_id: UUID, period: int, by: Provenance) -> Receipt:
    """Close it; sent again it is one closing still.

    Raises ``Refused`` for a period out of turn or not over yet, and ``Conflict`` where somebody was quicker.
    """
    past, repeated = _past(recorder, event_id)
    if repeated is not None:
        return repeated
    days = recorder.history(derived_id(AUTHORITY, "calendar", "days"))
    horizon = max((e.body.last for e in days if isinstance(e.body, DaysEnded)), default=None)
    return _say(recorder, past, event_id, decide_close(Books([e.body for e in past]), period, horizon), by)


def reopen_month(recorder: Recorder, event_id: UUID, period: int, reason: str, by: Provenance) -> Receipt:
    """Open the last closed period again; sent again it is one reopening still.

    Raises ``Refused`` for any other period or without a reason, and ``Conflict`` where somebody was quicker.
    """
    past, repeated = _past(recorder, event_id)
    if repeated is not None:
        return repeated
    return _say(recorder, past, event_id, decide_reopen(Books([e.body for e in past]), period, reason), by)


def _stream() -> UUID:
    return derived_id(AUTHORITY, "books", "periods")


def _past(recorder: Recorder, event_id: UUID) -> tuple[list[Event], Receipt | None]:
    """What was stated before, and the first answer where this very statement was among it."""
    past = closings(recorder)
    if any(event.event_id == event_id for event in past):
        return past, Receipt(recorder.log_store.position(), len(past), repeated=True)
    return past, None


def _say(recorder: Recorder, past: list[Event], event_id: UUID, body: Body, by: Provenance) -> Receipt:
    return recorder.state_once(recorder.event(_stream(), len(past) + 1, event_id, body, by))
