"""Splits that always re-add to their whole: the largest-remainder rule, for one total and for columns.

Each share gets the whole part of total x weight / sum of weights; what is left over goes, one unit each,
to the shares with the largest remainders, and of equal ones to the earlier (ruling 12: the lower id).
A negative total is split as its opposite, so a reversal mirrors its entry share by share.
"""

from collections.abc import Sequence

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


def split_across(total: pl.Expr, weights: Sequence[str]) -> dict[str, pl.Expr]:
    """Expressions that share `total` across the weight columns of each row, ties to the earlier column.

    The keys are the names of the weight columns. Rows whose weights are null or add up to zero give
    null; so do rows with a null total. The caller sees to it that total x weight fits the column type
    (`wide` makes it so).
    """
    whole = pl.sum_horizontal([pl.col(name) for name in weights], ignore_nulls=False)
    whole = pl.when(whole > 0).then(whole)
    magnitude = total.abs()
    base = {name: magnitude * pl.col(name) // whole for name in weights}
    rest = {name: magnitude * pl.col(name) % whole for name in weights}
    left = magnitude - pl.sum_horizontal(list(base.values()), ignore_nulls=False)
    shares: dict[str, pl.Expr] = {}
    for index, name in enumerate(weights):
        ahead = [
            ((rest[other] >= rest[name]) if position < index else (rest[other] > rest[name])).cast(pl.Int64)
            for position, other in enumerate(weights)
            if position != index
        ]
        extra = (pl.sum_horizontal(ahead) < left).cast(pl.Int64) if ahead else left
        shares[name] = (total.sign() * (base[name] + extra)).cast(pl.Int64)
    return shares


def wide(total: pl.Expr, frame: pl.DataFrame, total_name: str, weight_name: str) -> pl.Expr:
    """`total`, in 128 bits where the largest total times the largest weight of `frame` needs them."""
    largest, heaviest = frame.select(pl.col(total_name).abs().max(), pl.col(weight_name).max()).row(0)
    if (largest or 0) * (heaviest or 0) < _SAFE_PRODUCT:
        return total
    return total.cast(pl.Int128)
