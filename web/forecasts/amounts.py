"""Expected amounts as they are shown: whole pounds, as nothing expected is known to the penny."""

from __future__ import annotations

from costing.money import UNITS_PER_POUND
from web.design.formats import number, pounds_short

__all__ = ["children_are", "shortly", "signed", "whole"]


def whole(value: float) -> str:
    """Pounds as £1,234; below zero with a minus sign."""
    rounded = round(value)
    return f"{'−' if rounded < 0 else ''}£{abs(rounded):,}"


def signed(value: float) -> str:
    """A difference in pounds, with its sign: +£1,234."""
    return f"{'+' if round(value) > 0 else ''}{whole(value)}"


def shortly(value: float) -> str:
    """Pounds in a sentence: £1.23m."""
    return pounds_short(round(value * UNITS_PER_POUND))


def children_are(count: int) -> str:
    """The beginning of a sentence about so many children: 1 child is, 479 children are."""
    return "1 child is" if count == 1 else f"{number(count)} children are"
