"""Postings cut to a range of dates, and added up by whatever is asked for."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from costing.money import UNITS_PER_WEEKLY_PENNY_A_NIGHT
from costing.postings import COMPONENTS, PLACEMENT

_ONE_DAY = timedelta(days=1)


def clip(postings: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """The postings, or the parts of them, whose service dates lie from `first` to `last`, both included.

    Work belongs to its service date. A posting over several days is cut by its nights (or days, where it
    has none): a placement's amount is a weekly share x 60 units a night, so its cut is exact. The parts
    of any division into ranges re-add to the whole. Where another placement took nights in the middle of
    a posting, its own nights are counted from its first day on. Null amounts stay null.
    """
    kept = postings.filter((pl.col("service_from") <= last) & (pl.col("service_to") >= first))
    inside = (pl.col("service_from") >= first) & (pl.col("service_to") <= last)
    whole, cut = kept.filter(inside), kept.filter(~inside)
    if cut.is_empty():
        return whole
    parts = cut.with_columns(
        _held=_nights_held(),
        _skip=pl.max_horizontal(pl.lit(first), "service_from") - pl.col("service_from"),
        _reach=pl.min_horizontal(pl.lit(last + _ONE_DAY), pl.col("service_to").dt.offset_by("1d"))
        - pl.col("service_from"),
    ).with_columns(pl.min_horizontal(pl.col(name).dt.total_days(), "_held").alias(name) for name in ("_skip", "_reach"))
    return pl.concat([whole, parts.select(_part_columns(postings.columns, first, last))]).filter(
        (pl.col("nights") != 0) | pl.col("nights").is_null()
    )


def _nights_held() -> pl.Expr:
    """The nights a posting is for, also where another funder's posting of the same nights carries them."""
    a_night = pl.col("rate_pence") * UNITS_PER_WEEKLY_PENNY_A_NIGHT
    by_rate = pl.when((pl.col("cost_kind") == PLACEMENT) & (a_night != 0)).then(pl.col("amount") // a_night)
    days = (pl.col("service_to") - pl.col("service_from")).dt.total_days() + 1
    return pl.coalesce(pl.col("nights").cast(pl.Int64).abs(), by_rate.abs(), days)


def _part_columns(columns: Sequence[str], first: date, last: date) -> list[pl.Expr]:
    def up_to(amount: pl.Expr, nights: str) -> pl.Expr:
        return amount.sign() * (amount.abs() * pl.col(nights) // pl.col("_held"))

    amount = pl.col("amount")
    changed = {
        "service_from": pl.max_horizontal(pl.lit(first), "service_from"),
        "service_to": pl.min_horizontal(pl.lit(last), "service_to"),
        "nights": ((pl.col("_reach") - pl.col("_skip")) * pl.col("nights").sign()).cast(pl.Int32),
        "amount": up_to(amount, "_reach") - up_to(amount, "_skip"),
    }
    return [changed.get(name, pl.col(name)).alias(name) for name in columns]


def summarise(postings: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Sums by the columns `by`, in their order: lines, seconds, nights, amount and its components, unpriced.

    `amount` and the components are units and cover the lines that have a price; `amount` is null where
    none has one. `unpriced_lines`, `unpriced_seconds` and `unpriced_nights` say what the amount leaves
    out. Round once, with `costing.money.pounds`, after summing.
    """
    unpriced = pl.col("amount").is_null()
    priced_total = pl.when((~unpriced).any()).then(pl.col("amount").sum())
    sums = [
        pl.len().cast(pl.Int64).alias("lines"),
        pl.col("seconds").sum(),
        pl.col("nights").cast(pl.Int64).sum(),
        priced_total.alias("amount"),
        *(pl.col(name).sum() for name in COMPONENTS),
        unpriced.sum().cast(pl.Int64).alias("unpriced_lines"),
        pl.col("seconds").filter(unpriced).sum().alias("unpriced_seconds"),
        pl.col("nights").cast(pl.Int64).filter(unpriced).sum().alias("unpriced_nights"),
    ]
    if not by:
        return postings.select(sums)
    return postings.group_by(list(by)).agg(sums).sort(list(by), nulls_last=True)
