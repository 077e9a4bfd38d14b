"""Standard work: what the pathways of the children come to at the unit costs of a sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
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
from costing.calculator_report import DAY, MONTH, OCCURRENCE
from costing.calculator_settings import RunSettings
from costing.pathway import Pathway, days_in, occurrences_in
from costing.unit_cost_sheets import UnitCostSheet

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
    """What a process with some variations costs: whole pence a `unit`, or the reason why that is not known."""

    pence: int | None
    unit: str
    words: str
    reason: str


class UnitCosts:
    """The unit costs of a sheet, each looked up once."""

    def __init__(self, prices: RunPrices, sheet: UnitCostSheet) -> None:
        self._frameworks = prices.frameworks
        self._sheet = sheet
        self._held: dict[tuple[str, tuple[str, ...]], UnitCost] = {}

    def reasons(self) -> dict[tuple[str, str], str]:
        """Why what was asked for has no unit cost, by process and variations in words."""
        return {(code, each.words): each.reason for (code, _), each in self._held.items() if each.reason}

    def of(self, process: str, variations: tuple[str, ...]) -> UnitCost:
        """The unit cost of a process with these variations."""
        key = process, variations
        if key not in self._held:
            self._held[key] = self._found(process, variations)
        return self._held[key]

    def _found(self, process: str, variations: tuple[str, ...]) -> UnitCost:
        words = self._frameworks.in_words(process, variations)
        unit = {"occurrence": OCCURRENCE, "day": DAY}.get(self._frameworks.process(process).unit, MONTH)
        fits = self._frameworks.line_for(process, variations, self._sheet.priced(process))
        pence = self._sheet.cost_pence(process, fits.base, fits.additions) if fits else None
        if pence is not None:
            return UnitCost(pence, unit, words, "")
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
    wanted = {each.code: each for each in prices.frameworks.processes if each.framework in settings.frameworks}
    of_days = {MONTH: (DAYS_A_YEAR, MONTHS_A_YEAR), DAY: (1, 1)}
    rows: list[_Row] = []
    group = 0
    groups: dict[int, int] = {}
    for pathway in pathways:
        child = int(pathway.child)

        def line(process: str, variations: tuple[str, ...], facts: tuple[str, ...], child: int = child) -> int:
            cost = costs.of(process, variations)
            made = OpenLine(
                child, process, wanted[process].name, cost.words, cost.unit, settings.standard_basis, cost.pence
            )
            return lines.place((child, process, variations), made, facts)

        for share in occurrences_in(pathway, settings.first, settings.last):
            each = share.occurrence
            if each.process in wanted:
                group += 1
                start, stop = max(each.starts, settings.first), min(each.ends, settings.after)
                place = line(each.process, each.variations, each.facts)
                days = (each.ends - each.starts).days
                rows.append((place, child, start, stop, lines.lines[place].pence, days, 1, group))
        for some in days_in(pathway, settings.first, settings.last):
            if some.process in wanted:
                place = line(some.process, some.variations, some.facts)
                if place not in groups:
                    group += 1
                    groups[place] = group
                top, bottom = of_days[lines.lines[place].unit]
                rows.append(
                    (place, child, some.starts, some.ends, lines.lines[place].pence, top, bottom, groups[place])
                )
    return rows
