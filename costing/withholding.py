"""What an extract withholds so that no small group can be told, not even by taking sums apart.

Cells of fewer than `FEW` are withheld. Where a total is the sum of cells and all but one of them are shown, the one
withheld could be worked out; so the next smallest is withheld too, until at least two cells and `FEW` are
withheld together, or the total itself is. This is the usual complementary suppression, over every sum at once.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from costing.outcomes import FEW

__all__ = ["FEW", "withheld"]

Cell = TypeVar("Cell", bound=Hashable)


def withheld(counts: Mapping[Cell, int], sums: Sequence[tuple[Cell, Sequence[Cell]]]) -> frozenset[Cell]:
    """The cells to withhold. `sums` are totals, each with the cells that add up to it; all are cells of `counts`."""
    hidden = {cell for cell, count in counts.items() if count < FEW}
    todo = True
    while todo:
        todo = False
        for total, parts in sums:
            more = _next(total, parts, counts, hidden)
            if more is not None:
                hidden.add(more)
                todo = True
    return frozenset(hidden)


def _next(total: Cell, parts: Sequence[Cell], counts: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    """One more cell to withhold of a sum, or None where nothing in it can be worked out."""
    within = [cell for cell in parts if cell in hidden and counts[cell]]
    safe = len(within) >= 2 and sum(counts[cell] for cell in within) >= FEW
    if total in hidden:
        # A total that is withheld is told by its parts where all of them are shown.
        safe = bool(within) or not counts[total]
    elif not within:
        safe = True
    if safe:
        return None
    shown = [cell for cell in parts if cell not in hidden]
    return min(shown, key=lambda cell: (counts[cell], repr(cell))) if shown else None if total in hidden else total
