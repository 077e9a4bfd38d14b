"""The fact of a budget: what an authority means to spend in a financial year, line by line."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .facts import Body, Refused, topic

__all__ = ["BudgetLine", "BudgetSet", "decide_budget"]

MOST_PENCE = 100_000_000_000


class BudgetLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a budget: the code of a placement type, or a kind of cost, and its pence."""

    line: str
    pence: int


@topic("budget.set.v1")
class BudgetSet(Body, frozen=True, kw_only=True):
    """The budget of the financial year that begins on 1 April of ``year``, whole; the last one set holds."""

    year: int
    budget: tuple[BudgetLine, ...]


def decide_budget(year: int, lines: Iterable[BudgetLine]) -> BudgetSet:
    """May this budget be set? Raises ``Refused`` with every problem."""
    budget = tuple(lines)
    problems = [] if budget else [("budget", "Enter at least one amount")]
    for each in budget:
        if not 0 <= each.pence <= MOST_PENCE:
            problems.append((each.line, f"An amount must be between £0 and £{MOST_PENCE // 100:,}"))
    if len({each.line for each in budget}) < len(budget):
        problems.append(("budget", "A line can have one amount only"))
    if problems:
        raise Refused(*problems)
    return BudgetSet(year=year, budget=budget)
