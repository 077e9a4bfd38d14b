"""The indices of prices that runs and sheets may take: those that come with the product, and the authority's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import msgspec
import polars as pl

from costing.uprating import IndexSeries, OwnIndex, read_series, shipped_series
from projections import tables as t
from projections.queries.cost_lines import CostSource

__all__ = ["held_series"]


def held_series(source: CostSource) -> Mapping[str, IndexSeries]:
    """Every series by its name, as the tables have them; the authority's own are ``own:`` and what it calls them."""
    said = source.frame(t.setting).filter(pl.col("name") == "price_indices").sort("valid_from", "known_at")
    if said.is_empty():
        return shipped_series()
    stated = msgspec.json.decode(said["value"][-1], type=tuple[OwnIndex, ...])
    return {**shipped_series(), **read_series(asdict(each) for each in stated)}
