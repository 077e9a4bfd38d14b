"""What one sheet of unit costs changes against another, line by line."""

from dataclasses import dataclass

from costing.unit_cost_sheets import SheetLine, UnitCostSheet


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that differs: as it was, and as it is; None where only one of the two sheets holds it."""

    before: SheetLine | None
    after: SheetLine | None

    @property
    def line(self) -> SheetLine:
        """Whichever there is, the later one first."""
        found = self.after or self.before
        if found is None:
            raise ValueError("A change has a line on at least one side.")
        return found

    @property
    def difference_pence(self) -> int | None:
        """After less before; None where either is not known."""
        before = self.before.pence if self.before else None
        after = self.after.pence if self.after else None
        return None if before is None or after is None else after - before


def changed_lines(before: UnitCostSheet, after: UnitCostSheet) -> tuple[LineChange, ...]:
    """The lines that differ in amount, effect, unit or year of prices: in the later sheet's order, then those gone."""
    pairs = [LineChange(before.line(each.process, each.variations), each) for each in after.lines]
    gone = [LineChange(each, None) for each in before.lines if after.line(each.process, each.variations) is None]
    return tuple(each for each in (*pairs, *gone) if _said(each.before) != _said(each.after))


def _said(line: SheetLine | None) -> tuple[object, ...] | None:
    return None if line is None else (line.pence, line.effect, line.counted_by, line.price_year, line.holds_fee)
