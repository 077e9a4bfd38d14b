"""Commands about activities: record, amend, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
from eventsourcing.persistence import IntegrityError

from recorder.application import Conflict, Receipt, Recorder, event_of
from recorder.domain import activity
from recorder.domain.activity import ActivityDetails, ActivityState
from recorder.domain.facts import Body, Event, Provenance, Refused
from recorder.personal import ErasedError

__all__ = [
    "AmendActivity",
    "RecordActivity",
    "WithdrawActivity",
    "activity_state",
    "amend",
    "record",
    "record_many",
    "withdraw",
]


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
    except Conflict:
        rows = recorder.log_store.rows_of_streams([command.activity_id])
        if rows and _same(recorder, body, event_of(rows[0]).body, command.note):
            return Receipt(rows[0].position, 1, repeated=True)
        raise


def record_many(recorder: Recorder, commands: Sequence[RecordActivity]) -> list[Receipt | Conflict | Refused]:
    """Record several at once, each answered as ``record`` would: one look at what is there, and one save.

    One that is refused or in conflict keeps no other from being recorded. A note for a child whose key
    was destroyed is refused too.
    """
    known = {UUID(bytes=r.stream_id) for r in recorder.log_store.rows_of_streams([c.activity_id for c in commands])}
    answers: dict[int, Receipt | Conflict | Refused] = {}
    fresh: dict[UUID, tuple[int, Event]] = {}
    for place, command in enumerate(commands):
        if command.activity_id in known or command.activity_id in fresh:
            continue
        try:
            body = activity.decide_record(_seal(recorder, command.details, command.note), recorder.clock.today())
        except (Refused, ErasedError) as refused:
            answers[place] = _refusal(refused)
            continue
        event = recorder.event(command.activity_id, 1, command.activity_id, body, command.provenance)
        fresh[command.activity_id] = place, event
    if fresh:
        try:
            last = recorder.append([event for _, event in fresh.values()])
            answers |= {place: Receipt(last, 1, repeated=False) for place, _ in fresh.values()}
        except IntegrityError:
            pass  # another copy of the batch came in between: all or none was saved, so each is answered by itself
    return [answers[n] if n in answers else _recorded_alone(recorder, c) for n, c in enumerate(commands)]


def _recorded_alone(recorder: Recorder, command: RecordActivity) -> Receipt | Conflict | Refused:
    try:
        return record(recorder, command)
    except Conflict as conflict:
        return conflict
    except (Refused, ErasedError) as refused:
        return _refusal(refused)


def _refusal(raised: Refused | ErasedError) -> Refused:
    if isinstance(raised, Refused):
        return raised
    return Refused(("note", "No note can be kept for this child: the personal details have been erased"))


def amend(recorder: Recorder, command: AmendActivity) -> Receipt:
    """Correct it. Raises ``Refused``; ``Conflict`` with what is newer than the version the caller saw.

    The same command again is answered as the first time; another under its ``event_id`` is a ``Conflict``.
    """

    def decide(state: ActivityState) -> Body:
        sealed = _seal(recorder, command.details, command.note)
        return activity.decide_amend(state, sealed, command.reason, recorder.clock.today())

    return _next(recorder, command, decide, command.note)


def withdraw(recorder: Recorder, command: WithdrawActivity) -> Receipt:
    """Withdraw it. Raises ``Refused``; ``Conflict`` with what is newer than the version the caller saw.

    The same command again is answered as the first time; another under its ``event_id`` is a ``Conflict``.
    """
    return _next(recorder, command, lambda state: activity.decide_withdraw(state, command.reason))


_Decide = Callable[[ActivityState], Body]


def _next(recorder: Recorder, command: AmendActivity | WithdrawActivity, decide: _Decide, note: str = "") -> Receipt:
    history = recorder.history(command.activity_id)
    if again := _answered(recorder, history, command.event_id, decide, note):
        return again
    body = decide(_seen(history, command.version))
    event = recorder.event(command.activity_id, command.version + 1, command.event_id, body, command.provenance)
    try:
        return recorder.state_once(event)
    except Conflict:
        # Sent twice at the same time, the other copy may have been the quicker one.
        if again := _answered(recorder, recorder.history(command.activity_id), command.event_id, decide, note):
            return again
        raise


def _seen(history: list[Event], version: int) -> ActivityState:
    state = _fold(history)
    if state is None:
        raise Refused(("", "There is no such activity"))
    if state.version != version:
        raise Conflict([e for e in history if e.originator_version > version])
    return state


def _answered(recorder: Recorder, history: list[Event], event_id: UUID, decide: _Decide, note: str) -> Receipt | None:
    """The receipt of a command that was carried out before, or None. ``Conflict`` where the id was another's."""
    for place, stored in enumerate(history):
        if stored.event_id == event_id:
            before = _fold(history[:place])
            if before is None or not _same(recorder, decide(before), stored.body, note):
                raise Conflict(history[place:])
            (row,) = recorder.log_store.rows_of_events([event_id])
            return Receipt(row.position, row.version, repeated=True)
    return None


def _fold(history: list[Event]) -> ActivityState | None:
    state: ActivityState | None = None
    for event in history:
        state = activity.evolve(state, event.body, event.originator_version)
    return state


def _seal(recorder: Recorder, details: ActivityDetails, note: str) -> ActivityDetails:
    """The details with the note encrypted with the key of the child it belongs to."""
    if not note.strip():
        return details
    if details.note_child is None:
        # No key to seal it with: left in its place empty, so that the decision refuses it.
        return msgspec.structs.replace(details, note="")
    sealed = recorder.keys.encrypt(details.note_child, {"note": note.strip()})
    return msgspec.structs.replace(details, note=sealed)


def _same(recorder: Recorder, mine: Body, stored: Body, note: str) -> bool:
    """Whether they say the same. A note is encrypted afresh each time: compare the words, not the cipher text."""
    if mine == stored:
        return True
    if not isinstance(mine, ActivityDetails) or not isinstance(stored, ActivityDetails):
        return False
    if stored.note is None or stored.note_child is None or msgspec.structs.replace(mine, note=stored.note) != stored:
        return False
    return recorder.keys.decrypt(stored.note_child, stored.note).get("note") == note.strip()
