"""A child's ledger: what each month cost, process by process, and what it has come to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from costing.closing import signs
from costing.summaries import clip
from projections import tables as t
from projections.queries.children import ChildRows

__all__ = ["Cell", "Ledger", "LedgerMonth", "child_ledger", "postings_within"]


@dataclass
class Cell:
    """What one process cost in one month, in units; ``unpriced`` postings are in no amount."""

    amount: int = 0
    entries: int = 0
    unpriced: int = 0
    average: int = 0
    accrual: int = 0
    assumed: int = 0
    nights: int = 0
    seconds: int = 0

    def add(self, other: Cell) -> None:
        """Take another cell in."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class LedgerMonth:
    """One month of service: its cells by process, their sum, and the balance at its end."""

    month: int
    cells: dict[str, Cell] = field(default_factory=dict)
    total: Cell = field(default_factory=Cell)
    balance: int = 0


@dataclass(frozen=True)
class Ledger:
    """The months of a period in which something was posted, oldest first, after what was brought forward."""

    first: date
    last: date
    brought_forward: int
    processes: tuple[str, ...]
    months: tuple[LedgerMonth, ...]
    by_process: dict[str, Cell]
    total: Cell

    @property
    def balance(self) -> int:
        """What everything up to the end of the period comes to, in units."""
        return self.brought_forward + self.total.amount


def postings_within(rows: ChildRows, first: date, last: date) -> pl.DataFrame:
    """The child's postings, or the parts of them, that lie in a period by their service dates."""
    return clip(rows.frame(t.posting).cast({"nights": pl.Int32}), first, last)


def child_ledger(rows: ChildRows, first: date, last: date) -> Ledger:
    """The ledger of the days from first to last, both included, by service date."""
    before = postings_within(rows, date.min, first - timedelta(days=1))
    within = postings_within(rows, first, last)
    found: defaultdict[int, LedgerMonth] = defaultdict(lambda: LedgerMonth(0))
    by_process: defaultdict[str, Cell] = defaultdict(Cell)
    total = Cell()
    for month, process, cell in _cells(within):
        held = found[month]
        held.month = month
        held.cells[process] = cell
        for sums in (held.total, by_process[process], total):
            sums.add(cell)
    brought = int(before["amount"].sum() or 0)
    balance, ordered = brought, [found[month] for month in sorted(found)]
    for held in ordered:
        balance += held.total.amount
        held.balance = balance
    return Ledger(first, last, brought, tuple(sorted(by_process)), tuple(ordered), dict(by_process), total)


def _cells(postings: pl.DataFrame) -> list[tuple[int, str, Cell]]:
    amount = pl.col("amount")
    sums = postings.group_by("service_month", "process").agg(
        amount.sum(),
        signs().sum().alias("entries"),
        signs().filter(amount.is_null()).sum().alias("unpriced"),
        amount.filter(pl.col("basis") == "average").sum().alias("average"),
        amount.filter(pl.col("entry_kind") == "accrual").sum().alias("accrual"),
        amount.filter("assumed_open").sum().alias("assumed"),
        pl.col("nights").cast(pl.Int64).sum(),
        pl.col("seconds").filter(pl.col("cost_kind") == "staff").sum(),
    )
    names = list(Cell.__dataclass_fields__)
    return [
        (row["service_month"], row["process"], Cell(**{name: int(row[name]) for name in names}))
        for row in sums.to_dicts()
    ]
