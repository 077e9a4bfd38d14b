"""Care histories turned into nights: which episode, and which placement, each night of care belongs to.

The day a placement starts is charged and the day it ends is not. Where episodes overlap the one with the
later DECOM takes the night; an episode that ends before it starts costs nothing; one that a later return
left out stops after the night of `stops_on`; an open one runs through the night of the horizon (ruling 8).
"""

from datetime import date, timedelta

import polars as pl

SEGMENT_SCHEMA: dict[str, type[pl.DataType]] = {
    "child_no": pl.Int32,
    "episode_no": pl.Int64,
    "placement_no": pl.Int64,
    "place": pl.String,
    "provider": pl.String,
    "ls": pl.String,
    "from": pl.Date,
    "to": pl.Date,
    "open": pl.Boolean,
}
_ONE_DAY = timedelta(days=1)
_LEGAL_STATUS_ONLY = "L"


def nights(episodes: pl.DataFrame, horizon: date) -> pl.DataFrame:
    """Stretches of nights, each of one child in one episode, none of them overlapping.

    episodes: child_no, episode_no, decom, dec (null = open), rne, ls, place, provider, stops_on (the last
    night counted, or null); a row for each episode as last known.

    A segment holds the nights from `from` up to but not including `to`. `placement_no` is the number of
    the placement's first episode: an episode in which the legal status alone changed (RNE L), and which
    starts no later than the one before it ends, belongs to the same placement. `open` marks the stretch
    of an open episode that reaches the horizon. Segments come by child and date.
    """
    known = _numbered(_spans(episodes, horizon))
    overlaps = (pl.col("decom") < pl.col("to").cum_max().shift(1).over("child_no")).fill_null(value=False)
    known = known.with_columns(_overlaps=overlaps.any().over("child_no"))
    simple = known.filter(~pl.col("_overlaps")).with_columns(pl.col("decom").alias("from"))
    shared = _night_by_night(known.filter("_overlaps"))
    columns = [pl.col(name).cast(kind) for name, kind in SEGMENT_SCHEMA.items() if name != "open"]
    reaches = pl.col("_open") & (pl.col("to") == horizon + _ONE_DAY)
    return (
        pl.concat([simple.select(shared.columns), shared])
        .filter(pl.col("from") < pl.col("to"))
        .select(*columns, reaches.alias("open"))
        .sort("child_no", "from")
    )


def _spans(episodes: pl.DataFrame, horizon: date) -> pl.DataFrame:
    after = pl.lit(horizon + _ONE_DAY)
    started = episodes.filter(
        (pl.col("decom") <= horizon) & (pl.col("dec").is_null() | (pl.col("dec") >= pl.col("decom")))
    )
    stopped = pl.col("stops_on") <= horizon
    return started.with_columns(
        to=pl.min_horizontal(pl.col("dec"), pl.col("stops_on").dt.offset_by("1d"), after),
        _open=pl.col("dec").is_null() & ~stopped.fill_null(value=False),
    ).sort("child_no", "decom", "to", "episode_no")


def _numbered(spans: pl.DataFrame) -> pl.DataFrame:
    before = pl.col("to").shift(1).over("child_no")
    goes_on = ((pl.col("rne") == _LEGAL_STATUS_ONLY) & (before >= pl.col("decom"))).fill_null(value=False)
    first = pl.when(~goes_on).then(pl.col("episode_no"))
    return spans.with_columns(placement_no=first.forward_fill().over("child_no"))


def _night_by_night(spans: pl.DataFrame) -> pl.DataFrame:
    """Cut overlapping spans at every start and end, and give each stretch to the later DECOM.

    The work grows with the square of one child's episodes, and only for children with an overlap.
    """
    edges = pl.concat([spans.select("child_no", edge="decom"), spans.select("child_no", edge="to")])
    stretches = (
        edges.unique()
        .sort("child_no", "edge")
        .select("child_no", pl.col("edge").alias("from"), pl.col("edge").shift(-1).over("child_no").alias("to"))
        .drop_nulls("to")
    )
    taken = (
        stretches.join(spans.rename({"to": "_end"}), on="child_no")
        .filter((pl.col("decom") <= pl.col("from")) & (pl.col("_end") >= pl.col("to")))
        .sort("child_no", "from", "decom", "episode_no")
        .unique(["child_no", "from"], keep="last", maintain_order=True)
    )
    return _joined_up(taken)


def _joined_up(taken: pl.DataFrame) -> pl.DataFrame:
    same = (pl.col("episode_no") == pl.col("episode_no").shift(1)) & (pl.col("from") == pl.col("to").shift(1))
    run = (~same.fill_null(value=False)).cum_sum()
    return (
        taken.with_columns(_run=run)
        .group_by("_run", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in ("child_no", "episode_no", "placement_no", "place")),
            *(pl.col(name).first() for name in ("provider", "ls", "_open", "from")),
            pl.col("to").last(),
        )
        .drop("_run")
    )
