"""The lines of a run and the pieces they are made of, each of one month and one type of placement.

A piece is a row of `PIECE`; `line` is the place of its line in `Lines`. Amounts of the pieces of a line are
rounded on its running total, so that they re-add to the line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

import polars as pl

from costing.calculator_report import NOT_PLACED
from costing.calendar import month_column
from costing.money import UNITS_PER_PENNY

PIECE = {
    "line": pl.Int64,
    "child_no": pl.Int64,
    "start": pl.Date,
    "stop": pl.Date,
    "month": pl.Int64,
    "place_type": pl.String,
    "nights": pl.Int64,
    "amount": pl.Int64,
}
# A month is 365/12 days: a day of a monthly amount is 12/365 of it.
MONTHS_A_YEAR, DAYS_A_YEAR = 12, 365
_EVER, _FAR = date.min, date.max


@dataclass(slots=True)
class OpenLine:
    """A line being made. `pence` is its unit cost in whole pence, None where there is no price, 0 for what is posted.

    `sector` and `urn` are of the provider of nights, '' where not known.
    `quantity` stays a whole number as long as only whole ones are added: that is many times quicker.
    """

    child_no: int
    process: str
    what: str
    variation: str
    unit: str
    basis: str
    pence: int | None = None
    quantity: Fraction | int = 0
    product: int = 0
    rests_on: dict[str, None] = field(default_factory=dict)
    sector: str = ""
    urn: str = ""


class Lines:
    """Lines by what makes them one; their place is their number."""

    def __init__(self) -> None:
        self.lines: list[OpenLine] = []
        self._places: dict[tuple[object, ...], int] = {}

    def place(self, key: tuple[object, ...], made: OpenLine, rests_on: Iterable[str] = ()) -> int:
        """The number of the line of this key, which is `made` where it is new; facts are added to it."""
        place = self._places.setdefault(key, len(self.lines))
        if place == len(self.lines):
            self.lines.append(made)
        self.lines[place].rests_on.update(dict.fromkeys(rests_on))
        return place


def gapless(spans: pl.DataFrame, children: pl.Series) -> pl.DataFrame:
    """Spans of each child (child_no, start, stop, place_type; none overlapping) with what lies between them."""
    held = spans.filter(pl.col("start") < pl.col("stop")).sort("child_no", "start")
    until = pl.col("start").shift(-1).over("child_no").fill_null(_FAR)
    between = held.select("child_no", start="stop", stop=until, place_type=pl.lit(NOT_PLACED))
    first = held.group_by("child_no").agg(stop=pl.col("start").min())
    before = (
        pl.DataFrame({"child_no": children.cast(pl.Int64).unique()})
        .join(first, on="child_no", how="left")
        .select(
            "child_no",
            start=pl.lit(_EVER),
            stop=pl.col("stop").fill_null(_FAR),
            place_type=pl.lit(NOT_PLACED),
        )
    )
    return pl.concat([held, between, before]).filter(pl.col("start") < pl.col("stop"))


def cut(pieces: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Pieces cut where the spans of their child change, with the other columns of the span."""
    return (
        pieces.join(spans.rename({"start": "_start", "stop": "_stop"}), on="child_no", how="inner")
        .with_columns(start=pl.max_horizontal("start", "_start"), stop=pl.min_horizontal("stop", "_stop"))
        .filter(pl.col("start") < pl.col("stop"))
        .drop("_start", "_stop")
    )


def cut_by_month(pieces: pl.DataFrame) -> pl.DataFrame:
    """Pieces cut at the first of each month, with the column `month` (yyyymm)."""
    last = pl.col("stop") - timedelta(days=1)
    return (
        pieces.with_columns(_month=pl.date_ranges(pl.col("start").dt.month_start(), last, "1mo"))
        .explode("_month", empty_as_null=False)
        .with_columns(
            start=pl.max_horizontal("start", "_month"),
            stop=pl.min_horizontal("stop", pl.col("_month").dt.offset_by("1mo")),
            month=month_column(pl.col("_month")).cast(pl.Int64),
        )
        .drop("_month")
    )


def amounts_by_days(pieces: pl.DataFrame) -> pl.DataFrame:
    """Pieces with `days` and `amount`, from `pence`, `of` and `round_group` (what is rounded as one).

    `of` is how many days one unit of the unit cost is spread over, as `of_top` / `of_bottom`: the days of an
    occurrence, 365/12 of a month, or 1. Rounded half-up on the running total of the group.
    """
    ordered = pieces.sort("round_group", "start").with_columns(days=(pl.col("stop") - pl.col("start")).dt.total_days())
    running = pl.col("days").cum_sum().over("round_group")
    top = 2 * pl.col("pence") * UNITS_PER_PENNY * pl.col("of_bottom") * running + pl.col("of_top")
    upto = top // (2 * pl.col("of_top"))
    return ordered.with_columns(_upto=upto).with_columns(
        amount=pl.col("_upto") - pl.col("_upto").shift(1, fill_value=0).over("round_group")
    )
