"""Where cost summaries get their lines: the tables as they stand, or as they were known.

A line is a sum of postings: the columns asked for, then cost_kind, basis, entry_kind, and amount (units),
seconds, nights, unpriced. Whole months come from the monthly sums; the parts of months at the ends of
a period from postings cut to its days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import polars as pl
from sqlalchemy import ColumnElement, Connection, Date, Row, String, Table, func, select, type_coerce
from sqlalchemy.exc import NoResultFound

from costing.calendar import month_first, month_last, months
from costing.closing import WORK_ITEM, signs, standing
from costing.summaries import clip
from projections import tables as t
from projections.database import frame_of, read_columns, read_frame
from projections.queries.as_at import horizon_as_at, known_tables
from projections.rebuild import MemoryTables
from recorder.store.log import EventLog

__all__ = ["CostSource", "KnownCosts", "LiveCosts", "costs_as_at"]

_FACETS = ("cost_kind", "basis", "entry_kind")
_SUMS = ("amount", "seconds", "nights", "unpriced")
_POSTED = (
    "child_no", "cost_kind", "basis", "entry_kind", "service_from", "service_to", "rate_pence", "amount", "seconds",
    "nights",
)  # fmt: skip
_SCHEMA = frame_of(t.posting, []).schema
_LEDGER = frame_of(t.ledger_month, []).schema


class CostSource(Protocol):
    """Tables to take costs from."""

    @property
    def horizon(self) -> date | None:
        """The last day that has ended."""
        ...

    def lines(self, first: date, last: date, by: Sequence[str]) -> pl.DataFrame:
        """Cost lines of the days from first to last, summed by these columns of the monthly ledger."""
        ...

    def postings(self, first: date, last: date) -> pl.DataFrame:
        """The postings that touch these days, whole, in the columns that a cut needs."""
        ...

    def frame(self, table: Table, columns: Sequence[str] = ()) -> pl.DataFrame:
        """A table with every row; all its columns, or only these."""
        ...


class LiveCosts:
    """The tables as the follower keeps them."""

    def __init__(self, connection: Connection, where: Mapping[str, Any] | None = None) -> None:
        """``where``: take only lines with these values in these columns."""
        self._connection = connection
        self._where = dict(where or {})
        self._follower: Row[Any] | None = None

    def _held(self) -> Row[Any] | None:
        if self._follower is None:
            try:
                self._follower = self._connection.execute(select(t.follower)).one()
            except NoResultFound:
                return None
        return self._follower

    @property
    def horizon(self) -> date | None:
        """The last day that has ended."""
        held = self._held()
        return held.horizon if held else None

    @property
    def position(self) -> int:
        """The log position that the tables show."""
        held = self._held()
        return held.position if held else 0

    @property
    def known_upto(self) -> int:
        """The instant (microseconds) at which the latest fact that the tables show was recorded."""
        held = self._held()
        return held.known_at if held else 0

    @property
    def last_return_end(self) -> date | None:
        """The last day of the latest return taken in."""
        held = self._held()
        return held.last_return_end if held else None

    def lines(self, first: date, last: date, by: Sequence[str]) -> pl.DataFrame:
        """See ``CostSource``: summed in the database."""
        whole, part = _months_of(first, last)
        ledger, names = t.ledger_month.c, [*by, *(name for name in _FACETS if name not in by)]
        columns = [ledger[name] for name in names]
        query = select(*columns, *(func.sum(ledger[name]).label(name) for name in _SUMS))
        kept = ledger.month.between(whole[0], whole[-1]) if whole else ledger.month == 0
        query = query.where(kept, *self._filters(ledger)).group_by(*columns)
        schema = {name: _LEDGER[name] for name in (*names, *_SUMS)}
        rows = [_plain(row) for row in self._connection.execute(query)]
        found = pl.DataFrame(rows, schema=schema, orient="row")
        if not part:
            return found
        touched = self._postings(_to_cut(names), t.posting.c.service_month.in_(part))
        return pl.concat([found, _cut_lines(touched, first, last, names).select(list(schema)).cast(pl.Schema(schema))])

    def postings(self, first: date, last: date) -> pl.DataFrame:
        """See ``CostSource``."""
        p = t.posting.c
        return self._postings(_POSTED, p.service_to >= first, p.service_from <= last)

    def _postings(self, names: Sequence[str], *which: ColumnElement[bool]) -> pl.DataFrame:
        p = t.posting.c
        own = {"month": "service_month"}
        filters = [p[own.get(name, name)] == value for name, value in self._where.items()]
        query = select(*(_bare(p[name]) for name in names)).where(*which, *filters)
        columns = list(zip(*self._connection.execute(query).all(), strict=True)) or [()] * len(names)
        return pl.DataFrame([_series(name, values) for name, values in zip(names, columns, strict=True)])

    def _filters(self, columns: Any) -> list[ColumnElement[bool]]:
        return [columns[name] == value for name, value in self._where.items()]

    def frame(self, table: Table, columns: Sequence[str] = ()) -> pl.DataFrame:
        """See ``CostSource``. Of postings those that stand: neither reversals nor reversed."""
        if table is t.posting and self._connection.scalar(select(t.closing.c.closing_no).limit(1)) is not None:
            wanted = list(columns) or [c.name for c in t.posting.c]
            more = [name for name in (*WORK_ITEM, "ordinal", "entry_kind") if name not in wanted]
            return standing(read_columns(self._connection, table, [*wanted, *more])).select(wanted)
        return read_columns(self._connection, table, columns) if columns else read_frame(self._connection, table)


class KnownCosts:
    """Tables in memory, as known at an instant."""

    def __init__(self, tables: MemoryTables, horizon: date | None) -> None:
        self._tables = tables
        self._horizon = horizon

    @property
    def horizon(self) -> date | None:
        """The last day that had ended."""
        return self._horizon

    def lines(self, first: date, last: date, by: Sequence[str]) -> pl.DataFrame:
        """See ``CostSource``."""
        whole, part = _months_of(first, last)
        names = [*by, *(name for name in _FACETS if name not in by)]
        sums = self._tables.frame(t.ledger_month).filter(pl.col("month").is_in(whole))
        found = sums.group_by(names).agg(pl.col(name).sum() for name in _SUMS)
        if not part:
            return found
        touched = self._tables.frame(t.posting).filter(pl.col("service_month").is_in(part)).select(_to_cut(names))
        return pl.concat([found, _cut_lines(touched, first, last, names).select(found.columns).cast(found.schema)])

    def postings(self, first: date, last: date) -> pl.DataFrame:
        """See ``CostSource``."""
        touched = (pl.col("service_to") >= first) & (pl.col("service_from") <= last)
        return self._tables.frame(t.posting).filter(touched).select(_POSTED)

    def frame(self, table: Table, columns: Sequence[str] = ()) -> pl.DataFrame:
        """See ``CostSource``."""
        whole = self._tables.frame(table)
        return whole.select(columns) if columns else whole


def costs_as_at(log: EventLog, known_upto: int, upto: int | None = None) -> KnownCosts:
    """Costs as known at an instant (microseconds) and at a log position (default: now)."""
    return KnownCosts(known_tables(log, known_upto, upto), horizon_as_at(log, known_upto, upto))


def _months_of(first: date, last: date) -> tuple[list[int], list[int]]:
    """The months that lie wholly in a period, and those that it only touches."""
    touched = months(first, last)
    whole = [m for m in touched if month_first(m) >= first and month_last(m) <= last]
    return whole, [m for m in touched if m not in whole]


def _to_cut(names: Sequence[str]) -> list[str]:
    """The columns of postings that lines by these columns are cut and summed from."""
    return list(dict.fromkeys([*_POSTED, *("service_month" if name == "month" else name for name in names)]))


def _cut_lines(postings: pl.DataFrame, first: date, last: date, names: Sequence[str]) -> pl.DataFrame:
    return (
        clip(postings.cast({"nights": pl.Int32}), first, last)
        .rename({"service_month": "month"}, strict=False)
        .group_by(list(names))
        .agg(
            pl.col("amount").sum(),
            pl.col("seconds").sum(),
            pl.col("nights").sum().cast(pl.Int64),
            signs().filter(pl.col("amount").is_null()).sum().cast(pl.Int64).alias("unpriced"),
        )
    )


def _bare(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as the driver gives it: SQLite's dates are read all at once, not one by one."""
    return type_coerce(column, String) if isinstance(column.type, Date) else column


def _series(name: str, values: Sequence[Any]) -> pl.Series:
    if _SCHEMA[name] == pl.Date and values and isinstance(values[0], str):
        return pl.Series(name, values, pl.String).str.to_date("%Y-%m-%d")
    return pl.Series(name, values, _SCHEMA[name])


def _plain(row: Row[Any]) -> tuple[Any, ...]:
    """A row whose sums are whole numbers: PostgreSQL sums 64-bit columns as numerics."""
    counted = len(_SUMS)
    return (*row[:-counted], *(int(value) for value in row[-counted:]))
