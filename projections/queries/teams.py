"""Which team a child is with: the team of the worker allocated to it that night (rulings 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from costing.calendar import month_column, month_first, month_last, months
from costing.money import UNITS_PER_WEEKLY_PENNY_A_NIGHT
from projections import tables as t
from projections.queries.cost_lines import CostSource

__all__ = ["UNALLOCATED", "by_team", "cut_by_team", "team_spans"]

UNALLOCATED = "unallocated"
_LINE: Sequence[str] = ("team", "cost_kind", "basis", "entry_kind", "amount", "seconds", "nights", "unpriced")
_FAR = date.max
_EVER = date.min
_NONE = -1


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

    A month in which a child stays with one team is that team's whole. In others, and in the parts of months at the
    ends of the period, a placement's nights are cut where the team changes; each part takes its nights' share.
    """
    spans = team_spans(source)
    touched = months(first, last)
    whole = [month for month in touched if first <= month_first(month) and month_last(month) <= last]
    names = pl.DataFrame({"team": sorted(set(spans["team"].drop_nulls()))}, schema={"team": pl.String})
    named = names.with_row_index("held").with_columns(pl.col("held").cast(pl.Int64))
    held = _held(source, spans, whole).join(named, on="team", how="left").with_columns(pl.col("held").fill_null(_NONE))
    lines = source.lines_held(held).join(named, on="held", how="left").select(_LINE)
    ends = [source.lines(max(first, month_first(m)), min(last, month_last(m)), ["child_no", "month"])
            for m in touched if m not in whole]  # fmt: skip
    parts = [each.select("child_no", "month").cast(pl.Int64) for each in (_moving(spans, whole), *ends)]
    moving = pl.concat(parts).unique()
    if moving.is_empty():
        return lines
    cut = cut_by_team(source.postings_of(moving, first, last).with_row_index("line"), spans, first, last)
    return pl.concat([lines, cut.select(_LINE).cast(lines.schema)])


def _held(source: CostSource, spans: pl.DataFrame, whole: Sequence[int]) -> pl.DataFrame:
    """Of these months, which follow each other, those in which a child has one team, or none, throughout: child_no,
    from_month, to_month, team. A child who was never allocated has none in all of them."""
    schema = {"child_no": pl.Int64, "from_month": pl.Int64, "to_month": pl.Int64, "team": pl.String}
    if not whole:
        return pl.DataFrame(schema=schema)
    days = pl.DataFrame({"month": whole, "begins": [month_first(m) for m in whole],
                         "after": [month_last(m) + timedelta(days=1) for m in whole]})  # fmt: skip
    # The first month that begins in the span, and the last one that is over by its end.
    low = spans.sort("start").join_asof(
        days.select("begins", from_month="month"), left_on="start", right_on="begins", strategy="forward"
    )
    both = low.sort("stop").join_asof(
        days.select("after", to_month="month"), left_on="stop", right_on="after", strategy="backward"
    )
    never = source.frame(t.child, ["child_no"]).join(spans, on="child_no", how="anti").with_columns(
        from_month=pl.lit(whole[0]), to_month=pl.lit(whole[-1]), team=pl.lit(None, pl.String)
    )  # fmt: skip
    found = [each.select(list(schema)).cast(pl.Schema(schema)) for each in (both, never)]
    return pl.concat(found).filter(pl.col("from_month") <= pl.col("to_month"))


def _moving(spans: pl.DataFrame, whole: Sequence[int]) -> pl.DataFrame:
    """Of these months those in which a child goes from one team to another, not on the first day: child_no, month."""
    starts = spans.filter((pl.col("start") > _EVER) & (pl.col("start").dt.day() > 1))
    return starts.select("child_no", month=month_column(pl.col("start")).cast(pl.Int64)).filter(
        pl.col("month").is_in(whole)
    )


def cut_by_team(postings: pl.DataFrame, spans: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Postings, each with its own `line`, cut where the child's team changes: `team` beside their columns.

    ``spans``: from ``team_spans``. The parts of a posting re-add to it, those of a reversal too.
    """
    spans = spans.filter((pl.col("stop") > first) & (pl.col("start") <= last))
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
    return _parts(postings.join(cut, on="line"))


def _parts(pieces: pl.DataFrame) -> pl.DataFrame:
    """Pieces of postings with their part of nights and amount, so that the parts re-add to the posting."""
    a_night = pl.col("rate_pence") * UNITS_PER_WEEKLY_PENNY_A_NIGHT
    days = (pl.col("service_to") - pl.col("service_from")).dt.total_days() + 1
    by_rate = pl.when((pl.col("cost_kind") == "placement") & (a_night != 0)).then(pl.col("amount") // a_night)
    nights = pl.col("nights").abs()
    counted = pieces.with_columns(held=pl.coalesce(nights, by_rate.abs(), days)).with_columns(
        pl.min_horizontal((pl.col(edge) - pl.col("service_from")).dt.total_days(), "held").alias(edge)
        for edge in ("lo", "hi")
    )

    def upto(edge: str) -> pl.Expr:
        return pl.col("amount").sign() * (pl.col("amount").abs() * pl.col(edge) // pl.col("held"))

    return counted.with_columns(
        amount=upto("hi") - upto("lo"),
        nights=pl.when(pl.col("nights").is_not_null()).then((pl.col("hi") - pl.col("lo")) * pl.col("nights").sign()),
        unpriced=pl.col("amount").is_null().cast(pl.Int64),
    ).filter((pl.col("nights") != 0) | pl.col("nights").is_null())
