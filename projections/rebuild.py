"""The whole log into fresh tables, over columns; and the same into memory, as at an instant.

Facts about children, staff and prices are few and pass row by row through the same rules as the
follower's. Activities are many: only the fields needed are decoded, and they are priced a large
chunk of columns at a time, by the same functions. Memory grows with the chunk, not with the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import polars as pl
from sqlalchemy import Table

from costing.calendar import london_date, midnight_after
from costing.collector import collector_paused
from projections import tables as t
from projections.activity_columns import ActivityColumns
from projections.database import ProjectionDatabase, frame_of
from projections.derive import (
    LEDGER_KEY,
    TIME_KEY,
    Prices,
    derive_placements,
    derive_work,
    ledger_sums,
    prices_of,
    time_sums,
)
from projections.fact_rows import FactRows, Numbers
from projections.follow import CLOSINGS, Follower
from projections.loading import fresh_tables
from projections.paid import derive_payments
from projections.service_rows import open_spans
from projections.whole_sums import SUM_KEY, whole_sums
from recorder.domain.facts import TOPICS, decode_body
from recorder.store.log import EventLog, LogRow, from_micros

__all__ = ["MemoryTables", "Progress", "Tables", "rebuild", "rebuild_upto", "tables_as_at"]

FACT_PAGE = 5_000
ACTIVITY_CHUNK = 25_000
BOOKS_PAGE = 10_000
CHILD_CHUNK = 20_000
# Rows that come in the order of their key are appended; others are put in their place one by one.
_IN_KEY_ORDER = ("cost_kind", "item_no", "line_no", "child_no")
Progress = Callable[[int, int], None]
_INTRODUCE = frozenset({"child.registered.v1", "worker.joined.v1", "team.formed.v1"})


class Tables(Protocol):
    """Somewhere to write rows."""

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows to a table."""
        ...


