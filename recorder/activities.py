"""Commands about activities: record, amend, withdraw."""

from __future__ import annotations

from uuid import UUID

import msgspec

from recorder.application import Conflict, Receipt, Recorder
from recorder.domain import activity
from recorder.domain.activity import ActivityDetails, ActivityState
from recorder.domain.facts import Body, Event, Provenance, Refused

__all__ = ["AmendActivity", "RecordActivity", "WithdrawActivity", "activity_state", "amend", "record", "withdraw"]


class RecordActivity(msgspec.Struct, frozen=True, kw_only=True):
    """Record an activity under an id the caller made; ``note`` is plain text, encrypted on the way in."""

    activity_id: UUID
    details: ActivityDetails
    provenance: Provenance
    note: str = ""


class AmendActivity(msgspec.Struct, frozen=True, kw_only=True):
    """Correct an activity, seen at ``version``; ``event_id`` makes sending it twice one correction."""

    activity_id: UUID
    event_id: UUID
    version: int
    details: ActivityDetails
    reason: str
    provenance: Provenance
    note: str = ""


class WithdrawActivity(msgspec.Struct, frozen=True, kw_only=True):
    """Withdraw an activity, seen at ``version``."""

    activity_id: UUID
    event_id: UUID
    version: int
    reason: str
    provenance: Provenance


def activity_state(recorder: Recorder, activity_id: UUID) -> ActivityState | None:
    """The activity after all its facts, or None where there is none of that id."""
    return _fold(recorder.history(activity_id))


def record(recorder: Recorder, command: RecordActivity) -> Receipt:
    """Record it. Raises ``Refused`` with all problems; ``Conflict`` where the id names something else.

    The same command again is answered as the first time, whatever was decided since.
    """
    sealed = _seal(recorder, command.details, command.note)
    body = activity.decide_record(sealed, recorder.clock.today())
    event = recorder.event(command.activity_id, 1, command.activity_id, body, command.provenance)
    try:
        return recorder.state_once(event)
    except Conflict as conflict:
        return _same_but_for_note(recorder, event, command.note, conflict)


def amend(recorder: Recorder, command: AmendActivity) -> Receipt:
    """Correct it. Raises ``Refused``; ``Conflict`` with what is newer than the version the caller saw."""
    if again := _already(recorder, command.activity_id, command.event_id):
        return again
    history = recorder.history(command.activity_id)
    state = _seen(history, command.version)
    sealed = _seal(recorder, command.details, command.note)
    body = activity.decide_amend(state, sealed, command.reason, recorder.clock.today())
    return _next(recorder, command.activity_id, command.version, command.event_id, body, command.provenance)


def withdraw(recorder: Recorder, command: WithdrawActivity) -> Receipt:
    """Withdraw it. Raises ``Refused``; ``Conflict`` with what is newer than the version the caller saw."""
    if again := _already(recorder, command.activity_id, command.event_id):
        return again
    history = recorder.history(command.activity_id)
    body = activity.decide_withdraw(_seen(history, command.version), command.reason)
    return _next(recorder, command.activity_id, command.version, command.event_id, body, command.provenance)


def _next(
    recorder: Recorder, stream: UUID, version: int, event_id: UUID, body: Body, provenance: Provenance
) -> Receipt:
    return recorder.state_once(recorder.event(stream, version + 1, event_id, body, provenance))


def _seen(history: list[Event], version: int) -> ActivityState:
    state = _fold(history)
    if state is None:
        raise Refused(("", "There is no such activity"))
    if state.version != version:
        raise Conflict([e for e in history if e.originator_version > version])
    return state


def _already(recorder: Recorder, stream: UUID, event_id: UUID) -> Receipt | None:
    """The receipt of a command that was carried out before, or None."""
    for row in recorder.log_store.rows_of_events([event_id]):
        if row.stream_id == stream.bytes:
            return Receipt(row.position, row.version, repeated=True)
    return None


def _fold(history: list[Event]) -> ActivityState | None:
    state: ActivityState | None = None
    for event in history:
        state = activity.evolve(state, event.body, event.originator_version)
    return state


def _seal(recorder: Recorder, details: ActivityDetails, note: str) -> ActivityDetails:
    """The details with the note encrypted with the key of the child it belongs to."""
    if not note.strip() or details.note_child is None:
        return details
    sealed = recorder.keys.encrypt(details.note_child, {"note": note.strip()})
    return msgspec.structs.replace(details, note=sealed)


def _same_but_for_note(recorder: Recorder, event: Event, note: str, conflict: Conflict) -> Receipt:
    """A note is encrypted afresh each time: compare the words, not the cipher text."""
    rows = recorder.log_store.rows_of_streams([event.originator_id])
    first = recorder.history(event.originator_id)[0]
    mine, theirs = event.body, first.body
    if not isinstance(mine, ActivityDetails) or not isinstance(theirs, ActivityDetails) or theirs.note is None:
        raise conflict
    if theirs.note_child is None or recorder.keys.decrypt(theirs.note_child, theirs.note).get("note") != note.strip():
        raise conflict
    if msgspec.structs.replace(mine, note=theirs.note) != theirs:
        raise conflict
    return Receipt(rows[0].position, 1, repeated=True)
