"""What follows from the facts: placements, priced nights, priced work, and the sums of both.

The rules are the method's (``costing``), written over columns. The follower hands them the few
rows that a page of facts made stale; a rebuild hands them everything; the rows are the same.
Frames have the columns of ``projections.tables`` unless said otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import polars as pl

from costing import inference, placement_cost, placement_map, placements, staff_cost
from costing.closing import signs
from costing.inference import InferenceTable
from projections import tables as t
from projections.coding import Coding, coding_of, with_own_codes
from projections.database import frame_of
from projections.held_posts import held_posts
from projections.service_rows import CAF, CIN, is_open
from recorder.domain.facts import decode_body
from recorder.domain.inference import RuleFact, table_of

__all__ = [
    "Prices",
    "derive_placements",
    "derive_work",
    "inference_of_rows",
    "ledger_sums",
    "posting_rows",
    "prices_of",
    "time_sums",
    "with_open_frameworks",
]

_POSTING = [c.name for c in t.posting.c]
_SHARE = [c.name for c in t.activity_child.c]
_PLACEMENT = [c.name for c in t.placement.c]
LEDGER_KEY = [
    "child_no", "month", "accounting_month", "process", "cost_kind", "place_type", "sector", "basis", "entry_kind",
]  # fmt: skip
TIME_KEY = ["child_no", "process", "month", "worker_type", "direct"]


@dataclass(frozen=True)
class Prices:
    """Everything that prices depend on: rates, posts, the placement map, settings, the horizon."""

    rates: pl.DataFrame
    posts: pl.DataFrame
    placement_map: pl.DataFrame
    averages: pl.DataFrame
    price_missing: bool
    mileage_pence: int | None
    inference: InferenceTable
    horizon: date | None
    last_return_end: date | None
    coding: Coding


def prices_of(
    rates: pl.DataFrame,
    posts: pl.DataFrame,
    settings: pl.DataFrame,
    fees: pl.DataFrame,
    horizon: date | None,
    last_return_end: date | None,
    averages: pl.DataFrame | None = None,
    rules: pl.DataFrame | None = None,
    codes: pl.DataFrame | None = None,
    teams: pl.DataFrame | None = None,
) -> Prices:
    """The prices that hold, from the rows of the fact tables; averages are taken from ``fees`` unless given.

    ``rules``: the authority's own, as rows of ``inference_rule``; without them the shipped ones hold.
    ``codes`` and ``teams``: rows of ``ledger_mapping`` and ``team``; without them no posting has a code.
    """
    said = {row["name"]: json.loads(row["value"]) for row in settings.sort("valid_from").to_dicts()}
    mapping = placement_map.shipped_placement_map()
    if "placement_map" in said:
        own = pl.DataFrame(said["placement_map"], schema_overrides={"valid_from": pl.String})
        mapping = own.with_columns(pl.col("valid_from").str.to_date()).select(mapping.columns).cast(mapping.schema)
    return Prices(
        rates=_dated_rates(rates),
        posts=held_posts(posts.select("worker_no", "worker_type", "contract", "starts", "ends", "post_no")),
        placement_map=mapping,
        averages=placement_cost.type_averages(_fees(fees), mapping) if averages is None else averages,
        price_missing=bool(said.get("price_missing", True)),
        mileage_pence=said.get("mileage_pence"),
        inference=inference.shipped_table() if rules is None else inference_of_rows(rules),
        horizon=horizon,
        last_return_end=last_return_end,
        coding=coding_of(
            frame_of(t.ledger_mapping, []) if codes is None else codes,
            posts,
            frame_of(t.team, []) if teams is None else teams,
        ),
    )


def inference_of_rows(rules: pl.DataFrame) -> InferenceTable:
    """The table of rules that rows of ``inference_rule`` come to."""
    said = rules.sort("rule_no").select("rule_no", "topic", "said").iter_rows()
    bodies = ((number, decode_body(topic, text.encode())) for number, topic, text in said)
    return table_of([(number, body) for number, body in bodies if isinstance(body, RuleFact)])


def _dated_rates(rates: pl.DataFrame) -> pl.DataFrame:
    """Rates with the day each is superseded; of two from the same day, the one known last holds."""
    group = ["worker_type", "contract"]
    latest = rates.sort("known_at", "rate_no").unique([*group, "valid_from"], keep="last").sort(*group, "valid_from")
    return latest.select(
        "rate_no",
        *group,
        "valid_from",
        pl.col("valid_from").shift(-1).over(group).alias("valid_to"),
        "j_pence",
        pl.col("salary").alias("pay"),
        "oncosts",
        pl.col("qualifications").fill_null(0),
        "overheads",
        "capital",
        pl.col("travel").fill_null(0),
    )


def _fees(fees: pl.DataFrame) -> pl.DataFrame:
    shares = ["social_care_pence", "education_pence", "health_pence"]
    names = ["fee_no", "child_no", "valid_from", "valid_to", "place", "provider", "weekly_pence", *shares]
    return fees.select(names).cast({"child_no": pl.Int32})


def derive_placements(episodes: pl.DataFrame, fees: pl.DataFrame, prices: Prices) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Placement rows and placement postings of the children whose episodes and fees these are.

    Nothing accrues before the first day has ended: with no horizon there are no rows.
    """
    horizon = prices.horizon
    if horizon is None:
        return frame_of(t.placement, []), frame_of(t.posting, [])
    episodes = episodes.filter(~pl.col("withdrawn")).cast({"child_no": pl.Int32})
    segments = placements.nights(episodes, horizon)
    priced = placement_cost.price_nights(
        segments,
        _fees(fees),
        prices.averages,
        prices.placement_map,
        horizon,
        prices.last_return_end,
        price_missing=prices.price_missing,
    )
    typed = placement_map.with_meaning(segments, prices.placement_map, day="from")
    rows = typed.select(
        "episode_no",
        pl.col("from").alias("starts"),
        "child_no",
        "placement_no",
        "place",
        "provider",
        pl.col("placement_type").alias("place_type"),
        "ls",
        pl.col("to").alias("ends"),
        "open",
    )
    return rows.select(_PLACEMENT), posting_rows(priced, prices.coding)


