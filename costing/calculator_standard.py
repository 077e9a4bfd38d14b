"""Standard work: what the pathways of the children come to at the unit costs of a sheet.

A unit cost for a month is charged by the day, 12/365 of it; one for a whole period of care is spread evenly
over the unbroken days in that process, as far as they are known by the run's horizon.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import polars as pl

from costing.calculator_facts import RunPrices
from costing.calculator_lines import (
    DAYS_A_YEAR,
    MONTHS_A_YEAR,
    PIECE,
    Lines,
    OpenLine,
    amounts_by_days,
    cut,
    cut_by_month,
)
from costing.calculator_report import DAY, MONTH, OCCURRENCE, PERIOD, WHAT_IF_BASIS
from costing.calculator_settings import STANDARD, RunSettings
from costing.pathway import DaysIn, Pathway, days_in, occurrences_in
from costing.processes import Process
from costing.unit_cost_sheets import OWN, PUBLISHED, UnitCostSheet

_PART = {
    "line": pl.Int64,
    "child_no": pl.Int64,
    "start": pl.Date,
    "stop": pl.Date,
    "pence": pl.Int64,
    "of_top": pl.Int64,
    "of_bottom": pl.Int64,
    "round_group": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What a process with some variations costs: whole pence a `unit`, or the reason why that is not known.

    `origin` is that of the line of the sheet which stands for the whole, blank where there is none. `supposed`:
    a change of the run made it another than it is.
    """

    pence: int | None
    unit: str
    words: str
    reason: str
    origin: str = ""
    supposed: bool = False


class UnitCosts:
    """The unit costs of a sheet, each looked up once; `before` are those without the changes of the run."""

    def __init__(self, prices: RunPrices, sheet: UnitCostSheet, before: "UnitCosts | None" = None) -> None:
        self._frameworks = prices.frameworks
        self._sheet = sheet
        self._before = before
        self._held: dict[tuple[str, tuple[str, ...]], UnitCost] = {}

    def reasons(self) -> dict[tuple[str, str], str]:
        """Why what was asked for has no unit cost, by process and variations in words."""
        return {(code, each.words): each.reason for (code, _), each in self._held.items() if each.reason}

    def of(self, process: str, variations: tuple[str, ...]) -> UnitCost:
        """The unit cost of a process with these variations."""
        key = process, variations
        if key not in self._held:
            found = self._found(process, variations)
            if self._before is not None and self._before.of(process, variations).pence != found.pence:
                found = replace(found, supposed=True)
            self._held[key] = found
        return self._held[key]

    def _found(self, process: str, variations: tuple[str, ...]) -> UnitCost:
        words = self._frameworks.in_words(process, variations)
        fits = self._frameworks.line_for(process, variations, self._sheet.priced(process))
        line = self._sheet.line(process, fits.base) if fits else None
        unit = line.counted_by if line else DAY
        if self._frameworks.process(process).unit == OCCURRENCE:
            unit = OCCURRENCE
        elif unit not in {DAY, MONTH}:
            unit = PERIOD
        pence = self._sheet.cost_pence(process, fits.base, fits.additions) if fits else None
        if pence is not None:
            return UnitCost(pence, unit, words, "", line.origin if line else "")
        lines = [each for each in self._sheet.lines if each.process == process]
        missing = sorted({reason for each in lines for reason in each.missing})
        reason = "the sheet has no unit cost for it"
        if any(each.holds_fee for each in lines):
            reason = "the published amount has the fee in it, and the nights carry the fee"
        elif missing:
            reason = "; ".join(missing)
        return UnitCost(None, unit, words, reason)


def standard_pieces(
    pathways: Iterable[Pathway],
    settings: RunSettings,
    prices: RunPrices,
    costs: UnitCosts,
    lines: Lines,
    placed: pl.DataFrame,
    left_to_records: pl.DataFrame | None,
) -> pl.DataFrame:
    """Pieces of standard work in the period; fills `lines` with quantities.

    `placed`: each child's placement type at every date. `left_to_records`, where given, are the days of
    each child (child_no, start, stop) that stay standard: the others are wholly recorded.
    """
    rows = _parts(pathways, settings, prices, costs, lines)
    parts = pl.DataFrame(rows, schema=_PART, orient="row")
    if left_to_records is not None:
        parts = cut(parts, left_to_records)
    pieces = amounts_by_days(cut_by_month(cut(parts, placed)))
    counted = pieces.group_by("line", "of_top", "of_bottom", maintain_order=True).agg(pl.col("days").sum())
    for line, top, bottom, days in counted.iter_rows():
        lines.lines[line].quantity += Fraction(days * bottom, top)
    return pieces.with_columns(nights=pl.lit(0, dtype=pl.Int64)).select(list(PIECE))


