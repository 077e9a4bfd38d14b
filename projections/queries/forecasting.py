"""What a forecast rests on, read from the tables as they stand or as at an instant.

The tables may hold what came after the day a forecast is made from; ``costing.forecast.run.forecast`` leaves it out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from costing.calendar import return_year_first, return_year_last
from costing.forecast.facts import CHILDREN, FEES, PLACEMENTS, ForecastFacts
from costing.forecast.settings import ForecastProblems, ForecastSettings
from costing.money import UNITS_PER_PENNY
from costing.placement_map import with_meaning
from costing.postings import STAFF, TRAVEL
from projections import tables as t
from projections.derive import Prices, prices_of
from projections.queries.care_facts import births
from projections.queries.cost_lines import CostSource
from recorder.personal import KeyStore

__all__ = ["authority_settings", "check_origin", "forecast_facts", "origin_warning", "staff_rates"]

_MONTH_DAYS = 365 / 12
_YEAR_DAYS = 365
_LOOKED_AFTER = "CLA"
_ONE_DAY = timedelta(days=1)


def check_origin(source: CostSource, origin: date) -> None:
    """Raises ForecastProblems where the day is not over yet, or none is."""
    horizon = source.horizon
    if horizon is None:
        raise ForecastProblems(["No day has ended yet: there is nothing to forecast from."])
    if origin > horizon:
        raise ForecastProblems(
            [f"A forecast can be made from {horizon:%d/%m/%Y} or earlier: {origin:%d/%m/%Y} is not over yet."]
        )


def origin_warning(source: CostSource, origin: date) -> str | None:
    """What to think of where the origin lies after the last return, in words; None where it does not.

    After it placements are assumed open and nobody is known to have come, which a forecast takes for the truth.
    """
    _, last = _returns(source)
    if last is None or origin <= last:
        return None
    return (
        f"The last return ends on {last:%d/%m/%Y}. After it placements are assumed open and nobody is known to have "
        f"come, so that a forecast from {origin:%d/%m/%Y} expects too little change: make it from {last:%d/%m/%Y}."
    )


def forecast_facts(source: CostSource, keys: KeyStore) -> ForecastFacts:
    """Placements, children and fees of the whole authority, each table read once.

    A placement that the last ended day finds open has no end. A child whose birth is not known, or is erased, has no
    birth. ``observed_from`` is the first day of the first return taken in; without one it is left to the facts.
    """
    first, last = _returns(source)
    episodes = source.frame(t.episode, ["child_no", "decom", "cin", "withdrawn"]).filter(~pl.col("withdrawn"))
    need = episodes.sort("decom").group_by("child_no", maintain_order=True).agg(pl.col("cin").first())
    born = births(source, keys)
    known = pl.DataFrame(list(born.items()), schema={"child_no": pl.Int32, "born": pl.Date}, orient="row")
    children = known.drop_nulls("born").join(need.cast({"child_no": pl.Int32}), on="child_no", how="left")
    return ForecastFacts(
        placements=_placements(source),
        children=children.select("child_no", "born", need=pl.col("cin").fill_null("")).cast(pl.Schema(CHILDREN)),
        fees=_fees(source, last),
        observed_from=first,
    )


def authority_settings(source: CostSource, settings: ForecastSettings, origin: date) -> ForecastSettings:
    """The settings with what the authority says itself: free placement types, missing fees, staff time by process."""
    prices = _prices(source)
    free = prices.placement_map.filter("free")["placement_type"].unique()
    return replace(
        settings,
        free_types=frozenset(free.to_list()),
        price_missing=prices.price_missing,
        staff_rates=staff_rates(source, origin),
    )


def staff_rates(source: CostSource, origin: date) -> dict[str, int]:
    """What staff time and travel come to, in units, by process for each child in placement and month (365/12 days).

    Of the year up to the origin, over the days that children were in placement in it; looked-after processes alone.
    """
    first = origin - timedelta(days=_YEAR_DAYS - 1)
    days = _days_in_placement(_placements(source), first, origin)
    if not days:
        return {}
    lines = source.lines(first, origin, ["process"]).filter(
        pl.col("cost_kind").is_in([STAFF, TRAVEL]) & pl.col("process").str.starts_with(_LOOKED_AFTER)
    )
    sums = lines.group_by("process").agg(pl.col("amount").sum()).sort("process")
    return {process: round(amount * _MONTH_DAYS / days) for process, amount in sums.iter_rows() if amount}


def _placements(source: CostSource) -> pl.DataFrame:
    rows = source.frame(t.placement)
    typed = with_meaning(rows.with_columns(day="starts"), _prices(source).placement_map, day="starts")
    return (
        typed.select(
            "child_no", "placement_no", "starts", pl.when(~pl.col("open")).then("ends").alias("ends"),
            "sector", "provider", placement_type="place_type", legal_status="ls",
        )
        .select([pl.col(name).cast(kind) for name, kind in PLACEMENTS.items()])
        .sort("child_no", "starts")
    )  # fmt: skip


def _fees(source: CostSource, last_return_end: date | None) -> pl.DataFrame:
    """Fees; the last one of a child that runs out with the last return's year runs on, as it does in the ledger."""
    year_over = pl.lit(None if last_return_end is None else last_return_end + _ONE_DAY, dtype=pl.Date)
    following = pl.col("valid_from").shift(-1).over("child_no")
    runs_on = (following.is_null() & (pl.col("valid_to") == year_over)).fill_null(value=False)
    return (
        source.frame(t.fee, ["fee_no", "child_no", "weekly_pence", "valid_from", "valid_to"])
        .sort("child_no", "valid_from", "fee_no")
        .with_columns(
            weekly_units=pl.col("weekly_pence") * UNITS_PER_PENNY, valid_to=pl.when(~runs_on).then("valid_to")
        )
        .select([pl.col(name).cast(kind) for name, kind in FEES.items()])
    )


def _prices(source: CostSource) -> Prices:
    rates, posts, settings, fees = (source.frame(each) for each in (t.rate, t.post, t.setting, t.fee))
    return prices_of(rates, posts, settings, fees, None, None, source.frame(t.type_average))


def _returns(source: CostSource) -> tuple[date | None, date | None]:
    """The first day of the first return and the last day of the last."""
    batches = source.frame(t.import_batch).filter((pl.col("what") == "ssda903") & (pl.col("return_year") != ""))
    years = sorted(set(batches["return_year"]))
    return (return_year_first(years[0]), return_year_last(years[-1])) if years else (None, None)


def _days_in_placement(placements: pl.DataFrame, first: date, last: date) -> int:
    after = pl.lit(last + _ONE_DAY)
    start = pl.max_horizontal("starts", pl.lit(first))
    days = (pl.min_horizontal(pl.col("ends").fill_null(after), after) - start).dt.total_days()
    return int(placements.select(days.clip(lower_bound=0).sum()).item() or 0)
