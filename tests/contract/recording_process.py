"""A process that people's processes are forked from, to be killed: run with the address of an authority.

It reads orders from its standard input and never opens a database itself; each process it forks opens its
own. ``live`` forks one that records activities one after another and one that follows; ``rebuild N`` forks
a rebuild that stands still at its Nth step of progress (0: goes through); ``reap`` waits until all are gone.
Lines come back whole, as one write each: ``forked PID...``, ``recorded EVENT`` once acknowledged,
``followed`` after a first page, ``at STEP``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from projections import follow
from projections import rebuild as rebuilding
from projections.database import ProjectionDatabase
from recorder.activities import AmendActivity, RecordActivity, WithdrawActivity, amend, record, withdraw
from recorder.application import Recorder
from recorder.bootstrap import open_recorder
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.child import ChildRegistered
from recorder.domain.facts import Provenance
from recorder.domain.ids import derived_id, new_id
from recorder.domain.rates import FeeAgreed
from recorder.domain.staff import WorkerJoined
from recorder.store import SqlEventLog, open_databases

SAID = Provenance(by="test", source="form")
FIRST = date(2025, 3, 3)
# Small pages and chunks, so that a moment often falls between two of them.
PAGE, CHUNK = 7, 100


def say(line: str) -> None:
    """One line in one write: a kill leaves it out or leaves it whole."""
    os.write(1, f"{line}\n".encode())


def forked(work: Callable[[], None]) -> int:
    """The process in which this work is done."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException as failure:
        say(f"failed {failure!r}")
    os._exit(0)


def people(recorder: Recorder, topic: str) -> list[UUID]:
    """Who the log has introduced, in its order."""
    return [UUID(bytes=row.stream_id) for row in recorder.log_store.rows_after(0, 1000, [topic])]


def record_for_ever(address: str) -> None:
    """Record, correct and withdraw; say each event's id once it is acknowledged."""
    recorder = open_recorder(open_databases(address))
    children, workers = people(recorder, ChildRegistered.topic), people(recorder, WorkerJoined.topic)
    for number in count():
        child, stream = children[number % len(children)], new_id()
        details = ActivityDetails(
            kind="D1H",
            direct=True,
            on=FIRST + timedelta(days=number % 25),
            workers=(WorkerLine(worker=workers[number % len(workers)], minutes=number % 90),),
            children=tuple(ChildLine(child=c) for c in {child, children[0]}),
            note_child=child,
        )
        note = "Said thanks." if number % 5 == 0 else ""
        record(recorder, RecordActivity(activity_id=stream, details=details, provenance=SAID, note=note))
        say(f"recorded {stream}")
        seen = {"activity_id": stream, "event_id": new_id(), "version": 1, "provenance": SAID}
        if number % 4 == 1:
            amend(recorder, AmendActivity(details=details, reason="wrong time", **seen))
            say(f"recorded {seen['event_id']}")
        elif number % 4 == 3:
            withdraw(recorder, WithdrawActivity(reason="twice", **seen))
            say(f"recorded {seen['event_id']}")
        if number % 9 == 7:
            agree_a_fee(recorder, child, number)


def agree_a_fee(recorder: Recorder, child: UUID, number: int) -> None:
    """One more dated fee of the child, so that its nights are priced again."""
    stream, event = derived_id(child, "fee", str(new_id())), new_id()
    fee = FeeAgreed(child=child, valid_from=FIRST + timedelta(days=number % 20), weekly=70_000, social_care=70_000)
    recorder.append([recorder.event(stream, 1, event, fee, SAID, subject=child)])
    say(f"recorded {event}")


def follow_for_ever(address: str) -> None:
    """Keep the tables in step; say so once the first page is there."""
    where, pages = open_databases(address), count(1)
    follower = follow.Follower(SqlEventLog(where.engine("events")), ProjectionDatabase(where))
    while True:
        follower.catch_up(lambda _, __: say("followed") if next(pages) == 1 else None)
        time.sleep(0.002)


def rebuild_to(address: str, step: int) -> None:
    """Rebuild, and stand still at a step of its progress, in the middle of its transaction."""
    where, steps = open_databases(address), count(1)

    def stand_still(_: int, __: int) -> None:
        if next(steps) == step:
            say(f"at {step}")
            time.sleep(600)

    rebuilding.rebuild(SqlEventLog(where.engine("events")), ProjectionDatabase(where), stand_still)


def main(address: str) -> None:
    """Obey until the orders end."""
    follow.PAGE = PAGE
    rebuilding.ACTIVITY_CHUNK = CHUNK
    pids: list[int] = []
    for order in sys.stdin:
        what, _, step = order.strip().partition(" ")
        if what == "live":
            pids = [forked(lambda: record_for_ever(address)), forked(lambda: follow_for_ever(address))]
        elif what == "rebuild":
            pids = [forked(lambda step=step: rebuild_to(address, int(step)))]
        else:
            for pid in pids:
                os.waitpid(pid, 0)
            pids = []
            say("reaped")
            continue
        say(" ".join(["forked", *map(str, pids)]))


if __name__ == "__main__":
    main(sys.argv[1])
