"""What nights of care cost: fees where they are known, the average of the placement type where they are not.

Fees join on child and night, never on the placement code (ruling 7). One posting is made for each
placement, fee version, funder and calendar month (ruling 6); a night of a weekly amount is a seventh of
it, so whole nights are exact.
"""

from datetime import date, timedelta
from typing import Literal

import polars as pl

from costing.calendar import month_column, month_of, return_year_column
from costing.money import UNITS_PER_WEEKLY_PENNY_A_NIGHT
from costing.placement_map import with_meaning
from costing.postings import ACCRUAL, ACTUAL, AVERAGE, FUNDERS, PLACEMENT, RECORDED, as_postings

MAINTAIN_PLACEMENT = "CLA3"
_ONE_DAY = timedelta(days=1)
_FAR = date.max
_FALLBACKS: tuple[Literal["backward", "forward"], ...] = ("backward", "forward")
_ITEM = ("child_no", "placement_no", "line_no", "month")
_SHARES = [f"{funder}_pence" for funder in FUNDERS]


def type_averages(fees: pl.DataFrame, placement_map: pl.DataFrame) -> pl.DataFrame:
    """The average weekly amount of each placement type: placement_type, return_year, weekly_pence.

    It is the mean of the fee versions that start in the April year, each counted once, rounded half-up to
    the penny once. Only years in which a fee of the type starts have a row; `price_nights` takes the
    latest earlier year for a year without one, else the earliest later year.
    """
    whole, count = pl.col("weekly_pence").sum(), pl.len().cast(pl.Int64)
    return (
        with_meaning(fees, placement_map, day="valid_from")
        .group_by("placement_type", return_year=return_year_column(pl.col("valid_from")))
        .agg(weekly_pence=(2 * whole + count) // (2 * count))
        .sort("placement_type", "return_year")
    )


def price_nights(
    segments: pl.DataFrame,
    fees: pl.DataFrame,
    averages: pl.DataFrame,
    placement_map: pl.DataFrame,
    horizon: date,
    last_return_end: date | None,
    *,
    price_missing: bool,
) -> pl.DataFrame:
    """Postings of the nights in `segments` (from `nights`), in the columns of a posting.

    fees: fee_no, child_no, valid_from, valid_to (exclusive, or null), weekly_pence and its shares
    social_care_pence, education_pence, health_pence. A fee runs until the child's next fee, until
    `valid_to`, or without one until the placement in which it starts ends. Where the child's last fee runs
    out with the last return's year while the placement is still open, the fee is taken to run on with it.

    A night with no fee costs nothing where the type is free (basis recorded, no rate). Otherwise it takes
    the type's average of the night's April year (basis average, line_no 0) if `price_missing`; without
    that, or where the type has no average at all, the amount is null: unpriced.

    Each funder with a share has its posting, so the amount is gross over them; the first of them, social
    care before education before health, carries the nights, the others null, so that nights add up.
    Postings of an open placement are an accrual in the month of `horizon`, and `assumed_open` once they
    start after `last_return_end`. The sector and S251 line are those of the placement on the first of its
    nights in the posting; places recoded within a month show the later code.
    """
    pieces = _by_month(_with_fees(segments, _running(fees, segments, last_return_end)))
    priced = _priced(with_meaning(pieces, placement_map, day="from"), averages, price_missing=price_missing)
    return _postings(_one_a_month(priced), horizon, last_return_end)


def _running(fees: pl.DataFrame, segments: pl.DataFrame, last_return_end: date | None) -> pl.DataFrame:
    """Each fee with the nights for which it is in force: its columns, `start` and `stop` (exclusive)."""
    ended = pl.col("valid_to")
    following = pl.col("valid_from").shift(-1).over("child_no")
    year_over = pl.lit(None if last_return_end is None else last_return_end + _ONE_DAY, dtype=pl.Date)
    out_with_year = (following.is_null() & (ended == year_over)).fill_null(value=False)
    kept = (
        fees.filter(ended.is_null() | (ended > pl.col("valid_from")))
        .sort("child_no", "valid_from", "fee_no")
        .with_columns(
            _next=following,
            _anchor=pl.when(ended.is_null())
            .then(pl.col("valid_from"))
            .when(out_with_year)
            .then(pl.lit(last_return_end, dtype=pl.Date)),
        )
    )
    placed = _placement_ends(kept, segments)
    stop = pl.min_horizontal(pl.coalesce("_placement_end", "valid_to"), "_next")
    return placed.with_columns(start=pl.col("valid_from"), stop=stop.fill_null(_FAR))


def _placement_ends(fees: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """The end of the placement that holds each fee's anchor; for a fee agreed ahead, of the next one."""
    spans = segments.select(
        "child_no",
        "from",
        "to",
        _placement_end=pl.col("to").max().over("child_no", "placement_no"),
    ).sort("from")
    asked = fees.filter(pl.col("_anchor").is_not_null()).sort("_anchor").select("fee_no", "child_no", "_anchor")
    during = _nearest(asked, spans, "backward").filter(pl.col("to") > pl.col("_anchor"))
    no_end = fees.filter(pl.col("valid_to").is_null())
    still_asked = asked.join(no_end, on="fee_no", how="semi").join(during, on="fee_no", how="anti")
    ahead = _nearest(still_asked, spans, "forward")
    found = pl.concat([each.select("fee_no", "_placement_end") for each in (during, ahead)])
    return fees.join(found, on="fee_no", how="left")


def _nearest(asked: pl.DataFrame, spans: pl.DataFrame, way: Literal["backward", "forward"]) -> pl.DataFrame:
    return asked.join_asof(
        spans, left_on="_anchor", right_on="from", by="child_no", strategy=way, check_sortedness=False
    )


def _with_fees(segments: pl.DataFrame, running: pl.DataFrame) -> pl.DataFrame:
    """Segments cut where a fee starts or stops, each piece with its fee or none (fee_no null)."""
    order = running.sort("child_no", "start", "fee_no").filter(pl.col("start") < pl.col("stop"))
    shares = order.select("child_no", "fee_no", *_SHARES, "start", "stop")
    until = pl.col("start").shift(-1).over("child_no").fill_null(_FAR)
    between = order.select("child_no", start="stop", stop=until)
    first = order.group_by("child_no").agg(stop=pl.col("start").min())
    before = (
        segments.select("child_no")
        .unique()
        .join(first, on="child_no", how="left")
        .select("child_no", start=pl.lit(date.min), stop=pl.col("stop").fill_null(_FAR))
    )
    timeline = pl.concat([shares, between, before], how="diagonal_relaxed")
    return (
        segments.join(timeline, on="child_no")
        .with_columns(pl.max_horizontal("from", "start").alias("from"), pl.min_horizontal("to", "stop").alias("to"))
        .filter(pl.col("from") < pl.col("to"))
        .drop("start", "stop")
    )


def _by_month(pieces: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("from").dt.month_start()
    months = pl.date_ranges(first, pl.col("to").dt.offset_by("-1d"), "1mo")
    month_start = pl.col("_month")
    return (
        pieces.with_columns(_month=months)
        .explode("_month", empty_as_null=False)
        .with_columns(
            pl.max_horizontal("from", "_month").alias("from"),
            pl.min_horizontal(pl.col("to"), month_start.dt.offset_by("1mo")).alias("to"),
            month=month_column(month_start),
        )
        .drop("_month")
    )


def _priced(pieces: pl.DataFrame, averages: pl.DataFrame, *, price_missing: bool) -> pl.DataFrame:
    no_fee = pl.col("fee_no").is_null()
    free = no_fee & pl.col("free")
    average = pl.col("average_pence") if price_missing else pl.lit(None, dtype=pl.Int64)
    alone = pl.when("free").then(0).otherwise(average)
    missing = dict(zip(_SHARES, (alone, pl.lit(0), pl.lit(0)), strict=True))
    averaged = no_fee & ~free & average.is_not_null()
    return (
        _with_average(pieces, averages)
        .with_columns(
            line_no=pl.col("fee_no").fill_null(0),
            nights=(pl.col("to") - pl.col("from")).dt.total_days(),
            basis=pl.when(averaged).then(pl.lit(AVERAGE)).otherwise(pl.lit(RECORDED)),
            _free=free,
        )
        .with_columns(
            pl.when(no_fee).then(value).otherwise(pl.col(name)).alias(name) for name, value in missing.items()
        )
    )


def _with_average(pieces: pl.DataFrame, averages: pl.DataFrame) -> pl.DataFrame:
    """Each piece with `average_pence` of its type and April year; see `type_averages` for other years."""
    known = averages.select(
        "placement_type", year=pl.col("return_year").str.head(4).cast(pl.Int32), pence="weekly_pence"
    ).sort("year")
    year = return_year_column(pl.col("from")).str.head(4).cast(pl.Int32)
    dated = pieces.with_columns(_year=year)
    asked = dated.select("placement_type", "_year").unique().sort("_year")
    earlier, later = (
        asked.join_asof(
            known,
            left_on="_year",
            right_on="year",
            by="placement_type",
            strategy=way,
            check_sortedness=False,
        )
        for way in _FALLBACKS
    )
    found = asked.with_columns(average_pence=pl.coalesce(earlier["pence"], later["pence"]))
    return dated.join(found, on=["placement_type", "_year"], how="left").drop("_year")


def _one_a_month(priced: pl.DataFrame) -> pl.DataFrame:
    """One row for each placement, fee and month; a null in any part leaves the amount null."""
    amounts = {
        f"{name}_units": pl.when(pl.col(name).is_null().any())
        .then(None)
        .otherwise((pl.col(name) * pl.col("nights")).sum() * UNITS_PER_WEEKLY_PENNY_A_NIGHT)
        for name in _SHARES
    }
    last = ["place", "provider", "placement_type", "sector", "s251_line", "basis", *_SHARES]
    return (
        priced.with_columns(_placement_open=pl.col("open").any().over("child_no", "placement_no"))
        .sort(*_ITEM, "from")
        .group_by(_ITEM, maintain_order=True)
        .agg(
            pl.col("from").min(),
            pl.col("to").max(),
            pl.col("nights").sum(),
            pl.col("fee_no").first(),
            pl.col("_free").all(),
            pl.col("_placement_open").any().alias("open"),
            *(pl.col(name).last() for name in last),
            **amounts,
        )
    )


def _postings(months: pl.DataFrame, horizon: date, last_return_end: date | None) -> pl.DataFrame:
    running_month = pl.col("open") & (pl.col("month") == month_of(horizon))
    assumed = pl.col("open") & (pl.col("from") > (last_return_end or date.max))
    of_funder = []
    for funder, share in zip(FUNDERS, _SHARES, strict=True):
        carries = _carrier() == funder
        paid = months.lazy().filter(carries | (pl.col(share) != 0).fill_null(value=False))
        of_funder.append(
            as_postings(
                paid,
                child_no=pl.col("child_no"),
                cost_kind=pl.lit(PLACEMENT),
                item_no=pl.col("placement_no"),
                line_no=pl.col("line_no"),
                funder=pl.lit(funder),
                service_month=pl.col("month"),
                service_from=pl.col("from"),
                service_to=pl.col("to").dt.offset_by("-1d"),
                process=pl.lit(MAINTAIN_PLACEMENT),
                place_type=pl.col("placement_type"),
                place=pl.col("place").fill_null(""),
                provider=pl.col("provider").fill_null(""),
                sector=pl.col("sector"),
                s251_line=pl.col("s251_line"),
                nights=pl.when(carries).then(pl.col("nights")),
                rate_no=pl.col("fee_no"),
                rate_pence=pl.when(~pl.col("_free")).then(pl.col(share)),
                amount=pl.col(f"{share}_units"),
                basis=pl.col("basis"),
                entry_kind=pl.when(running_month).then(pl.lit(ACCRUAL)).otherwise(pl.lit(ACTUAL)),
                assumed_open=assumed,
            )
        )
    key = ["child_no", "item_no", "service_month", "line_no", "funder"]
    return pl.concat(pl.collect_all(of_funder)).sort(key)


def _carrier() -> pl.Expr:
    """The funder whose posting carries the nights: the first with a share, social care if none has."""
    social_care, education, health = (pl.col(name) for name in _SHARES)
    return (
        pl.when(social_care.is_null() | (social_care != 0))
        .then(pl.lit(FUNDERS[0]))
        .when(education != 0)
        .then(pl.lit(FUNDERS[1]))
        .when(health != 0)
        .then(pl.lit(FUNDERS[2]))
        .otherwise(pl.lit(FUNDERS[0]))
    )
