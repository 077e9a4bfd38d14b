"""What finance sees at a glance: a period's costs by month, type and process, and the children behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import Connection, func, select

from costing.ledger import trial_balance
from projections import tables as t
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import CostReport, CostRow, check_period, report_of
from projections.queries.identifiers import returns_of
from recorder.personal import KeyStore

__all__ = ["ChildCost", "Overview", "child_ids", "children_behind", "ledger_years", "overview", "trial"]

IN_LIST = 900


@dataclass(frozen=True)
class Overview:
    """A period's costs, added up three ways over the same lines."""

    by_month: CostReport
    by_type: CostReport
    by_process: CostReport
    children: int

    @property
    def total(self) -> CostRow:
        """All of it."""
        return self.by_month.total


@dataclass(frozen=True)
class ChildCost:
    """One child's cost in a period; ``row.key`` is the identifier of the return."""

    child_id: UUID
    row: CostRow


def overview(connection: Connection, first: date, last: date, where: dict[str, Any] | None = None) -> Overview:
    """The costs of a period, of those lines that have these values. Raises ``PeriodRefused``."""
    source = LiveCosts(connection, where)
    check_period(source, first, last)
    lines = source.lines(first, last, ["month", "place_type", "process"])
    return Overview(
        report_of(lines, first, last, "month"),
        report_of(lines, first, last, "placement-type"),
        report_of(lines, first, last, "process"),
        _children(connection, first, last, where or {}),
    )


def _children(connection: Connection, first: date, last: date, where: dict[str, Any]) -> int:
    """How many children have a line in the months of a period."""
    ledger = t.ledger_month.c
    filters = [ledger[name] == value for name, value in where.items()]
    month = ledger.month.between(first.year * 100 + first.month, last.year * 100 + last.month)
    return connection.scalar(select(func.count(ledger.child_no.distinct())).where(month, *filters)) or 0


def children_behind(
    connection: Connection, keys: KeyStore, first: date, last: date, where: dict[str, Any], start: int, size: int
) -> tuple[list[ChildCost], CostReport]:
    """A page of the children behind a figure, the costliest first, and the report of them all.

    Identifiers are read for the children of the page alone; in the report children go by their number.
    """
    source = LiveCosts(connection, where)
    check_period(source, first, last)
    report = report_of(source.lines(first, last, ["child_no"]), first, last, "child")
    ordered = sorted(report.rows, key=lambda row: (-row.total, row.number))[start : start + size]
    numbers = [row.number for row in ordered]
    ids, names = child_ids(connection, numbers), returns_of(connection, keys, numbers)
    return [ChildCost(ids[row.number], row.named(names[row.number])) for row in ordered], report


def child_ids(connection: Connection, child_nos: Sequence[int]) -> dict[int, UUID]:
    """The ids of children by their number."""
    found: dict[int, UUID] = {}
    for start in range(0, len(child_nos), IN_LIST):
        c = t.child.c
        query = select(c.child_no, c.child_id).where(c.child_no.in_(child_nos[start : start + IN_LIST]))
        found |= {number: UUID(bytes=bytes(child)) for number, child in connection.execute(query)}
    return found


def ledger_years(connection: Connection) -> list[int]:
    """The first calendar years of the April years that the ledger touches, the latest first."""
    month = t.ledger_sum.c.service_month
    low, high = connection.execute(select(func.min(month), func.max(month))).one()
    if low is None:
        return []
    return list(range(_april_year(high), _april_year(low) - 1, -1))


def _april_year(month: int) -> int:
    return int(month) // 100 - (int(month) % 100 < 4)


def trial(connection: Connection, first_month: int, last_month: int) -> pl.DataFrame:
    """The trial balance of the whole months from one to another: account, debit, credit, balance (units)."""
    p = t.ledger_sum.c
    query = (
        select(p.cost_kind, p.sector, p.worker_type, func.sum(p.amount).label("amount"))
        .where(p.service_month.between(first_month, last_month))
        .group_by(p.cost_kind, p.sector, p.worker_type)
    )
    schema = {"cost_kind": pl.String, "sector": pl.String, "worker_type": pl.String, "amount": pl.Int64}
    rows = [(r.cost_kind, r.sector, r.worker_type, int(r.amount or 0)) for r in connection.execute(query)]
    return trial_balance(pl.DataFrame(rows, schema=schema, orient="row"))
