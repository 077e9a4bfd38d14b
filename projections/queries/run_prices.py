"""What a run prices standard work from: a published sheet, the authority's own, both mixed, or combined times.

A sheet is named by a code: `london` and `out_of_london` come with the product; `own` is the authority's,
standard times that hold x J that holds; `mixed:out_of_london` is own where its amount is known and the named
sheet elsewhere; `published:Our sheet` is one that the authority has published, as it held on the last day of the
run's period. J is that of an employed worker on the last day of the run's period, as published: with
qualifications where the schema holds them. Everything is read from one source, so that a run made again
as at the same instant gets the same prices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from costing.calculator import RunPrices, RunProblems, RunSettings
from costing.calculator_settings import COMBINED
from costing.standard_times import StandardTime
from costing.unit_cost_sheets import (
    PUBLISHED_SHEETS,
    SheetLine,
    UnitCostSheet,
    UnknownSheet,
    mixed_sheet,
    own_sheet,
    published_sheet,
)
from costing.uprating import IndexSeries, UpratingRefused, index_series
from costing.variations import Frameworks
from projections.queries.combined_times import combined_standard_times
from projections.queries.cost_lines import CostSource
from projections.queries.frameworks import frameworks_of
from projections.queries.price_indices import held_series
from projections.queries.prices import Price, in_force, prices_of
from projections.queries.sheets import published_sheets, sheet_in_force
from projections.queries.standard_times import standard_times_of
from recorder.personal import KeyStore

__all__ = [
    "EMPLOYED",
    "MIXED_PREFIX",
    "OWN_CODE",
    "PUBLISHED_PREFIX",
    "CombinedTimes",
    "own_sheet_on",
    "run_prices",
    "sheet_choices",
    "sheet_of",
]

EMPLOYED = "employed"
OWN_CODE = "own"
MIXED_PREFIX = "mixed:"
PUBLISHED_PREFIX = "published:"
CombinedTimes = Callable[[CostSource, KeyStore, Frameworks, date, date], Iterable[StandardTime]]


def run_prices(
    source: CostSource,
    settings: RunSettings,
    keys: KeyStore,
    frameworks: Frameworks | None = None,
    combined: CombinedTimes = combined_standard_times,
) -> RunPrices:
    """The prices of a run. ``combined`` gives the times of that basis.

    With the basis combined, combined times x J are used where both are known, and the sheet that the run
    names elsewhere; each line says which it is. Raises ``RunProblems`` for a sheet or an index of
    prices that there is not, and for a basis that nothing can be priced on.
    """
    used, series = frameworks or frameworks_of(source), held_series(source)
    problems = _index_problems(settings, series)
    if problems:
        raise RunProblems(problems)
    try:
        sheet = sheet_of(source, settings.sheet, settings.last, used)
    except UnknownSheet as unknown:
        raise RunProblems([str(unknown)]) from unknown
    if settings.basis == COMBINED:
        times = tuple(combined(source, keys, used, settings.first, settings.last))
        sheet = _combined(source, sheet, times, settings.last, used)
    held = _held_on(source, settings.last).items()
    return RunPrices(sheet, used, series, hour_pence={worker_type: each.j_pence for worker_type, each in held})


def _index_problems(settings: RunSettings, series: Mapping[str, IndexSeries]) -> list[str]:
    """What is wrong with the indices that a run names, the authority's own among them."""
    found: dict[str, None] = {}
    for name in (settings.inflation, *settings.rates.values()):
        try:
            if isinstance(name, str) and settings.price_base:
                index_series(name, series).point(settings.price_base)
        except UpratingRefused as refused:
            found[str(refused)] = None
    return list(found)


def sheet_choices(source: CostSource) -> list[tuple[str, str]]:
    """The sheets that a run can name: their codes, and what to call them."""
    shipped = list(PUBLISHED_SHEETS.items())
    own = [(OWN_CODE, "Own: standard times × the cost of an hour")]
    mixed = [(f"{MIXED_PREFIX}{code}", f"Mixed: own where there is one, else {words}") for code, words in shipped]
    names = sorted({each.name for each in published_sheets(source)})
    return [*shipped, *own, *mixed, *((f"{PUBLISHED_PREFIX}{name}", f"{name}, published by us") for name in names)]


