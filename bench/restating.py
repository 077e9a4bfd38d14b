"""Restating: a price of an hour that changes a year ago, and everything posted at it since then, on each store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from bench.measures import Measure, timed
from bench.stores import STORES, Yard
from projections import tables as t
from projections.database import ProjectionDatabase
from projections.follow import Follower
from projections.rebuild import rebuild
from recorder.application import FactMapper
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import new_id
from recorder.domain.rates import SchemaPublished
from recorder.store import SqlEventLog

__all__ = ["measure_restating"]

POSTINGS, SECONDS = 300_000, 10
# Of a made-up authority's activities so many postings are of the type below, in its second year.
_SHARE = 0.219
_FROM, _TYPE = date(2023, 4, 1), "social_worker"


def measure_restating(yard: Yard, postings: int = POSTINGS) -> Iterator[Measure]:
    """Each store: seconds to restate so many postings of one price; the aim is for 300,000 and in proportion."""
    activities = int(postings / _SHARE)
    for store in STORES:
        loaded, tables = yard.loaded(store, activities), yard.tables(store)
        rebuild(loaded.log, tables)
        _publish(loaded.log, 4_100_000)
        told: list[int] = []

        def say(done: int, of: int, store: str = store, told: list[int] = told) -> None:
            told.append(done)
            yard.say(f"  restating on {store}: {done:,} of {of:,}")

        seconds = timed(lambda: Follower(loaded.log, tables, say).catch_up())  # noqa: B023
        restated = _at_newest(tables)
        tables.close()
        aim = SECONDS * postings / POSTINGS
        ratio = seconds / restated * postings / aim
        beside = (
            f"{seconds:.1f} s for {restated:,} postings, {restated / seconds:,.0f} a second; told {len(told)} times"
        )
        yield Measure(f"restate {postings:,} postings / {aim:.0f} s", store, ratio, "≤ 1", ratio <= 1, beside)


def _publish(log: SqlEventLog, salary: int) -> None:
    body = SchemaPublished(
        worker_type=_TYPE, contract="employed", valid_from=_FROM, price_base="2023/24", salary=salary, travel=160_000,
        oncosts=salary * 29 // 100, overheads=salary * 29 // 100, capital=290_000, hours_hundredths=161_300,
    )  # fmt: skip
    now = datetime.now(UTC)
    event = Event(
        originator_id=new_id(), originator_version=1, event_id=new_id(), known_at=now, recorded_at=now, body=body,
        provenance=Provenance(by="bench", source="form"),
    )  # fmt: skip
    log.insert_events([FactMapper().to_stored_event(event)])


def _at_newest(tables: ProjectionDatabase) -> int:
    newest = select(func.max(t.rate.c.rate_no)).scalar_subquery()
    query = select(func.count()).where(t.posting.c.cost_kind == "staff", t.posting.c.rate_no == newest)
    with tables.reader().connect() as connection:
        return connection.scalar(query) or 0
