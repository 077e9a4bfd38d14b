"""Closed months: what was booked in them stays, and what becomes known later is booked after them.

The ledger is a function of the facts known and of the closings. In an open month it is what the facts
imply. Closing an accounting period freezes its postings. Where the facts later imply something else
about work or nights that were booked in a frozen period, the frozen posting stays, is reversed in the
earliest open period, and the new posting is booked there too, each with its own service dates.

Accounting periods are months yyyymm; after March comes period 13 of the April year that ended with it,
written yyyy13 (202413 ends 2023/24), in which the year is put right before April is closed.
"""

from collections.abc import Iterable

import polars as pl

from costing.calendar import month_after
from costing.ledger import posting_key_column
from costing.postings import COMPONENTS

__all__ = [
    "ADJUSTMENT",
    "REVERSAL",
    "WORK_ITEM",
    "PeriodOutOfTurn",
    "book",
    "closed_periods_end",
    "is_closed",
    "is_closed_column",
    "is_year_end",
    "month_of_period",
    "period_after",
    "signs",
    "standing",
]

ADJUSTMENT, REVERSAL = "adjustment", "reversal"
# A piece of work or of nights for a child, a payer and a month: what changes its state after closings.
WORK_ITEM = ("cost_kind", "item_no", "line_no", "child_no", "funder", "service_month")
_MARCH, _YEAR_END = 3, 13
# Where any of these differs from what was booked, the booked posting is reversed. Codes of the general ledger are
# not among them: what a closed period holds keeps the codes it went to the general ledger with.
_SAID = (
    "service_from", "service_to", "process", "worker_type", "place_type", "place", "provider", "sector", "s251_line",
    "direct", "seconds", "nights", "rate_no", "rate_pence", "amount", *COMPONENTS, "basis",
)  # fmt: skip
_NEGATED = ("seconds", "nights", "amount", *COMPONENTS)


class PeriodOutOfTurn(ValueError):
    """Periods are closed one after the other, and reopened the other way round."""


def is_year_end(period: int) -> bool:
    """Whether a period is period 13 of a year."""
    return period % 100 == _YEAR_END


def month_of_period(period: int) -> int:
    """The month yyyymm of a period; of period 13 the March it follows."""
    return period - _YEAR_END + _MARCH if is_year_end(period) else period


def period_after(period: int) -> int:
    """The accounting period after one: after March its year's period 13, after that April."""
    if period % 100 == _MARCH:
        return period - _MARCH + _YEAR_END
    return month_after(month_of_period(period))


def is_closed(period: int, end: int | None) -> bool:
    """Whether a period is closed where `end` is the last that is; with none, nothing is closed."""
    return end is not None and _place(period) <= _place(end)


def _place(period: int) -> int:
    """Where a period stands in the order of periods."""
    return month_of_period(period) * 2 + is_year_end(period)


def is_closed_column(period: pl.Expr, end: int | None) -> pl.Expr:
    """The column form of `is_closed`."""
    if end is None:
        return pl.lit(value=False)
    # Up to its March every number up to it lies before it, earlier periods 13 too; itself besides.
    return (period <= month_of_period(end)) | (period == end)


def closed_periods_end(changes: Iterable[tuple[int, bool]]) -> int | None:
    """The last closed period after these changes (period, closed or else reopened), oldest first.

    Raises PeriodOutOfTurn where a period was closed before the one ahead of it, or one was reopened
    that was not the last closed. The first that is ever closed closes everything before it.
    """
    closed: list[int] = []
    for period, closes in changes:
        if closes and closed and period != period_after(closed[-1]):
            raise PeriodOutOfTurn(f"{period} is not the period after {closed[-1]}.")
        if not closes and closed[-1:] != [period]:
            raise PeriodOutOfTurn(f"{period} is not the last closed period.")
        if closes:
            closed.append(period)
        else:
            closed.pop()
    return closed[-1] if closed else None


