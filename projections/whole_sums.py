"""The ledger added up over all children, by everything else that a page or a file may add it up by."""

from __future__ import annotations

import polars as pl

from costing.closing import signs
from projections import tables as t

__all__ = ["SUM_KEY", "whole_sums"]

SUM_KEY = [c.name for c in t.ledger_sum.primary_key]


def whole_sums(postings: pl.DataFrame) -> pl.DataFrame:
    """Postings as rows of ``ledger_sum``: summed over all children by everything else that a summary goes by.

    ``entries`` and ``unpriced`` count what stands: a reversal takes one away.
    """
    sums = postings.group_by(SUM_KEY).agg(
        pl.col("amount").sum(),
        pl.col("seconds").sum(),
        pl.col("nights").sum(),
        signs().filter(pl.col("amount").is_null()).sum().alias("unpriced"),
        signs().sum().alias("entries"),
    )
    numbers = ("service_month", "accounting_month", "amount", "seconds", "nights", "unpriced", "entries")
    return sums.cast(dict.fromkeys(numbers, pl.Int64))
