"""Which of a worker's posts holds on a day: of those that cover it, the one that began last."""

from __future__ import annotations

from datetime import date

import polars as pl

__all__ = ["held_posts"]

_FAR = date.max


def held_posts(posts: pl.DataFrame) -> pl.DataFrame:
    """The posts cut so that no two of a worker overlap, sorted by start; columns as given.

    ``posts`` holds worker_no, starts, ends (exclusive; null: not ended), post_no and whatever else a post
    tells. Each worker's time is cut at every start and end, and each piece has the post covering it that
    began last (of two of one day, the one with the higher post_no). An earlier post therefore holds again
    once a later one has ended. Days without a post have no piece.
    """
    spans = posts.with_columns(pl.col("ends").fill_null(_FAR)).filter(pl.col("starts") < pl.col("ends"))
    edges = pl.concat([spans.select("worker_no", _from=edge) for edge in ("starts", "ends")]).unique()
    pieces = (
        edges.sort("worker_no", "_from")
        .with_columns(_to=pl.col("_from").shift(-1).over("worker_no"))
        .filter(pl.col("_to").is_not_null())
    )
    return (
        pieces.join(spans, on="worker_no")
        .filter((pl.col("starts") <= pl.col("_from")) & (pl.col("ends") >= pl.col("_to")))
        .sort("worker_no", "_from", "starts", "post_no")
        .unique(["worker_no", "_from"], keep="last")
        .with_columns(starts=pl.col("_from"), ends=pl.when(pl.col("_to") < _FAR).then("_to").otherwise(None))
        .sort("starts", "worker_no")
        .select(posts.columns)
    )
