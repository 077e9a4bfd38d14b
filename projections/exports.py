"""Rows for files of the ledger: postings as they are, their sums by any columns, the section 251 outturn.

An export is of whole months, by month of service or by the accounting period they are booked in, and of a position
of the log: the same request gives the same rows in the same order. Postings come a part at a time, in the order of
their keys, so that as many as there are take no more room than a few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import msgspec
import polars as pl
from sqlalchemy import ColumnElement, Connection, Date, String, Table, case, func, select, type_coerce

from costing.closing import REVERSAL
from costing.ledger import accounts, posting_key_column
from costing.money import pence_column
from costing.postings import COMPONENTS
from costing.s251 import GROUPED_BY, WorkLine, outturn
from projections import tables as t
from projections.database import frame_of
from projections.exports_by_team import TEAM, sums_by_team

__all__ = [
    "BY", "DIMENSIONS", "METHOD", "WHAT", "ExportRefused", "ExportRequest", "ExportRows", "What", "export_rows",
    "exported_children", "read_request", "request_problems", "work_lines",
]  # fmt: skip

METHOD = "2026.1"
What = Literal["postings", "summary", "s251"]
WHAT: tuple[What, ...] = ("postings", "summary", "s251")
BY = ("service", "booked")
DIMENSIONS = (
    "accounting_month", "service_month", "cost_kind", "process", "place_type", "sector", "provider", "worker_type",
    "s251_line", "cost_centre", "subjective", "funder", "basis", "entry_kind", "team", "child_no",
)  # fmt: skip
PART = 25_000
_KEY = ("cost_kind", "item_no", "line_no", "child_no", "funder", "service_from", "ordinal")
_SAID = (
    "child_no", "cost_kind", "service_from", "service_to", "service_month", "accounting_month", "process",
    "worker_type", "place_type", "place", "provider", "sector", "s251_line", "cost_centre", "subjective", "funder",
    "direct", "seconds", "nights", "rate_no", "rate_pence", "amount", *COMPONENTS, "basis", "entry_kind",
    "assumed_open", "reverses",
)  # fmt: skip
_READ = (*_SAID, "item_no", "line_no", "ordinal")
_POUNDS = pl.Decimal(18, 2)


class ExportRefused(ValueError):
    """An export cannot be made; ``problems`` are (field, message) pairs, all at once."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__("; ".join(message for _, message in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """What is asked for: the months from ``first`` to ``last`` (yyyymm), both included, by service or as booked.

    ``dimensions``: columns that a summary goes by. ``known``: as known at this instant; None: the books as they
    stand. ``position``: of the log; 0 until it is settled. A period 13 is of the March that it follows.
    """

    what: What
    first: int
    last: int
    by: str = "service"
    dimensions: tuple[str, ...] = ()
    known: datetime | None = None
    position: int = 0

    def text(self) -> str:
        """The request in a line, which `read_request` reads: of two that are the same the lines are the same."""
        said: dict[str, Any] = {"what": self.what, "by": self.by, "from": self.first, "to": self.last}
        said |= {"rows": ",".join(self.dimensions)} if self.dimensions else {}
        said |= {"known": self.known.isoformat()} if self.known else {}
        return urlencode(said | {"position": self.position}, safe=",:+")

    def at(self, position: int) -> ExportRequest:
        """The same at a position of the log."""
        return replace(self, position=position)


def read_request(text: str) -> ExportRequest:
    """The request that a line says. Raises ``ExportRefused`` for one that no export can be made of."""
    said = dict(parse_qsl(text))
    known = said.get("known", "").replace(" ", "+")
    try:
        asked = ExportRequest(
            what=next(each for each in WHAT if each == said.get("what")),
            first=int(said.get("from", "")), last=int(said.get("to", "")), by=said.get("by", "service"),
            dimensions=tuple(name for name in said.get("rows", "").split(",") if name),
            known=datetime.fromisoformat(known) if known else None, position=int(said.get("position", "0")),
        )  # fmt: skip
    except (ValueError, StopIteration) as wrong:
        raise ExportRefused(("", "That is not a request for an export")) from wrong
    problems = request_problems(asked)
    if problems:
        raise ExportRefused(*problems)
    return asked


def request_problems(asked: ExportRequest) -> list[tuple[str, str]]:
    """What keeps a request from being met, all at once."""
    found = []
    for field, month in (("from", asked.first), ("to", asked.last)):
        if not (1900 <= month // 100 <= 9999 and 1 <= month % 100 <= 12):
            found.append((field, "Enter a month, such as 2024-04"))
    if not found and asked.last < asked.first:
        found.append(("to", "The last month is before the first"))
    if asked.by not in BY:
        found.append(("by", "Select whether months are of service or of the books"))
    unknown = [name for name in asked.dimensions if name not in DIMENSIONS]
    if unknown:
        found.append(("rows", f"A summary cannot go by {', '.join(unknown)}. It can go by {', '.join(DIMENSIONS)}"))
    if asked.what == "summary" and not asked.dimensions:
        found.append(("rows", "Select what the summary goes by"))
    return found


@dataclass(frozen=True)
class ExportRows:
    """The rows of an export: how many, their columns, and the parts in which they come, once."""

    count: int
    schema: pl.Schema
    parts: Iterator[pl.DataFrame]


def export_rows(connection: Connection, asked: ExportRequest) -> ExportRows:
    """The rows of a request from the tables of its position.

    Of postings and summaries ``amount`` is in pounds, rounded such that rows re-add to the rounded total (each takes
    the rounded running sum less the one before); ``amount_units`` is exact, in 1/420 of a penny. Without a price the
    amount is null. Children go by their number.
    """
    if asked.what == "postings":
        count = connection.scalar(select(func.count()).select_from(t.posting).where(*_which(asked))) or 0
        parts = _postings(connection, asked)
        return ExportRows(count, _with_shown(_typed([])).clear().schema, parts)
    frame = _summary(connection, asked) if asked.what == "summary" else _outturn(connection, asked)
    return ExportRows(frame.height, frame.schema, iter(list(frame.iter_slices(PART)) or [frame]))


def exported_children(connection: Connection, asked: ExportRequest) -> list[int]:
    """The numbers of the children whom the rows of a request tell of: none where they are added up over children."""
    if asked.what == "s251" or (asked.what == "summary" and "child_no" not in asked.dimensions):
        return []
    return sorted(connection.scalars(select(t.posting.c.child_no).where(*_which(asked)).distinct()))


def _which(asked: ExportRequest, table: Table = t.posting) -> list[ColumnElement[bool]]:
    p = table.c
    if asked.by == "service":
        return [p.service_month.between(asked.first, asked.last)]
    period = p.accounting_month
    march = case((period % 100 == 13, period - 10), else_=period)
    return [march.between(asked.first, asked.last)]


def _postings(connection: Connection, asked: ExportRequest) -> Iterator[pl.DataFrame]:
    p = t.posting.c
    columns = [type_coerce(p[name], String) if isinstance(p[name].type, Date) else p[name] for name in _READ]
    query = select(*columns).where(*_which(asked)).order_by(*(p[name] for name in _KEY))
    streamed = connection.execution_options(stream_results=True, yield_per=PART)
    running = 0
    for rows in streamed.execute(query).partitions(PART):
        part = _with_shown(_typed([tuple(row) for row in rows]), running)
        running += int(part["amount_units"].sum() or 0)
        yield part


def _typed(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows as the drivers give them, in the columns of ``_READ``: SQLite's dates are texts."""
    types = frame_of(t.posting, []).schema
    given = list(zip(*rows, strict=True)) or [()] * len(_READ)
    return pl.DataFrame([_series(name, values, types[name]) for name, values in zip(_READ, given, strict=True)])


