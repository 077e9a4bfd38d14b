"""Runs over the ten children of the text tables: the lines, blocks and total that a period comes to.

A block `-- costs` is of the table's own period, `-- costs 2024-04-01 to 2024-06-30` of another one, both days
included. A line is `PROCESS variations: quantity unit x unit cost = product (basis) facts`, in pounds; nights are
at the table's fee a week. `not priced` lines are in no total; a block's total is on a line of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import polars as pl

from costing.calculator import RunFacts, RunPrices, RunReport, RunSettings, calculate
from costing.calculator_facts import PLACED, POSTED
from costing.care_facts import Episode
from costing.money import night_units, pounds
from costing.unit_cost_sheets import published_sheet
from tests.costing.golden_tables import Table

PRICES = RunPrices(published_sheet("out_of_london"))
COSTS = "costs"


def periods(table: Table) -> dict[str, tuple[date, date]]:
    """The blocks of costs of a table, each with its period."""
    found = {}
    for name in table.blocks:
        if name.startswith(COSTS):
            words = name.split()[1:]
            days = (date.fromisoformat(words[0]), date.fromisoformat(words[2])) if words else (table.first, table.last)
            found[name] = days
    return found


def run(table: Table, first: date, last: date) -> RunReport:
    """The run over the table's child."""
    stays = [(each, each.decom, min(each.dec or date.max, table.horizon + timedelta(days=1))) for each in _real(table)]
    posted = [_nights(each, start, stop, table.fee) for each, start, stop in stays if start < stop and table.fee]
    placed = [(1, start, stop, each.placement_type) for each, start, stop in stays if start < stop]
    facts = RunFacts(
        (replace(table.facts, child="1"),),
        table.horizon,
        pl.DataFrame(posted, schema=POSTED),
        pl.DataFrame(placed, schema=PLACED, orient="row"),
    )
    return calculate(facts, RunSettings(first=first, last=last, pathway=table.settings), PRICES)


def costs(table: Table, first: date, last: date) -> list[str]:
    """The lines as the code works them out."""
    report = run(table, first, last)
    return [
        *(line for child in report.children for line in _blocks(child.blocks)),
        *(f"expected review {day}" for child in report.children for day in child.expected),
        *(
            f"not priced: {each.process} {each.variation}: {_number(each.quantity)} {each.unit}"
            for each in report.unpriced
        ),
        f"total {pounds(report.total)}",
    ]


def _blocks(blocks) -> Iterator[str]:
    for block in blocks:
        for line in block.lines:
            sum_of = f"{_number(line.quantity)} {line.unit} x {pounds(line.unit_cost)} = {pounds(line.product)}"
            yield f"{block.process} {line.variation}: {sum_of} ({line.basis}) {','.join(line.rests_on)}"
        if block.lines:
            yield f"{block.process} {pounds(block.total)}"


def _number(quantity: Fraction) -> str:
    whole, rest = divmod(quantity, 1)
    return " ".join(str(each) for each in (whole, rest) if each) or "0"


def _real(table: Table) -> tuple[Episode, ...]:
    return tuple(each for each in table.facts.episodes if each.dec is None or each.dec > each.decom)


def _nights(each: Episode, start: date, stop: date, weekly: int) -> dict[str, object]:
    nights = (stop - start).days
    return {
        "child_no": 1, "cost_kind": "placement", "item_no": each.number + 1, "line_no": 1, "service_from": start,
        "service_to": stop - timedelta(days=1), "process": "CLA3", "worker_type": "",
        "place_type": each.placement_type, "sector": "", "nights": nights, "seconds": None, "rate_pence": weekly,
        "amount": nights * night_units(weekly), "basis": "recorded",
    }  # fmt: skip
