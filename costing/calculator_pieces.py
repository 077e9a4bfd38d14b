"""A run taken apart: child by month by process by type of placement by needs.

A report holds its groups added up; the pieces are what it was added up from, before any rounding to pence.
"""

from collections.abc import Iterable, Sequence

import polars as pl

from costing.calculator_lines import Lines
from costing.calculator_report import ChildReport, GroupRow, RunReport
from costing.calendar import month_first, return_year

__all__ = ["departures", "group_rows", "joined_pieces"]


def joined_pieces(whole: pl.DataFrame, lines: Lines, children: Sequence[ChildReport]) -> pl.DataFrame:
    """The pieces of a run as child_no, month (yyyymm), process, place_type, need, year, nights and amount.

    ``amount`` is in units (1/420 p); None is unpriced. ``need`` is None for a child of whom nothing has a price,
    who is not in the report.
    """
    process = pl.DataFrame(
        {"line": range(len(lines.lines)), "process": [each.process for each in lines.lines]},
        schema={"line": pl.Int64, "process": pl.String},
    )
    needs = pl.DataFrame(
        [(each.child_no, each.need_combination) for each in children],
        schema={"child_no": pl.Int64, "need": pl.String},
        orient="row",
    )
    years = {month: return_year(month_first(month)) for month in whole["month"].unique()}
    year = pl.col("month").replace_strict(years, return_dtype=pl.String)
    joined = whole.join(process, on="line").join(needs, on="child_no", how="left").with_columns(year=year)
    return joined.select("child_no", "month", "process", "place_type", "need", "year", "nights", "amount")


def group_rows(pieces: pl.DataFrame) -> dict[str, tuple[GroupRow, ...]]:
    """Every grouping of a report, by its name, from its pieces; what has no price is in none."""
    priced = pieces.filter(pl.col("amount").is_not_null() & pl.col("need").is_not_null())
    keys = {
        "process": pl.col("process"),
        "placement-type": pl.col("place_type"),
        "need": pl.col("need"),
        "month": pl.col("month").cast(pl.String),
        "year": pl.col("year"),
    }
    return {
        name: tuple(
            GroupRow(*row)
            for row in priced.group_by(key=key)
            .agg(children=pl.col("child_no").n_unique(), nights=pl.col("nights").sum(), amount=pl.col("amount").sum())
            .sort("key")
            .iter_rows()
        )
        for name, key in keys.items()
    }


def departures(pieces: pl.DataFrame, report: RunReport) -> tuple[str, ...]:
    """Where pieces do not add up to a report, in words: its groups, its children and its total. Empty: they do."""
    found = group_rows(pieces)
    apart = [f"by {name}" for name, rows in report.groups.items() if found.get(name) != rows]
    priced = pieces.filter(pl.col("amount").is_not_null() & pl.col("need").is_not_null())
    sums = dict(priced.group_by("child_no").agg(pl.col("amount").sum()).iter_rows())
    if sums != _totals(report.children):
        apart.append("by child")
    if sum(sums.values()) != report.total:
        apart.append("in all")
    return tuple(apart)


def _totals(children: Iterable[ChildReport]) -> dict[int, int]:
    return {each.child_no: each.total for each in children}
