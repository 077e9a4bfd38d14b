"""What a change of hours does to a sheet of unit costs: lines of hours x J are made anew, others are added to."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from costing.calculator_facts import RunPrices
from costing.calculator_settings import RECORDED, RunProblems, RunSettings
from costing.unit_cost_sheets import SheetLine, TimePart, UnitCostSheet
from costing.what_if_changes import StaffingMix, StandardHours
from costing.what_if_checks import share
from costing.what_if_work import no_hour

_NOTE = "what if"


def changed_sheet(prices: RunPrices, settings: RunSettings, changes: Iterable[object]) -> UnitCostSheet:
    """The sheet with the hours that the changes say, one after another.

    Raises RunProblems for hours that a line is not made of, for an hour without a cost, and for a run of recorded
    work alone, in which standard hours price nothing.
    """
    sheet = prices.sheet
    for each in changes:
        if not isinstance(each, StaffingMix | StandardHours):
            continue
        if settings.basis == RECORDED:
            raise RunProblems(["Standard hours price nothing in a run of recorded work: choose another basis."])
        if each.process not in {known.code for known in prices.frameworks.processes}:
            raise RunProblems([f"“{each.process}” is not a process of the frameworks."])
        hour_pence = {**_hours_in(sheet), **prices.hour_pence}
        sheet = _mixed(sheet, each, hour_pence) if isinstance(each, StaffingMix) else _set(sheet, each, hour_pence)
    return sheet


def _mixed(sheet: UnitCostSheet, change: StaffingMix, hour_pence: Mapping[str, int]) -> UnitCostSheet:
    fits = [line for line in sheet.lines if line.process == change.process and _hours(line, change.from_worker)]
    if not fits:
        worker = change.from_worker.replace("_", " ")
        raise RunProblems(
            [
                f"No line of {change.process} on the sheet “{sheet.name}” has hours of {worker}. Make the run with the "
                "authority’s own sheet, or say how many hours are added or taken away."
            ]
        )
    for worker in (change.from_worker, change.to_worker):
        if worker not in hour_pence:
            raise RunProblems([no_hour(worker)])
    part = share(change.percent)
    made = {}
    for line in fits:
        moved = _hours(line, change.from_worker) * part
        there = _hours(line, change.to_worker)
        hours = {change.from_worker: _hours(line, change.from_worker) - moved, change.to_worker: there + moved}
        made[line.process, line.variations] = _with_hours(line, hours, hour_pence)
    return _replaced(sheet, made)


def _set(sheet: UnitCostSheet, change: StandardHours, hour_pence: Mapping[str, int]) -> UnitCostSheet:
    line = sheet.line(change.process, change.variations)
    what = f"{change.process} ({', '.join(sorted(change.variations)) or 'base case'})"
    if line is None or not line.prices:
        raise RunProblems([f"The sheet “{sheet.name}” has no amount for {what} that hours could change."])
    if change.worker_type not in hour_pence:
        raise RunProblems([no_hour(change.worker_type)])
    if change.hours is not None:
        if not line.parts:
            raise RunProblems(
                [
                    f"{what} on the sheet “{sheet.name}” is an amount as printed, not made of hours. Say how many "
                    "hours are added or taken away, or make the run with the authority’s own sheet."
                ]
            )
        made = _with_hours(line, {change.worker_type: Fraction(change.hours)}, hour_pence)
    else:
        added, held = Fraction(change.added or 0), _hours(line, change.worker_type)
        if line.parts and held + added >= 0:
            made = _with_hours(line, {change.worker_type: held + added}, hour_pence)
        else:
            exact = (line.exact_pence or Fraction(0)) + added * hour_pence[change.worker_type]
            made = replace(line, exact_pence=exact, note=_noted(line))
    if made.exact_pence is not None and made.exact_pence < 0 <= (line.exact_pence or 0):
        raise RunProblems([f"{what} would cost less than nothing: fewer hours can be taken away."])
    return _replaced(sheet, {(line.process, line.variations): made})


def _with_hours(line: SheetLine, hours: Mapping[str, Fraction], hour_pence: Mapping[str, int]) -> SheetLine:
    """The line with these hours of some worker types: what they come to more or less is added to its amount."""
    parts = {each.worker_type: each for each in line.parts}
    exact = line.exact_pence or Fraction(0)
    for worker, now in hours.items():
        before = parts.get(worker, TimePart(worker, Fraction(0), hour_pence[worker]))
        rate = hour_pence[worker] if before.hour_pence is None else before.hour_pence
        exact += (now - (before.hours or 0)) * rate
        parts[worker] = TimePart(worker, now, rate)
    same = exact == line.exact_pence
    return line if same else replace(line, exact_pence=exact, parts=tuple(parts.values()), note=_noted(line))


def _replaced(sheet: UnitCostSheet, made: Mapping[tuple[str, frozenset[str]], SheetLine]) -> UnitCostSheet:
    return UnitCostSheet(sheet.name, tuple(made.get((each.process, each.variations), each) for each in sheet.lines))


def _hours(line: SheetLine, worker: str) -> Fraction:
    return sum((each.hours or Fraction(0) for each in line.parts if each.worker_type == worker), Fraction(0))


def _hours_in(sheet: UnitCostSheet) -> dict[str, int]:
    """The cost of an hour of the worker types that the sheet's own lines are made of."""
    parts = (part for line in sheet.lines for part in line.parts)
    return {part.worker_type: part.hour_pence for part in parts if part.hour_pence is not None}


def _noted(line: SheetLine) -> str:
    return "; ".join(filter(None, (line.note, _NOTE)))
