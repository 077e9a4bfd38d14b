"""What finance looks at before a month is closed or opened again: its coverage, its trial balance, what moves back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import polars as pl
from sqlalchemy import Connection, Table, func, or_, select

from costing.calendar import month_first, month_last
from costing.closing import ADJUSTMENT, REVERSAL, closed_periods_end
from costing.ledger import trial_balance
from costing.money import pounds
from projections import tables as t
from projections.database import read_columns
from projections.fact_rows import FactRows, Numbers
from projections.paid import PAID
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import defused
from projections.queries.rate_effect import prices_with
from projections.queries.rebooked import Changes, RateEffect, nights_again, payments_again, summed, work_again
from projections.queries.runs import team_coverage
from projections.stale import CHUNK, thawed

__all__ = ["TeamCoverage", "effect_of_reopening", "month_coverage", "period_trial", "trial_csv"]


@dataclass(frozen=True)
class TeamCoverage:
    """One team's month: seconds recorded (work and travel) and contracted (net of absence)."""

    team: str
    recorded: int
    contracted: int

    @property
    def share(self) -> Fraction | None:
        """Recorded over contracted; None where nobody is contracted."""
        return Fraction(self.recorded, self.contracted) if self.contracted else None


class _OneMonth(LiveCosts):
    """The tables with the work and the posts of one month alone: its coverage needs no other."""

    def __init__(self, connection: Connection, month: int) -> None:
        super().__init__(connection)
        self._days: tuple[date, date] = (month_first(month), month_last(month))

    def frame(self, table: Table, columns: Sequence[str] = ()) -> pl.DataFrame:
        """See ``CostSource``."""
        first, last = self._days
        if table is t.activity_worker:
            within = table.c.service_date.between(first, last)
            return read_columns(self._connection, table, columns or [c.name for c in table.c], within)
        if table is t.post:
            # Clipped to the month: contracted days are counted day by day.
            after = pl.lit(last + timedelta(days=1))
            held = (
                super()
                .frame(table)
                .with_columns(starts=pl.max_horizontal("starts", pl.lit(first)), ends=pl.min_horizontal("ends", after))
            )
            found = held.filter(pl.col("starts") < pl.col("ends"))
            return found.select(columns) if columns else found
        return super().frame(table, columns)


def month_coverage(connection: Connection, month: int) -> list[TeamCoverage]:
    """Each team's recorded and contracted time in a month, by team (ruling 18); teams with neither are left out."""
    found = team_coverage(_OneMonth(connection, month)).filter(pl.col("month") == month)
    rows = found.select("team", "recorded_seconds", "contracted_seconds").iter_rows()
    return [TeamCoverage(*row) for row in rows if row[1] or row[2]]


def period_trial(connection: Connection, period: int) -> pl.DataFrame:
    """The trial balance of what is booked in an accounting period: account, debit, credit, balance (units)."""
    p = t.ledger_sum.c
    query = (
        select(p.cost_kind, p.sector, p.worker_type, func.sum(p.amount))
        .where(p.accounting_month == period)
        .group_by(p.cost_kind, p.sector, p.worker_type)
    )
    schema = {"cost_kind": pl.String, "sector": pl.String, "worker_type": pl.String, "amount": pl.Int64}
    rows = [(kind, sector, worker, int(amount or 0)) for kind, sector, worker, amount in connection.execute(query)]
    return trial_balance(pl.DataFrame(rows, schema=schema, orient="row"))


def trial_csv(accounts: pl.DataFrame, period: int) -> str:
    """A trial balance as CSV: a row for each account and the sums, pounds rounded half-up each on its own."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["period", "account", "debit", "credit", "balance"])
    for name, *amounts in accounts.select("account", "debit", "credit", "balance").iter_rows():
        writer.writerow([period, defused(name), *map(pounds, amounts)])
    sums = [int(accounts[name].sum()) for name in ("debit", "credit", "balance")]
    writer.writerow([period, "all", *map(pounds, sums)])
    return file.getvalue()


def effect_of_reopening(connection: Connection, period: int) -> RateEffect:
    """What opening the last closed period again would move: out of where it was put right, back to its own period."""
    c = t.closing.c
    said = connection.execute(select(c.period, c.closed).order_by(c.closing_no))
    books = closed_periods_end([*((each.period, each.closed) for each in said), (period, False)])
    prices, _ = prices_with(connection, FactRows(Numbers()))
    loose = thawed(connection, [period])
    changes: Changes = []
    if loose["placement"]:
        changes.append(nights_again(connection, sorted(loose["placement"]), prices, books))
    if paid := _paid_again(connection, period):
        changes.append(payments_again(connection, paid, prices, books))
    work = sorted(loose["work"])
    for start in range(0, len(work), CHUNK):
        changes += work_again(connection, work[start : start + CHUNK], prices, books)
    return summed(connection, changes, books)


def _paid_again(connection: Connection, period: int) -> list[int]:
    """Children whose allowances or services were booked in the period, or put right since."""
    p = t.posting.c
    loose = or_(p.accounting_month == period, p.entry_kind.in_([ADJUSTMENT, REVERSAL]))
    return sorted(connection.scalars(select(p.child_no).where(loose, p.cost_kind.in_(PAID)).distinct()))
