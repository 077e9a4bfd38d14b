"""A run as CSV: one row a line of a child's report, or one a group. Pseudonymous: children go by their number."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from costing.calculator_report import ChildReport, GroupRow
from costing.money import UNITS_PER_POUND, pounds

LINE_COLUMNS = (
    "child", "process", "name", "what", "variation", "unit_cost_gbp", "quantity", "unit", "product_gbp",
    "product_units", "basis", "rests_on",
)  # fmt: skip
GROUP_COLUMNS = ("children", "nights", "total_gbp", "total_units")
_PLACES = 4


def decimal_places(value: Fraction, per: int = 1) -> str:
    """A number, or that many `per` to one, with four decimal places, rounded half-up."""
    # In whole numbers: a run has tens of thousands of these.
    top, bottom = abs(value.numerator) * 10**_PLACES, value.denominator * per
    found = Decimal((2 * top + bottom) // (2 * bottom)).scaleb(-_PLACES)
    return str(-found if value < 0 and found else found)


def lines_csv(children: Iterable[ChildReport]) -> bytes:
    """Every line of every child, in order. `product_units` (1/420 p) is exact; the rest is rounded to be read."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(LINE_COLUMNS)
    for child in children:
        for block in child.blocks:
            for line in block.lines:
                rows.writerow(
                    [
                        child.child_no, block.process, block.name, line.what, line.variation,
                        decimal_places(line.unit_cost, UNITS_PER_POUND), decimal_places(line.quantity), line.unit,
                        pounds(line.product), line.product, line.basis, " ".join(line.rests_on),
                    ]
                )  # fmt: skip
    return text.getvalue().encode()


def groups_csv(by: str, groups: Iterable[GroupRow]) -> bytes:
    """The rows of a grouping."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((by, *GROUP_COLUMNS))
    for each in groups:
        rows.writerow((each.key, each.children, each.nights, pounds(each.amount), each.amount))
    return text.getvalue().encode()
