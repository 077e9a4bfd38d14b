"""What is withheld from an extract: nobody can work out a small cell from the sums that are shown."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from costing.withholding import FEW, withheld

Cell = tuple[str, str]


def table(rows: dict[str, list[int]]) -> tuple[dict[Cell, int], list[tuple[Cell, list[Cell]]]]:
    """A table with a total of each row, of each column and of all, `*`."""
    inner = {(row, str(column)): count for row, counts in rows.items() for column, count in enumerate(counts)}
    columns = sorted({column for _, column in inner})
    counts = dict(inner)
    for row, column in product([*rows, "*"], [*columns, "*"]):
        counts[row, column] = sum(
            count for (r, c), count in inner.items() if row in (r, "*") and column in (c, "*")
        )  # fmt: skip
    sums = [((row, "*"), [(row, column) for column in columns]) for row in [*rows, "*"]]
    sums += [(("*", column), [(row, column) for row in rows]) for column in [*columns, "*"]]
    return counts, sums


def test_nothing_small_nothing_withheld() -> None:
    assert withheld(*table({"a": [5, 6], "b": [7, 8]})) == frozenset()


def test_the_next_smallest_goes_with_the_only_small_one() -> None:
    counts, sums = table({"a": [3, 20, 9]})
    assert withheld(counts, sums) == {("a", "0"), ("a", "2"), ("*", "0"), ("*", "2")}


def test_a_lone_cell_takes_its_total_with_it() -> None:
    assert ("a", "*") in withheld(*table({"a": [4]}))


def test_two_small_ones_that_come_to_few_take_a_third() -> None:
    assert {column for row, column in withheld(*table({"a": [1, 2, 30, 40]})) if row == "a"} == {"0", "1", "2"}


def solved(counts: dict[Cell, int], sums: list[tuple[Cell, list[Cell]]], hidden: frozenset[Cell]) -> set[Cell]:
    """What someone with every shown cell works out by one sum after another; a cell of none is no secret."""
    known = set(counts) - {cell for cell in hidden if counts[cell]}
    while True:
        more = {
            unknown[0]
            for total, parts in sums
            if len(unknown := [cell for cell in (total, *parts) if cell not in known]) == 1
        }
        if not more:
            return known & hidden
        known |= more


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1))
def test_no_sum_gives_a_withheld_cell_away(rows: dict[str, list[int]]) -> None:
    counts, sums = table(rows)
    hidden = withheld(counts, sums)
    assert {cell for cell, count in counts.items() if count < FEW} <= hidden
    assert {cell for cell in solved(counts, sums, hidden) if counts[cell]} == set()