def _series(name: str, values: Any, kind: pl.DataType) -> pl.Series:
    if kind == pl.Date and values and isinstance(values[0], str):
        return pl.Series(name, values, pl.String).str.to_date("%Y-%m-%d")
    return pl.Series(name, values, kind)


def _with_shown(part: pl.DataFrame, running: int = 0) -> pl.DataFrame:
    """Postings in the columns of the file, with the accounts they move; ``running``: the units before them."""
    components = [pl.col(name).alias(f"{name}_units") for name in COMPONENTS]
    whole = [name for name in _SAID if name not in {"amount", *COMPONENTS, "rate_pence"}]
    place = whole.index("basis")
    named = _with_accounts(part).with_columns(posting_id=posting_key_column(), rate=_pounds(pl.col("rate_pence")))
    shown = named.with_columns(pl.col("amount").alias("amount_units"), _cumulative(pl.col("amount"), running))
    money = ["rate", "amount", "debit_account", "credit_account", "amount_units"]
    return shown.select("posting_id", *whole[:place], *money, *components, *whole[place:])


def _cumulative(units: pl.Expr, before: int) -> pl.Expr:
    running = pence_column(units.fill_null(0).cum_sum() + before)
    start = pence_column(pl.lit(before, pl.Int64))
    pence = running - pl.coalesce(running.shift(1), start)
    return _pounds(pl.when(units.is_not_null()).then(pence)).alias("amount")


