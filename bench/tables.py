"""Following and rebuilding, against one transaction an event and against the floor."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import polars as pl
from sqlalchemy import Engine, Table

from bench.authority import MadeUpAuthority, load
from bench.measures import Measure, timed
from bench.one_by_one import OneByOne
from bench.stores import STORES, empty, folder, open_log, tables
from costing.staff_cost import price_work
from projections import tables as t
from projections.database import ProjectionDatabase
from projections.derive import prices_of
from projections.follow import Follower
from projections.rebuild import ACTIVITY_CHUNK, _DatabaseTables, rebuild, tables_as_at
from recorder.store import SqlEventLog, open_databases

__all__ = ["measure_memory", "measure_tables"]

SAMPLE = 2_000
Say = Callable[[str], None]


def measure_tables(sizes: list[int], followed: int, say: Say) -> Iterator[Measure]:
    """Each store: the follower against one by one, then a rebuild at each size against both baselines."""
    for store in STORES:
        with folder() as scratch:
            where = empty(store, scratch)
            log = open_log(where)
            authority = MadeUpAuthority()
            head = load(log, authority.head(), lambda _: None)
            facts = authority.activities(max(sizes))
            loaded = head
            alone = 0.0
            for size in sizes:
                say(f"{store}: loading {size:,} activities")
                loaded += load(log, islice(facts, size + head - loaded), lambda _: None)
                if not alone:
                    alone, measured = _follow(store, log, head, followed, say)
                    yield measured
                yield from _rebuild(store, log, size, alone, say)
            log.close()


def _follow(store: str, log: SqlEventLog, head: int, followed: int, say: Say) -> tuple[float, Measure]:
    """Rates of the follower and of one transaction an event, each over its own tables."""
    with folder() as scratch:
        ours, theirs = (tables(empty(store, scratch, name)) for name in ("ours", "theirs"))
        for each in (ours, theirs):
            follower = Follower(log, each)
            for page in log.pages(0, 1_000, upto=head):
                follower.apply(page)
        say(f"{store}: one transaction an event")
        one = OneByOne(theirs)
        sample = log.rows_after(head, SAMPLE)
        alone = SAMPLE / timed(lambda: [one.apply(row) for row in sample])
        one.close()
        say(f"{store}: following")
        follower = Follower(log, ours)
        pages = list(islice(log.pages(head, 1_000), followed // 1_000))
        rate = sum(map(len, pages)) / timed(lambda: [follower.apply(page) for page in pages])
        for each in (ours, theirs):
            each.close()
    ratio = rate / alone
    beside = f"{rate:,.0f} events a second; one a transaction {alone:,.0f}"
    return alone, Measure("follow / one transaction an event", store, ratio, "≥ 8", ratio >= 8, beside)


def _rebuild(store: str, log: SqlEventLog, size: int, alone: float, say: Say) -> Iterator[Measure]:
    with folder() as scratch:
        where = empty(store, scratch)
        database = tables(where)
        say(f"{store}: the floor at {size:,}")
        floor = _Floor.of(log)
        lowest = min(floor.seconds(log, database) for _ in range(2))
        del floor
        say(f"{store}: rebuilding {size:,}")
        seconds = min(timed(lambda: rebuild(log, database)) for _ in range(2))
        database.close()
    rate = log.position() / seconds
    beside = f"{seconds:.1f} s, {rate:,.0f} events a second"
    against = rate / alone
    yield Measure(f"rebuild {size:,} / one transaction an event", store, against, "≥ 80", against >= 80, beside)
    times = seconds / lowest
    yield Measure(f"time to rebuild {size:,} / the floor", store, times, "≤ 2", times <= 2, f"floor {lowest:.1f} s")


@dataclass(frozen=True)
class _Chunk:
    """The columns of some activities, known beforehand, and the rows that come of them."""

    work: pl.DataFrame
    shares: pl.DataFrame
    rows: list[tuple[Table, pl.DataFrame]]


@dataclass(frozen=True)
class _Floor:
    """What no rebuild can be quicker than: scan the log, price known columns, write the rows. Nothing else.

    A chunk is written in a thread of its own while the next is scanned and priced, as in the product.
    """

    first: list[tuple[Table, pl.DataFrame]]
    chunks: list[_Chunk]
    rates: pl.DataFrame

    @classmethod
    def of(cls, log: SqlEventLog) -> _Floor:
        rows = tables_as_at(log, None)
        rates, posts, settings, fees = (rows.frame(table) for table in (t.rate, t.post, t.setting, t.fee))
        prices = prices_of(rates, posts, settings, fees, None, None)
        worked = rows.frame(t.activity_worker).sort("service_date")
        work = worked.join_asof(
            prices.posts, left_on="service_date", right_on="starts", by="worker_no", check_sortedness=False
        )
        numbers = rows.frame(t.activity)["activity_no"].sort()
        numbered = {t.activity: "activity_no", t.activity_worker: "activity_no", t.activity_child: "activity_no"}
        frames = {table: rows.frame(table).sort(key) for table, key in numbered.items()}
        postings = rows.frame(t.posting)
        staff = postings.filter(pl.col("cost_kind") == "staff").sort("item_no")
        chunks = []
        for start in range(0, len(numbers), ACTIVITY_CHUNK):
            ends = numbers[start : start + ACTIVITY_CHUNK]
            among = pl.col("activity_no").is_between(ends[0], ends[-1])
            mine = [(table, frame.filter(among)) for table, frame in frames.items()]
            mine.append((t.posting, staff.filter(pl.col("item_no").is_between(ends[0], ends[-1]))))
            shares = (
                frames[t.activity_child].filter(among).select("activity_no", "child_no", "rank", "weight", "process")
            )
            chunks.append(_Chunk(work.filter(among), shares, mine))
        first = [(t.posting, postings.filter(pl.col("cost_kind") != "staff"))]
        first += [(x, rows.frame(x)) for x in t.metadata.sorted_tables if x not in {*numbered, t.posting}]
        return cls(first, chunks, prices.rates)

    def seconds(self, log: SqlEventLog, database: ProjectionDatabase) -> float:
        """How long it takes, into an empty generation of tables."""
        _, engine = database.fresh(indexes=False)
        taken = timed(lambda: self._run(log, database, engine))
        engine.dispose()
        return taken

    def _run(self, log: SqlEventLog, database: ProjectionDatabase, engine: Engine) -> None:
        with engine.connect().execution_options(reading=True) as connection:
            if engine.dialect.name == "sqlite":
                for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
                    connection.connection.cursor().execute(f"PRAGMA {pragma}")
            else:
                connection.exec_driver_sql("SET synchronous_commit = off")
            with _DatabaseTables(connection) as into:
                for table, frame in self.first:
                    into.write(table, frame)
                pages = log.pages(0, ACTIVITY_CHUNK, ["activity.recorded.v1"])
                for _, chunk in zip(pages, self.chunks, strict=True):
                    price_work(chunk.work, chunk.shares, self.rates, None)
                    for table, frame in chunk.rows:
                        into.write(table, frame)
            database.add_indexes(connection)
            connection.commit()


def measure_memory(sizes: list[int], say: Say) -> Iterator[Measure]:
    """Peak memory of a process that does nothing but rebuild, at the least and at the greatest size."""
    with folder() as scratch:
        peaks = []
        for size in (min(sizes), max(sizes)):
            where = empty("sqlite", scratch, str(size))
            log = open_log(where)
            authority = MadeUpAuthority()
            load(log, authority.head(), lambda _: None)
            load(log, authority.activities(size), lambda _: None)
            log.close()
            tables(where).close()
            say(f"memory of a rebuild at {size:,}")
            code = f"from bench.tables import peak_of_rebuild; print(peak_of_rebuild({where.url!r}))"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            peaks.append(int(done.stdout) / 1024)
    ratio = peaks[1] / peaks[0]
    what = f"peak memory of a rebuild, {max(sizes):,} / {min(sizes):,}"
    yield Measure(what, "sqlite", ratio, "flat (≤ 1.25)", ratio <= 1.25, f"{peaks[1]:,.0f} MiB; {peaks[0]:,.0f} MiB")


def peak_of_rebuild(url: str) -> int:
    """Kibibytes resident at most while rebuilding the tables of these databases."""
    where = open_databases(url)
    log = SqlEventLog(where.engine("events"))
    rebuild(log, ProjectionDatabase(where))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
