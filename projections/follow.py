"""The one follower: reads the log a page at a time and keeps every table in step.

A page is applied in one transaction together with the position it reached, so a crash anywhere
loses nothing and counts nothing twice. The same on every store.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from costing.calendar import midnight_after
from projections import tables as t
from projections.database import ProjectionDatabase, delete_where, frame_of, write_frame
from projections.derive import Prices
from projections.fact_rows import FactRows, FollowError, Numbers, Row
from projections.stale import refresh
from recorder.application import Recorder
from recorder.domain.authority import DaysEnded
from recorder.domain.facts import Provenance, UnknownTopicError
from recorder.domain.ids import AUTHORITY, derived_id, new_id
from recorder.domain.periods import MonthClosed, MonthReopened
from recorder.store.log import EventLog, LogRow

__all__ = ["CLOSINGS", "Follower", "end_days", "position_reached"]

PAGE = 1_000
FOLLOWER = "daybook"
CLOSINGS = (MonthClosed.topic, MonthReopened.topic)


def position_reached(database: ProjectionDatabase) -> int:
    """The log position that the tables show."""
    with database.reader().connect() as connection:
        return connection.scalar(select(t.follower.c.position)) or 0


class Follower:
    """Keeps the tables of one projection database in step with one log. One writer at a time."""

    def __init__(
        self,
        log: EventLog,
        database: ProjectionDatabase,
        restated: Callable[[int, int], None] | None = None,
        page: int | None = None,
    ) -> None:
        """``restated``: told, within a page, how many pieces of work are priced again, and of how many.

        ``page``: how many facts a transaction takes at most. Nobody waits for the tables of a rebuild, and its pages
        may be large.
        """
        self._log = log
        self._page = page
        self._restated = restated
        self._database = database
        self._numbers: Numbers | None = None
        self._prices: Prices | None = None
        self._at = -1

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Apply everything recorded so far; returns the position reached.

        Raises ``UnknownTopicError`` or ``FollowError`` at the first fact it cannot show; what came
        before is kept.
        """
        newest = self._log.position()
        # Asked again before each page: a rebuild may have put tables in place that stand further back.
        while (reached := position_reached(self._database)) < newest:
            page = _books_unchanged(self._log.rows_after(reached, self._page or PAGE))
            if page[0].position != reached + 1:
                message = f"The log has a gap: after position {reached} comes {page[0].position}"
                raise FollowError(message)
            self._apply_what_can_be(page)
            if progress is not None:
                progress(page[-1].position, max(newest, page[-1].position))
        return reached

    def _apply_what_can_be(self, page: list[LogRow]) -> None:
        """Apply the page; where a fact in it cannot be shown, everything before that fact, then raise."""
        try:
            self.apply(page)
        except (FollowError, UnknownTopicError):
            if len(page) == 1:
                raise
            half = len(page) // 2
            self._apply_what_can_be(page[:half])
            self._apply_what_can_be(page[half:])

    def apply(self, page: list[LogRow]) -> None:
        """Apply one page in one transaction.

        Nothing happens where a rival follower applied it, or where a rebuild put tables in place that
        stand before its first fact.
        """
        with self._database.engine().begin() as connection:
            if connection.dialect.name == "postgresql":
                # One follower writes at a time; on SQLite, BEGIN IMMEDIATE already sees to that.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4207092)")
            before = connection.execute(select(t.follower)).one_or_none()
            reached = before.position if before else 0
            if reached != self._at or self._numbers is None:
                self._numbers, self._prices = _numbers(connection), None
            page = [row for row in page if row.position > reached]
            if not page or page[0].position > reached + 1:
                return
            facts = FactRows(self._numbers, lambda *wanted: _fetch(connection, *wanted))
            facts.horizon = facts.horizon_before = before.horizon if before else None
            facts.last_return_end = before.last_return_end if before else None
            try:
                facts.read(page)
                for name, gone, rows in facts.changes():
                    _replace(connection, t.metadata.tables[name], gone, rows)
                self._prices = refresh(connection, facts, self._restated, self._prices)
                _move(connection, page[-1], facts)
            except BaseException:
                self._numbers = self._prices = None
                raise
        self._at = page[-1].position


def _books_unchanged(page: list[LogRow]) -> list[LogRow]:
    """The page up to the next closing or reopening; that is a page of its own, so that what it freezes is settled."""
    for number, row in enumerate(page):
        if row.topic in CLOSINGS:
            return page[: number or 1]
    return page


def _numbers(connection: Connection) -> Numbers:
    given = Numbers()
    for kind, table in (("child", t.child), ("worker", t.worker), ("team", t.team)):
        rows = connection.execute(select(table.c[f"{kind}_id"], table.c[f"{kind}_no"]))
        getattr(given, kind).update({bytes(stream): number for stream, number in rows})
    return given


def _fetch(connection: Connection, table: Table, key: str, among: list[Any]) -> list[Row]:
    if not key:
        return [dict(r) for r in connection.execute(select(table)).mappings()]
    found: list[Row] = []
    for start in range(0, len(among), 900):
        query = select(table).where(table.c[key].in_(among[start : start + 900]))
        found += [{**r, key: bytes(r[key])} for r in connection.execute(query).mappings()]
    return found


def _replace(connection: Connection, table: Table, gone: list[Any], rows: list[Row]) -> None:
    if gone:
        columns = list(table.primary_key.columns)
        if len(columns) == 1:
            delete_where(connection, table, columns[0], [row[columns[0].name] for row in rows])
        else:
            for row in rows:
                connection.execute(table.delete().where(*(column == row[column.name] for column in columns)))
    names = [c.name for c in table.c]
    write_frame(connection, table, frame_of(table, ([row[n] for n in names] for row in rows)))


def _move(connection: Connection, last: LogRow, facts: FactRows) -> None:
    """Save the position with the rows it stands for."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {
        "name": FOLLOWER,
        "position": last.position,
        "known_at": last.recorded_at,
        "horizon": facts.horizon,
        "last_return_end": facts.last_return_end,
    }
    statement = insert(t.follower).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def end_days(recorder: Recorder, first: date, yesterday: date) -> int:
    """State that the days up to ``yesterday`` are over, from ``first`` or where the log left off.

    One fact for a run of days; each is known at its own midnight (rulings 2). Returns the days ended.
    """
    stream = derived_id(AUTHORITY, "calendar", "days")
    past = recorder.history(stream)
    start = first
    for event in past:
        if isinstance(event.body, DaysEnded):
            start = max(start, event.body.last + timedelta(days=1))
    if start > yesterday:
        return 0
    body = DaysEnded(first=start, last=yesterday)
    recorder.state_once(
        recorder.event(
            stream, len(past) + 1, new_id(), body, Provenance(source="calendar"), known_at=midnight_after(start)
        )
    )
    return (yesterday - start).days + 1
