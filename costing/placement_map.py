"""What a placement code and provider code mean for costing: a dated table that an authority maintains."""

from functools import cache

import polars as pl

from costing.shipped import shipped_rows

OTHER, UNKNOWN_SECTOR = "other", "unknown"
PLACEMENT_TYPES = (
    "parents",
    "kinship",
    "la_foster",
    "agency_foster",
    "residential",
    "independence",
    "custody",
    "adoption",
    "health",
    "temporary",
    "other",
)
MAP_SCHEMA: dict[str, type[pl.DataType]] = {
    "place": pl.String,
    "provider": pl.String,
    "placement_type": pl.String,
    "sector": pl.String,
    "s251_line": pl.String,
    "free": pl.Boolean,
    "valid_from": pl.Date,
}
_MEANINGS = ("placement_type", "sector", "s251_line", "free")
_SHARED = ("place", "provider", "day")


@cache
def shipped_placement_map() -> pl.DataFrame:
    """The map that comes with the product, in the columns of `MAP_SCHEMA`; provider '' is any provider.

    It is the method's first mapping. Foster care whose provider is not known could be the authority's own
    or an agency's, so it stays `other` until the provider is known.
    """
    rows = pl.DataFrame(shipped_rows("placement_map.csv"))
    return rows.with_columns(free=pl.col("free") == "yes", valid_from=pl.col("valid_from").str.to_date()).select(
        [pl.col(name).cast(kind) for name, kind in MAP_SCHEMA.items()]
    )


def with_meaning(frame: pl.DataFrame, placement_map: pl.DataFrame, *, day: str) -> pl.DataFrame:
    """`frame`, which has place and provider, with placement_type, sector, s251_line and free on date `day`.

    The row for exactly that provider goes before the row for any; of dated rows the latest that has
    started counts. A code the map does not know is type `other`, sector `unknown`, no S251 line, not free.
    """
    asked = frame.select(pl.col("place").fill_null(""), pl.col("provider").fill_null(""), pl.col(day).alias("day"))
    keys = asked.unique().sort("day", "place", "provider")
    in_order = placement_map.sort("valid_from").rename({name: f"_{name}" for name in _MEANINGS})
    exact = _looked_up(keys, in_order, ["place", "provider"])
    anyone = _looked_up(keys, in_order.filter(pl.col("provider") == "").drop("provider"), ["place"])
    defaults = {"placement_type": OTHER, "sector": UNKNOWN_SECTOR, "s251_line": "", "free": False}
    meanings = keys.with_columns(
        pl.coalesce(
            exact[f"_{name}"],
            pl.when(exact["_placement_type"].is_null()).then(anyone[f"_{name}"]),
            pl.lit(default),
        ).alias(name)
        for name, default in defaults.items()
    )
    found = asked.join(meanings, on=list(_SHARED), how="left", maintain_order="left")
    return frame.with_columns(found.select(_MEANINGS))


def _looked_up(keys: pl.DataFrame, in_order: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return keys.join_asof(in_order, left_on="day", right_on="valid_from", by=by, check_sortedness=False)
