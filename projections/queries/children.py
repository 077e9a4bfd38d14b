"""One child's rows, as the tables stand or as they were known, and what its record says of it.

Every page about a child reads them here, so that a figure and its explanation rest on the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import polars as pl
from sqlalchemy import Connection, Table, or_, select

from projections import tables as t
from projections.database import read_frame
from projections.queries.as_at import child_as_at, horizon_as_at
from projections.rebuild import MemoryTables
from recorder.store.log import EventLog

__all__ = ["Allocated", "ChildRows", "allocated", "child_known_at", "child_now", "team_children"]

OWN = (t.need, t.episode, t.allocation, t.review, t.placement, t.fee, t.payment, t.posting, t.activity_child)
SHARED = (t.rate, t.allowance_rate, t.team, t.worker, t.post, t.type_average)


@dataclass(frozen=True)
class ChildRows:
    """The rows of one child. ``known_upto`` (microseconds) is None for the tables as they stand."""

    child_id: UUID
    child_no: int
    horizon: date | None
    last_return_end: date | None
    known_upto: int | None
    frames: Mapping[str, pl.DataFrame] = field(repr=False)

    def frame(self, table: Table) -> pl.DataFrame:
        """The child's rows of a table, or all rows of one that is nobody's."""
        return self.frames[table.name]


@dataclass(frozen=True)
class Allocated:
    """The worker a child is allocated to, and the worker's team; "" where not known."""

    worker: str
    team: str
    since: date


def child_now(connection: Connection, child_id: UUID) -> ChildRows | None:
    """The rows of a child as the tables stand; None for an id that is no child's."""
    number = connection.scalar(select(t.child.c.child_no).where(t.child.c.child_id == child_id.bytes))
    if number is None:
        return None
    frames = {table.name: read_frame(connection, table, table.c.child_no, [number]) for table in OWN}
    frames |= {
        table.name: read_frame(connection, table) for table in (t.rate, t.allowance_rate, t.team, t.type_average)
    }
    work = frames["activity_child"]["activity_no"].to_list()
    for table in (t.activity, t.activity_worker):
        frames[table.name] = read_frame(connection, table, table.c.activity_no, work)
    workers = {*frames["activity_worker"]["worker_no"], *frames["allocation"]["worker_no"]}
    for table in (t.worker, t.post):
        frames[table.name] = read_frame(connection, table, table.c.worker_no, workers)
    held = connection.execute(select(t.follower)).one_or_none()
    horizon, returned = (held.horizon, held.last_return_end) if held else (None, None)
    return ChildRows(child_id, number, horizon, returned, None, frames)


def child_known_at(connection: Connection, log: EventLog, child_id: UUID, known_upto: int) -> ChildRows | None:
    """The rows of a child as known at an instant (microseconds), at the log position that the tables show."""
    number = connection.scalar(select(t.child.c.child_no).where(t.child.c.child_id == child_id.bytes))
    upto = connection.scalar(select(t.follower.c.position))
    if number is None or upto is None:
        return None
    a, c = t.activity.c, t.activity_child.c
    query = select(a.activity_id).join(t.activity_child, c.activity_no == a.activity_no).where(c.child_no == number)
    activities = [UUID(bytes=bytes(found)) for found in connection.scalars(query)]
    tables = child_as_at(log, child_id, activities, known_upto, upto)
    number = _number(tables, child_id)
    mine = pl.col("child_no") == number
    frames = {table.name: tables.frame(table).filter(mine) for table in OWN}
    frames |= {table.name: tables.frame(table) for table in SHARED}
    work = pl.col("activity_no").is_in(frames["activity_child"]["activity_no"].to_list())
    frames |= {table.name: tables.frame(table).filter(work) for table in (t.activity, t.activity_worker)}
    horizon = horizon_as_at(log, known_upto, upto)
    return ChildRows(child_id, number, horizon, _returned(tables), known_upto, frames)


def _number(tables: MemoryTables, child_id: UUID) -> int:
    found = tables.frame(t.child).filter(pl.col("child_id") == child_id.bytes)["child_no"]
    return int(found[0]) if len(found) else -1


def _returned(tables: MemoryTables) -> date | None:
    """The last day of the latest return of children looked after that was known."""
    years = tables.frame(t.import_batch).filter((pl.col("what") == "ssda903") & (pl.col("return_year") != ""))
    latest = years["return_year"].max()
    return date(int(str(latest)[:4]) + 1, 3, 31) if latest else None


def allocated(rows: ChildRows, day: date) -> Allocated | None:
    """Who a child is allocated to on a day: of several, the allocation that began last."""
    held = (
        rows.frame(t.allocation)
        .filter(
            (pl.col("role") == "allocated")
            & (pl.col("starts") <= day)
            & (pl.col("ends").is_null() | (pl.col("ends") > day))
        )
        .sort("starts", "allocation_no")
    )
    if held.is_empty():
        return None
    worker_no, since = held["worker_no"][-1], held["starts"][-1]
    named = rows.frame(t.worker).filter(pl.col("worker_no") == worker_no)
    name = (named["name"][0] or named["reference"][0]) if len(named) else ""
    posts = rows.frame(t.post).filter(
        (pl.col("worker_no") == worker_no)
        & (pl.col("starts") <= day)
        & (pl.col("ends").is_null() | (pl.col("ends") > day))
    )
    teams = posts.sort("starts", "post_no").join(rows.frame(t.team), on="team_no")
    return Allocated(name, teams["name"][-1] if len(teams) else "", since)


def team_children(connection: Connection, worker_nos: Iterable[int], day: date) -> list[int]:
    """The numbers of the children allocated to any of these workers on a day."""
    a = t.allocation.c
    lasts = or_(a.ends.is_(None), a.ends > day)
    wanted = list(worker_nos)
    query = select(a.child_no).where(a.worker_no.in_(wanted), a.starts <= day, lasts, a.role == "allocated").distinct()
    return sorted(connection.scalars(query)) if wanted else []
