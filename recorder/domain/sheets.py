"""Unit-cost sheets that an authority publishes, as dated facts: every line frozen as it stood."""

from __future__ import annotations

from datetime import date

import msgspec

from .facts import Body, Refused, topic

__all__ = ["MOST_NAME", "SheetLineStated", "SheetPart", "UnitCostSheetPublished", "decide_sheet"]

MOST_NAME = 60
_TAKEN = {"own", "london", "out_of_london"}


class SheetPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One worker type's part of a line: hours as an exact fraction (``5/4``) and pence an hour; None is *not known*."""

    worker_type: str
    hours: str | None = None
    hour_pence: int | None = None


class SheetLineStated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a process with some variations costs; ``pence`` is an exact fraction of pence, None is *not known*."""

    process: str
    variations: str = ""
    effect: str = "base"
    counted_by: str = "occurrence"
    pence: str | None = None
    price_year: str = ""
    origin: str = "own"
    source: str = ""
    note: str = ""
    holds_fee: bool = False
    parts: tuple[SheetPart, ...] = ()


@topic("unit_cost_sheet.published.v1")
class UnitCostSheetPublished(Body, frozen=True, kw_only=True):
    """A sheet of unit costs, frozen line by line. Of one name, the last to start holds; none is overwritten."""

    name: str
    valid_from: date
    lines: tuple[SheetLineStated, ...]
    note: str = ""


def decide_sheet(sheet: UnitCostSheetPublished) -> UnitCostSheetPublished:
    """May this sheet be published? Raises ``Refused`` with every problem at once."""
    problems = []
    if not sheet.name.strip():
        problems.append(("name", "Give the sheet a name"))
    elif len(sheet.name) > MOST_NAME:
        problems.append(("name", f"The name must be {MOST_NAME} letters or fewer"))
    elif sheet.name.lower() in _TAKEN or ":" in sheet.name or sheet.name != " ".join(sheet.name.split()):
        problems.append(("name", "Choose another name: without a colon, and not own, london or out_of_london"))
    if not any(line.pence is not None for line in sheet.lines):
        problems.append(("lines", "The sheet has no line with an amount"))
    keys = [(line.process, line.variations) for line in sheet.lines]
    problems += [
        ("lines", f"{process} {variations or 'base case'} is in the sheet twice")
        for process, variations in sorted({key for key in keys if keys.count(key) > 1})
    ]
    if problems:
        raise Refused(*problems)
    return sheet