def _pounds(pence: pl.Expr) -> pl.Expr:
    return (pence.cast(pl.Decimal(20, 2)) / 100).cast(_POUNDS)


def _with_accounts(part: pl.DataFrame) -> pl.DataFrame:
    """The account that a posting debits and the one that it credits."""
    facets = ["cost_kind", "sector", "worker_type"]
    known = part.select(facets).unique()
    both = [accounts(*row) for row in known.iter_rows()]
    schema = {"debit_account": pl.String, "credit_account": pl.String}
    named = known.hstack(pl.DataFrame(both or None, schema=schema, orient="row" if both else None))
    return part.join(named, on=facets, how="left", maintain_order="left")


def _summary(connection: Connection, asked: ExportRequest) -> pl.DataFrame:
    names = list(asked.dimensions)
    if TEAM in names:
        return _with_amounts(sums_by_team(connection, _which(asked), names), names)
    # Over all children the sums are kept; child by child they are made of the postings.
    table = t.posting if "child_no" in names else t.ledger_sum
    columns = [table.c[name] for name in names]
    query = select(*columns, *_counted(table)).where(*_which(asked, table)).group_by(*columns)
    rows = [tuple(row) for row in connection.execute(query)]
    types = frame_of(t.posting, []).schema
    counted = ("amount_units", "staff_seconds", "nights", "postings", "unpriced")
    schema: dict[str, pl.DataType | type[pl.DataType]] = {name: types[name] for name in names}
    schema |= dict.fromkeys(counted, pl.Int64)
    given = [(*row[: len(names)], *(int(value or 0) for value in row[len(names) :])) for row in rows]
    return _with_amounts(pl.DataFrame(given or None, schema=schema, orient="row" if given else None), names)


def _with_amounts(sums: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    counted = ("amount_units", "staff_seconds", "nights", "postings", "unpriced")
    shown = sums.sort(names, nulls_last=True).with_columns(_cumulative(pl.col("amount_units"), 0))
    return shown.select(*names, "amount", *counted)


def _counted(table: Table) -> list[ColumnElement[Any]]:
    """What postings come to: units, seconds of staff time, nights, how many stand, and how many have no price."""
    c = table.c
    time = func.sum(case((c.cost_kind == "staff", c.seconds), else_=0))
    if table is t.ledger_sum:
        return [func.sum(c.amount), time, func.sum(c.nights), func.sum(c.entries), func.sum(c.unpriced)]
    stands = case((c.entry_kind == REVERSAL, -1), else_=1)
    unpriced = case((c.amount.is_(None), stands), else_=0)
    return [func.sum(c.amount), time, func.sum(c.nights), func.sum(stands), func.sum(unpriced)]


def work_lines(connection: Connection) -> tuple[WorkLine, ...]:
    """The S251 lines that the authority states for work, by the tables' position."""
    s = t.setting.c
    query = select(s.value).where(s.name == "work_lines").order_by(s.valid_from.desc(), s.known_at.desc()).limit(1)
    said = connection.scalar(query)
    return msgspec.json.decode(said, type=tuple[WorkLine, ...]) if said else ()


def _outturn(connection: Connection, asked: ExportRequest) -> pl.DataFrame:
    p = t.ledger_sum.c
    columns = [p[name] for name in GROUPED_BY]
    query = (
        select(*columns, func.sum(p.amount))
        .where(*_which(asked, t.ledger_sum), p.entries != p.unpriced)
        .group_by(*columns)
    )
    rows = [(*row[:-1], int(row[-1])) for row in connection.execute(query)]
    numbers = {"service_month": pl.Int64, "amount": pl.Int64}
    schema: dict[str, type[pl.DataType]] = {**dict.fromkeys(GROUPED_BY, pl.String), **numbers}
    sums = pl.DataFrame(rows or None, schema=schema, orient="row" if rows else None)
    found = outturn(sums, work_lines(connection))
    amounts = [name for name, kind in found.schema.items() if kind == pl.Int64]
    marked = pl.when("verified").then(pl.lit("")).otherwise(pl.lit("code not verified")).alias("mark")
    shown = found.with_columns(marked, *(_pounds(pence_column(pl.col(name))) for name in amounts))
    return shown.select("line_code", "line_name", "group", "is_total", "mark", *amounts)
