"""Facts of a small authority, each with the instant it was known at, and logs that hold them in any order.

Everybody is introduced first, in one order, so that the small numbers are the same in every log.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import polars as pl

from projections import tables as t
from projections.rebuild import MemoryTables
from recorder.application import FactMapper
from recorder.domain.child import ChildRegistered
from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.ids import new_id
from recorder.domain.rates import SchemaPublished
from recorder.domain.staff import PostStated, WorkerJoined
from recorder.store.log import EventLog
from recorder.store.memory import MemoryEventLog

RECORDED = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
CHILDREN = tuple(sorted(new_id() for _ in range(5)))
WORKERS = tuple(sorted(new_id() for _ in range(2)))
WORKER_TYPES = ("social_worker", "team_manager")
_MAPPER = FactMapper()

# What a posting says, its numbers apart: those are positions in the log, and go by the order of arrival.
NET_OF = (
    *("child_no", "cost_kind", "process", "service_from", "service_to", "funder", "worker_type", "place_type"),
    *("basis", "entry_kind", "assumed_open"),
)


class Fact(NamedTuple):
    """One fact of a stream, known at an instant whenever it arrives."""

    body: Body
    known_at: datetime = RECORDED
    subject: UUID | None = None
    stream: UUID | None = None
    version: int = 1


def append(log: EventLog, facts: Iterable[Fact], at: datetime = RECORDED) -> None:
    """Record the facts in this order, one by one."""
    for number, fact in enumerate(facts):
        event = Event(
            originator_id=fact.stream or new_id(),
            originator_version=fact.version,
            event_id=new_id(),
            known_at=fact.known_at,
            recorded_at=at + timedelta(seconds=number),
            body=fact.body,
            provenance=Provenance(by="test", source="test"),
            subject=fact.subject,
        )
        log.insert_events([_MAPPER.to_stored_event(event)])


def everybody(known_at: datetime = RECORDED) -> list[Fact]:
    """The children and the workers."""
    children = [Fact(ChildRegistered(), known_at, child, child) for child in CHILDREN]
    workers = [Fact(WorkerJoined(reference=f"SW{n}"), known_at, None, w) for n, w in enumerate(WORKERS)]
    return [*children, *workers]


def log_of(*facts: Fact, introduced: datetime = RECORDED) -> MemoryEventLog:
    """A log in memory of everybody and then these facts."""
    log = MemoryEventLog()
    append(log, everybody(introduced))
    append(log, facts)
    return log


def schema(worker_type: str = "social_worker", starts: date = date(2020, 4, 1), **items: int) -> SchemaPublished:
    """A worker schema, with items that add up to no round price of an hour unless said otherwise."""
    usual = {"salary": 4_000_001, "oncosts": 911_111, "overheads": 700_001, "capital": 33_333}
    return SchemaPublished(
        worker_type=worker_type,
        contract="employed",
        valid_from=starts,
        price_base="test",
        **({"hours_hundredths": 161_300} | usual | items),
    )


def post(worker: int = 0, worker_type: str = "social_worker", starts: date = date(2020, 4, 1)) -> PostStated:
    """A post held from a day on."""
    return PostStated(worker=WORKERS[worker], role=worker_type, worker_type=worker_type, starts=starts)


def net(postings: pl.DataFrame) -> list[tuple[object, ...]]:
    """Sums of postings by everything that does not depend on the order of arrival."""
    sums = postings.group_by(NET_OF).agg(
        pl.col("amount").sum(),
        pl.col("amount").null_count().alias("unpriced"),
        pl.col("seconds").sum(),
        pl.col("nights").sum(),
    )
    return sorted(sums.rows(), key=repr)


def net_of(tables: MemoryTables) -> list[tuple[object, ...]]:
    """The same of tables in memory."""
    return net(tables.frame(t.posting))