class MemoryTables:
    """Tables as frames, for figures as at an instant that no stored table shows."""

    def __init__(self) -> None:
        self._parts: defaultdict[str, list[pl.DataFrame]] = defaultdict(list)

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows to a table."""
        self._parts[table.name].append(frame.select([c.name for c in table.c]))

    def frame(self, table: Table) -> pl.DataFrame:
        """All rows of a table, typed as the table is."""
        empty = frame_of(table, [])
        parts = [part.cast(empty.schema) for part in self._parts[table.name]]
        return pl.concat([empty, *parts])


class _Reading:
    """One pass over the log into somewhere, up to a position and a known instant."""

    def __init__(self, log: EventLog, into: Tables, upto: int, known_upto: int | None, progress: Progress) -> None:
        self.log = log
        self.into = into
        self.upto = upto
        self.known_upto = known_upto
        self.progress = progress
        self.facts = FactRows(Numbers())
        self._rows_read = 0
        self._time = _Sums(t.process_time, TIME_KEY)
        self._ledger = _Sums(t.ledger_month, LEDGER_KEY)
        self._whole = _Sums(t.ledger_sum, SUM_KEY)

    def known(self, page: list[LogRow]) -> list[LogRow]:
        """The rows of a page that were known by the instant asked about.

        Who exists is taken in whenever it was known: a fee or a visit may have been known before the
        return that first names its child. Only what is *said* of anybody goes by the instant.
        """
        self._rows_read += len(page)
        if self.known_upto is None:
            return page
        return [row for row in page if row.known_at <= self.known_upto or row.topic in _INTRODUCE]

    def run(self) -> None:
        self._read_facts()
        prices = self._write_facts()
        care = self._write_care(prices)
        self._post(derive_payments(self._fact_frame(t.payment), self._fact_frame(t.allowance_rate), prices))
        with collector_paused():
            self._write_work(care, prices)
        self.into.write(t.process_time, self._time.whole())
        self.into.write(t.ledger_month, self._ledger.whole())
        self.into.write(t.ledger_sum, self._whole.whole())

    def _read_facts(self) -> None:
        topics = [name for name in TOPICS if not name.startswith("activity.")]
        for page in self.log.pages(0, FACT_PAGE, topics, self.upto):
            self.facts.read(self.known(page))
            self.progress(page[-1].position // 4, self.upto)
        if self.known_upto is not None and self.facts.horizon is not None:
            self.facts.horizon = min(self.facts.horizon, _last_day_known(from_micros(self.known_upto)))

    def _write_facts(self) -> Prices:
        for name, _, rows in self.facts.changes():
            table = t.metadata.tables[name]
            self.into.write(table, frame_of(table, ([row[c.name] for c in table.c] for row in rows)))
        rates, posts, settings, fees = (self._fact_frame(table) for table in (t.rate, t.post, t.setting, t.fee))
        prices = prices_of(
            rates, posts, settings, fees, self.facts.horizon, self.facts.last_return_end,
            rules=self._fact_frame(t.inference_rule), codes=self._fact_frame(t.ledger_mapping),
            teams=self._fact_frame(t.team),
        )  # fmt: skip
        self.into.write(t.type_average, prices.averages)
        return prices

    def _fact_frame(self, table: Table) -> pl.DataFrame:
        rows = self.facts.rows[table.name].values()
        return frame_of(table, ([row[c.name] for c in table.c] for row in rows))

    def _write_care(self, prices: Prices) -> pl.DataFrame:
        episodes, fees = self._fact_frame(t.episode), self._fact_frame(t.fee)
        numbers = sorted(set(episodes["child_no"]))
        placed = [frame_of(t.placement, [])]
        for start in range(0, len(numbers), CHILD_CHUNK):
            chunk = pl.col("child_no").is_in(numbers[start : start + CHILD_CHUNK])
            rows, postings = derive_placements(episodes.filter(chunk), fees.filter(chunk), prices)
            self.into.write(t.placement, rows)
            self._post(postings)
            placed.append(rows.cast(placed[0].schema))
        return pl.concat(placed)

    def _write_work(self, care: pl.DataFrame, prices: Prices) -> None:
        columns = ActivityColumns(self.facts.numbers)
        services = open_spans(self._fact_frame(t.referral), self._fact_frame(t.early_help))
        corrections = ["activity.amended.v1", "activity.withdrawn.v1"]
        for page in self.log.pages(0, FACT_PAGE, corrections, self.upto):
            columns.correct(self.known(page))
        for page in self.log.pages(0, ACTIVITY_CHUNK, ["activity.recorded.v1"], self.upto):
            activities, work, shares = columns.read(self.known(page))
            shown, postings = derive_work(work, shares, care, services, prices)
            self.into.write(t.activity, activities)
            self.into.write(t.activity_worker, work)
            self.into.write(t.activity_child, shown)
            self._post(postings)
            self.progress(self.upto // 4 + page[-1].position * 3 // 4, self.upto)
        self._check_nothing_was_passed_over()

    def _check_nothing_was_passed_over(self) -> None:
        """Facts are asked for by name: where fewer came than there are, one has a name that is not known here."""
        if self._rows_read < self.upto:
            for page in self.log.pages(0, FACT_PAGE, upto=self.upto):
                for row in page:
                    if row.topic not in TOPICS:
                        decode_body(row.topic, row.payload)

    def _post(self, postings: pl.DataFrame) -> None:
        self.into.write(t.posting, postings.sort(_IN_KEY_ORDER))
        self._time.add(time_sums(postings))
        self._ledger.add(ledger_sums(postings))
        self._whole.add(whole_sums(postings))


class _Sums:
    """Sums of a table that grow chunk by chunk, put together once as many wait as there are."""

    def __init__(self, table: Table, key: Sequence[str]) -> None:
        self._key = key
        self._sums = frame_of(table, [])
        self._waiting: list[pl.DataFrame] = []

    def add(self, more: pl.DataFrame) -> None:
        """Add the sums of one chunk."""
        self._waiting.append(more.select(self._sums.columns).cast(self._sums.schema))
        if sum(each.height for each in self._waiting) > self._sums.height:
            self._together()

    def whole(self) -> pl.DataFrame:
        """The sums of all chunks, in the order of their key."""
        self._together()
        return self._sums.sort(self._key)

    def _together(self) -> None:
        everything = pl.concat([self._sums, *self._waiting])
        added = [c for c in everything.columns if c not in self._key]
        self._sums = everything.group_by(self._key).agg(pl.col(added).sum()).select(everything.columns)
        self._waiting.clear()


def _last_day_known(instant: datetime) -> date:
    """The last day that was over at an instant."""
    day = london_date(instant)
    return day if midnight_after(day) <= instant else day - timedelta(days=1)


def tables_as_at(
    log: EventLog, known_upto: int | None, upto: int | None = None, progress: Progress | None = None
) -> MemoryTables:
    """All tables in memory as known at an instant (microseconds) and at a log position (default: now)."""
    into = MemoryTables()
    position = log.position() if upto is None else upto
    _Reading(log, into, position, known_upto, progress or _silent).run()
    return into


def rebuild(log: EventLog, database: ProjectionDatabase, progress: Progress | None = None) -> int:
    """The log into fresh tables beside the live ones, then put them in their place.

    The live tables serve until the swap. Interrupted, it leaves them as they were; run again, it
    starts afresh. Returns the position reached; the follower catches up from there. What was stated
    after the first closing of a month is followed page by page: only so is known what each closing froze.
    """
    return rebuild_upto(log, database, log.position(), None, progress)


def rebuild_upto(
    log: EventLog, database: ProjectionDatabase, position: int, known_upto: int | None, progress: Progress | None = None
) -> int:
    """The same for a log that ends at a position; as known at an instant (microseconds) no month is closed."""
    closing = log.rows_after(0, 1, CLOSINGS, position) if known_upto is None else []
    upto = closing[0].position - 1 if closing else position
    with fresh_tables(database) as (name, tables):
        reading = _Reading(log, tables, upto, known_upto, progress or _silent)
        reading.run()
        newest = log.rows_after(upto - 1, 1) if upto else []
        known = newest[0].recorded_at if newest else 0
        held = ("daybook", upto, known, reading.facts.horizon, reading.facts.last_return_end)
        tables.write(t.follower, frame_of(t.follower, [held]))
    if closing:
        beside = database.beside(name)
        upto = Follower(log, beside, page=BOOKS_PAGE).catch_up(progress)
        beside.close()
    database.swap(name)
    return upto


def _silent(_: int, __: int) -> None:
    return None
