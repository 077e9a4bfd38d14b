"""Fees: what nights have cost, each child's own fee now, and what moves and entrants are likely to cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from costing.forecast.facts import ForecastFacts
from costing.forecast.settings import ForecastSettings

__all__ = ["Prices", "actual_nights", "drawn_prices", "uplift_factors"]

Floats = npt.NDArray[np.float64]
_SLOTS = 512
_FEWEST = 8
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Prices:
    """Units a night at the origin's prices: ``own`` by child in placement; ``usual`` draws by (draw, type, slot).

    ``sector`` is the place in ``sectors`` of each slot; ``own_sector`` that of each child in placement.
    ``unpriced`` children have no fee and no average.
    """

    own: Floats
    own_sector: npt.NDArray[np.int64]
    usual: Floats
    sector: npt.NDArray[np.int64]
    sectors: tuple[str, ...]
    unpriced: int


def actual_nights(facts: ForecastFacts, settings: ForecastSettings, first: date, last: date) -> pl.DataFrame:
    """Nights from ``first`` to ``last`` (inclusive): month, placement_type, nights, units, unpriced_nights. Exact.

    A night takes the child's fee of that night; without one, free types cost nothing and others take the type's
    average (the mean of all fees told of, rounded once), or stay unpriced by the setting.
    """
    spans = _priced_spans(facts, settings).with_columns(
        start=pl.max_horizontal("start", pl.lit(first)), stop=pl.min_horizontal("stop", pl.lit(last + _ONE_DAY))
    )
    within = spans.filter(pl.col("start") < pl.col("stop"))
    months = pl.date_ranges(pl.col("start").dt.month_start(), pl.col("stop").dt.offset_by("-1d"), "1mo")
    each = (
        within.with_columns(month=months)
        .explode("month", empty_as_null=False)
        .with_columns(
            nights=(
                pl.min_horizontal("stop", pl.col("month").dt.offset_by("1mo")) - pl.max_horizontal("start", "month")
            ).dt.total_days()
        )
    )
    return (
        each.group_by("month", "placement_type")
        .agg(
            nights=pl.col("nights").sum(),
            units=(pl.col("nights") * pl.col("nightly")).sum(),
            unpriced_nights=pl.col("nights").filter(pl.col("nightly").is_null()).sum(),
        )
        .sort("month", "placement_type")
    )


def _priced_spans(facts: ForecastFacts, settings: ForecastSettings) -> pl.DataFrame:
    """Stretches at one price: child_no, placement_type, sector, start, stop (exclusive), nightly units or null.

    ``placement_start`` tells the first stretch of a placement, whose price was agreed for it.
    """
    far = date.max
    rows = facts.placements.select(
        "child_no", "placement_type", "sector", start="starts", stop=pl.col("ends").fill_null(far),
        placement_start=pl.col("starts").min().over("child_no", "placement_no"),
        placement_stop=pl.col("ends").fill_null(far).max().over("child_no", "placement_no"),
    ).filter(pl.col("start") < pl.col("stop"))  # fmt: skip
    running = fee_spans(facts)
    joined = rows.join(running, on="child_no").with_columns(
        # A fee without an end runs out with the placement in which it started.
        fee_stop=pl.when(
            pl.col("open_fee") & (pl.col("placement_start") > pl.col("fee_start"))
        ).then(pl.col("fee_start")).otherwise("fee_stop")
    )  # fmt: skip
    priced = joined.with_columns(
        start=pl.max_horizontal("start", "fee_start"), stop=pl.min_horizontal("stop", "fee_stop")
    ).filter(pl.col("start") < pl.col("stop"))
    own = priced.select("child_no", "placement_type", "sector", "start", "stop", "nightly", "placement_start")
    rest = _uncovered(rows, own)
    free = pl.col("placement_type").is_in(list(settings.free_types))
    average = type_averages(own)
    missing = rest.join(average, on="placement_type", how="left").with_columns(
        nightly=pl.when(free).then(0).when(settings.price_missing).then("average")
    )
    return pl.concat([own, missing.select(own.columns)])


def fee_spans(facts: ForecastFacts) -> pl.DataFrame:
    """Each fee with the nights it is in force: child_no, nightly, fee_start, fee_stop, open_fee (no end was told)."""
    following = pl.col("valid_from").shift(-1).over("child_no")
    ended = pl.col("valid_to")
    kept = facts.fees.filter(ended.is_null() | (ended > pl.col("valid_from")))
    return (
        kept.sort("child_no", "valid_from")
        .select(
            "child_no",
            nightly=pl.col("weekly_units") // 7,
            fee_start="valid_from",
            fee_stop=pl.min_horizontal(ended, following).fill_null(date.max),
            open_fee=ended.is_null(),
        )
        .filter(pl.col("fee_start") < pl.col("fee_stop"))
    )


def type_averages(priced: pl.DataFrame) -> pl.DataFrame:
    """placement_type, average: the mean nightly units of the stretches of a type, rounded half-up once."""
    whole, count = pl.col("nightly").sum(), pl.len().cast(pl.Int64)
    return priced.group_by("placement_type").agg(average=(2 * whole + count) // (2 * count))


def _uncovered(rows: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """The stretches of the placements that no fee covers."""
    key = ["child_no", "row"]
    numbered = rows.with_row_index("row")
    covered = (
        numbered.select(*key, "start", "stop")
        .join(own.select("child_no", s="start", e="stop"), on="child_no")
        .filter((pl.col("s") >= pl.col("start")) & (pl.col("e") <= pl.col("stop")))
        .select(*key, start="s", stop="e")
    )
    ends = pl.concat([
        covered,
        numbered.select(*key, start="stop", stop="stop"),
        numbered.select(*key, start="start", stop="start"),
    ]).sort(*key, "start", "stop")  # fmt: skip
    gaps = ends.select(*key, start="stop", stop=pl.col("start").shift(-1).over("row")).filter(
        pl.col("start") < pl.col("stop")
    )
    return gaps.join(numbered.select("row", "placement_type", "sector", "placement_start"), on="row")


def drawn_prices(
    facts: ForecastFacts, origin: date, types: Sequence[str], children: npt.NDArray[np.int64],
    settings: ForecastSettings, rng: np.random.Generator,
) -> Prices:  # fmt: skip
    """Own fees of ``children`` (in placement at the origin), and draws of recent fees by type, resampled each draw."""
    spans = _priced_spans(facts, settings)
    today = spans.filter((pl.col("start") <= origin) & (pl.col("stop") > origin)).unique("child_no", keep="last")
    asked = pl.DataFrame({"child_no": children}).with_columns(pl.col("child_no").cast(pl.Int32))
    found = asked.join(today, on="child_no", how="left", maintain_order="left")
    sectors = tuple(sorted(set(spans["sector"].fill_null("").to_list())))
    place = {name: number for number, name in enumerate(sectors)}
    usual = np.zeros((settings.draws, len(types), _SLOTS))
    sector = np.zeros((settings.draws, len(types), _SLOTS), dtype=np.int64)
    started = pl.col("start") == pl.col("placement_start")
    known = spans.filter(started & pl.col("nightly").is_not_null()).sort("child_no", "start")
    for number, name in enumerate(types):
        pool = _recent(known.filter(pl.col("placement_type") == name), origin, settings)
        if not pool.height:
            continue
        amounts = pool["now"].to_numpy()
        of = np.array([place[each] for each in pool["sector"].fill_null("")], dtype=np.int64)
        draw = rng.integers(0, len(amounts), (settings.draws, len(amounts)))
        picked = np.take_along_axis(draw, rng.integers(0, len(amounts), (settings.draws, _SLOTS)), axis=1)
        usual[:, number], sector[:, number] = amounts[picked], of[picked]
    own = found["nightly"].cast(pl.Float64)
    return Prices(
        own=own.fill_null(0.0).to_numpy(),
        own_sector=np.array([place.get(each or "", 0) for each in found["sector"]], dtype=np.int64),
        usual=usual, sector=sector, sectors=sectors, unpriced=own.null_count(),
    )  # fmt: skip


def _recent(pool: pl.DataFrame, origin: date, settings: ForecastSettings) -> pl.DataFrame:
    """The latest fees of a type, at the origin's prices: those started lately, or the last few where there are few."""
    lately = pool.filter(pl.col("start") > origin - timedelta(days=settings.recent_days))
    taken = lately if lately.height >= _FEWEST else pool.sort("start").tail(_FEWEST)
    # A fee of an earlier April year has risen since by the stated uplift.
    years = pl.lit(_april_year(origin)) - (pl.col("start").dt.year() - (pl.col("start").dt.month() < 4))
    return taken.with_columns(now=pl.col("nightly") * (1 + settings.yearly_uplift / 100) ** years)


def _april_year(day: date) -> int:
    return day.year - (day.month < 4)


def uplift_factors(origin: date, days: int, settings: ForecastSettings) -> Floats:
    """By how much prices stand above the origin's, on each of so many days after it."""
    factors = np.ones(days)
    until = origin + timedelta(days=days)
    rises = {each.starts: each.percent for each in settings.uplifts}
    for year in range(origin.year, until.year + 1):
        rises.setdefault(date(year, 4, 1), settings.yearly_uplift)
    for starts, percent in rises.items():
        if origin < starts <= until:
            factors[(starts - origin).days - 1 :] *= 1 + percent / 100
    return factors