_Row = tuple[int, int, date, date, int | None, int, int, int]


def _parts(
    pathways: Iterable[Pathway], settings: RunSettings, prices: RunPrices, costs: UnitCosts, lines: Lines
) -> list[_Row]:
    adding = _Adding(settings, prices, costs, lines)
    for pathway in pathways:
        adding.add(pathway)
    return adding.rows


class _Adding:
    """Rows of `_PART` from pathways, one after another."""

    def __init__(self, settings: RunSettings, prices: RunPrices, costs: UnitCosts, lines: Lines) -> None:
        self.rows: list[_Row] = []
        self._settings = settings
        self._costs = costs
        self._lines = lines
        self._names = {each.code: each.name for each in prices.frameworks.processes if _wanted(each, settings)}
        self._groups: dict[tuple[int, date | None], int] = {}
        self._group = 0

    def add(self, pathway: Pathway) -> None:
        """A child's occurrences and days in the period."""
        first, last, after = self._settings.first, self._settings.last, self._settings.after
        child = int(pathway.child)
        for each, _ in occurrences_in(pathway, first, last):
            if each.process in self._names:
                place, cost = self._line(child, each.process, each.variations, each.facts)
                self._group += 1
                days = (each.ends - each.starts).days
                row = (place, child, max(each.starts, first), min(each.ends, after), cost.pence, days, 1, self._group)
                self.rows.append(row)
        spells = _spells(pathway.days)
        for some in days_in(pathway, first, last):
            if some.process in self._names:
                place, cost = self._line(child, some.process, some.variations, some.facts)
                starts, days = spells[some.process].of(some.starts)
                top, bottom = {MONTH: (DAYS_A_YEAR, MONTHS_A_YEAR), DAY: (1, 1)}.get(cost.unit, (days, 1))
                group = self._round_group(place, starts if cost.unit == PERIOD else None)
                self.rows.append((place, child, some.starts, some.ends, cost.pence, top, bottom, group))

    def _line(
        self, child: int, process: str, variations: tuple[str, ...], facts: Iterable[str]
    ) -> tuple[int, UnitCost]:
        cost = self._costs.of(process, variations)
        # Where a run of combined times falls back on another sheet, its line is labelled as what it is.
        basis = STANDARD if cost.origin in {OWN, PUBLISHED} else self._settings.standard_basis
        if cost.supposed:
            basis = f"{WHAT_IF_BASIS}: {basis}"
        made = OpenLine(child, process, self._names[process], cost.words, cost.unit, basis, cost.pence)
        return self._lines.place((child, process, variations), made, facts), cost

    def _round_group(self, place: int, spell: date | None) -> int:
        """The number under which the days of a line, or of one spell of it, are rounded as one."""
        if (place, spell) not in self._groups:
            self._group += 1
            self._groups[place, spell] = self._group
        return self._groups[place, spell]


class _Spells:
    """Unbroken days in a process, whatever its variations: where each spell starts and how long it is."""

    def __init__(self) -> None:
        self._starts: list[date] = []
        self._ends: list[date] = []

    def add(self, some: DaysIn) -> None:
        """More days, in order."""
        if self._ends and self._ends[-1] == some.starts:
            self._ends[-1] = some.ends
        else:
            self._starts.append(some.starts)
            self._ends.append(some.ends)

    def of(self, day: date) -> tuple[date, int]:
        """The first day and the length of the spell that holds a day."""
        place = bisect_right(self._starts, day) - 1
        return self._starts[place], (self._ends[place] - self._starts[place]).days


def _spells(days: Iterable[DaysIn]) -> dict[str, _Spells]:
    found: dict[str, _Spells] = defaultdict(_Spells)
    for some in sorted(days, key=lambda each: each.starts):
        found[some.process].add(some)
    return found


def _wanted(each: Process, settings: RunSettings) -> bool:
    return each.framework in settings.frameworks
