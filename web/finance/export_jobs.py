"""Exports in the making: each in a thread of its own, its progress on the desk, where every process sees it.

What was asked for is the title of its job, settled to a position of the log, so that an export that was interrupted
is made again as the same one. Files are kept for a week where they were made; after that they are made again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import get_args
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from projections.exports import DIMENSIONS, ExportRequest, read_request
from recorder.desk import Job, fail_job, finish_job, progress_job, resume_job, start_job
from web.finance.export_files import Form, FormRefused
from web.finance.export_making import file_name, folder_of, make_export
from web.runs.jobs import QUIET
from web.state import Opened

__all__ = ["EXPORT", "asked_of", "begin_export", "export_again", "export_path"]

EXPORT = "export"
_KEPT_SECONDS = 7 * 24 * 3600
_SAID_EVERY = 5.0
_FAILED = "The file could not be made. Try again; if it goes on, tell whoever looks after Daybook with you."
_log = logging.getLogger(__name__)
# A process makes one file at a time: two at once take as long.
_turn = threading.Lock()


def begin_export(here: Opened, data: Path, job_id: UUID, asked: ExportRequest, form: Form, by: str) -> UUID:
    """Start to make the file of a settled request; its job's id. Asked for twice under one id it is made once."""
    try:
        start_job(here.desk, EXPORT, _title(asked, form), by, here.recorder.clock.now(), job_id=job_id)
    except IntegrityError:
        return job_id
    _start(here, data, job_id, asked, form)
    return job_id


def export_again(here: Opened, data: Path, found: Job) -> None:
    """Make one that failed or was interrupted again: the same file."""
    now = here.recorder.clock.now()
    if resume_job(here.desk, found.job_id, now, now - QUIET):
        _start(here, data, found.job_id, *asked_of(found))


def asked_of(found: Job) -> tuple[ExportRequest, Form]:
    """What an export's job is of."""
    form, text, places = found.title.split(" ", 2)
    names = ",".join(DIMENSIONS[int(place)] for place in places.split(",") if place)
    said = next(each for each in get_args(Form) if each == form)
    return read_request(f"{text}&rows={names}"), said


def export_path(data: Path, asked: ExportRequest, form: Form) -> Path | None:
    """Where the file of a settled request lies, with its manifest; None where it is not kept here."""
    path = folder_of(data) / file_name(asked, form)
    return path if path.exists() and path.with_name(path.name + ".manifest.json").exists() else None


def _title(asked: ExportRequest, form: Form) -> str:
    """The request in few letters: columns of a summary by their places among all."""
    places = ",".join(str(DIMENSIONS.index(name)) for name in asked.dimensions)
    bare = asked.text().replace(f"&rows={','.join(asked.dimensions)}", "")
    return f"{form} {bare} {places}"


def _start(here: Opened, data: Path, job_id: UUID, asked: ExportRequest, form: Form) -> None:
    clock, reached, ended = here.recorder.clock, [0, 0.0], threading.Event()
    total: list[int | None] = [None]

    def progress(done: int, whole: int | None) -> None:
        reached[0], total[0] = done, whole
        if time.monotonic() - reached[1] > 1:
            reached[1] = time.monotonic()
            progress_job(here.desk, job_id, done, whole, clock.now())

    def do() -> None:
        try:
            with _turn:
                folder = folder_of(data)
                _tidy(folder)
                made = make_export(here.recorder.log_store, here.projections, asked, form, folder, progress)
            _over(lambda at: finish_job(here.desk, job_id, at, made.manifest), ended, clock.now())
        except FormRefused as refused:
            text = str(refused)
            _over(lambda at: fail_job(here.desk, job_id, at, text), ended, clock.now())
        except Exception:
            _log.exception("An export could not be made")
            _over(lambda at: fail_job(here.desk, job_id, at, _FAILED), ended, clock.now())

    def say_alive() -> None:
        while not ended.wait(_SAID_EVERY):
            progress_job(here.desk, job_id, int(reached[0]), total[0], clock.now())

    for target in (do, say_alive):
        threading.Thread(target=target, daemon=True).start()


def _over(say: Callable[[datetime], None], ended: threading.Event, at: datetime) -> None:
    ended.set()
    say(at)


def _tidy(folder: Path) -> None:
    """Take away files that were made long ago, and what was left unfinished by a process that ended."""
    for path in folder.iterdir():
        with suppress(OSError):
            if path.is_file() and path.stat().st_mtime < time.time() - _KEPT_SECONDS:
                path.unlink()
