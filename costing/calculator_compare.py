"""Two runs side by side: the difference split into population, mix, price and practice, which re-adds exactly.

Children are grouped by their needs and the type of placement with most of their nights. Step by step, from
the first run to the second: *population*, as many children more or fewer at the first run's cost a child;
*mix*, the second run's shares of the groups at the first run's cost of each; *practice*, the second run's
occurrences, days and nights a child at the first run's unit costs; *price*, the second run's unit costs. A
group that the first run does not have costs what its average child cost; what it does not have a unit cost
for is priced at the second run's, so that it counts as practice.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from costing.calculator_report import ChildReport, RunReport
from costing.money import round_half_up

_Group = tuple[str, str]
_Cell = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The total of two runs and the parts of their difference, in units: `before` + all parts = `after`."""

    before: int
    after: int
    population: int
    mix: int
    price: int
    practice: int

    @property
    def difference(self) -> int:
        """What the second run comes to above the first."""
        return self.after - self.before


class _Sums:
    """A run's children, amounts and quantities by group and by cell (process, what, variation, unit)."""

    def __init__(self, children: tuple[ChildReport, ...]) -> None:
        self.children: dict[_Group, int] = defaultdict(int)
        self.amounts: dict[_Group, int] = defaultdict(int)
        self.cells: dict[_Group, dict[_Cell, list[Fraction]]] = defaultdict(dict)
        self.overall: dict[_Cell, list[Fraction]] = {}
        for child in children:
            group = child.need_combination, child.placement_type
            self.children[group] += 1
            self.amounts[group] += child.total
            for block in child.blocks:
                for line in block.lines:
                    cell = block.process, line.what, line.variation, line.unit
                    for held in (self.cells[group], self.overall):
                        sums = held.setdefault(cell, [Fraction(0), Fraction(0)])
                        sums[0] += line.quantity
                        sums[1] += line.product

    def unit_cost(self, group: _Group, cell: _Cell) -> Fraction | None:
        """What a unit cost: in the group where it has some, else in the whole run."""
        for held in (self.cells.get(group, {}), self.overall):
            quantity, amount = held.get(cell, (Fraction(0), Fraction(0)))
            if quantity:
                return amount / quantity
        return None


def compare(first: RunReport, second: RunReport) -> Comparison:
    """The difference between two runs. Each part is rounded to a unit on the running total, half-up."""
    one, two = _Sums(first.children), _Sums(second.children)
    many, now = len(first.children), len(second.children)
    mean = Fraction(first.total, many) if many else Fraction(0)
    with_population = Fraction(first.total) if not many else mean * now
    with_mix = sum((count * _mean_of(one, group, mean) for group, count in two.children.items()), Fraction(0))
    with_practice = _at_first_prices(one, two)
    steps = [round_half_up(step) for step in (with_population, with_mix, with_practice)]
    return Comparison(
        before=first.total,
        after=second.total,
        population=steps[0] - first.total,
        mix=steps[1] - steps[0],
        practice=steps[2] - steps[1],
        price=second.total - steps[2],
    )


def _mean_of(sums: _Sums, group: _Group, otherwise: Fraction) -> Fraction:
    count = sums.children.get(group, 0)
    return Fraction(sums.amounts[group], count) if count else otherwise


def _at_first_prices(one: _Sums, two: _Sums) -> Fraction:
    total = Fraction(0)
    cells: Mapping[_Cell, list[Fraction]]
    for group, cells in two.cells.items():
        for cell, (quantity, amount) in cells.items():
            unit_cost = one.unit_cost(group, cell)
            total += amount if unit_cost is None else unit_cost * quantity
    return total
