"""The section 251 outturn: what postings come to by line of the statement and by provider sector.

A placement, service or allowance goes to the S251 line of its posting. Work has no line of its own there: it goes to
the line that the authority states for its process from a month of service on, or else to social work (3.3.1), own
provision; in each line the spend on work is told apart. Gross spend is by sector; what education and health pay is
income. A line whose code could not be checked against a published return is marked as not verified.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from costing.calendar import month_first
from costing.postings import FUNDERS, STAFF, TRAVEL
from costing.shipped import shipped_rows

__all__ = [
    "GROUPED_BY",
    "NO_LINE",
    "SECTORS",
    "WORK_LINE",
    "S251Line",
    "WorkLine",
    "outturn",
    "s251_lines",
    "work_line",
]

WORK_LINE, NO_LINE = "3.3.1", ""
# The columns of the statement that hold gross spend, and the sectors that go to each.
SECTORS = {
    "own_provision": ("own_provision", "parents"),
    "private": ("private",),
    "other_public": ("other_public", "other_local_authority"),
    "voluntary": ("voluntary",),
    "sector_not_known": (),
}
GROUPED_BY = ("s251_line", "cost_kind", "sector", "funder", "process", "service_month")
_SUMS = (*SECTORS, "total_expenditure", "income", "net_expenditure", "of_it_work")


@dataclass(frozen=True, slots=True)
class S251Line:
    """A line of the statement. `parts`: for a total the lines it adds up. `verified`: its code was seen in a return."""

    code: str
    name: str
    group: str
    parts: tuple[str, ...]
    verified: bool

    @property
    def is_total(self) -> bool:
        """Whether it adds up others."""
        return bool(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """The line that work in a process ("" is any) goes to, from the month of service that begins on this day on."""

    s251_line: str
    process: str = ""
    valid_from: date = date(1900, 1, 1)


def work_line(stated: Iterable[WorkLine], process: str, month: int) -> str:
    """The line of work in a process and month of service (yyyymm): what names the process goes before what does not,
    then what holds since later."""
    first = month_first(month)
    fitting = [each for each in stated if each.process in ("", process) and each.valid_from <= first]
    if not fitting:
        return WORK_LINE
    return max(fitting, key=lambda each: (each.process != "", each.valid_from)).s251_line


@cache
def s251_lines() -> tuple[S251Line, ...]:
    """The lines in the order of the statement."""
    rows = shipped_rows("s251_lines.csv")
    codes = [row["line_code"] for row in rows if row["is_total"] != "yes"]
    return tuple(
        S251Line(
            row["line_code"], row["line_name"], row["group"], _parts(row, codes), row["verified"] == "yes"
        )
        for row in rows
    )  # fmt: skip


def _parts(row: dict[str, str], codes: list[str]) -> tuple[str, ...]:
    """The lines a total adds up: those of its own stem (3.1.2 is 3.1.2a and 3.1.2b; 3.1.11 all of 3.1), or all."""
    if row["is_total"] != "yes":
        return ()
    if row["line_code"] == "TOTAL":
        return tuple(code for code in codes if code[0].isdigit())
    if "+" in row["sums_lines"]:
        return tuple(row["sums_lines"].split("+"))
    stem = row["line_code"].rpartition(".")[0] + "."
    return tuple(code for code in codes if code.startswith(stem))


def outturn(sums: pl.DataFrame, stated: Iterable[WorkLine] = ()) -> pl.DataFrame:
    """The statement: line_code, line_name, group, verified, the columns of spend (units), each line in order.

    `sums`: postings added up by `GROUPED_BY`, with their amount (units); what has no price is no spend. `stated`: the
    lines of work. A last row
    without a code holds spend that has no line, or one that the statement does not have, so that all rows that are
    no totals come to all spend. Totals add up their lines.
    """
    known = [line.code for line in s251_lines()]
    work = pl.col("cost_kind").is_in([STAFF, TRAVEL])
    placed = _with_work_line(sums.filter(pl.col("amount").is_not_null()), tuple(stated)).with_columns(
        line=pl.when(work & (pl.col("s251_line") == "")).then("work_line").otherwise("s251_line"),
        column=pl.when(work).then(pl.lit("own_provision")).otherwise(_sector_column()),
        work=work,
    )
    placed = placed.with_columns(line=pl.when(pl.col("line").is_in(known)).then("line").otherwise(pl.lit(NO_LINE)))
    amount = pl.col("amount")
    spent = placed.group_by("line").agg(
        *(amount.filter(pl.col("column") == name).sum().alias(name) for name in SECTORS),
        amount.sum().alias("total_expenditure"),
        amount.filter(pl.col("funder") != FUNDERS[0]).sum().alias("income"),
        amount.filter("work").sum().alias("of_it_work"),
    )
    held = {row["line"]: row for row in spent.to_dicts()}
    rows = [_row(line, held) for line in s251_lines()]
    rows.append(_row(S251Line(NO_LINE, "Spend without a line", "", (), True), held))
    schema = {"line_code": pl.String, "line_name": pl.String, "group": pl.String, "is_total": pl.Boolean,
              "verified": pl.Boolean, **dict.fromkeys(_SUMS, pl.Int64)}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _with_work_line(sums: pl.DataFrame, stated: tuple[WorkLine, ...]) -> pl.DataFrame:
    keys = ["process", "service_month"]
    rows = [(*key, work_line(stated, *key)) for key in sums.select(keys).unique().iter_rows()]
    schema = {**{name: sums.schema[name] for name in keys}, "work_line": pl.String()}
    return sums.join(pl.DataFrame(rows or None, schema=schema, orient="row" if rows else None), on=keys, how="left")


def _sector_column() -> pl.Expr:
    names = {sector: column for column, sectors in SECTORS.items() for sector in sectors}
    return pl.col("sector").replace_strict(names, default="sector_not_known", return_dtype=pl.String)


def _row(line: S251Line, held: dict[str, dict[str, int]]) -> tuple[object, ...]:
    rows = [held[code] for code in line.parts or (line.code,) if code in held]
    sums = {name: sum(int(row[name]) for row in rows) for name in _SUMS if name != "net_expenditure"}
    sums["net_expenditure"] = sums["total_expenditure"] - sums["income"]
    said = (line.code, line.name, line.group, line.is_total, line.verified)
    return (*said, *(sums[name] for name in _SUMS))
