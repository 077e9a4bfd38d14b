"""Statements about services as values of their tables, and the days on which a child's case was open."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from projections.service_tables import SERVICES
from recorder.domain.services import ReferralDetails, ServiceDetails

__all__ = ["CAF", "CIN", "is_open", "open_spans", "service_values"]

CIN, CAF = "CIN", "CAF"


def service_values(name: str, body: ServiceDetails) -> dict[str, Any]:
    """The columns of table ``name`` that a statement fills; child, number and instants are the caller's."""
    values = {column: _value(getattr(body, column)) for column in SERVICES[name]}
    if isinstance(body, ReferralDetails):
        values["stops_on"] = None
    return values | {"return_year": body.return_year}


def _value(said: Any) -> Any:
    if isinstance(said, tuple):
        return " ".join(each.isoformat() if isinstance(each, date) else each for each in said)
    return said


def open_spans(referrals: pl.DataFrame, early_help: pl.DataFrame) -> pl.DataFrame:
    """From rows of ``referral`` and ``early_help``: child_no, framework (CIN or CAF), starts, ends.

    Both days are included; ``ends`` null while the case is open. A referral that led to no further action
    and has no closing date is over on its own day; one that a census left out on the day that says so.
    """
    held = referrals.filter(~pl.col("withdrawn"))
    on_its_day = pl.when(pl.col("no_further_action")).then("referred_on")
    in_need = held.select(
        "child_no",
        pl.lit(CIN).alias("framework"),
        pl.col("referred_on").alias("starts"),
        pl.coalesce("closed", "stops_on", on_its_day).alias("ends"),
    )
    helped = early_help.filter(~pl.col("withdrawn")).select(
        "child_no", pl.lit(CAF).alias("framework"), pl.col("intended").alias("starts"), pl.col("closed").alias("ends")
    )
    return pl.concat([in_need, helped])


def is_open(dated: pl.DataFrame, spans: pl.DataFrame, framework: str) -> pl.Series:
    """For each row of ``dated`` (child_no, service_date): whether a case of the framework was open that day."""
    ours = spans.filter(pl.col("framework") == framework)
    if ours.is_empty():
        return pl.repeat(value=False, n=dated.height, dtype=pl.Boolean, eager=True)
    # Cases of one child may overlap: of those begun by a day, the one that lasts longest decides.
    running = ours.sort("starts").select(
        pl.col("child_no").cast(pl.Int64),
        "starts",
        pl.col("ends").fill_null(date.max).cum_max().over("child_no").alias("lasts"),
    )
    numbered = dated.select(pl.col("child_no").cast(pl.Int64), "service_date").with_row_index("line")
    joined = numbered.sort("service_date").join_asof(
        running, left_on="service_date", right_on="starts", by="child_no", strategy="backward", check_sortedness=False
    )
    return joined.sort("line").select((pl.col("service_date") <= pl.col("lasts")).fill_null(value=False)).to_series()
