"""A recorder of activities over any store, and the commands that the contract tests give it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Barrier, get_ident
from typing import Any
from uuid import UUID

from recorder.activities import AmendActivity, RecordActivity, WithdrawActivity, record
from recorder.application import Receipt, Recorder
from recorder.clock import FixedClock
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
SAID = Provenance(by="ana", source="form")
AVA, WORKER = new_id(), new_id()
NOTE = "Ava told me about her new school."


class MeetingClock(FixedClock):
    """A clock at which threads meet: once ``meet`` is called, each waits for the others when it first asks the day.

    A command asks for the day after it has read what there is and before it writes.
    """

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.meet(1)

    def meet(self, threads: int) -> None:
        self._barrier = Barrier(threads)
        self._met: set[int] = set()

    def today(self) -> date:
        if get_ident() not in self._met and self._barrier.parties > 1:
            self._met.add(get_ident())
            self._barrier.wait(timeout=20)
        return super().today()


@dataclass
class Desk:
    """One recorder over a log of the kind asked for."""

    recorder: Recorder
    clock: MeetingClock

    def record(self, stream: UUID, *, note: str = "", **other: Any) -> Receipt:
        return record(self.recorder, recording(stream, note=note, **other))

    def size(self) -> int:
        return self.recorder.log_store.position()


def details(minutes: int = 60, **other: Any) -> ActivityDetails:
    said: dict[str, Any] = {
        "kind": "D1H",
        "direct": True,
        "on": NOW.date(),
        "workers": (WorkerLine(worker=WORKER, minutes=minutes),),
        "children": (ChildLine(child=AVA),),
    }
    return ActivityDetails(**(said | other))


def recording(stream: UUID, *, note: str = "", **other: Any) -> RecordActivity:
    about = other if not note else {"note_child": AVA, **other}
    return RecordActivity(activity_id=stream, details=details(**about), provenance=SAID, note=note)


def correcting(stream: UUID, version: int = 1, *, event: UUID | None = None, note: str = "", **other: Any):
    reason = other.pop("reason", "wrong time")
    about = other if not note else {"note_child": AVA, **other}
    return AmendActivity(
        activity_id=stream,
        event_id=event or new_id(),
        version=version,
        details=details(**about),
        reason=reason,
        provenance=SAID,
        note=note,
    )


def withdrawing(stream: UUID, version: int = 1, *, event: UUID | None = None, reason: str = "twice"):
    made = event or new_id()
    return WithdrawActivity(activity_id=stream, event_id=made, version=version, reason=reason, provenance=SAID)


def answer(receipt: Receipt) -> tuple[int, int]:
    return receipt.position, receipt.version


def at_once(*commands: Callable[[], Any]) -> list[Any]:
    """The outcomes of commands given at the same time: a receipt, or the exception."""

    def run(command: Callable[[], Any]) -> Any:
        try:
            return command()
        except Exception as refusal:
            return refusal

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))