def derive_work(
    work: pl.DataFrame, shares: pl.DataFrame, care: pl.DataFrame, services: pl.DataFrame, prices: Prices
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Child shares with their process, and the postings of this work.

    ``work`` holds rows of ``activity_worker``; ``shares`` rows of ``activity_child`` (its process
    is ignored and worked out); ``care`` rows of ``placement`` and ``services`` the spans that
    ``service_rows.open_spans`` makes, both of the children concerned.
    """
    dated = shares.join(work.select("activity_no", "service_date", "kind").unique("activity_no"), on="activity_no")
    inferred = prices.inference.infer_with_rule(with_open_frameworks(dated, care, services))
    shown = dated.with_columns(
        pl.coalesce(pl.col("chosen_process"), inferred["process"]).alias("process"),
        pl.when(pl.col("chosen_process").is_null()).then(inferred["rule"]).alias("rule"),
    )
    posted = staff_cost.price_work(
        _with_post(work, prices.posts),
        shown.select(
            "activity_no", pl.col("child_no").cast(pl.Int32), pl.col("rank").cast(pl.Int32), "weight", "process"
        ),
        prices.rates,
        prices.mileage_pence,
    )
    return shown.select(_SHARE), posting_rows(posted, prices.coding)


def with_open_frameworks(dated: pl.DataFrame, care: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    """Kind and service date of each row of work for a child, in order, and which frameworks were open that day.

    ``dated`` holds child_no, kind and service_date; ``care`` and ``services`` as for ``derive_work``.
    """
    looked_after = _looked_after(dated, care)
    return looked_after.select(
        "kind",
        "service_date",
        "cla_open",
        is_open(looked_after, services, CIN).alias("cin_open"),
        is_open(looked_after, services, CAF).alias("caf_open"),
    )


def _looked_after(dated: pl.DataFrame, care: pl.DataFrame) -> pl.DataFrame:
    """Whether the child was looked after on the day of the work, the day of leaving included."""
    spans = care.select("child_no", "starts", "ends", "open").sort("starts")
    numbered = dated.with_row_index("line").sort("service_date")
    joined = numbered.join_asof(
        spans, left_on="service_date", right_on="starts", by="child_no", strategy="backward", check_sortedness=False
    )
    inside = (pl.col("open") | (pl.col("service_date") <= pl.col("ends"))).fill_null(value=False)
    return joined.with_columns(inside.alias("cla_open")).sort("line")


def _with_post(work: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """The work with the worker type and contract of the post the worker held that day, if any."""
    joined = work.sort("service_date").join_asof(
        posts, left_on="service_date", right_on="starts", by="worker_no", strategy="backward", check_sortedness=False
    )
    held = pl.col("ends").is_null() | (pl.col("service_date") < pl.col("ends"))
    return joined.select(
        "activity_no",
        pl.col("worker_no").cast(pl.Int32),
        "service_date",
        "kind",
        "direct",
        "seconds",
        "travel_seconds",
        "miles_tenths",
        pl.when(held).then("worker_type").alias("worker_type"),
        pl.when(held).then("contract").alias("contract"),
    )


def posting_rows(frame: pl.DataFrame, coding: Coding) -> pl.DataFrame:
    """Postings as rows of the table, each in its service month, as if every month were open."""
    return (
        with_own_codes(frame, coding)
        .with_columns(
            pl.col("service_month").alias("accounting_month"),
            pl.lit(None, pl.String).alias("reverses"),
            pl.col("worker_type", "place_type", "place", "provider", "sector", "s251_line").fill_null(""),
        )
        .select(_POSTING)
    )


def ledger_sums(postings: pl.DataFrame) -> pl.DataFrame:
    """Postings summed by child, service and accounting month, process, kinds, placement type, sector and basis.

    ``entries`` and ``unpriced`` count what stands: a reversal takes one away.
    """
    return (
        postings.rename({"service_month": "month"})
        .group_by(LEDGER_KEY)
        .agg(
            pl.col("amount").sum(),
            pl.col("seconds").sum(),
            pl.col("nights").sum(),
            signs().filter(pl.col("amount").is_null()).sum().alias("unpriced"),
            signs().sum().alias("entries"),
        )
        .cast(
            {
                "child_no": pl.Int64,
                "month": pl.Int64,
                "accounting_month": pl.Int64,
                "seconds": pl.Int64,
                "nights": pl.Int64,
            }
        )
        .cast({"unpriced": pl.Int64, "entries": pl.Int64})
    )


def time_sums(postings: pl.DataFrame) -> pl.DataFrame:
    """Seconds of staff time by child, process, service month, worker type, direct or not."""
    return (
        postings.filter(pl.col("cost_kind") == "staff")
        .rename({"service_month": "month"})
        .group_by(TIME_KEY)
        .agg(
            pl.col("seconds").sum(),
            signs().sum().alias("entries"),
            signs().filter(pl.col("seconds").is_null()).sum().alias("unknown"),
        )
        .cast({"child_no": pl.Int64, "month": pl.Int64, "seconds": pl.Int64})
        .cast({"unknown": pl.Int64, "entries": pl.Int64})
    )
