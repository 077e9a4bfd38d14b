"""Ten children in text tables: facts in, occurrences and costs out, line by line."""

from fractions import Fraction

import pytest

from costing.money import units_of_pence
from tests.costing.golden_costs import costs, periods, run
from tests.costing.golden_tables import GOLDEN, read

TABLES = sorted(GOLDEN.glob("*.txt"))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_what_a_child_costs(path) -> None:
    table = read(path)
    asked = periods(table)
    assert asked
    for block, days in asked.items():
        assert costs(table, *days) == table.blocks[block], block


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_line_is_its_sum_and_names_its_facts(path) -> None:
    table = read(path)
    for days in periods(table).values():
        report = run(table, *days)
        for child in report.children:
            for block in child.blocks:
                assert block.total == sum(line.product for line in block.lines)
                for line in block.lines:
                    # Each occurrence is rounded half-up to a unit once, and a line can be several.
                    assert abs(line.unit_cost * line.quantity - line.product) <= Fraction(len(line.rests_on), 2)
                    assert line.rests_on
            assert child.total == sum(block.total for block in child.blocks)
        assert report.total == sum(child.total for child in report.children)


@pytest.mark.parametrize(
    ("words", "pounds"),
    [("Local authority foster care, Difficult to place", 695), ("Residential care, Difficult to place", 1134)],
)
def test_the_published_sums_of_a_child_who_is_difficult_to_place(words: str, pounds: int) -> None:
    table = read(GOLDEN / "07_difficult_to_place.txt")
    reports = [run(table, *days) for days in periods(table).values()]
    lines = [line for report in reports for block in report.children[0].blocks for line in block.lines]
    assert [line.product for line in lines if line.variation == words] == [units_of_pence(100 * pounds)]