def sheet_of(source: CostSource, code: str, day: date, frameworks: Frameworks | None = None) -> UnitCostSheet:
    """The sheet of a code at the costs of an hour of a day. Raises ``UnknownSheet``, saying which there are."""
    if code == OWN_CODE:
        return own_sheet_on(source, day, frameworks)
    if code.startswith(MIXED_PREFIX):
        under = sheet_of(source, code.removeprefix(MIXED_PREFIX), day, frameworks)
        own = own_sheet_on(source, day, frameworks)
        return mixed_sheet(f"Mixed: {own.name}; else {under.name}", own, under)
    if code in PUBLISHED_SHEETS:
        return published_sheet(code)
    if code.startswith(PUBLISHED_PREFIX) and (found := _published(source, code.removeprefix(PUBLISHED_PREFIX), day)):
        return found
    there_are = ", ".join(each for each, _ in sheet_choices(source))
    raise UnknownSheet(f"There is no sheet of unit costs “{code}”. There are: {there_are}.")


def own_sheet_on(source: CostSource, day: date, frameworks: Frameworks | None = None) -> UnitCostSheet:
    """The authority's own sheet: the standard times that hold, at the cost of an hour of a day."""
    name = f"Own, at the cost of an hour on {day:%d/%m/%Y}"
    return _priced(source, name, standard_times_of(source), day, frameworks or frameworks_of(source, day))


def _published(source: CostSource, name: str, day: date) -> UnitCostSheet | None:
    named = [each for each in published_sheets(source) if each.name == name]
    if not named:
        return None
    held = sheet_in_force(named, name, day)
    if held is None:
        first = named[-1].valid_from
        raise UnknownSheet(f"The sheet “{name}” holds from {first:%d/%m/%Y}: there is none for {day:%d/%m/%Y}.")
    return UnitCostSheet(f"{name}, from {held.valid_from:%d/%m/%Y}", held.sheet.lines)


def _combined(
    source: CostSource, sheet: UnitCostSheet, times: Iterable[StandardTime], day: date, frameworks: Frameworks
) -> UnitCostSheet:
    made = _priced(source, f"Combined times at the cost of an hour on {day:%d/%m/%Y}", times, day, frameworks)
    labelled = UnitCostSheet(made.name, tuple(replace(line, origin=COMBINED) for line in made.lines))
    if not any(line.prices for line in labelled.lines):
        raise RunProblems(["There is no combined time with a cost of an hour in this period. Choose another basis."])
    return mixed_sheet(f"{made.name}; else {sheet.name}", labelled, sheet)


def _priced(
    source: CostSource, name: str, times: Iterable[StandardTime], day: date, frameworks: Frameworks
) -> UnitCostSheet:
    held = _held_on(source, day)
    hours = {worker_type: each.j_pence for worker_type, each in held.items()}
    made = own_sheet(name, times, hours, "")
    units = {each.code: each.unit for each in frameworks.processes}
    return UnitCostSheet(name, tuple(_dated(line, held, units) for line in made.lines))


def _held_on(source: CostSource, day: date) -> dict[str, Price]:
    """The cost of an hour of each worker type on a day."""
    return {each.worker_type: each for each in in_force(prices_of(source), day) if each.contract == EMPLOYED}


def _dated(line: SheetLine, held: dict[str, Price], units: dict[str, str]) -> SheetLine:
    """The line with the year of its prices, the latest where they differ, and what it is for."""
    years = sorted({held[part.worker_type].price_base for part in line.parts if part.worker_type in held})
    note = f"costs of an hour at prices of {' and '.join(years)}" if len(years) > 1 else ""
    counted = "occurrence" if units.get(line.process, "occurrence") == "occurrence" else "month"
    return replace(line, price_year=years[-1] if years else "", note=note, counted_by=counted)
