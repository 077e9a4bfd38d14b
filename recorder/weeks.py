"""Commands about a worker's weeks: state an absence, mark a week as done, open it again."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from recorder.application import Receipt, Recorder
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import derived_id
from recorder.domain.weeks import AbsenceStated, WeekDone, WeekReopened, decide_absence

__all__ = ["mark_week", "state_absence"]


def state_absence(recorder: Recorder, event_id: UUID, stated: AbsenceStated, by: Provenance) -> Receipt | None:
    """State it; what stands so already is not stated again (None). Raises ``Refused``, and ``Conflict`` on a race."""
    body = decide_absence(stated, recorder.clock.today())
    stream = derived_id(stated.worker, "absence", f"{stated.on} {stated.kind}")
    history = recorder.history(stream)
    if (history and history[-1].body == body) or (not history and stated.minutes == 0):
        return None
    return recorder.state_once(recorder.event(stream, len(history) + 1, event_id, body, by))


def mark_week(
    recorder: Recorder, event_id: UUID, worker: UUID, monday: date, by: Provenance, *, done: bool
) -> Receipt | None:
    """Say that a week is done, or not after all; None where it stands so. Raises ``Refused`` for one to come."""
    if monday != monday - timedelta(days=monday.weekday()) or monday > recorder.clock.today():
        raise Refused(("week", "Select a week that has begun"))
    stream = derived_id(worker, "week", monday.isoformat())
    history = recorder.history(stream)
    if bool(history and isinstance(history[-1].body, WeekDone)) is done:
        return None
    body = WeekDone(worker=worker, monday=monday) if done else WeekReopened(worker=worker, monday=monday)
    return recorder.state_once(recorder.event(stream, len(history) + 1, event_id, body, by))
