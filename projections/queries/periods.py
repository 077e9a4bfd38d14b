"""The books by accounting period: what was booked in each, what of it was for earlier months, and what holds now."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select

from costing.closing import month_of_period
from costing.money import pounds
from projections import tables as t
from projections.queries.costs import defused

__all__ = ["BookedLine", "PeriodSums", "booked_csv", "booked_lines", "period_sums"]

_LINE = ("month", "cost_kind", "process", "place_type", "sector", "basis", "entry_kind")


@dataclass(frozen=True)
class PeriodSums:
    """One accounting period, amounts in units.

    ``booked``: all that is booked in it; ``late``: what of that is of other service months; ``restated``: what
    the facts known now say of its service month, wherever it is booked (None for period 13); ``unpriced``: postings
    in it without a price.
    """

    period: int
    booked: int
    late: int
    restated: int | None
    unpriced: int

    @property
    def difference(self) -> int:
        """What became known about its service month after it was booked."""
        return 0 if self.restated is None else self.restated - (self.booked - self.late)


@dataclass(frozen=True)
class BookedLine:
    """Postings of one period summed; ``month`` is their service month, ``amount`` in units."""

    month: int
    cost_kind: str
    process: str
    place_type: str
    sector: str
    basis: str
    entry_kind: str
    amount: int
    seconds: int
    nights: int
    unpriced: int


def period_sums(connection: Connection) -> list[PeriodSums]:
    """Every accounting period that holds a posting, the latest first."""
    c = t.ledger_sum.c
    late = case((c.service_month != c.accounting_month, c.amount), else_=0)
    sums = select(c.accounting_month, func.sum(c.amount), func.sum(late), func.sum(c.unpriced))
    restated: dict[int, int] = {
        month: int(amount)
        for month, amount in connection.execute(select(c.service_month, func.sum(c.amount)).group_by(c.service_month))
    }
    found = [
        PeriodSums(period, int(amount), int(of_others), restated.get(period), int(unpriced))
        for period, amount, of_others, unpriced in connection.execute(sums.group_by(c.accounting_month))
    ]
    return sorted(found, key=lambda each: (month_of_period(each.period), each.period), reverse=True)


def booked_lines(connection: Connection, period: int) -> list[BookedLine]:
    """What is booked in a period, by service month and what it is; in a closed period it never changes."""
    c: Any = t.ledger_sum.c
    columns = [c["service_month" if name == "month" else name] for name in _LINE]
    query = select(*columns, *(func.sum(c[name]) for name in ("amount", "seconds", "nights", "unpriced")))
    rows = connection.execute(query.where(c.accounting_month == period).group_by(*columns))
    lines = [BookedLine(*row[: len(_LINE)], *(int(value) for value in row[len(_LINE) :])) for row in rows]
    return sorted(lines, key=lambda line: tuple(getattr(line, name) for name in _LINE))


def booked_csv(lines: list[BookedLine], period: int) -> str:
    """The lines as a CSV file, pounds and pence, each rounded on its own; minutes in whole minutes."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["period", "service_month", *_LINE[1:], "amount", "staff_minutes", "nights", "unpriced"])
    for line in lines:
        what = [defused(str(getattr(line, name))) for name in _LINE[1:]]
        writer.writerow([
            period, line.month, *what, pounds(line.amount), round(line.seconds / 60), line.nights, line.unpriced,
        ])  # fmt: skip
    return file.getvalue()
