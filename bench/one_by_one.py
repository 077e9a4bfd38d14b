"""The usual way to keep a read model: one event, one transaction. What following and rebuilding are measured against.

As the library's projection runner does it: take the next notification, map it to an event object, price
it with the scalar rule, and write its rows, the sums and the position in one SQLAlchemy transaction.
``OneByOne`` is given every advantage: events are mapped by Daybook's own fast mapper, prices and numbers are
kept in memory as if no price could change meanwhile, SQLite commits without waiting for the disk, notifications
are read many at a time, and statements are built once. ``bench.usual_way`` does without the first three. The rows
are Daybook's, row for row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from costing.apportion import split
from costing.inference import infer_one
from costing.money import minute_units
from costing.postings import COMPONENTS
from projections import tables as t
from projections.database import ProjectionDatabase
from projections.derive import LEDGER_KEY, TIME_KEY
from recorder.application import event_of
from recorder.domain.activity import ActivityAmended, ActivityDetails, ActivityRecorded, WorkerLine
from recorder.domain.facts import Event
from recorder.store.engines import sqlite_engine
from recorder.store.log import LogRow, to_micros

__all__ = ["OneByOne"]

_WORK_TABLES = (t.activity_worker, t.activity_child)


@dataclass(frozen=True)
class _Span:
    """Something that holds from a day, perhaps until another (exclusive)."""

    starts: date
    ends: date | None
    said: Any


class OneByOne:
    """Applies activities to tables whose people and prices are already there."""

    # Daybook's own tables on SQLite are not synced at each commit, because they can be rebuilt.
    durable = False

    def __init__(self, database: ProjectionDatabase) -> None:
        self._engine = database.engine()
        if self._engine.dialect.name == "sqlite":
            self._engine = sqlite_engine(Path(str(self._engine.url.database)), durable=self.durable)
        upsert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        self._ledger = _adding(upsert, t.ledger_month, LEDGER_KEY)
        self._time = _adding(upsert, t.process_time, TIME_KEY)
        position = upsert(t.follower)
        moved = {name: position.excluded[name] for name in ("position", "known_at")}
        self._position = position.on_conflict_do_update(index_elements=["name"], set_=moved)
        with self._engine.connect() as connection:
            self._learn(connection)

    def _learn(self, connection: Connection) -> None:
        self._children = dict(_pairs(connection, t.child.c.child_id, t.child.c.child_no))
        self._workers = dict(_pairs(connection, t.worker.c.worker_id, t.worker.c.worker_no))
        self._posts: defaultdict[int, list[_Span]] = defaultdict(list)
        for row in connection.execute(select(t.post).order_by(t.post.c.starts)):
            self._posts[row.worker_no].append(_Span(row.starts, row.ends, row))
        self._rates: defaultdict[tuple[str, str], list[_Span]] = defaultdict(list)
        for row in connection.execute(select(t.rate).order_by(t.rate.c.valid_from)):
            self._rates[row.worker_type, row.contract].append(_Span(row.valid_from, None, row))
        self._care: defaultdict[int, list[_Span]] = defaultdict(list)
        for row in connection.execute(select(t.placement).order_by(t.placement.c.starts)):
            after = None if row.open else row.ends + timedelta(days=1)
            self._care[row.child_no].append(_Span(row.starts, after, row))

    def close(self) -> None:
        """Close its connections."""
        self._engine.dispose()

    def apply(self, row: LogRow) -> None:
        """One event in one transaction of its own."""
        event = self._event(row)
        with self._engine.begin() as connection:
            if isinstance(event.body, ActivityRecorded):
                number = row.position
                connection.execute(t.activity.insert(), self._activity(number, event, event.body))
                self._write_work(connection, number, event.body, [])
            elif isinstance(event.body, ActivityAmended):
                stored = t.activity.c.activity_id == row.stream_id
                number = connection.scalars(select(t.activity.c.activity_no).where(stored)).one()
                changed = self._activity(number, event, event.body)
                del changed["recorded_at"]
                connection.execute(t.activity.update().where(stored), changed)
                self._write_work(connection, number, event.body, self._take_away(connection, number))
            where = {"name": "daybook", "position": row.position, "known_at": row.recorded_at}
            connection.execute(self._position, where)

    def _event(self, row: LogRow) -> Event:
        return event_of(row)

    def _post_on(self, _: Connection, worker_no: int, day: date) -> Any:
        """The post a worker holds on a day, or None."""
        return _on(self._posts[worker_no], day)

    def _rate_on(self, _: Connection, worker_type: str, contract: str, day: date) -> Any:
        """The price of an hour in force on a day, or None."""
        return _on(self._rates[worker_type, contract], day)

    def _looked_after(self, _: Connection, child_no: int, day: date) -> bool:
        """Whether a child is in care on a day."""
        return _on(self._care[child_no], day) is not None

    def _activity(self, number: int, event: Event, body: ActivityDetails) -> dict[str, Any]:
        return {
            "activity_no": number,
            "activity_id": event.originator_id.bytes,
            "version": event.originator_version,
            "kind": body.kind,
            "direct": body.direct,
            "service_date": body.on,
            "outcome": body.outcome,
            "contact": body.contact,
            "source": event.provenance.source,
            "withdrawn": False,
            "known_at": to_micros(event.known_at),
            "recorded_at": to_micros(event.recorded_at),
        }

    def _take_away(self, connection: Connection, number: int) -> list[dict[str, Any]]:
        """Delete an activity's rows; what its postings were is returned, to be taken off the sums."""
        mine = (t.posting.c.item_no == number, t.posting.c.cost_kind == "staff")
        before = [dict(row) for row in connection.execute(select(t.posting).where(*mine)).mappings()]
        connection.execute(t.posting.delete().where(*mine))
        for table in _WORK_TABLES:
            connection.execute(table.delete().where(table.c.activity_no == number))
        return before

    def _write_work(
        self, connection: Connection, number: int, body: ActivityDetails, before: list[dict[str, Any]]
    ) -> None:
        lines = [self._line(number, body, line) for line in body.workers]
        shares = self._shares(connection, number, body)
        postings = [posting for line in lines for posting in self._price(connection, line, shares)]
        connection.execute(t.activity_worker.insert(), lines)
        if shares:
            connection.execute(t.activity_child.insert(), shares)
            connection.execute(t.posting.insert(), postings)
        self._add(connection, self._ledger, LEDGER_KEY, postings, before)
        self._add(connection, self._time, TIME_KEY, postings, before)
        if before:
            for table in (t.ledger_month, t.process_time):
                children = {posting["child_no"] for posting in before}
                connection.execute(table.delete().where(table.c.child_no.in_(children), table.c.entries == 0))

    def _line(self, number: int, body: ActivityDetails, line: WorkerLine) -> dict[str, Any]:
        return {
            "activity_no": number,
            "worker_no": self._workers[line.worker.bytes],
            "service_date": body.on,
            "kind": body.kind,
            "direct": body.direct,
            "seconds": None if line.minutes is None else line.minutes * 60,
            "travel_seconds": None if line.travel_minutes is None else line.travel_minutes * 60,
            "miles_tenths": line.miles_tenths,
            "accepted": line.accepted,
        }

    def _shares(self, connection: Connection, number: int, body: ActivityDetails) -> list[dict[str, Any]]:
        return [
            {
                "activity_no": number,
                "child_no": self._children[line.child.bytes],
                "rank": rank,
                "weight": line.weight,
                "seen": line.seen,
                "seen_alone": line.seen_alone,
                "chosen_process": line.process,
                "process": line.process or self._process(connection, self._children[line.child.bytes], body),
            }
            for rank, line in enumerate(body.children)
        ]

    def _process(self, connection: Connection, child_no: int, body: ActivityDetails) -> str:
        looked_after = self._looked_after(connection, child_no, body.on)
        return infer_one(body.kind, body.on, cla_open=looked_after, cin_open=False, caf_open=False)

    def _price(
        self, connection: Connection, line: dict[str, Any], shares: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Postings of one worker's line, one for each child, by the scalar rule."""
        day: date = line["service_date"]
        post = self._post_on(connection, line["worker_no"], day)
        rate = self._rate_on(connection, post.worker_type, post.contract, day) if post else None
        times = [line[name] for name in ("seconds", "travel_seconds") if line[name] is not None]
        weights = [share["weight"] for share in shares]
        parts: list[int | None] = list(split(sum(times), weights)) if times else [None] * len(shares)
        amounts: list[int | None] = [None] * len(shares)
        if times and rate:
            amounts = list(split(sum(times) // 60 * minute_units(rate.j_pence), weights))
        return [
            _posting(line, share, post.worker_type if post else "", rate, part, amount)
            for share, part, amount in zip(shares, parts, amounts, strict=True)
        ]

    @staticmethod
    def _add(
        connection: Connection,
        statement: Any,
        key: list[str],
        postings: list[dict[str, Any]],
        before: list[dict[str, Any]],
    ) -> None:
        sums: dict[tuple[Any, ...], list[int]] = {}
        for sign, each in [(-1, p) for p in before] + [(1, p) for p in postings]:
            named = {**each, "month": each["accounting_month"]}
            held = sums.setdefault(tuple(named[name] for name in key), [0, 0, 0, 0, 0])
            values = (each["amount"] or 0, each["seconds"] or 0, each["amount"] is None, each["seconds"] is None, 1)
            for place, value in enumerate(values):
                held[place] += sign * value
        rows = [
            {
                **dict(zip(key, values, strict=True)),
                **dict(zip(("amount", "seconds", "unpriced", "unknown", "entries"), held, strict=True)),
                "nights": 0,
            }
            for values, held in sums.items()
        ]
        if rows:
            wanted = {c.name for c in statement.table.c}
            connection.execute(statement, [{n: v for n, v in row.items() if n in wanted} for row in rows])


def _posting(
    line: dict[str, Any], share: dict[str, Any], worker_type: str, rate: Any, seconds: int | None, amount: int | None
) -> dict[str, Any]:
    day: date = line["service_date"]
    month = day.year * 100 + day.month
    weights = (
        [rate.salary, rate.oncosts, rate.qualifications or 0, rate.overheads, rate.capital, rate.travel or 0]
        if rate
        else []
    )
    parts = split(amount, weights) if amount is not None else [0] * len(COMPONENTS)
    return {
        "cost_kind": "staff",
        "item_no": line["activity_no"],
        "line_no": line["worker_no"],
        "child_no": share["child_no"],
        "funder": "social_care",
        "service_from": day,
        "ordinal": 0,
        "service_to": day,
        "service_month": month,
        "accounting_month": month,
        "process": share["process"],
        "worker_type": worker_type,
        **dict.fromkeys(("place_type", "place", "provider", "sector", "s251_line", "cost_centre", "subjective"), ""),
        "direct": line["direct"],
        "seconds": seconds,
        "nights": None,
        "rate_no": rate.rate_no if rate else None,
        "rate_pence": rate.j_pence if rate else None,
        "amount": amount,
        **dict(zip(COMPONENTS, parts, strict=True)),
        "basis": "recorded",
        "entry_kind": "actual",
        "assumed_open": False,
        "reverses": None,
    }


def _on(spans: list[_Span], day: date) -> Any:
    """What holds on a day: the last that has started, unless it has ended."""
    place = bisect_right(spans, day, key=lambda span: span.starts)
    if not place:
        return None
    last = spans[place - 1]
    return last.said if last.ends is None or day < last.ends else None


def _adding(upsert: Any, table: Table, key: list[str]) -> Any:
    statement = upsert(table)
    sums = [c.name for c in table.c if c.name not in key]
    added = {name: table.c[name] + statement.excluded[name] for name in sums}
    return statement.on_conflict_do_update(index_elements=key, set_=added)


def _pairs(connection: Connection, key: Any, number: Any) -> list[tuple[bytes, int]]:
    return [(bytes(stream), found) for stream, found in connection.execute(select(key, number))]
