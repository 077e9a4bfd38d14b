"""What hangs on the findings of a return: the nights in pounds, as the tables price them now."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, select

from costing.money import pounds
from costing.placement_cost import price_nights
from projections import tables as t
from projections.database import frame_of, read_frame
from projections.derive import prices_of
from projections.queries.costs import defused
from projections.queries.names import child_numbers
from recorder.intake.ssda903 import Finding
from recorder.personal import KeyStore

__all__ = ["COLUMNS", "pounds_at_stake", "write_findings"]

COLUMNS = (
    "return_year",
    "table",
    "row",
    "child",
    "rule",
    "severity",
    "message",
    "nights_at_stake",
    "pounds_at_stake",
)
_SYSTEM = "ssda903"
_ASKED = {"item": pl.Int32, "child_no": pl.Int64, "decom": pl.Date, "first": pl.Date, "last": pl.Date}
_SHARES = ("weekly_pence", "social_care_pence", "education_pence", "health_pence")


def pounds_at_stake(connection: Connection, findings: Sequence[Finding], keys: KeyStore) -> list[int | None]:
    """For each finding what its nights cost, in units of 1/420 of a penny; 0 where no nights hang on it.

    A night costs the child's fee of that night. Without one it costs the average of the type of the
    finding's episode, as in the ledger. None where the child is not in the tables or a night has no price.
    """
    stakes: list[int | None] = [None if f.nights_at_stake else 0 for f in findings]
    asked = _asked(connection, findings, keys)
    if asked.is_empty():
        return stakes
    children = asked["child_no"].unique().to_list()
    episodes = read_frame(connection, t.episode, t.episode.c.child_no, children)
    placements = read_frame(connection, t.placement, t.placement.c.child_no, children)
    fees = read_frame(connection, t.fee, t.fee.c.child_no, children)
    segments = _segments(asked, episodes, placements)
    reached = connection.execute(select(t.follower.c.horizon, t.follower.c.last_return_end)).one_or_none()
    horizon, last_return_end = reached if reached else (None, None)
    prices = prices_of(
        frame_of(t.rate, []),
        frame_of(t.post, []),
        read_frame(connection, t.setting),
        fees,
        horizon,
        last_return_end,
        averages=read_frame(connection, t.type_average),
    )
    priced = price_nights(
        segments.drop("of_child"),
        _fees(segments, fees, placements),
        prices.averages,
        prices.placement_map,
        horizon or date.max,
        last_return_end,
        price_missing=prices.price_missing,
    )
    costs = priced.group_by("child_no").agg(pl.col("amount").sum(), unpriced=pl.col("amount").null_count())
    for item, amount, unpriced in costs.iter_rows():
        stakes[item] = None if unpriced else amount
    return stakes


def _asked(connection: Connection, findings: Sequence[Finding], keys: KeyStore) -> pl.DataFrame:
    """The findings with nights whose child is in the tables, ``item`` being their place in the list."""
    with_nights = [(item, f) for item, f in enumerate(findings) if f.nights_at_stake]
    owners = keys.find_many({(_SYSTEM, f.child) for _, f in with_nights if f.child})
    numbers = child_numbers(connection, owners.values())
    rows = [
        (item, numbers[owner], f.decom, f.first_night, f.last_night_exclusive)
        for item, f in with_nights
        if (owner := owners.get((_SYSTEM, f.child))) in numbers
    ]
    return pl.DataFrame(rows, schema=_ASKED, orient="row")


def _segments(asked: pl.DataFrame, episodes: pl.DataFrame, placements: pl.DataFrame) -> pl.DataFrame:
    """The nights of each finding as a stretch of care of its own, in the columns that are priced.

    Each finding is priced by itself, so ``child_no`` is its item and ``of_child`` the child. The placement is
    that of its episode; where it has none, the one in which its first night lies.
    """
    own = episodes.filter(~pl.col("withdrawn")).select("child_no", "decom", "episode_no", "place", "provider")
    placed = placements.select("episode_no", "placement_no").unique("episode_no")
    around = placements.select("child_no", "starts", _no="placement_no", _place="place", _provider="provider")
    found = (
        asked.join(own, on=["child_no", "decom"], how="left")
        .join(placed, on="episode_no", how="left")
        .sort("first")
        .join_asof(
            around.sort("starts"),
            left_on="first",
            right_on="starts",
            by="child_no",
            strategy="backward",
            check_sortedness=False,
        )
    )
    known = pl.col("episode_no").is_not_null()
    alone = -1 - pl.col("item").cast(pl.Int64)
    return found.select(
        child_no="item",
        of_child="child_no",
        episode_no=pl.col("episode_no").fill_null(0),
        placement_no=pl.when(known).then("placement_no").otherwise("_no").fill_null(alone),
        place=pl.when(known).then("place").otherwise("_place").fill_null(""),
        provider=pl.when(known).then("provider").otherwise("_provider").fill_null(""),
        ls=pl.lit(""),
        **{"from": "first", "to": "last"},
        open=pl.lit(value=False),
    )


def _fees(segments: pl.DataFrame, fees: pl.DataFrame, placements: pl.DataFrame) -> pl.DataFrame:
    """The child's fees for each finding.

    A fee without an end stops with its placement, as in the ledger; but where the finding is about that very
    placement it runs on through the finding's nights.
    """
    ends = (
        placements.group_by("child_no", "placement_no")
        .agg(pl.col("starts").min(), pl.col("ends").max(), pl.col("open").any())
        .sort("starts")
    )
    of_placement = fees.sort("valid_from").join_asof(
        ends, left_on="valid_from", right_on="starts", by="child_no", strategy="backward", check_sortedness=False
    )
    wanted = segments.select("child_no", "of_child", _about="placement_no")
    over = (pl.col("placement_no") != pl.col("_about")) & ~pl.col("open")
    return (
        wanted.join(of_placement.rename({"child_no": "of_child"}), on="of_child")
        .with_columns(
            valid_to=pl.when(pl.col("valid_to").is_null() & over)
            .then(pl.max_horizontal("ends", "valid_from"))
            .otherwise("valid_to")
        )
        .select("fee_no", "child_no", "valid_from", "valid_to", "place", "provider", *_SHARES)
    )


def write_findings(path: Path, findings: Sequence[Finding], stakes: Sequence[int | None]) -> None:
    """Write the findings as CSV (UTF-8): a row each, pounds rounded half-up once, blank where no price is known.

    Text that a spreadsheet would take for a formula is marked with an apostrophe.
    """
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for finding, stake in zip(findings, stakes, strict=True):
            writer.writerow(
                [
                    finding.return_year,
                    finding.table,
                    "" if finding.row is None else finding.row,
                    defused(finding.child),
                    finding.rule,
                    finding.severity,
                    defused(finding.message),
                    finding.nights_at_stake,
                    "" if stake is None else pounds(stake),
                ]
            )
