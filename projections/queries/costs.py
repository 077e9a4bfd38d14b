"""What it cost: one summary for the command line and the pages, from the tables or as at an instant.

Everything goes by the *service* date. Amounts stay in exact units until a row is written; each row is
then rounded half-up on its own (rulings 9), so the rows as shown may re-add to a penny or two beside
the total, which is rounded from the exact sum.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import polars as pl

from costing.money import exact_text, pounds, round_half_up
from projections.queries.cost_lines import CostSource
from projections.queries.teams import UNALLOCATED, by_team

__all__ = [
    "BY",
    "By",
    "CostReport",
    "CostRow",
    "PeriodRefused",
    "check_period",
    "cost_csv",
    "cost_rows",
    "defused",
    "report_of",
]

By = Literal["child", "placement-type", "process", "team", "month"]
BY: tuple[By, ...] = ("child", "placement-type", "process", "team", "month")
NO_TYPE = "none"
_COLUMN: Mapping[str, str] = {
    "child": "child_no",
    "placement-type": "place_type",
    "process": "process",
    "month": "month",
    "team": "team",
}
_AMOUNTS = ("placement_cost", "staff_cost", "travel_cost", "service_cost")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class PeriodRefused(ValueError):
    """Costs cannot be worked out for this period; the message says why, in the user's words."""


@dataclass(frozen=True)
class CostRow:
    """One row of a report. Amounts are units of 1/420 penny; ``placement_cost`` is gross of all funders.

    ``unpriced`` counts postings without a price, which no amount holds; ``average`` and ``accrual``
    are the parts of the total that rest on a type's average, and that are not final yet.
    """

    key: str
    nights: int
    placement_cost: int
    staff_seconds: int
    staff_cost: int
    travel_cost: int
    service_cost: int
    unpriced: int = 0
    average: int = 0
    accrual: int = 0
    number: int = 0

    @property
    def total(self) -> int:
        """Everything priced, in units."""
        return self.placement_cost + self.staff_cost + self.travel_cost + self.service_cost

    def named(self, key: str) -> CostRow:
        """The same row under another key."""
        return replace(self, key=key)

    @property
    def staff_minutes(self) -> int:
        """Whole minutes of staff time, rounded half-up."""
        return round_half_up(Fraction(self.staff_seconds, 60))


@dataclass(frozen=True)
class CostReport:
    """Costs from ``first`` to ``last``, both days included, a row for each key, in the order of the keys."""

    by: By
    first: date
    last: date
    rows: tuple[CostRow, ...]
    total: CostRow = field(init=False)

    def __post_init__(self) -> None:
        names = [f for f in CostRow.__dataclass_fields__ if f not in {"key", "number"}]
        sums = {name: sum(getattr(row, name) for row in self.rows) for name in names}
        object.__setattr__(self, "total", CostRow(key="total", **sums))

    @property
    def exact_total(self) -> str:
        """The total with nothing rounded away."""
        return exact_text(self.total.total)

    @property
    def rows_as_shown(self) -> Decimal:
        """What the rows come to when they are added up as shown, each rounded on its own."""
        return sum((pounds(row.total) for row in self.rows), Decimal(0))


def check_period(source: CostSource, first: date, last: date) -> None:
    """Raise ``PeriodRefused`` for a period that is reversed or that reaches past the last ended day."""
    if first > last:
        raise PeriodRefused("The period ends before it starts")
    if source.horizon is None:
        raise PeriodRefused("No day has been ended yet, so nothing has a cost. The follower ends each day after it")
    if last > source.horizon:
        ended = f"{source.horizon:%d/%m/%Y}"
        raise PeriodRefused(
            f"Costs can be worked out up to {ended}, the last day that has ended. Nights after it have not been spent"
        )


def cost_rows(
    source: CostSource,
    first: date,
    last: date,
    by: By,
    identify: Callable[[Sequence[int]], Mapping[int, str]] | None = None,
) -> CostReport:
    """The cost summary of the days from ``first`` to ``last``, both included, by service date.

    Keys: the identifier of the return for children (from ``identify``, by number; the number itself
    without one), the placement type's code or "none" for what is no placement, the process code, the
    name of the child's allocated team that day or "unallocated", the month as "2024-04".
    Raises ``PeriodRefused``.
    """
    check_period(source, first, last)
    lines = by_team(source, first, last) if by == "team" else source.lines(first, last, [_COLUMN[by]])
    return report_of(lines, first, last, by, identify)


def report_of(
    lines: pl.DataFrame,
    first: date,
    last: date,
    by: By,
    identify: Callable[[Sequence[int]], Mapping[int, str]] | None = None,
) -> CostReport:
    """The report of cost lines that are to hand; see ``cost_rows`` for the keys."""
    column = _COLUMN[by]
    summed = _summed(lines, column)
    names = _names(summed[column].to_list(), by, identify)
    rows = [_row(names[row[column]], row[column], row) for row in summed.to_dicts()]
    return CostReport(by, first, last, tuple(sorted(rows, key=lambda row: (row.key, row.number))))


def _summed(lines: pl.DataFrame, column: str) -> pl.DataFrame:
    """Cost lines added up by one of their columns, kinds of cost side by side."""
    amount, kind = pl.col("amount"), pl.col("cost_kind")

    def of(*kinds: str) -> pl.Expr:
        return amount.filter(kind.is_in(kinds)).sum()

    return lines.group_by(column).agg(
        pl.col("nights").sum(),
        of("placement").alias("placement_cost"),
        pl.col("seconds").filter(kind == "staff").sum().alias("staff_seconds"),
        of("staff").alias("staff_cost"),
        of("travel").alias("travel_cost"),
        of("service", "allowance").alias("service_cost"),
        pl.col("unpriced").sum(),
        amount.filter(pl.col("basis") == "average").sum().alias("average"),
        amount.filter(pl.col("entry_kind") == "accrual").sum().alias("accrual"),
    )


def _row(key: str, found: object, row: Mapping[str, int]) -> CostRow:
    names = ("nights", "placement_cost", "staff_seconds", "staff_cost", "travel_cost", "service_cost")
    counted = {name: int(row[name]) for name in (*names, "unpriced", "average", "accrual")}
    return CostRow(key=key, number=found if isinstance(found, int) else 0, **counted)


def _names(
    found: Iterable[object], by: By, identify: Callable[[Sequence[int]], Mapping[int, str]] | None
) -> dict[object, str]:
    values = list(found)
    if by == "child" and identify is not None:
        named = identify([v for v in values if isinstance(v, int)])
        return {v: named.get(v, str(v)) if isinstance(v, int) else str(v) for v in values}
    if by == "month":
        return {v: f"{int(str(v)) // 100}-{int(str(v)) % 100:02d}" for v in values}
    blank = {"placement-type": NO_TYPE, "team": UNALLOCATED}.get(by, "")
    return {v: str(v) if v not in {None, ""} else blank for v in values}


def cost_csv(report: CostReport) -> str:
    """The rows of a report as a CSV file, pounds and pence; the first column is called after what they are by."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([report.by.replace("-", "_"), "nights", "placement_cost", "staff_minutes", *_AMOUNTS[1:], "total"])
    for row in report.rows:
        costs = [pounds(getattr(row, name)) for name in _AMOUNTS]
        writer.writerow([defused(row.key), row.nights, costs[0], row.staff_minutes, *costs[1:], pounds(row.total)])
    return file.getvalue()


def defused(text: str) -> str:
    """A text that a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
