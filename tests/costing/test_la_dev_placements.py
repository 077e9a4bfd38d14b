"""The sample authority's nights and placement costs, child by child and year by year, to the penny."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from costing_samples import LA_DEV, needs_samples, table

from costing.calendar import return_year_column
from costing.money import exact_text, pence_column, pounds
from costing.placement_cost import price_nights, type_averages
from costing.placement_map import shipped_placement_map
from costing.placements import nights
from costing.summaries import clip, summarise

HORIZON = date(2025, 3, 31)

pytestmark = needs_samples


def la_dev_episodes() -> pl.DataFrame:
    """Five yearly returns; an episode is a child and DECOM, and the latest return's row wins."""
    years = [table(LA_DEV / "ssda903_clean" / str(year) / "episodes.csv") for year in range(2020, 2025)]
    latest = pl.concat(years).unique(["CHILD", "DECOM"], keep="last", maintain_order=True)
    return (
        latest.with_columns(pl.col("DECOM", "DEC").str.to_date("%d/%m/%Y"))
        .sort("CHILD", "DECOM")
        .with_row_index("episode_no", offset=1)
        .select(
            pl.col("CHILD").cast(pl.Int32).alias("child_no"),
            pl.col("episode_no").cast(pl.Int64),
            pl.col("DECOM").alias("decom"),
            pl.col("DEC").alias("dec"),
            *(pl.col(name).fill_null("").alias(name.lower()) for name in ("RNE", "LS", "CIN", "PLACE")),
            pl.col("PLACE_PROVIDER").fill_null("").alias("provider"),
            pl.col("REC").alias("rec"),
            pl.col("URN").alias("urn"),
            stops_on=pl.lit(None, dtype=pl.Date),
        )
    )


def la_dev_fees() -> pl.DataFrame:
    def pence(name: str) -> pl.Expr:
        return pl.col(name).str.replace(".", "", literal=True).cast(pl.Int64)

    return (
        table(LA_DEV / "finance" / "placement_fees.csv")
        .with_row_index("fee_no", offset=1)
        .select(
            pl.col("fee_no").cast(pl.Int64),
            pl.col("child").cast(pl.Int32).alias("child_no"),
            pl.col("valid_from", "valid_to").str.to_date(),
            pl.col("placement_code").alias("place"),
            pl.col("provider_code").fill_null("").alias("provider"),
            weekly_pence=pence("total_weekly_cost"),
            social_care_pence=pence("social_care"),
            education_pence=pence("education"),
            health_pence=pence("health"),
        )
    )


@pytest.fixture(scope="module")
def postings() -> pl.DataFrame:
    fees, placement_map = la_dev_fees(), shipped_placement_map()
    segments = nights(la_dev_episodes(), HORIZON)
    averages = type_averages(fees, placement_map)
    return price_nights(segments, fees, averages, placement_map, HORIZON, HORIZON, price_missing=True)


def test_nights_and_cost_of_every_child_and_year(postings: pl.DataFrame) -> None:
    truth = table(LA_DEV / "truth" / "cost_by_child_year.csv").select(
        child_no=pl.col("child").cast(pl.Int32),
        year=pl.col("return_year"),
        nights=pl.col("nights").cast(pl.Int64),
        pence=pl.col("placement_cost").str.replace(".", "", literal=True).cast(pl.Int64),
    )
    ours = (
        postings.filter(pl.col("service_from") >= date(2020, 4, 1))
        .group_by("child_no", year=return_year_column(pl.col("service_from")))
        .agg(pl.col("nights").sum().cast(pl.Int64), pence=pence_column(pl.col("amount").sum()))
    )
    assert truth.height == 2_756
    assert ours.join(truth, on=ours.columns, how="anti").rows() == []
    assert truth.join(ours, on=ours.columns, how="anti").rows() == []


def test_the_authority_s_year(postings: pl.DataFrame) -> None:
    year = postings.filter(pl.col("service_from") >= date(2024, 4, 1))
    total = int(year["amount"].sum())
    assert pounds(total) == Decimal("25936654.21")
    assert exact_text(total) == "£25,936,654.21"  # nothing is left over
    assert year["nights"].sum() == 167_375
    assert year.filter(pl.col("basis") == "average").height == 0
    assert year["amount"].null_count() == 0


def test_each_posting_has_a_key_of_its_own(postings: pl.DataFrame) -> None:
    key = ["cost_kind", "child_no", "item_no", "line_no", "funder", "service_month"]
    assert postings.select(key).is_duplicated().sum() == 0


def test_a_year_cut_out_of_all_postings(postings: pl.DataFrame) -> None:
    year = clip(postings, date(2024, 4, 1), HORIZON)
    assert summarise(year, [])["amount"].item() == 25_936_654_21 * 420
    in_week = clip(postings, date(2024, 12, 23), date(2024, 12, 29))
    assert summarise(in_week, ["service_month"])["nights"].to_list() == [looked_after_in_week()]


def looked_after_in_week() -> int:
    """Nights from 23 to 29 December 2024 by the authority's own daily population."""
    daily = table(LA_DEV / "truth" / "population_daily.csv").filter(
        pl.col("date").is_between(pl.lit("2024-12-23"), pl.lit("2024-12-29"))
    )
    return int(daily.drop("date").cast(pl.Int64).sum_horizontal().sum())


def test_placements_are_told_apart_as_they_were() -> None:
    found = nights(la_dev_episodes(), HORIZON).select("child_no", "placement_no", pl.col("from").alias("start"))
    truth = table(LA_DEV / "truth" / "episodes.csv").select(
        pl.col("child").cast(pl.Int32).alias("child_no"), pl.col("start").str.to_date(), "placement"
    )
    both = found.join(truth, on=["child_no", "start"])
    assert both.height == found.height
    assert both.select("placement_no", "placement").n_unique() == both["placement"].n_unique()
    assert both["placement_no"].n_unique() == both["placement"].n_unique()
