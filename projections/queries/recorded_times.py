"""Recorded time of every occurrence of every process, by worker type and team, from each child's pathway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from costing.attaching import INTERVALS, LONGEST_WAIT, OCCURRED, WORKED, attached, months_in_process
from costing.pathway import Pathway, pathways
from costing.standard_times import variations_text
from costing.variations import Frameworks
from projections import tables as t
from projections.queries.care_facts import child_facts
from projections.queries.cost_lines import CostSource
from recorder.personal import KeyStore

__all__ = ["RecordedTimes", "recorded_times"]

_POSTED = ("cost_kind", "item_no", "line_no", "child_no", "service_from", "process", "worker_type", "seconds",
           "entry_kind")  # fmt: skip
_OCCURRENCE = ["child_no", "process", "variations", "starts"]


@dataclass(frozen=True)
class RecordedTimes:
    """``times``: child_no, process, variations, starts, worker_type, team (that of the worker who did most of it;
    null: none), seconds (null: an entry's time is not known), for each occurrence or whole month in process with
    recorded work of that worker type, and nought for the other types recorded in the process.

    ``counts``: process, variations, n of all that took place, recorded or not. ``unattached`` is the work that
    belongs to none (``costing.attaching.WORKED``).
    """

    times: pl.DataFrame
    counts: pl.DataFrame
    unattached: pl.DataFrame


def recorded_times(
    source: CostSource, keys: KeyStore, frameworks: Frameworks, first: date, last: date
) -> RecordedTimes:
    """The times of what started from ``first`` to ``last``, both included, known by the last day that has ended."""
    horizon = source.horizon
    children = child_facts(source, keys, frameworks)[0] if horizon is not None else ()
    rows = [row for each in pathways(children, horizon or last, frameworks=frameworks) for row in _occurred(each)]
    occurred = pl.DataFrame(rows, schema=dict(OCCURRED), orient="row").unique(_OCCURRENCE, keep="first")
    waits = {
        each.code: INTERVALS.get(each.counted_from, LONGEST_WAIT) if each.unit == "occurrence" else 0
        for each in frameworks.processes
    }
    work = _work(source, last).filter(pl.col("process").is_in(list(waits)))
    joined = attached(work, occurred, waits)
    inside = occurred.filter(pl.col("starts").is_between(first, last))
    lost = joined.filter(pl.col("starts").is_null() & pl.col("day").is_between(first, last))
    return RecordedTimes(
        times=_times(joined.filter(pl.col("starts").is_between(first, last))),
        counts=inside.group_by("process", "variations").agg(n=pl.len()).sort("process", "variations"),
        unattached=lost.select(list(WORKED)),
    )


def _occurred(each: Pathway) -> list[tuple[object, ...]]:
    child = int(each.child)
    rows: list[tuple[object, ...]] = [
        (child, one.process, variations_text(one.variations), one.starts, one.ends) for one in each.occurrences
    ]
    stretches: dict[str, list[tuple[date, date, str]]] = {}
    for days in each.days:
        stretches.setdefault(days.process, []).append((days.starts, days.ends, variations_text(days.variations)))
    for process, held in stretches.items():
        rows += months_in_process(child, process, held)
    return rows


def _work(source: CostSource, last: date) -> pl.DataFrame:
    """Each child line of each worker, once: what closings reversed nets out; team by the worker's post that day."""
    after = pl.lit(last, dtype=pl.Date) + timedelta(days=1)
    line = ["item_no", "line_no", "child_no", "process", "worker_type", "service_from"]
    work = (
        source.frame(t.posting, list(_POSTED))
        .filter((pl.col("cost_kind") == "staff") & (pl.col("service_from") < after))
        .group_by(line)
        .agg(
            seconds=pl.when(pl.col("seconds").is_null().any()).then(None).otherwise(pl.col("seconds").sum()),
            stands=pl.when(pl.col("entry_kind") == "reversal").then(-1).otherwise(1).sum() > 0,
        )
        .filter("stands")
        .with_columns(pl.col("line_no").cast(pl.Int64), pl.col("child_no").cast(pl.Int64))
    )
    posts = _posts(source)
    placed = work.sort("service_from").join_asof(
        posts, left_on="service_from", right_on="post_starts", by="line_no", strategy="backward",
        check_sortedness=False,
    )  # fmt: skip
    held = pl.col("post_ends").is_null() | (pl.col("post_ends") > pl.col("service_from"))
    named = placed.with_columns(team=pl.when(held).then("team")).rename({"service_from": "day"})
    return named.select([pl.col(name).cast(kind) for name, kind in WORKED.items()])


def _posts(source: CostSource) -> pl.DataFrame:
    teams = source.frame(t.team).select("team_no", team="name")
    return (
        source.frame(t.post)
        .join(teams, on="team_no", how="left")
        .select(
            pl.col("worker_no").cast(pl.Int64).alias("line_no"), "team",
            post_starts="starts", post_ends="ends",
        )
        .sort("post_starts")
    )  # fmt: skip


def _times(work: pl.DataFrame) -> pl.DataFrame:
    """Seconds of each occurrence with work and each worker type recorded in its process."""
    by_type = [*_OCCURRENCE, "worker_type"]
    known = work.group_by(by_type).agg(
        pl.col("team").sort_by(pl.col("seconds").fill_null(0)).last(),
        pl.when(pl.col("seconds").is_null().any()).then(None).otherwise(pl.col("seconds").sum()).alias("seconds"),
        recorded=pl.lit(True),
    )
    types = work.select("process", "worker_type").unique()
    lead = work.group_by(_OCCURRENCE).agg(lead=pl.col("team").sort_by(pl.col("seconds").fill_null(0)).last())
    every = lead.join(types, on="process").join(known, on=by_type, how="left")
    return every.select(
        *by_type,
        pl.coalesce("team", "lead").alias("team"),
        pl.when(pl.col("recorded").is_null()).then(0).otherwise("seconds").alias("seconds"),
    ).sort(by_type)
