"""Runs in the making: each in a thread of its own, its progress on the desk, where every process sees it.

A thread says every few seconds that it is alive. One that was not heard of for a while was interrupted, with
its process; what was asked for is on the desk, and is made again at the same instant and position.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from costing.calculator import RunProblems
from recorder.desk import Job, fail_job, finish_job, job, progress_job, resume_job, start_job
from recorder.desk_tables import run_asked
from recorder.domain.ids import new_id
from recorder.domain.runs import RunMade
from recorder.store.log import from_micros, to_micros
from web.runs.held import HeldRun
from web.runs.making import STEPS, made_run, make_run
from web.state import Opened

__all__ = ["CHECK", "RUN", "AskedRun", "asked_for", "begin_check", "begin_run", "interrupted", "make_again"]

RUN, CHECK = "run", "run check"
SAID_EVERY, QUIET = 5.0, timedelta(seconds=60)
_FAILED = "The run could not be made. Try again; if it goes on, tell whoever looks after Daybook with you."
_log = logging.getLogger(__name__)
# A process makes one run at a time: two at once take as long, and twice the memory.
_turn = threading.Lock()
Work = Callable[[Callable[[int, int | None], None]], dict[str, Any]]


@dataclass(frozen=True)
class AskedRun:
    """What a run in the making was asked for.

    ``wanted`` is the instant asked for, ``known`` and ``position`` those that were settled where it came so far.
    """

    settings: str
    title: str
    wanted: datetime | None
    known: datetime | None
    position: int | None


def begin_run(
    here: Opened, job_id: UUID, settings: str, title: str, known: datetime | None, by: str, position: int | None = None
) -> UUID:
    """Start to make a run; answers the id of its job. Asked for twice under one id it is made once.

    With a position the run is made as at ``known`` and that position of the log, as another run was.

    A form that went back to the browser and is sent with something changed is another run.
    """
    before = asked_for(here.desk, job_id)
    if before is not None and (before.settings, before.title, before.wanted) != (settings, title, known):
        job_id = new_id()
    row: dict[str, Any] = {"job_id": job_id.bytes, "settings": settings, "title": title}
    row["known_upto"] = None if known is None else to_micros(known)
    if position is not None:
        row |= {"settled_upto": row["known_upto"], "settled_position": position}
    try:
        start_job(here.desk, RUN, title, by, here.recorder.clock.now(), STEPS, job_id=job_id)
    except IntegrityError:
        return job_id
    with here.desk.begin() as connection:
        connection.execute(insert(run_asked), row)
    _start(here, job_id, _run(here, job_id, by))
    return job_id


def make_again(here: Opened, job_id: UUID) -> None:
    """Make a run that failed or was interrupted again: the same one, if it had come to an instant and a position."""
    now, found = here.recorder.clock.now(), job(here.desk, job_id)
    if found is None or asked_for(here.desk, job_id) is None:
        return
    if resume_job(here.desk, job_id, now, now - QUIET):
        _start(here, job_id, _run(here, job_id, found.asked_by))


def begin_check(here: Opened, held: HeldRun, by: str) -> UUID:
    """Start to make a kept run again, at its instant and position, to see whether it gives the same bytes."""
    job_id = start_job(here.desk, CHECK, held.title, by, here.recorder.clock.now(), STEPS)
    made: RunMade = held.made

    def work(progress: Callable[[int, int | None], None]) -> dict[str, Any]:
        again = made_run(here, held.settings, known=made.known_upto, position=made.position, progress=progress)
        differ = sorted(name for name in {*made.versions, *again.versions}
                        if made.versions.get(name) != again.versions.get(name))  # fmt: skip
        said = {"run": str(held.run_id), "checksum": again.report.checksum, "total": again.report.total}
        return said | {"versions": {name: again.versions.get(name, "") for name in differ}}

    _start(here, job_id, work)
    return job_id


def asked_for(desk: Engine, job_id: UUID) -> AskedRun | None:
    """What a run in the making was asked for, or None for any other job."""
    with desk.execution_options(reading=True).connect() as connection:
        row = connection.execute(select(run_asked).where(run_asked.c.job_id == job_id.bytes)).one_or_none()
    if row is None:
        return None
    wanted = None if row.known_upto is None else from_micros(row.known_upto)
    settled = wanted if row.settled_upto is None else from_micros(row.settled_upto)
    return AskedRun(row.settings, row.title, wanted, settled, row.settled_position)


def interrupted(found: Job, now: datetime) -> bool:
    """Whether a job that should run was not heard of for so long that its process must have ended."""
    return found.state == "running" and found.updated_at < now - QUIET


def _run(here: Opened, job_id: UUID, by: str) -> Work:
    def settled(instant: datetime, position: int) -> None:
        said = {"settled_upto": to_micros(instant), "settled_position": position}
        with here.desk.begin() as connection:
            connection.execute(update(run_asked).where(run_asked.c.job_id == job_id.bytes).values(**said))

    def work(progress: Callable[[int, int | None], None]) -> dict[str, Any]:
        asked = asked_for(here.desk, job_id)
        if asked is None:
            raise RunProblems([_FAILED])
        run_id = make_run(
            here, asked.settings, title=asked.title, known=asked.known, position=asked.position, by=by,
            progress=progress, settled=settled,
        )  # fmt: skip
        return {"run": str(run_id), "position": here.recorder.log_store.position()}

    return work


def _start(here: Opened, job_id: UUID, work: Work) -> None:
    """Do the work in a thread, and say on the desk how far it is and what became of it."""
    clock, reached, ended = here.recorder.clock, [0], threading.Event()

    def progress(done: int, total: int | None) -> None:
        reached[0] = done
        progress_job(here.desk, job_id, done, total, clock.now())

    def do() -> None:
        try:
            with _turn:
                result = work(progress)
            ended.set()
            finish_job(here.desk, job_id, clock.now(), result)
        except RunProblems as refused:
            ended.set()
            fail_job(here.desk, job_id, clock.now(), "\n".join(refused.problems))
        except Exception:
            ended.set()
            _log.exception("A run could not be made")
            fail_job(here.desk, job_id, clock.now(), _FAILED)

    def say_alive() -> None:
        while not ended.wait(SAID_EVERY):
            progress(reached[0], STEPS)

    for target in (do, say_alive):
        threading.Thread(target=target, daemon=True).start()
