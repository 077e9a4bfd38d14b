"""The Cost Calculator: what each child's pathway cost in a period, process by process.

`cost(child) = sum over processes of unit cost x occurrences or days in the period + placement nights x
nightly amount`. What a run is asked for is in `calculator_settings`, what it comes to in `calculator_report`.
"""

from costing.calculator_compare import Comparison, compare
from costing.calculator_csv import groups_csv, lines_csv
from costing.calculator_facts import RunFacts, RunPrices
from costing.calculator_report import (
    GROUPINGS,
    Block,
    ChildReport,
    GroupRow,
    Line,
    RunReport,
    TeamMonth,
    Unpriced,
)
from costing.calculator_run import calculate
from costing.calculator_settings import BASES, COMPONENTS, Population, RunProblems, RunSettings

__all__ = [
    "BASES",
    "COMPONENTS",
    "GROUPINGS",
    "Block",
    "ChildReport",
    "Comparison",
    "GroupRow",
    "Line",
    "Population",
    "RunFacts",
    "RunPrices",
    "RunProblems",
    "RunReport",
    "RunSettings",
    "TeamMonth",
    "Unpriced",
    "calculate",
    "compare",
    "groups_csv",
    "lines_csv",
]
