"""Sheets of unit costs as files: read back as they were written, and every problem told at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costing.sheet_file import SheetProblems, read_sheet_lines, sheet_csv
from costing.unit_cost_sheets import UnitCostSheet, published_sheet

KNOWN = {"CLA2": {"early"}, "CLA6": {"first_review"}}
HEAD = "process,variations,effect,amount,price_year,source\n"


def test_an_own_printed_amount_is_read() -> None:
    text = HEAD + 'CLA6,,base,"£1,234.50",2025/26,Cabinet paper 7\nCLA6,first_review,adds,10,2025/26,Cabinet paper 7\n'
    base, added = read_sheet_lines(text, KNOWN)
    assert (base.pence, base.origin, base.counted_by, base.holds_fee) == (1234_50, "own", "occurrence", False)
    assert (added.pence, added.effect, added.variations) == (10_00, "add", frozenset({"first_review"}))


def test_a_sheet_is_read_back_as_it_was_written() -> None:
    sheet = published_sheet("out_of_london")
    known: dict[str, set[str]] = {}
    for line in sheet.lines:
        known.setdefault(line.process, set()).update(line.variations)
    assert read_sheet_lines(sheet_csv(sheet), known) == sheet.lines


def test_no_cell_is_taken_for_a_formula() -> None:
    line = replace(published_sheet("london").lines[0], source="=1+1")
    assert ",'=1+1," in sheet_csv(UnitCostSheet("x", (line,)))


def test_every_problem_is_told_with_its_row() -> None:
    text = HEAD + "CLA9,,base,1,2025/26,x\nCLA6,early,base,ten,soon,\nCLA2,,base,,,\nCLA2,,base,2,2025/26,x\n"
    with pytest.raises(SheetProblems) as wrong:
        read_sheet_lines(text, KNOWN)
    assert wrong.value.problems == [
        "Row 2: “CLA9” is not a process.",
        "Row 3: “early” is not a variation of CLA6.",
        "Row 3: the base case has no variation, and a line that adds or replaces has one.",
        "Row 3: “ten” is not an amount of pounds.",
        "Row 3: “soon” is not a year of prices. Write it like 2025/26.",
        "Row 3: say where the amount is from.",
        "Row 5: the same process and variations are in row 4.",
    ]


def test_what_an_amount_is_for_is_one_of_a_few() -> None:
    head = HEAD.replace("source", "source,counted_by")
    with pytest.raises(SheetProblems, match="“week” is not what an amount is for"):
        read_sheet_lines(head + "CLA6,,base,1,2025/26,x,week\n", KNOWN)


@pytest.mark.parametrize(("text", "said"), [(HEAD, "no rows"), ("process\n", "no column variations")])
def test_a_file_that_is_no_sheet(text: str, said: str) -> None:
    with pytest.raises(SheetProblems, match=said):
        read_sheet_lines(text, KNOWN)
