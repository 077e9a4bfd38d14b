"""The process of work where nobody chose one: the rules that hold, and what another rule would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from costing.inference import InferenceTable
from costing.pathway_dates import years_after
from projections import tables as t
from projections.derive import inference_of_rows, with_open_frameworks
from projections.queries.cost_lines import CostSource
from projections.queries.runs import NothingKnown
from projections.service_rows import open_spans
from recorder.domain.facts import decode_body
from recorder.domain.inference import RuleFact

__all__ = ["InferenceEffect", "Moved", "StatedRule", "inference_of", "rule_effect", "rules_stated"]


@dataclass(frozen=True)
class StatedRule:
    """A statement about a rule of the authority's own: its number, when it became known (microseconds), the fact."""

    number: int
    known_at: int
    fact: RuleFact


@dataclass(frozen=True)
class Moved:
    """Work that would go from one process to another: entries, children, and seconds of staff time."""

    before: str
    after: str
    entries: int
    children: int
    seconds: int


@dataclass(frozen=True)
class InferenceEffect:
    """What a change of the rules would move, of the work from `first` to `last`."""

    first: date
    last: date
    moved: tuple[Moved, ...]


def inference_of(source: CostSource) -> InferenceTable:
    """The rules that hold: the shipped table with the authority's own on top."""
    return inference_of_rows(source.frame(t.inference_rule))


def rules_stated(source: CostSource) -> list[StatedRule]:
    """Every statement about the authority's own rules, in the order of the log."""
    rows = source.frame(t.inference_rule).sort("rule_no").select("rule_no", "topic", "said", "known_at").iter_rows()
    found = ((number, known_at, decode_body(topic, said.encode())) for number, topic, said, known_at in rows)
    return [StatedRule(number, known_at, body) for number, known_at, body in found if isinstance(body, RuleFact)]


def rule_effect(source: CostSource, present: InferenceTable, proposed: InferenceTable) -> InferenceEffect:
    """Work of the year up to the last day that has ended whose process would be another.

    Work for which somebody chose a process keeps it. Raises ``NothingKnown`` before the first day has ended.
    """
    if source.horizon is None:
        raise NothingKnown("No day has ended yet: there is nothing to count.")
    first, last = years_after(source.horizon, -1) + timedelta(days=1), source.horizon
    work = (
        source.frame(t.activity, ["activity_no", "kind", "service_date", "withdrawn"])
        .filter(~pl.col("withdrawn") & pl.col("service_date").is_between(first, last))
        .drop("withdrawn")
    )
    shares = source.frame(t.activity_child, ["activity_no", "child_no", "chosen_process"])
    asked = shares.filter(pl.col("chosen_process").is_null()).join(work, on="activity_no")
    spans = open_spans(source.frame(t.referral), source.frame(t.early_help))
    opened = with_open_frameworks(asked, source.frame(t.placement), spans)
    compared = asked.with_columns(before=present.infer(opened), after=proposed.infer(opened))
    changed = compared.filter(pl.col("before") != pl.col("after")).join(_seconds(source), how="left",
                                                                         on=["activity_no", "child_no"])  # fmt: skip
    grouped = changed.group_by("before", "after").agg(
        entries=pl.col("activity_no").n_unique(), children=pl.col("child_no").n_unique(),
        seconds=pl.col("seconds").sum(),
    )  # fmt: skip
    rows = grouped.sort("entries", "before", "after", descending=[True, False, False]).iter_rows(named=True)
    return InferenceEffect(first, last, tuple(Moved(**row) for row in rows))


def _seconds(source: CostSource) -> pl.DataFrame:
    """Each child's part of the staff time of each piece of work."""
    posted = source.frame(t.posting, ["cost_kind", "item_no", "child_no", "seconds"])
    staff = posted.filter(pl.col("cost_kind") == "staff")
    return staff.group_by(activity_no="item_no", child_no="child_no").agg(pl.col("seconds").sum())
