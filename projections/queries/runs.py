"""What a run of the calculator rests on, read from the tables as they stand or as at an instant."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from costing.calculator_facts import ALLOCATED, COVERED, PLACED, POSTED, RunFacts
from costing.calendar import is_working_day, month_column
from costing.variations import Frameworks
from projections import tables as t
from projections.queries.absence import ABSENCE_KINDS
from projections.queries.care_facts import child_facts
from projections.queries.cost_lines import CostSource
from projections.queries.teams import team_spans
from recorder.personal import KeyStore

__all__ = ["NothingKnown", "run_facts", "team_coverage"]

_FULL_TIME = "full_time_weekly_minutes"
_FULL_WEEK_MINUTES = 2220
_DAYS_A_WEEK = 5
_WORK = ("worker_no", "service_date", "kind", "seconds", "travel_seconds")
_CASE_KINDS = ["staff", "travel", "placement"]


class NothingKnown(ValueError):
    """No day has ended yet, so nothing can be costed."""


def run_facts(source: CostSource, keys: KeyStore, frameworks: Frameworks | None = None) -> RunFacts:
    """Everything a run rests on, each table read once. Raises ``NothingKnown`` before the first day has ended."""
    if source.horizon is None:
        raise NothingKnown("No day has ended yet: there is nothing to cost.")
    children, notes = child_facts(source, keys, frameworks)
    posted = source.frame(t.posting, list(POSTED)).filter(pl.col("cost_kind").is_in(_CASE_KINDS))
    placed = source.frame(t.placement).select(
        "child_no", pl.col("starts").alias("start"), pl.col("ends").alias("stop"), "place_type"
    )
    return RunFacts(
        children=children,
        horizon=source.horizon,
        postings=posted.select([pl.col(name).cast(kind) for name, kind in POSTED.items()]),
        placements=placed.select([pl.col(name).cast(kind) for name, kind in PLACED.items()]),
        teams=team_spans(source).select([pl.col(name).cast(kind) for name, kind in ALLOCATED.items()]),
        coverage=team_coverage(source),
        notes=notes,
    )


def team_coverage(source: CostSource) -> pl.DataFrame:
    """Seconds recorded and contracted of each team and month (ruling 18): ``COVERED``.

    Recorded is work and travel of people with a post in the team that day. Contracted is a fifth of the
    week for each working day of a post, less the absence that is stated, or recorded in a file; a post without
    hours is full time, or its part of that.
    """
    horizon = source.horizon
    posts = _posts(source, horizon)
    work = source.frame(t.activity_worker, _WORK).select(
        "worker_no", "service_date", pl.col("kind").is_in(ABSENCE_KINDS).alias("absent"),
        seconds=pl.col("seconds").fill_null(0) + pl.col("travel_seconds").fill_null(0),
    )  # fmt: skip
    in_post = work.join(posts, on="worker_no").filter(
        (pl.col("service_date") >= pl.col("starts")) & (pl.col("service_date") < pl.col("stop"))
    )
    key = ["team", "month"]
    done = (
        in_post.filter(~pl.col("absent"))
        .with_columns(month=month_column(pl.col("service_date")).cast(pl.Int64))
        .group_by(key)
        .agg(recorded_seconds=pl.col("seconds").sum())
    )
    filed = in_post.filter("absent").select("worker_no", "team", "daily", "seconds", day="service_date")
    return (
        _contracted(posts)
        .join(done, on=key, how="full", coalesce=True)
        .join(_away(source, posts, filed), on=key, how="left")
        .with_columns(pl.col("recorded_seconds", "away_seconds", "contracted_seconds").fill_null(0))
        .with_columns(contracted_seconds=pl.max_horizontal(0, pl.col("contracted_seconds") - pl.col("away_seconds")))
        .select([pl.col(name).cast(kind) for name, kind in COVERED.items()])
        .sort(key)
    )


def _posts(source: CostSource, horizon: date | None) -> pl.DataFrame:
    """Each post with its team's name, its end (exclusive, no later than the horizon) and its seconds a working day."""
    settings = source.frame(t.setting).filter(pl.col("name") == _FULL_TIME).sort("valid_from")
    full = int(settings["value"][-1]) if settings.height else _FULL_WEEK_MINUTES
    after = pl.lit(horizon + timedelta(days=1) if horizon else None, dtype=pl.Date)
    part = full * pl.col("fte_hundredths").fill_null(100) // 100
    teams = source.frame(t.team).select("team_no", team="name")
    return source.frame(t.post).join(teams, on="team_no").select(
        "worker_no", "team", "starts", stop=pl.min_horizontal("ends", after),
        daily=pl.coalesce("weekly_minutes", part).cast(pl.Int64) * 60 // _DAYS_A_WEEK,
    )  # fmt: skip


def _away(source: CostSource, posts: pl.DataFrame, filed: pl.DataFrame) -> pl.DataFrame:
    """Seconds away by team and month, from what workers stated and what files recorded (``filed``).

    Of the statements of a day and kind the last one holds; what is both stated and filed is one absence, so that
    the greater of the two counts. Nobody is away for longer than a day's contracted time, and a day on which nobody
    is contracted takes nothing away.
    """
    stated = source.frame(t.absence).sort("absence_no").unique(["worker_no", "on_day", "kind"], keep="last")
    held = stated.join(posts, on="worker_no").filter(
        (pl.col("on_day") >= pl.col("starts")) & (pl.col("on_day") < pl.col("stop"))
    )
    day = ["worker_no", "team", "daily", "day"]
    said = held.select("worker_no", "team", "daily", pl.coalesce("seconds", "daily").cast(pl.Int64), day="on_day")
    both = [each.group_by(day).agg(pl.col("seconds").sum().cast(pl.Int64)) for each in (said, filed)]
    away = pl.concat(both).group_by(day).agg(pl.col("seconds").max()).sort(day)
    works = pl.Series([is_working_day(each) for each in away["day"]], dtype=pl.Boolean)
    return (
        away.filter(works)
        .with_columns(
            month=month_column(pl.col("day")).cast(pl.Int64), away_seconds=pl.min_horizontal("seconds", "daily")
        )
        .group_by("team", "month")
        .agg(pl.col("away_seconds").sum())
    )


def _contracted(posts: pl.DataFrame) -> pl.DataFrame:
    held = posts.filter(pl.col("starts") < pl.col("stop"))
    schema = {"team": pl.String, "month": pl.Int64, "contracted_seconds": pl.Int64}
    if held.is_empty():
        return pl.DataFrame(schema=schema)
    days = held.select(day=pl.date_range(pl.col("starts").min(), pl.col("stop").max(), "1d", closed="left"))
    working = days.filter(pl.Series([is_working_day(day) for day in days["day"]], dtype=pl.Boolean))
    return (
        working.join_where(held, pl.col("day") >= pl.col("starts"), pl.col("day") < pl.col("stop"))
        .group_by("team", month=month_column(pl.col("day")).cast(pl.Int64))
        .agg(contracted_seconds=pl.col("daily").sum())
    )
