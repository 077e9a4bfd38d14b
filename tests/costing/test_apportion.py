import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.apportion import split, split_across, split_rows

TOTALS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [0, 1], [0, 10]),
        (7, [2, 1], [5, 2]),
        (0, [5, 5], [0, 0]),
        (1, [1, 2, 2], [0, 1, 0]),
    ],
)
def test_worked_splits(total: int, weights: list[int], shares: list[int]) -> None:
    assert split(total, weights) == shares


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 2]])
def test_impossible_weights_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        split(10, weights)


@given(TOTALS, WEIGHTS)
def test_a_split_re_adds_and_is_fair(total: int, weights: list[int]) -> None:
    shares = split(total, weights)
    assert sum(shares) == total
    assert all(
        abs(share * sum(weights) - total * weight) < sum(weights) for share, weight in zip(shares, weights, strict=True)
    )
    assert split(-total, weights) == [-share for share in shares]


@given(st.lists(st.tuples(TOTALS | st.none(), WEIGHTS), min_size=1, max_size=6))
def test_rows_split_like_the_scalar(groups: list[tuple[int | None, list[int]]]) -> None:
    rows = [
        {"group": number, "total": total, "weight": weight, "rank": rank}
        for number, (total, weights) in enumerate(groups)
        for rank, weight in enumerate(weights)
    ]
    schema = {"group": pl.Int64, "total": pl.Int64, "weight": pl.Int64, "rank": pl.Int64}
    done = split_rows(
        pl.DataFrame(rows, schema=schema), groups=["group"], totals=["total"], weight="weight", rank="rank"
    )
    wanted = [
        share
        for total, weights in groups
        for share in ([None] * len(weights) if total is None else split(total, weights))
    ]
    assert done["total"].to_list() == wanted


def test_rows_split_beyond_64_bits_in_between() -> None:
    frame = pl.DataFrame({"g": [1, 1], "total": [10**13, 10**13], "weight": [10**9, 2 * 10**9], "rank": [0, 1]})
    done = split_rows(frame, groups=["g"], totals=["total"], weight="weight", rank="rank")
    assert done["total"].to_list() == split(10**13, [10**9, 2 * 10**9])


def test_a_group_without_weight_is_refused() -> None:
    frame = pl.DataFrame({"g": [1], "total": [5], "weight": [0], "rank": [0]})
    with pytest.raises(ValueError):
        split_rows(frame, groups=["g"], totals=["total"], weight="weight", rank="rank")


@given(st.lists(st.tuples(TOTALS, st.lists(st.integers(0, 10**5), min_size=4, max_size=4)), min_size=1))
def test_columns_split_like_the_scalar(rows: list[tuple[int, list[int]]]) -> None:
    names = ["a", "b", "c", "d"]
    frame = pl.DataFrame(
        {"total": [total for total, _ in rows]}
        | {name: [weights[index] for _, weights in rows] for index, name in enumerate(names)}
    )
    shares = {f"{name}_share": name for name in names}
    done = split_across(frame.lazy(), pl.col("total"), shares).select(list(shares)).collect()
    for row, (total, weights) in zip(done.rows(), rows, strict=True):
        assert list(row) == (split(total, weights) if any(weights) else [None] * 4)
