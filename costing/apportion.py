"""Splits that always re-add to their whole: the largest-remainder rule, for one total and for columns.

Each share gets the whole part of total x weight / sum of weights; what is left over goes, one unit each,
to the shares with the largest remainders, and of equal ones to the earlier (ruling 12: the lower id).
A negative total is split as its opposite, so a reversal mirrors its entry share by share.
"""

from collections.abc import Mapping, Sequence

import polars as pl

_SAFE_PRODUCT = 2**62


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Whole-number shares of `total` in proportion to whole-number `weights`; they add up to `total`.

    Raises ValueError for no weights, a negative weight, or weights that are all zero.
    """
    if not weights:
        raise ValueError("There is nobody to share between.")
    if any(weight < 0 for weight in weights):
        raise ValueError("A share cannot be less than zero.")
    whole = sum(weights)
    if whole == 0:
        raise ValueError("At least one share must be more than zero.")
    parts = [divmod(abs(total) * weight, whole) for weight in weights]
    shares = [quotient for quotient, _ in parts]
    left = abs(total) - sum(shares)
    by_remainder = sorted(range(len(parts)), key=lambda index: (-parts[index][1], index))
    for index in by_remainder[:left]:
        shares[index] += 1
    return [-share for share in shares] if total < 0 else shares


def split_rows(
    frame: pl.DataFrame, *, groups: Sequence[str], totals: Sequence[str], weight: str, rank: str
) -> pl.DataFrame:
    """Replace each of `totals` by the row's share of it within its group, by `weight`, ties to lower `rank`.

    Every row of a group carries the same total; a null total gives null shares. Rows come back in the
    order in which they went in. Raises ValueError when a group's weights are negative or all zero.
    """
    if frame.is_empty():
        return frame
    work = frame.with_row_index("_row").with_columns(_whole=pl.col(weight).sum().over(groups))
    lowest, whole = work.select(pl.col(weight).min(), pl.col("_whole").min()).row(0)
    if lowest is None or lowest < 0 or whole <= 0:
        raise ValueError("Shares must be zero or more, and at least one of a group more than zero.")
    for total in totals:
        work = _split_one(work, groups, total, weight, rank)
    return work.sort("_row").drop("_row", "_whole")


def _split_one(work: pl.DataFrame, groups: Sequence[str], total: str, weight: str, rank: str) -> pl.DataFrame:
    product = wide(pl.col(total), work, total, weight).abs() * pl.col(weight)
    ranked = work.with_columns(
        _base=(product // pl.col("_whole")).cast(pl.Int64), _rest=(product % pl.col("_whole")).cast(pl.Int64)
    ).sort([*groups, "_rest", rank], descending=[*[False] * len(groups), True, False], nulls_last=True)
    left = pl.col(total).abs() - pl.col("_base").sum().over(groups)
    place = pl.int_range(pl.len()).over(groups)
    share = pl.col("_base") + (place < left).cast(pl.Int64)
    return ranked.with_columns((pl.col(total).sign() * share).alias(total)).drop("_base", "_rest")


def split_across(lines: pl.LazyFrame, total: pl.Expr, weights: Mapping[str, str]) -> pl.LazyFrame:
    """`lines` with `total` of each row shared across columns: names of shares to names of weight columns.

    Of equal remainders the earlier column takes what is left over. Rows whose weights are null or add up
    to zero get null shares; so do rows with a null total. The caller sees to it that total x weight fits
    the type of `total` (`wide` makes it so).
    """
    names = list(weights)
    whole = pl.sum_horizontal([pl.col(column) for column in weights.values()], ignore_nulls=False)
    product = {name: pl.col("_total").abs() * pl.col(column) for name, column in weights.items()}
    parts = lines.with_columns(_total=total, _whole=pl.when(whole > 0).then(whole)).with_columns(
        *((product[name] // pl.col("_whole")).alias(f"_base_{name}") for name in names),
        *((product[name] % pl.col("_whole")).alias(f"_rest_{name}") for name in names),
    )
    bases = pl.sum_horizontal([pl.col(f"_base_{name}") for name in names], ignore_nulls=False)
    shares = [
        (pl.col("_total").sign() * (pl.col(f"_base_{name}") + _goes_first(name, names))).cast(pl.Int64).alias(name)
        for name in names
    ]
    return parts.with_columns(_left=pl.col("_total").abs() - bases).with_columns(shares)


def _goes_first(name: str, names: Sequence[str]) -> pl.Expr:
    """1 where fewer shares than there are units left over have a larger remainder, or an equal one before."""
    own, place = pl.col(f"_rest_{name}"), names.index(name)
    ahead = [
        (pl.col(f"_rest_{other}") >= own if position < place else pl.col(f"_rest_{other}") > own).cast(pl.Int64)
        for position, other in enumerate(names)
        if position != place
    ]
    return (pl.sum_horizontal(pl.lit(0, dtype=pl.Int64), *ahead) < pl.col("_left")).cast(pl.Int64)


def wide(total: pl.Expr, frame: pl.DataFrame, total_name: str, weight_name: str) -> pl.Expr:
    """`total`, in 128 bits where the largest total times the largest weight of `frame` needs them."""
    largest, heaviest = frame.select(pl.col(total_name).abs().max(), pl.col(weight_name).max()).row(0)
    if (largest or 0) * (heaviest or 0) < _SAFE_PRODUCT:
        return total
    return total.cast(pl.Int128)
