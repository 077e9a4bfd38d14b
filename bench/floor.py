"""What no rebuild can be quicker than: scan the log, price columns known beforehand, write the rows. Nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Table

from costing.staff_cost import price_work
from projections import tables as t
from projections.database import ProjectionDatabase
from projections.derive import prices_of
from projections.loading import fresh_tables
from projections.rebuild import ACTIVITY_CHUNK, MemoryTables, tables_as_at
from recorder.store import SqlEventLog

__all__ = ["Floor"]

_OF_ACTIVITIES = (t.activity, t.activity_worker, t.activity_child)


@dataclass(frozen=True)
class _Chunk:
    """The columns of some activities, known beforehand, and the rows that come of them."""

    work: pl.DataFrame
    shares: pl.DataFrame
    rows: list[tuple[Table, pl.DataFrame]]


@dataclass(frozen=True)
class Floor:
    """The same rows as a rebuild of one log, by the same bulk path: written while the next are scanned and priced."""

    first: list[tuple[Table, pl.DataFrame]]
    chunks: list[_Chunk]
    rates: pl.DataFrame

    @classmethod
    def of(cls, log: SqlEventLog) -> Floor:
        """Everything that a rebuild would have to find out, found out beforehand."""
        rows = tables_as_at(log, None)
        rates, posts, settings, fees = (rows.frame(table) for table in (t.rate, t.post, t.setting, t.fee))
        prices = prices_of(rates, posts, settings, fees, None, None)
        work = rows.frame(t.activity_worker).sort("service_date")
        work = work.join_asof(
            prices.posts, left_on="service_date", right_on="starts", by="worker_no", check_sortedness=False
        )
        postings = rows.frame(t.posting)
        staff = pl.col("cost_kind") == "staff"
        first = [(t.posting, postings.filter(~staff))]
        first += [(x, rows.frame(x)) for x in t.metadata.sorted_tables if x not in {*_OF_ACTIVITIES, t.posting}]
        return cls(first, list(_chunks(rows, work, postings.filter(staff))), prices.rates)

    def load(self, log: SqlEventLog, database: ProjectionDatabase) -> None:
        """Scan, price and write into an empty generation of tables."""
        with fresh_tables(database) as (_, into):
            for table, frame in self.first:
                into.write(table, frame)
            pages = log.pages(0, ACTIVITY_CHUNK, ["activity.recorded.v1"])
            for _, chunk in zip(pages, self.chunks, strict=True):
                price_work(chunk.work, chunk.shares, self.rates, None)
                for table, frame in chunk.rows:
                    into.write(table, frame)


def _chunks(rows: MemoryTables, work: pl.DataFrame, staff: pl.DataFrame) -> list[_Chunk]:
    frames = {table: rows.frame(table).sort("activity_no") for table in _OF_ACTIVITIES}
    numbers = frames[t.activity]["activity_no"]
    chunks = []
    for start in range(0, len(numbers), ACTIVITY_CHUNK):
        ends = numbers[start : start + ACTIVITY_CHUNK]
        among = pl.col("activity_no").is_between(ends[0], ends[-1])
        mine = [(table, frame.filter(among)) for table, frame in frames.items()]
        postings = staff.filter(pl.col("item_no").is_between(ends[0], ends[-1])).sort("item_no", "line_no", "child_no")
        shares = frames[t.activity_child].filter(among)
        said = shares.select("activity_no", "child_no", "rank", "weight", "process")
        chunks.append(_Chunk(work.filter(among), said, [*mine, (t.posting, postings)]))
    return chunks
