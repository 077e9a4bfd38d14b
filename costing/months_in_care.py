"""What children cost by their month in care: how costs are spread in the first month, the second, and so on.

A child's first month in care is the calendar month in which its period of care began, however late in it; months
are those of the run. Children are grouped by the placement type of most of their nights.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from costing.outcomes import FEW

__all__ = ["MOST_MONTHS", "SPREAD", "months_in_care"]

MOST_MONTHS = 24
SPREAD: dict[str, type[pl.DataType]] = {
    "group": pl.String,
    "month_in_care": pl.Int64,
    "children": pl.Int64,
    "lower": pl.Float64,
    "median": pl.Float64,
    "upper": pl.Float64,
}
_Periods = Mapping[int, Sequence[tuple[date, date]]]


def months_in_care(pieces: pl.DataFrame, periods: _Periods, groups: Mapping[int, str]) -> pl.DataFrame:
    """The columns of `SPREAD` for the months in care from 1 to `MOST_MONTHS`, by group and month.

    ``pieces``: child_no, month (yyyymm) and amount in units (null: no price) of a run; ``periods``: each child's
    periods of care, start and end (the end is no night of it); ``groups``: each child's group. The quartiles and the
    median are those of the children's costs in that month, in units; null for fewer than `FEW` children.
    """
    rows = [
        (child, start.year * 12 + start.month, ends.year * 12 + ends.month, groups[child])
        for child, held in periods.items()
        for start, ends in held
        if child in groups
    ]
    schema = {"child_no": pl.Int64, "begins": pl.Int64, "ends": pl.Int64, "group": pl.String}
    spans = pl.DataFrame(rows, schema=schema, orient="row").cast({"child_no": pieces.schema["child_no"]})
    costs = pieces.filter(pl.col("amount").is_not_null()).group_by("child_no", "month").agg(pl.col("amount").sum())
    number = (pl.col("month") // 100 * 12 + pl.col("month") % 100).cast(pl.Int64)
    placed = (
        costs.with_columns(number=number)
        .join(spans, on="child_no")
        .filter(pl.col("number").is_between("begins", "ends"))
        # Back in care in the month it left: the month is the first of the later period.
        .sort("begins")
        .unique(["child_no", "month"], keep="last", maintain_order=True)
        .with_columns(month_in_care=pl.col("number") - pl.col("begins") + 1)
        .filter(pl.col("month_in_care") <= MOST_MONTHS)
    )
    amount, enough = pl.col("amount"), pl.len() >= FEW
    quartiles = {"lower": 0.25, "median": 0.5, "upper": 0.75}
    spread = placed.group_by("group", "month_in_care").agg(
        pl.len().alias("children"),
        *(
            pl.when(enough).then(amount.quantile(part, interpolation="linear")).alias(name)
            for name, part in quartiles.items()
        ),
    )
    return spread.select([pl.col(name).cast(kind) for name, kind in SPREAD.items()]).sort("group", "month_in_care")
