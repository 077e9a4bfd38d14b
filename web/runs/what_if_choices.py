"""What can be chosen in the form of a change: processes, lines of the run's sheet, worker types, placement types."""

from __future__ import annotations

from dataclasses import dataclass

from costing.placement_map import PLACEMENT_TYPES
from costing.predicates import NEED_FLAGS
from costing.unit_cost_sheets import UnitCostSheet, UnknownSheet
from costing.variations import Frameworks
from costing.what_if_added import EVERY, ONCE
from costing.what_if_work import PLANS, REVIEWS
from projections.queries.cost_lines import LiveCosts
from projections.queries.prices import in_force, prices_of
from projections.queries.run_prices import EMPLOYED, sheet_of
from web.process_names import frameworks_in_use
from web.runs.held import HeldRun
from web.runs.words import SECTOR_WORDS
from web.state import Opened
from web.words import NEEDS, placement_type_words, process_words, worker_type_words

__all__ = ["Choices", "choices_for"]

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """The choices as pairs of value and words. `hourly` are the worker types that have a cost of an hour."""

    processes: Pairs
    plans: str
    reviews: str
    with_hours: Pairs
    lines: Pairs
    workers: Pairs
    hourly: Pairs
    placement_types: Pairs
    sectors: Pairs
    needs: Pairs
    every: Pairs


def choices_for(here: Opened, held: HeldRun) -> Choices:
    """What a change of this run can be about, by its sheet and the frameworks."""
    known = frameworks_in_use()
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        prices = in_force(prices_of(source), held.settings.last)
        try:
            sheet = sheet_of(source, held.settings.sheet, held.settings.last)
        except UnknownSheet:
            sheet = UnitCostSheet("", ())
    asked = [each for each in known.processes if each.framework in held.settings.frameworks]
    hourly = sorted({each.worker_type for each in prices if each.contract == EMPLOYED})
    worked = sorted({part.worker_type for line in sheet.lines for part in line.parts} | set(hourly))
    codes = [each.code for each in asked]
    made_of_hours = {line.process for line in sheet.lines if line.parts}
    return Choices(
        processes=[(code, process_words(code)) for code in codes],
        plans=_first(known, codes, PLANS),
        reviews=_first(known, codes, REVIEWS),
        with_hours=[(code, process_words(code)) for code in codes if code in made_of_hours],
        lines=_lines(sheet, known, codes),
        workers=[(code, worker_type_words(code)) for code in worked],
        hourly=[(code, worker_type_words(code)) for code in hourly],
        placement_types=[(code, placement_type_words(code)) for code in PLACEMENT_TYPES],
        sectors=[("", "Any provider"), *SECTOR_WORDS.items()],
        needs=[(code, NEEDS[code]) for code in NEED_FLAGS],
        every=[(code, "Once a child" if code == ONCE else f"Every {code}") for code in EVERY],
    )


def _lines(sheet: UnitCostSheet, known: Frameworks, codes: list[str]) -> Pairs:
    """The lines that price something, by process; each says whether it is made of hours."""
    found = []
    for code in codes:
        for line in sheet.lines:
            if line.process == code and line.prices:
                order = [each.code for each in known.variations_of(code) if each.code in line.variations]
                words = f"{process_words(code)} ({known.in_words(code, order)})"
                kind = "made of hours" if line.parts else "as printed"
                found.append((f"{code}|{'+'.join(sorted(line.variations))}", f"{words}, {kind}"))
    return found


def _first(known: Frameworks, codes: list[str], trigger: str) -> str:
    return next((code for code in codes if known.process(code).counted_from == trigger), "")
