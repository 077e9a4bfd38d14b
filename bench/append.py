"""Appending one fact a transaction, against the driver's own insert and commit of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any

import msgspec
import psycopg
from eventsourcing.persistence import StoredEvent
from sqlalchemy import Engine

from bench.authority import MadeUpAuthority
from bench.measures import Measure, in_turn, timed
from bench.stores import STORES, Yard, open_log
from migrations.run import upgrade
from recorder.activities import RecordActivity, record
from recorder.application import Recorder
from recorder.domain.activity import ActivityDetails
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id
from recorder.personal import KeyStore
from recorder.store import Databases, SqlEventLog, StoredFact, open_databases

__all__ = ["measure_append"]

_COLUMNS = "stream_id, version, topic, payload, event_id, subject, known_at, recorded_at, metadata"
AIMS = {"sqlite": 0.55, "postgresql": 0.7}


def measure_append(yard: Yard, number: int, pairs: int) -> Iterator[Measure]:
    """Ours against raw, on each store; then the whole command and four processes at once, for information."""
    for store in STORES:
        yard.say(f"appending on {store}")
        where = yard.empty(store)
        log = open_log(where)
        facts = MadeUpAuthority().activities(10**9)
        raw = _Raw(where.engine("events"))
        ratio, ours, theirs = in_turn(
            partial(_rate, _appending(log), facts, number),
            partial(_rate, raw.append, facts, number),
            pairs,
        )
        aim = AIMS[store]
        beside = f"{ours:,.0f} a second; raw {theirs:,.0f}"
        what = "append one a transaction / raw insert and commit"
        yield Measure(what, store, ratio, f"≥ {aim}", ratio >= aim, beside)
        whole = _recording(where, log, facts, number)
        yield Measure("record an activity / append alone", store, whole / ours, "", None, f"{whole:,.0f} a second")
        together = _together(where, number)
        what = "four processes appending / one"
        yield Measure(what, store, together / ours, "", None, f"{together:,.0f} a second")
        raw.close()
        log.close()


def _rate(append: Callable[[list[StoredEvent]], None], facts: Iterator[StoredEvent], number: int) -> float:
    """Facts a second; they are made beforehand."""
    chunk = list(islice(facts, number))
    return number / timed(lambda: append(chunk))


def _appending(log: SqlEventLog) -> Callable[[list[StoredEvent]], None]:
    def append(facts: list[StoredEvent]) -> None:
        for fact in facts:
            log.insert_events([fact])

    return append


def _recording(where: Databases, log: SqlEventLog, facts: Iterator[StoredEvent], number: int) -> float:
    """Activities a second through the command: decided, put in an envelope, appended."""
    upgrade(where, "keys")
    recorder = Recorder(log, KeyStore(where.engine("keys")))
    said = Provenance(by="bench", source="form")
    details = [msgspec.json.decode(fact.state, type=ActivityDetails) for fact in islice(facts, number)]
    commands = [RecordActivity(activity_id=new_id(), details=each, provenance=said) for each in details]

    def run() -> None:
        for command in commands:
            record(recorder, command)

    taken = timed(run)
    recorder.keys.close()
    return number / taken


class _Raw:
    """The same rows by the bare driver, into a table of the same shape with the same indexes."""

    def __init__(self, engine: Engine) -> None:
        self._sqlite = engine.dialect.name == "sqlite"
        with engine.begin() as connection:
            key = (
                "INTEGER PRIMARY KEY AUTOINCREMENT"
                if self._sqlite
                else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
            )
            blob = "BLOB" if self._sqlite else "BYTEA"
            connection.exec_driver_sql(
                f"CREATE TABLE raw_events (position {key}, stream_id {blob} NOT NULL, version INTEGER NOT NULL,"
                f" topic VARCHAR NOT NULL, payload {blob} NOT NULL, event_id {blob} NOT NULL UNIQUE, subject {blob},"
                f" known_at BIGINT NOT NULL, recorded_at BIGINT NOT NULL, metadata {blob} NOT NULL,"
                " UNIQUE (stream_id, version))"
            )
            for name, columns, where in (
                ("raw_child", "subject", "subject IS NOT NULL"),
                ("raw_name", "topic, position", "topic <> 'activity.recorded.v1'"),
            ):
                connection.exec_driver_sql(f"CREATE INDEX {name} ON raw_events ({columns}) WHERE {where}")
        self._engine = engine
        self._pooled = engine.raw_connection()
        marks = ", ".join(["?" if self._sqlite else "%s"] * 9)
        self._insert = f"INSERT INTO raw_events ({_COLUMNS}) VALUES ({marks})"

    def append(self, facts: list[StoredEvent]) -> None:
        rows = [_row(fact) for fact in facts]
        connection: Any = self._pooled.driver_connection
        for row in rows:
            if self._sqlite:
                connection.execute("BEGIN IMMEDIATE")
            connection.execute(self._insert, row)
            if self._sqlite:
                connection.execute("COMMIT")
            else:
                connection.commit()

    def close(self) -> None:
        self._pooled.close()
        self._engine.dispose()


def _row(fact: StoredEvent) -> tuple[Any, ...]:
    assert isinstance(fact, StoredFact)
    stream = fact.originator_id
    assert not isinstance(stream, str)
    subject = fact.subject.bytes if fact.subject else None
    tail = (fact.event_id.bytes, subject, fact.known_at, fact.recorded_at, fact.metadata)
    return (stream.bytes, fact.originator_version, fact.topic, fact.state, *tail)


def _together(where: Databases, number: int) -> float:
    """Facts a second that four processes append at once."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(_one_of_four, [(where.url, seed, 5) for seed in range(4)]))
        return 4 * number / timed(lambda: list(pool.map(_one_of_four, [(where.url, 10 + s, number) for s in range(4)])))


def _one_of_four(task: tuple[str, int, int]) -> None:
    url, seed, number = task
    where = open_databases(url)
    log = SqlEventLog(where.engine("events"), where.appender())
    _appending(log)(list(islice(MadeUpAuthority(seed + 1).activities(10**9), number)))
    log.close()


def server_version() -> str:
    """The version of the PostgreSQL that the bench runs on."""
    from tests.postgres import new_database  # noqa: PLC0415 - starts the server only when asked

    with psycopg.connect(new_database()) as connection:
        number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"
