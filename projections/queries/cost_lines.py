"""Where cost summaries get their lines: the tables as they stand, or as they were known.

A line is a sum of postings: the columns asked for, then cost_kind, basis, entry_kind, and amount (units),
seconds, nights, unpriced. Whole months come from the monthly sums; the parts of months at the ends of
a period from postings cut to its days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Date, Row, String, Table, func, select, type_coerce
from sqlalchemy.exc import NoResultFound

from costing.calendar import month_first, month_last, months
from costing.closing import WORK_ITEM, signs, standing
from costing.summaries import clip
from projections import tables as t
from projections.database import frame_of, read_columns, read_frame
from projections.queries.as_at import horizon_as_at, known_tables
from projections.queries.cost_source import CostSource
from projections.rebuild import MemoryTables, Progress
from recorder.store.log import EventLog

__all__ = ["CostSource", "KnownCosts", "LiveCosts", "costs_as_at"]

IN_LIST = 900
# Of a longer period most of a child's rows are wanted.
_FEW_MONTHS = 6
_A_DAY = timedelta(days=1)
_HELD = ("child_no", "from_month", "to_month", "held")
_FACETS = ("cost_kind", "basis", "entry_kind")
_SUMS = ("amount", "seconds", "nights", "unpriced")
_POSTED = (
    "child_no", "cost_kind", "basis", "entry_kind", "service_from", "service_to", "rate_pence", "amount", "seconds",
    "nights",
)  # fmt: skip
_SCHEMA, _LEDGER = (frame_of(table, []).schema for table in (t.posting, t.ledger_month))


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
        names = [*by, *(name for name in _FACETS if name not in by)]
        ledger = _sums_of([*names, *self._where])
        columns = [ledger[name].label(name) for name in names]
        query = select(*columns, *(func.sum(ledger[name]).label(name) for name in _SUMS))
        # Of most of a child's months the rows lie together: to look up each month's elsewhere takes twice as long.
        month = ledger["month"] + 0 if len(whole) > _FEW_MONTHS and "child_no" in names else ledger["month"]
        kept = month.between(whole[0], whole[-1]) if whole else ledger["month"] == 0
        query = query.where(kept, *self._filters(ledger)).group_by(*(ledger[name] for name in names))
        schema = {name: _LEDGER[name] for name in (*names, *_SUMS)}
        rows = [_plain(row) for row in self._connection.execute(query)]
        found = pl.DataFrame(rows, schema=schema, orient="row")
        cut = [each for month in part for each in self._part_of(month, first, last, names)]
        return pl.concat([found, *(each.select(list(schema)).cast(pl.Schema(schema)) for each in cut)])

    def _part_of(self, month: int, first: date, last: date, names: Sequence[str]) -> list[pl.DataFrame]:
        """The lines of a month's days in a period: of postings that lie within it as summed by the database, of
        those that lie across an end of it as cut."""
        p, ledger = t.posting.c, t.ledger_month.c
        begins, ends = month_first(month), month_last(month)
        low, high = max(first, begins), min(last, ends)
        # By the index of a child's postings, of those who have any.
        own = p.child_no.in_(select(ledger.child_no).where(ledger.month == month).distinct())
        across = [
            self._postings(_to_cut(names), own, p.service_from.between(*days), other, p.service_month == month)
            for days, other, there in (
                ((begins, low - _A_DAY), p.service_to >= low, low > begins),
                ((low, high), p.service_to > high, high < ends),
            )
            if there
        ]
        columns = [(p.service_month if name == "month" else p[name]).label(name) for name in names]
        stands = sa.case((p.entry_kind == "reversal", -1), else_=1)
        sums = [func.coalesce(func.sum(p[name]), 0).label(name) for name in ("amount", "seconds", "nights")]
        sums.append(func.coalesce(func.sum(sa.case((p.amount.is_(None), stands), else_=0)), 0).label("unpriced"))
        inside = (own, p.service_from.between(low, high), p.service_to <= high, p.service_month == month)
        query = select(*columns, *sums).where(*inside, *self._posted_filters()).group_by(*columns)
        rows = [_plain(row) for row in self._connection.execute(query)]
        schema = {name: _LEDGER[name] for name in (*names, *_SUMS)}
        return [
            pl.DataFrame(rows, schema=schema, orient="row"),
            *(_cut_lines(each, first, last, names) for each in across),
        ]

    def postings(self, first: date, last: date) -> pl.DataFrame:
        """See ``CostSource``."""
        p = t.posting.c
        return self._postings(_POSTED, p.service_to >= first, p.service_from <= last)

    def postings_of(self, pairs: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
        """See ``CostSource``: by the index of a child's postings."""
        p, names, found = t.posting.c, [*_POSTED, "service_month"], []
        touched = (p.service_to >= first, p.service_from <= last)
        # Month by month: a posting lies in its month of service, so that the index gives just these days.
        for (month,), some in pairs.sort("month", "child_no").group_by("month", maintain_order=True):
            number = int(str(month))
            days = p.service_from.between(month_first(number), month_last(number))
            children = some["child_no"].to_list()
            for start in range(0, len(children), IN_LIST):
                of_these = p.child_no.in_(children[start : start + IN_LIST])
                found.append(self._postings(names, of_these, days, p.service_month == number, *touched))
        return _among(pl.concat(found), pairs)

    def lines_held(self, held: pl.DataFrame) -> pl.DataFrame:
        """See ``CostSource``: joined and summed in the database, a child's months by its key."""
        ledger = t.ledger_month.c
        schema = pl.Schema([("held", pl.Int64()), *((name, _LEDGER[name]) for name in (*_FACETS, *_SUMS))])
        spans = [tuple(map(int, row)) for row in held.select(_HELD).iter_rows()]
        if not spans:
            return pl.DataFrame(schema=schema)
        rows = ", ".join(f"({child}, {low}, {high}, {key})" for child, low, high, key in spans)
        # Numbers alone, written out: as bound values they would be more than a statement may have.
        span = (
            sa.text(f"VALUES {rows}").columns(*(sa.column(f"column{n}", sa.Integer) for n in range(1, 5))).cte("held").c
        )
        child, low, high, key = span
        query = (
            select(key, *(ledger[name] for name in _FACETS), *(func.sum(ledger[name]) for name in _SUMS))
            .where(ledger.child_no == child, ledger.month.between(low, high), *self._filters(ledger))
            .group_by(key, *(ledger[name] for name in _FACETS))
        )
        return pl.DataFrame([_plain(row) for row in self._connection.execute(query)], schema=schema, orient="row")

    def _posted_filters(self) -> list[ColumnElement[bool]]:
        p = t.posting.c
        return [p["service_month" if name == "month" else name] == value for name, value in self._where.items()]

    def _postings(self, names: Sequence[str], *which: ColumnElement[bool]) -> pl.DataFrame:
        p = t.posting.c
        query = select(*(_bare(p[name]) for name in names)).where(*which, *self._posted_filters())
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

    def postings_of(self, pairs: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
        """See ``CostSource``."""
        touched = (pl.col("service_to") >= first) & (pl.col("service_from") <= last)
        return _among(self._tables.frame(t.posting).filter(touched).select(*_POSTED, "service_month"), pairs)

    def lines_held(self, held: pl.DataFrame) -> pl.DataFrame:
        """See ``CostSource``."""
        sums, spans = self._tables.frame(t.ledger_month), held.select(_HELD).cast(pl.Int64)
        inside = sums.join(spans.cast({"child_no": sums.schema["child_no"]}), on="child_no").filter(
            pl.col("month").is_between("from_month", "to_month")
        )
        return inside.group_by("held", *_FACETS).agg(pl.col(name).sum() for name in _SUMS)

    def frame(self, table: Table, columns: Sequence[str] = ()) -> pl.DataFrame:
        """See ``CostSource``."""
        whole = self._tables.frame(table)
        return whole.select(columns) if columns else whole


def costs_as_at(
    log: EventLog, known_upto: int, upto: int | None = None, progress: Progress | None = None
) -> KnownCosts:
    """Costs as known at an instant (microseconds) and at a log position (default: now)."""
    return KnownCosts(known_tables(log, known_upto, upto, progress), horizon_as_at(log, known_upto, upto))


def _months_of(first: date, last: date) -> tuple[list[int], list[int]]:
    """The months that lie wholly in a period, and those that it only touches."""
    touched = months(first, last)
    whole = [m for m in touched if month_first(m) >= first and month_last(m) <= last]
    return whole, [m for m in touched if m not in whole]


def _sums_of(names: Sequence[str]) -> Mapping[str, ColumnElement[Any]]:
    """The columns of the smallest table of sums that has these: over all children, else child by child."""
    whole: dict[str, ColumnElement[Any]] = {column.name: column for column in t.ledger_sum.c}
    whole["month"] = whole["service_month"]
    return whole if all(name in whole for name in names) else {column.name: column for column in t.ledger_month.c}


def _among(postings: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    on = ["child_no", "service_month"]
    wanted = pairs.rename({"month": "service_month"}).cast({name: postings.schema[name] for name in on})
    return postings.join(wanted, on=on, how="semi").select(_POSTED)


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
