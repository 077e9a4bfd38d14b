"""The desk: what people work with that is no fact. Rows that wait, the read log, jobs; and accounts.

A database of its own, migrated (rulings 24): losing it loses no fact, and no figure rests on it.
Functions take the desk's engine; instants are aware and UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select, update

from recorder.accounts import (
    ROLES,
    Account,
    Role,
    account,
    accounts_list,
    add_account,
    change_account,
    check_password,
    set_password,
)
from recorder.desk_tables import jobs, metadata, read_log
from recorder.domain.ids import new_id
from recorder.store.log import from_micros, to_micros
from recorder.waiting import (
    Suggestion,
    WaitingPhrase,
    WaitingRow,
    forget_client,
    put_waiting,
    settle_keys,
    settle_rows,
    waiting,
    waiting_counts,
    waiting_phrases,
)

__all__ = [
    "ROLES",
    "Account",
    "Job",
    "Look",
    "Read",
    "Role",
    "Suggestion",
    "WaitingPhrase",
    "WaitingRow",
    "account",
    "accounts_list",
    "add_account",
    "change_account",
    "check_password",
    "fail_job",
    "finish_job",
    "forget_client",
    "job",
    "log_reads",
    "looks",
    "metadata",
    "progress_job",
    "put_waiting",
    "reads_of_child",
    "recent_jobs",
    "resume_job",
    "set_password",
    "settle_keys",
    "settle_rows",
    "start_job",
    "waiting",
    "waiting_counts",
    "waiting_phrases",
]


class Read(msgspec.Struct, frozen=True):
    """Somebody looked at a child's record."""

    who: str
    what: str
    child_id: UUID
    at: datetime


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Work in the background. ``state``: running, done or failed. ``total`` None: not known yet."""

    job_id: UUID
    what: str
    title: str
    asked_by: str
    state: Literal["running", "done", "failed"]
    done: int
    total: int | None
    note: str
    result: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


def log_reads(desk: Engine, who: str, what: str, children: Iterable[UUID], at: datetime) -> None:
    """Note that somebody looked at these children's records (law 9)."""
    rows = [{"who": who, "what": what, "child": child.bytes, "at": to_micros(at)} for child in children]
    if rows:
        with desk.begin() as connection:
            connection.execute(insert(read_log), rows)


def reads_of_child(desk: Engine, child_id: UUID, limit: int = 500) -> list[Read]:
    """Who looked at a child's record, the latest first."""
    t = read_log.c
    query = select(t.who, t.what, t.child, t.at).where(t.child == child_id.bytes)
    with _reading(desk) as connection:
        found = connection.execute(query.order_by(t.read_id.desc()).limit(limit))
        return [Read(who, what, UUID(bytes=bytes(child)), from_micros(at)) for who, what, child, at in found]


class Look(NamedTuple):
    """One look at the records of one or more children: a page, a search, a file."""

    who: str
    what: str
    at: datetime
    children: int


def looks(desk: Engine, *, who: str = "", child_id: UUID | None = None, limit: int = 50, skip: int = 0) -> list[Look]:
    """The latest looks, a page or file counted once however many children it showed."""
    t = read_log.c
    query = select(t.who, t.what, t.at, func.count().label("children")).group_by(t.who, t.what, t.at)
    if who:
        query = query.where(t.who == who)
    if child_id is not None:
        query = query.where(t.child == child_id.bytes)
    query = query.order_by(t.at.desc(), t.who, t.what).limit(limit).offset(skip)
    with _reading(desk) as connection:
        return [Look(who, what, from_micros(at), count) for who, what, at, count in connection.execute(query)]


def start_job(
    desk: Engine,
    what: str,
    title: str,
    asked_by: str,
    at: datetime,
    total: int | None = None,
    *,
    job_id: UUID | None = None,
) -> UUID:
    """Enter a job that runs from now on; answers its id. Raises ``IntegrityError`` for an id that is entered."""
    job_id = job_id or new_id()
    row = {"job_id": job_id.bytes, "what": what, "title": title, "asked_by": asked_by, "state": "running", "done": 0}
    row |= {"total": total, "note": "", "result": "{}", "created_at": to_micros(at), "updated_at": to_micros(at)}
    with desk.begin() as connection:
        connection.execute(insert(jobs), row)
    return job_id


def progress_job(desk: Engine, job_id: UUID, done: int, total: int | None, at: datetime, note: str = "") -> None:
    """Say how far a job has come."""
    _change_job(desk, job_id, {"done": done, "total": total, "note": note, "updated_at": to_micros(at)})


def finish_job(desk: Engine, job_id: UUID, at: datetime, result: dict[str, Any], note: str = "") -> None:
    """The job is done, with this result (plain values, no personal ones)."""
    said = {"state": "done", "result": msgspec.json.encode(result).decode(), "note": note}
    _change_job(desk, job_id, {**said, "updated_at": to_micros(at), "finished_at": to_micros(at)})


def fail_job(desk: Engine, job_id: UUID, at: datetime, note: str) -> None:
    """The job stopped; ``note`` says why, in the user's words."""
    _change_job(
        desk, job_id, {"state": "failed", "note": note, "updated_at": to_micros(at), "finished_at": to_micros(at)}
    )


def resume_job(desk: Engine, job_id: UUID, at: datetime, stopped_before: datetime) -> bool:
    """Let a job that failed, or was not heard of since an instant, run again; False where it runs or is done."""
    quiet = (jobs.c.state == "running") & (jobs.c.updated_at < to_micros(stopped_before))
    again = {"state": "running", "done": 0, "note": "", "updated_at": to_micros(at), "finished_at": None}
    which = update(jobs).where(jobs.c.job_id == job_id.bytes, (jobs.c.state == "failed") | quiet)
    with desk.begin() as connection:
        return connection.execute(which.values(**again)).rowcount > 0


def _change_job(desk: Engine, job_id: UUID, values: dict[str, Any]) -> None:
    with desk.begin() as connection:
        connection.execute(update(jobs).where(jobs.c.job_id == job_id.bytes).values(**values))


def job(desk: Engine, job_id: UUID) -> Job | None:
    """A job as it stands, or None."""
    found = _jobs(desk, jobs.c.job_id == job_id.bytes, 1)
    return found[0] if found else None


def recent_jobs(desk: Engine, limit: int = 20) -> list[Job]:
    """The latest jobs, newest first."""
    return _jobs(desk, jobs.c.created_at > 0, limit)


def _jobs(desk: Engine, which: ColumnElement[bool], limit: int) -> list[Job]:
    query = select(jobs).where(which).order_by(jobs.c.created_at.desc(), jobs.c.job_id.desc()).limit(limit)
    with _reading(desk) as connection:
        return [_job(row) for row in connection.execute(query)]


def _job(row: Row[Any]) -> Job:
    return Job(
        job_id=UUID(bytes=bytes(row.job_id)),
        what=row.what,
        title=row.title,
        asked_by=row.asked_by,
        state=row.state,
        done=row.done,
        total=row.total,
        note=row.note,
        result=msgspec.json.decode(row.result),
        created_at=from_micros(row.created_at),
        updated_at=from_micros(row.updated_at),
        finished_at=None if row.finished_at is None else from_micros(row.finished_at),
    )


def _reading(desk: Engine) -> Connection:
    return desk.execution_options(reading=True).connect()