def book(
    implied: pl.DataFrame, frozen: pl.DataFrame, end: int | None, inferred: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The postings of open periods: what the facts imply, less what closed periods hold of the same work.

    `implied`: what the facts imply, as if nothing was closed; `frozen`: all postings of the same work items
    in closed periods; both with the columns of a posting with its accounting_month, cost_centre and reverses.
    `end`: the last closed period. `inferred`: item_no and child_no of work whose process nobody chose: it keeps
    the process it was booked under. Per work item and service date, frozen and returned rows net to `implied`.
    """
    if end is None:
        return implied
    implied = implied.select(frozen.columns).cast(frozen.schema)
    last = frozen.sort("ordinal").unique(WORK_ITEM, keep="last", maintain_order=True)
    booked = last.filter(pl.col("entry_kind") != REVERSAL)
    implied = _with_booked_process(implied, booked, inferred)
    unchanged = implied.join(booked, on=[*WORK_ITEM, *_SAID], how="semi", nulls_equal=True)
    new = implied.join(unchanged, on=WORK_ITEM, how="anti", nulls_equal=True)
    withdrawn = booked.join(unchanged, on=WORK_ITEM, how="anti", nulls_equal=True)
    return pl.concat([_reversals(withdrawn, end), _booked_now(new, last, end)])


def _with_booked_process(implied: pl.DataFrame, booked: pl.DataFrame, inferred: pl.DataFrame | None) -> pl.DataFrame:
    """An inferred process of a closed month stays what it was when the month was closed."""
    if inferred is None or inferred.is_empty() or booked.is_empty():
        return implied
    key = ["item_no", "child_no"]
    known = inferred.select(key).unique().cast({name: implied.schema[name] for name in key})
    kept = booked.join(known, on=key, how="semi").select(*WORK_ITEM, _booked="process")
    return (
        implied.join(kept, on=WORK_ITEM, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(process=pl.coalesce("_booked", "process"))
        .select(implied.columns)
    )


def _reversals(withdrawn: pl.DataFrame, end: int) -> pl.DataFrame:
    """What takes these booked postings back, in the earliest open period, with their own service dates."""
    return withdrawn.with_columns(
        posting_key_column().alias("reverses"),
        *(-pl.col(name) for name in _NEGATED),
        pl.lit(period_after(end), withdrawn.schema["accounting_month"]).alias("accounting_month"),
        pl.col("ordinal") + 1,
        pl.lit(REVERSAL).alias("entry_kind"),
    ).select(withdrawn.columns)


def _booked_now(new: pl.DataFrame, last: pl.DataFrame, end: int) -> pl.DataFrame:
    """These implied postings in their own month where it is open, else in the earliest open period."""
    before = last.select(
        *WORK_ITEM, _ordinal=pl.col("ordinal") + pl.when(pl.col("entry_kind") == REVERSAL).then(1).otherwise(2)
    )
    late = is_closed_column(pl.col("service_month"), end)
    kind = new.schema["accounting_month"]
    return (
        new.join(before, on=WORK_ITEM, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            pl.col("_ordinal").fill_null(0).cast(new.schema["ordinal"]).alias("ordinal"),
            pl.when(late).then(pl.lit(period_after(end), kind)).otherwise("service_month").alias("accounting_month"),
            pl.when(late).then(pl.lit(ADJUSTMENT)).otherwise("entry_kind").alias("entry_kind"),
        )
        .select(new.columns)
    )


def signs() -> pl.Expr:
    """1 for a posting, -1 for a reversal: summed, how many postings stand."""
    return pl.when(pl.col("entry_kind") == REVERSAL).then(-1).otherwise(1)


def standing(postings: pl.DataFrame) -> pl.DataFrame:
    """The postings that are neither reversals nor reversed: what the facts imply now, row for row."""
    latest = pl.col("ordinal") == pl.col("ordinal").max().over(WORK_ITEM)
    return postings.filter(latest & (pl.col("entry_kind") != REVERSAL))
