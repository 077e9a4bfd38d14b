"""Recorded time of every occurrence of every process, by worker type and team, from each child's pathway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from costing.attaching import INTERVALS, LONGEST_WAIT, OCCURRED, WORKED, attached, months_in_process
from costing.pathway import Pathway, pathways
from costing.standard_times import variations_text
from costing.variations import Frameworks
from projections import tables as t
from projections.queries.care_facts import child_facts
from projections.queries.cost_lines import CostSource
from recorder.personal import KeyStore

__all__ = ["AttachedWork", "RecordedTimes", "attached_work", "recorded_times"]

_POSTED = ("cost_kind", "item_no", "line_no", "child_no", "service_from", "process", "worker_type", "seconds",
           "direct", "entry_kind")  # fmt: skip
_OCCURRENCE = ["child_no", "process", "variations", "starts"]


@dataclass(frozen=True)
class RecordedTimes:
    """``times``: child_no, process, variations, starts, worker_type, team (that of the worker who did most of it;
    null: none), seconds (null: an entry's time is not known), left_out (the seconds that are known beside an
    entry whose time is not, else nought), for each occurrence or whole month in process with recorded work of
    that worker type, and nought for the other types recorded in the process.

    ``counts``: process, variations, n of all that took place, recorded or not. ``unattached`` is the work that
    belongs to none (``costing.attaching.WORKED``). ``work`` is each child line of each worker that belongs to
    one of ``times``, with direct (face to face) and lag (days from the work to its entry).

    Over all days seconds, left_out and the unattached seconds add up to what is posted.
    """

    times: pl.DataFrame
    counts: pl.DataFrame
    unattached: pl.DataFrame
    work: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class AttachedWork:
    """Everything that took place and all recorded work, each with the occurrence that it belongs to."""

    occurred: pl.DataFrame
    work: pl.DataFrame

    def within(self, first: date, last: date) -> RecordedTimes:
        """The times of what started from ``first`` to ``last``, both included, of work up to ``last``."""
        done = self.work.filter(pl.col("day") <= last)
        inside = self.occurred.filter(pl.col("starts").is_between(first, last))
        held = done.filter(pl.col("starts").is_between(first, last))
        lost = done.filter(pl.col("starts").is_null() & pl.col("day").is_between(first, last))
        return RecordedTimes(
            times=_times(held),
            counts=inside.group_by("process", "variations").agg(n=pl.len()).sort("process", "variations"),
            unattached=lost.select(list(WORKED)),
            work=held,
        )


def recorded_times(
    source: CostSource, keys: KeyStore, frameworks: Frameworks, first: date, last: date
) -> RecordedTimes:
    """The times of what started from ``first`` to ``last``, both included, known by the last day that has ended."""
    return attached_work(source, keys, frameworks).within(first, last)


def attached_work(
    source: CostSource,
    keys: KeyStore,
    frameworks: Frameworks,
    progress: Callable[[int, int | None], None] | None = None,
) -> AttachedWork:
    """What took place up to the last day that has ended, and the work; nothing before any day has.

    ``progress`` is told how many children have been followed, and of how many.
    """
    horizon = source.horizon
    children = child_facts(source, keys, frameworks)[0] if horizon is not None else ()
    rows: list[tuple[object, ...]] = []
    paths = pathways(children, horizon, frameworks=frameworks) if horizon is not None else ()
    for followed, each in enumerate(paths, 1):
        rows += _occurred(each)
        if progress is not None:
            progress(followed, len(children))
    occurred = pl.DataFrame(rows, schema=dict(OCCURRED), orient="row").unique(_OCCURRENCE, keep="first")
    waits = {
        each.code: INTERVALS.get(each.counted_from, LONGEST_WAIT) if each.unit == "occurrence" else 0
        for each in frameworks.processes
    }
    work = _work(source).filter(pl.col("process").is_in(list(waits)))
    return AttachedWork(occurred, attached(work, occurred, waits))


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


def _work(source: CostSource) -> pl.DataFrame:
    """Each child line of each worker, once: what closings reversed nets out; team by the worker's post that day."""
    line = ["item_no", "line_no", "child_no", "process", "worker_type", "service_from"]
    work = (
        source.frame(t.posting, list(_POSTED))
        .filter(pl.col("cost_kind") == "staff")
        .group_by(line)
        .agg(
            seconds=pl.when(pl.col("seconds").is_null().any()).then(None).otherwise(pl.col("seconds").sum()),
            stands=pl.when(pl.col("entry_kind") == "reversal").then(-1).otherwise(1).sum() > 0,
            direct=pl.col("direct").last(),
        )
        .filter("stands")
        .with_columns(pl.col("line_no").cast(pl.Int64), pl.col("child_no").cast(pl.Int64))
        .rename({"service_from": "day"})
        .join(_entered(source), on="item_no", how="left")
        .with_columns(lag=(pl.col("entered") - pl.col("day")).dt.total_days())
    )
    named = work.join(_teams(source, work), on=["line_no", "day"], how="left")
    kept = [pl.col(name).cast(kind) for name, kind in WORKED.items()]
    return named.select(*kept, "direct", "lag")


def _entered(source: CostSource) -> pl.DataFrame:
    """The day, in London, on which the record of each activity as it stands was made."""
    made = pl.col("recorded_at").cast(pl.Datetime("us", "UTC")).dt.convert_time_zone("Europe/London").dt.date()
    return source.frame(t.activity, ["activity_no", "recorded_at"]).select(item_no="activity_no", entered=made)


def _teams(source: CostSource, work: pl.DataFrame) -> pl.DataFrame:
    """The team of each worker on each day worked: of several posts held at once, the one that began last."""
    teams = source.frame(t.team).select("team_no", team="name")
    posts = source.frame(t.post).join(teams, on="team_no", how="left")
    held = pl.col("ends").is_null() | (pl.col("ends") > pl.col("day"))
    return (
        work.select("line_no", "day")
        .unique()
        .join(posts.with_columns(line_no=pl.col("worker_no").cast(pl.Int64)), on="line_no")
        .filter((pl.col("starts") <= pl.col("day")) & held)
        .sort("starts", "team")
        .group_by("line_no", "day")
        .agg(pl.col("team").last())
    )


def _times(work: pl.DataFrame) -> pl.DataFrame:
    """Seconds of each occurrence with work and each worker type recorded in its process."""
    by_type = [*_OCCURRENCE, "worker_type"]
    known = work.group_by(by_type).agg(
        pl.col("team").sort_by(pl.col("seconds").fill_null(0)).last(),
        pl.when(pl.col("seconds").is_null().any()).then(None).otherwise(pl.col("seconds").sum()).alias("seconds"),
        left_out=pl.when(pl.col("seconds").is_null().any()).then(pl.col("seconds").sum()).otherwise(0),
        recorded=pl.lit(True),
    )
    types = work.select("process", "worker_type").unique()
    lead = work.group_by(_OCCURRENCE).agg(lead=pl.col("team").sort_by(pl.col("seconds").fill_null(0)).last())
    every = lead.join(types, on="process").join(known, on=by_type, how="left")
    return every.select(
        *by_type,
        pl.coalesce("team", "lead").alias("team"),
        pl.when(pl.col("recorded").is_null()).then(0).otherwise("seconds").alias("seconds"),
        pl.col("left_out").fill_null(0),
    ).sort(by_type)
