"""What is paid for a child besides placements and work: allowances to carers, and services bought.

A payment by the week costs a seventh of its amount a day, its first and its last day included; one that is made once
costs its amount on its day. An allowance without an amount of its own takes the authority's rate for its kind, region
and age band, each rate from its day until the next one. Each payment and rate has one posting a calendar month.
"""

from datetime import date

import polars as pl

from costing.calendar import month_column, month_of
from costing.money import UNITS_PER_PENNY, UNITS_PER_WEEKLY_PENNY_A_NIGHT
from costing.postings import ACCRUAL, ACTUAL, as_postings
from costing.processes import UNASSIGNED

__all__ = ["ALLOWANCES", "PER", "price_payments"]

ALLOWANCES = ("fostering", "kinship", "special_guardianship", "child_arrangements", "adoption")
WEEK, ONCE = PER = ("week", "once")
_RATED = ("what", "region", "age_band")


def price_payments(payments: pl.DataFrame, rates: pl.DataFrame, horizon: date) -> pl.DataFrame:
    """Postings of payments up to the horizon, in the columns of a posting.

    payments: payment_no, child_no, cost_kind, what, process, starts, ends (the last day paid, or null), per (week or
    once), pence (or null), region, age_band, provider, sector, s251_line, funder. rates: allowance_rate_no, what,
    region, age_band, weekly_pence, valid_from, known_at; of two from the same day the one known last holds.

    Days of an allowance that no rate covers have no price: their amount is null. Nights are null, so that nights of
    care stay nights of care. What names no process is assigned to none. The month of the horizon is an accrual of
    what goes on past it.
    """
    begun = payments.filter(pl.col("starts") <= horizon).with_columns(
        pl.when(pl.col("per") == ONCE).then("starts").otherwise(pl.min_horizontal("ends", pl.lit(horizon))).alias("to"),
        pl.col("starts").alias("from"),
        line_no=pl.lit(0, pl.Int64),
        goes_on=(pl.col("per") == WEEK) & (pl.col("ends").is_null() | (pl.col("ends") > horizon)),
    )
    own = begun.filter(pl.col("pence").is_not_null())
    rated = _with_rates(begun.filter(pl.col("pence").is_null()), rates)
    pieces = _by_month(pl.concat([own, rated.select(own.columns)]).filter(pl.col("from") <= pl.col("to")))
    return _postings(pieces, horizon)


def _with_rates(asked: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Payments cut where another rate holds: line_no is the rate, 0 where none does."""
    key = list(_RATED)
    held = rates.sort("known_at", "allowance_rate_no").unique([*key, "valid_from"], keep="last")
    spans = held.sort(*key, "valid_from").select(
        *key,
        pl.col("valid_from").alias("_start"),
        pl.col("valid_from").shift(-1).over(key).dt.offset_by("-1d").alias("_stop"),
        pl.col("allowance_rate_no").alias("_rate"),
        pl.col("weekly_pence").alias("_pence"),
    )
    first = spans.group_by(key).agg(pl.col("_start").min().dt.offset_by("-1d").alias("_stop"))
    before = asked.join(first, on=key, how="left").with_columns(to=pl.min_horizontal("to", "_stop"))
    during = asked.join(spans, on=key).with_columns(
        pl.max_horizontal("from", "_start").alias("from"),
        pl.min_horizontal("to", "_stop").alias("to"),
        pl.col("_rate").cast(pl.Int64).alias("line_no"),
        pl.col("_pence").cast(asked.schema["pence"]).alias("pence"),
    )
    return pl.concat([before.select(asked.columns), during.select(asked.columns)])


def _by_month(pieces: pl.DataFrame) -> pl.DataFrame:
    months = pl.date_ranges(pl.col("from").dt.month_start(), pl.col("to"), "1mo")
    return (
        pieces.with_columns(_month=months)
        .explode("_month", empty_as_null=False)
        .with_columns(
            pl.max_horizontal("from", "_month").alias("from"),
            pl.min_horizontal(pl.col("to"), pl.col("_month").dt.month_end()).alias("to"),
            month=month_column(pl.col("_month")),
        )
        .with_columns(days=(pl.col("to") - pl.col("from")).dt.total_days() + 1)
    )


def _postings(pieces: pl.DataFrame, horizon: date) -> pl.DataFrame:
    by_day = pl.col("days") * UNITS_PER_WEEKLY_PENNY_A_NIGHT
    running = pl.col("goes_on") & (pl.col("month") == month_of(horizon))
    named = {name: pl.col(name) for name in ("child_no", "cost_kind", "line_no", "funder", "process", "provider",
                                             "sector", "s251_line")}  # fmt: skip
    named["process"] = pl.when(pl.col("process") == "").then(pl.lit(UNASSIGNED)).otherwise("process")
    return (
        as_postings(
            pieces.lazy(),
            **named,
            item_no=pl.col("payment_no"),
            service_month=pl.col("month"),
            service_from=pl.col("from"),
            service_to=pl.col("to"),
            rate_no=pl.when(pl.col("line_no") != 0).then("line_no"),
            rate_pence=pl.col("pence"),
            amount=pl.col("pence") * pl.when(pl.col("per") == ONCE).then(UNITS_PER_PENNY).otherwise(by_day),
            entry_kind=pl.when(running).then(pl.lit(ACCRUAL)).otherwise(pl.lit(ACTUAL)),
        )
        .sort("child_no", "item_no", "service_month", "line_no")
        .collect()
    )
