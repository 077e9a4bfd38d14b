"""Which team a child is with: the team of the worker allocated to it that night (rulings 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from costing.money import UNITS_PER_WEEKLY_PENNY_A_NIGHT
from projections import tables as t
from projections.queries.cost_lines import CostSource

__all__ = ["UNALLOCATED", "by_team", "team_spans"]

UNALLOCATED = "unallocated"
_FAR = date.max
_EVER = date.min


def team_spans(source: CostSource) -> pl.DataFrame:
    """Each child's teams: child_no, start, stop (exclusive), team (null: none), without gaps or overlaps.

    Of several allocations the one that began last holds, and of several posts of its worker likewise.
    """
    allocations = source.frame(t.allocation).filter(pl.col("role") == "allocated").select(
        pl.col("child_no").alias("key"), "starts", "ends", pl.col("allocation_no").alias("order"),
        pl.col("worker_no").alias("value"),
    )  # fmt: skip
    posts = source.frame(t.post).select(
        pl.col("worker_no").alias("key"), "starts", "ends", pl.col("post_no").alias("order"),
        pl.col("team_no").alias("value"),
    )  # fmt: skip
    teams = source.frame(t.team).select(pl.col("team_no").alias("value_team"), pl.col("name").alias("team"))
    with_worker = _timeline(allocations).rename({"key": "child_no", "value": "key"})
    in_team = _timeline(posts).rename({"value": "value_team", "start": "from", "stop": "to"})
    return (
        with_worker.join(in_team, on="key", how="left")
        .with_columns(
            pl.max_horizontal("start", "from").alias("start"),
            pl.min_horizontal("stop", "to").alias("stop"),
        )
        .filter(pl.col("start") < pl.col("stop"))
        .join(teams, on="value_team", how="left")
        .select("child_no", "start", "stop", "team")
    )


def _timeline(spans: pl.DataFrame) -> pl.DataFrame:
    """For each key, its value at every date: key, start, stop, value (null where nothing holds)."""
    held = spans.with_columns(pl.col("ends").fill_null(_FAR)).filter(pl.col("starts") < pl.col("ends"))
    edges = pl.concat(
        [held.select("key", start=edge) for edge in ("starts", "ends")]
        + [spans.select("key", start=pl.lit(_EVER)), spans.select("key", start=pl.lit(_FAR))]
    ).unique()
    pieces = (
        edges.sort("key", "start")
        .with_columns(stop=pl.col("start").shift(-1).over("key"))
        .filter(pl.col("stop").is_not_null())
    )
    holding = (
        pieces.join(held, on="key")
        .filter((pl.col("starts") <= pl.col("start")) & (pl.col("ends") >= pl.col("stop")))
        .sort("key", "start", "starts", "order")
        .unique(["key", "start"], keep="last")
        .select("key", "start", "value")
    )
    return pieces.join(holding, on=["key", "start"], how="left").select("key", "start", "stop", "value")


def by_team(source: CostSource, first: date, last: date) -> pl.DataFrame:
    """Cost lines of the days from first to last with the child's team that day (null: unallocated).

    A placement's nights are cut where the team changes; each part takes its nights' share of the amount.
    """
    postings = source.postings(first, last).with_row_index("line")
    spans = team_spans(source).filter((pl.col("stop") > first) & (pl.col("start") <= last))
    day_after = pl.lit(last).dt.offset_by("1d")
    whole = postings.select(
        "line",
        "child_no",
        lo=pl.max_horizontal(pl.lit(first), "service_from"),
        hi=pl.min_horizontal(day_after, pl.col("service_to").dt.offset_by("1d")),
    )
    pieces = whole.join(spans, on="child_no", how="left").with_columns(
        pl.max_horizontal("lo", "start").alias("lo"), pl.min_horizontal("hi", "stop").alias("hi")
    )
    cut = pieces.filter(pl.col("lo") < pl.col("hi")).select("line", "team", "lo", "hi")
    return _parts(postings.join(cut, on="line")).select(_LINE)


_LINE: Sequence[str] = ("team", "cost_kind", "basis", "entry_kind", "amount", "seconds", "nights", "unpriced")


def _parts(pieces: pl.DataFrame) -> pl.DataFrame:
    """Pieces of postings with their part of nights and amount, so that the parts re-add to the posting."""
    a_night = pl.col("rate_pence") * UNITS_PER_WEEKLY_PENNY_A_NIGHT
    days = (pl.col("service_to") - pl.col("service_from")).dt.total_days() + 1
    by_rate = pl.when((pl.col("cost_kind") == "placement") & (a_night != 0)).then(pl.col("amount") // a_night)
    counted = pieces.with_columns(held=pl.coalesce("nights", by_rate.abs(), days)).with_columns(
        pl.min_horizontal((pl.col(edge) - pl.col("service_from")).dt.total_days(), "held").alias(edge)
        for edge in ("lo", "hi")
    )

    def upto(edge: str) -> pl.Expr:
        return pl.col("amount").sign() * (pl.col("amount").abs() * pl.col(edge) // pl.col("held"))

    return counted.with_columns(
        amount=upto("hi") - upto("lo"),
        nights=pl.when(pl.col("nights").is_not_null()).then(pl.col("hi") - pl.col("lo")),
        unpriced=pl.col("amount").is_null().cast(pl.Int64),
    ).filter((pl.col("nights") != 0) | pl.col("nights").is_null())
