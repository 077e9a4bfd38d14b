"""What recorded work costs: each worker's time at the price of an hour, shared among the children.

A worker's minutes on an activity, travel among them (travel time is staff time, ruling 11), are priced at
J and shared over the activity's children by weight; each child's part is then told apart into the six
components of J. Both splits are by largest remainder, ties to the lower rank and the earlier component, so
that every split re-adds (ruling 12). Miles are priced only where the schema leaves out F.

What is not known is not priced: no time written down, or no rate in force, gives an amount of null.
"""

import polars as pl

from costing.apportion import split_across, split_rows, wide
from costing.calendar import month_column
from costing.money import UNITS_PER_HOURLY_PENNY_A_MINUTE, UNITS_PER_MILE_PENNY_A_TENTH
from costing.postings import COMPONENTS, STAFF, TRAVEL, as_postings

_WEIGHTS = {name: f"_w_{name}" for name in COMPONENTS}


def price_work(
    work: pl.DataFrame, shares: pl.DataFrame, rates: pl.DataFrame, mileage_pence: int | None
) -> pl.DataFrame:
    """Postings of the worker lines in `work`: one a line and child, and one more where miles are priced.

    work: activity_no, worker_no, service_date, kind, direct, seconds and travel_seconds (whole minutes in
    seconds, null = not known), miles_tenths, worker_type, contract; a row for each worker on an activity.
    shares: activity_no, child_no, rank (unique within the activity), weight (whole numbers), process.
    rates: rate_no, worker_type, contract, valid_from, valid_to (exclusive), j_pence, and the components
    as weights; a weight of zero for travel means that F is left out of the schema.

    Seconds on a posting are work and travel together, the child's part; where only one of the two is known
    it alone counts, where neither is the posting carries null seconds and a null amount. No rate in force
    gives a null amount and rate number. An activity without children gives nothing. Postings come in the
    order of `work`: first those of activities with one child, then the others, then the miles.

    Raises ValueError when the children of an activity have weights below zero or all zero.
    """
    lines = _with_rates(work.with_row_index("_line"), rates)
    miles = _mile_lines(lines, mileage_pence)
    priced = lines.with_columns(_units=_time_units(), _seconds=_time())
    units = _wide_enough(priced)
    staff = [_staff_postings(shared, units) for shared in _shared(priced, shares, ["_units", "_seconds"])]
    travel = []
    if not miles.is_empty():
        travel = [_mile_postings(shared, mileage_pence) for shared in _shared(miles, shares, ["_units"])]
    return pl.concat(pl.collect_all([*staff, *travel]))


def _time() -> pl.Expr:
    known = pl.col("seconds").is_not_null() | pl.col("travel_seconds").is_not_null()
    return pl.when(known).then(pl.col("seconds").fill_null(0) + pl.col("travel_seconds").fill_null(0))


def _time_units() -> pl.Expr:
    """Whole minutes x J x 7 (a minute of a penny an hour is 7 units)."""
    return _time() // 60 * pl.col("j_pence") * UNITS_PER_HOURLY_PENNY_A_MINUTE


def _with_rates(work: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Each line with the latest rate that has started by its date, unless that one has ended.

    Rates are looked up once for each worker type, contract and date, which are few.
    """
    keys = ["worker_type", "contract"]
    in_order = rates.sort("valid_from", "rate_no").rename(_WEIGHTS)
    asked = work.select(*keys, "service_date").unique().sort("service_date")
    found = asked.join_asof(in_order, left_on="service_date", right_on="valid_from", by=keys, check_sortedness=False)
    in_force = pl.col("valid_to").is_null() | (pl.col("service_date") < pl.col("valid_to"))
    found = found.filter(pl.col("rate_no").is_not_null() & in_force).drop("valid_from", "valid_to")
    return work.join(found, on=[*keys, "service_date"], how="left", maintain_order="left")


def _mile_lines(lines: pl.DataFrame, mileage_pence: int | None) -> pl.DataFrame:
    without_f = pl.col("rate_no").is_not_null() & (pl.col(_WEIGHTS["travel"]) == 0)
    wanted = without_f & (pl.col("miles_tenths") > 0) if mileage_pence is not None else pl.lit(value=False)
    units = pl.col("miles_tenths") * (mileage_pence or 0) * UNITS_PER_MILE_PENNY_A_TENTH
    return lines.filter(wanted).with_columns(_units=units)


def _shared(lines: pl.DataFrame, shares: pl.DataFrame, totals: list[str]) -> list[pl.LazyFrame]:
    """Lines for each child, with `totals` cut down to the child's part: lone children, then the others."""
    together = lines.join(shares, on="activity_no", how="inner", maintain_order="left")
    if together.height == together["_line"].n_unique():
        return [together.lazy()]
    among = pl.len().over("_line") > 1
    lone, several = together.filter(~among), together.filter(among)
    split = split_rows(several, groups=["_line"], totals=totals, weight="weight", rank="rank")
    return [lone.lazy(), split.lazy()]


def _wide_enough(priced: pl.DataFrame) -> pl.Expr:
    heaviest = priced.select(_units=pl.col("_units"), _weight=pl.max_horizontal(_WEIGHTS.values()))
    return wide(pl.col("_units"), heaviest, "_units", "_weight")


def _staff_postings(shared: pl.LazyFrame, units: pl.Expr) -> pl.LazyFrame:
    return as_postings(
        split_across(shared, units, {f"_p_{name}": column for name, column in _WEIGHTS.items()}),
        **_common(STAFF),
        seconds=pl.col("_seconds"),
        rate_no=pl.col("rate_no"),
        rate_pence=pl.col("j_pence"),
        **{name: pl.col(f"_p_{name}").fill_null(0) for name in COMPONENTS},
    )


def _mile_postings(shared: pl.LazyFrame, mileage_pence: int | None) -> pl.LazyFrame:
    return as_postings(shared, **_common(TRAVEL), rate_pence=pl.lit(mileage_pence))


def _common(cost_kind: str) -> dict[str, pl.Expr]:
    return {
        "child_no": pl.col("child_no"),
        "cost_kind": pl.lit(cost_kind),
        "item_no": pl.col("activity_no"),
        "line_no": pl.col("worker_no"),
        "funder": pl.lit("social_care"),
        "service_month": month_column(pl.col("service_date")),
        "service_from": pl.col("service_date"),
        "service_to": pl.col("service_date"),
        "process": pl.col("process").fill_null(""),
        "worker_type": pl.col("worker_type").fill_null(""),
        "direct": pl.col("direct"),
        "amount": pl.col("_units"),
    }
