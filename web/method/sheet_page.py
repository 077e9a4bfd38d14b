"""Sheets of unit costs: those there are, and one line by line with where each amount is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calculator_settings import DEFAULT_SERIES
from costing.money import round_half_up
from costing.processes import FRAMEWORKS
from costing.sheet_file import sheet_csv
from costing.standard_times import ADD, REPLACE
from costing.unit_cost_sheets import (
    COMBINED,
    MIXED,
    OWN,
    PUBLISHED,
    SheetLine,
    UnitCostSheet,
    UnknownSheet,
    uprated_sheet,
)
from costing.uprating import IndexSeries, UpratingRefused, index_series
from costing.variations import Frameworks
from projections.queries.cost_lines import CostSource, LiveCosts
from projections.queries.frameworks import frameworks_of
from projections.queries.price_indices import held_series
from projections.queries.run_prices import OWN_CODE, PUBLISHED_PREFIX, sheet_choices, sheet_of
from projections.queries.sheets import PublishedSheet, published_sheets, sheet_in_force
from web.account.access import allow
from web.design.formats import number, uk_date, uk_date_short
from web.method.frame import FRAMEWORK_WORDS, MAY_SEE, pounds_of_pence, tabs
from web.method.indices_page import index_series_words
from web.state import state
from web.words import process_words, worker_type_words

__all__ = ["ORIGINS", "by_framework", "line_words", "sheet_file", "sheet_lines", "sheets"]

ORIGINS = {OWN: "Own", PUBLISHED: "Published", COMBINED: "Combined", MIXED: "Mixed"}
_COLOURS = {OWN: "teal", PUBLISHED: "grey", COMBINED: "blue", MIXED: "yellow"}
_UNITS = {"occurrence": "an occurrence", "month": "a month", "day": "a day", "period of care": "a period of care"}


@dataclass(frozen=True)
class _Asked:
    """What the address asks for: a sheet, on a day, at the prices of a year, and the sheet found."""

    code: str
    day: date
    year: str
    series: str
    sheet: UnitCostSheet
    number: int | None
    problem: str
    held: Mapping[str, IndexSeries]


@allow(*MAY_SEE)
def sheets() -> ResponseReturnValue:
    """Every sheet that a run can name, and every one that was published."""
    here = state()
    today = here.recorder.clock.today()
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        published = published_sheets(source)
        known = [each.code for each in frameworks_of(source, today).processes]
        rows = [
            _choice(code, words, sheet_of(source, code, today), known)
            for code, words in sheet_choices(source)
            if not code.startswith(PUBLISHED_PREFIX)
        ]
    return render_template(
        "method/sheets.html",
        tabs=tabs("sheets"),
        rows=rows,
        published=[_kept(each, published, today) for each in published],
        today=today,
    )


@allow(*MAY_SEE)
def sheet_lines() -> ResponseReturnValue:
    """One sheet line by line, under the framework of each process."""
    with state().projections.reader().connect() as connection:
        source = LiveCosts(connection)
        asked = _asked(source)
        choices = sheet_choices(source)
        frameworks = frameworks_of(source, asked.day)
    held = [
        (FRAMEWORK_WORDS[name], name.lower(), [line_words(each, frameworks) for each in rows])
        for name, rows in by_framework(asked.sheet, frameworks).items()
    ]
    codes = asked.sheet.unpriced_processes(each.code for each in frameworks.processes)
    unpriced = [(process_words(code), _why(asked.sheet, code)) for code in codes]
    page = render_template(
        "method/sheet.html",
        tabs=tabs("sheets"),
        asked=asked,
        choices=choices,
        origin=ORIGINS[asked.sheet.origin] if asked.sheet.lines else "Empty",
        years=[("", "As each line is printed"), *((year, year) for year in _years(asked))],
        series=[(name, index_series_words(name)) for name in asked.held],
        frameworks=[each for each in held if each[2]],
        unpriced=unpriced,
        colours=_COLOURS,
        errors=[{"text": asked.problem, "href": "#year"}] if asked.problem else [],
        file=_file_address(asked),
    )
    return make_response(page, 422 if asked.problem else 200)


@allow(*MAY_SEE)
def sheet_file() -> ResponseReturnValue:
    """The lines as a file, in the columns that a sheet of one's own is taken in with."""
    with state().projections.reader().connect() as connection:
        asked = _asked(LiveCosts(connection))
    if asked.problem:
        abort(404)
    answer = Response(sheet_csv(asked.sheet), mimetype="text/csv")
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in asked.code)
    answer.headers["Content-Disposition"] = f'attachment; filename="unit-costs-{name}.csv"'
    return answer


def line_words(line: SheetLine, frameworks: Frameworks) -> dict[str, Any]:
    """A line of a sheet as a page shows it."""
    variations = frameworks.in_words(line.process, sorted(line.variations)).capitalize()
    effect = {ADD: ", added", REPLACE: ", instead of the base case"}.get(line.effect, "")
    parts = [
        {
            "worker": worker_type_words(part.worker_type),
            "hours": None if part.hours is None else number(part.hours, 2),
            "hour": pounds_of_pence(part.hour_pence),
            "amount": None if part.exact_pence is None else pounds_of_pence(round_half_up(part.exact_pence)),
        }
        for part in line.parts
    ]
    return {
        "process": process_words(line.process),
        "variations": variations + effect,
        "unit": _UNITS.get(line.counted_by, line.counted_by),
        "amount": pounds_of_pence(line.pence),
        "year": line.price_year,
        "origin": line.origin,
        "origin_words": ORIGINS.get(line.origin, line.origin),
        "source": line.source,
        "note": line.note,
        "holds_fee": line.holds_fee,
        "missing": "; ".join(line.missing).replace("_", " "),
        "parts": parts,
    }


def _asked(source: CostSource) -> _Asked:
    """What the address asks for. 404 for a sheet that there is not."""
    code, year = request.args.get("sheet", OWN_CODE), request.args.get("year", "")
    series = request.args.get("series", DEFAULT_SERIES)
    numbered = request.args.get("no", type=int)
    try:
        day = date.fromisoformat(request.args["on"]) if "on" in request.args else state().recorder.clock.today()
        sheet = _numbered(source, numbered) if numbered is not None else sheet_of(source, code, day)
    except (UnknownSheet, ValueError):
        abort(404)
    problem, held = "", held_series(source)
    if year:
        try:
            sheet = uprated_sheet(sheet, year, index_series(series, held))
        except UpratingRefused as refused:
            problem = str(refused)
    return _Asked(code, day, year, series, sheet, numbered, problem, held)


def _numbered(source: CostSource, number_: int) -> UnitCostSheet:
    found = next((each for each in published_sheets(source) if each.sheet_no == number_), None)
    if found is None:
        abort(404)
    return UnitCostSheet(f"{found.name}, from {uk_date(found.valid_from)}", found.sheet.lines)


def _file_address(asked: _Asked) -> str:
    on = asked.day.isoformat() if "on" in request.args else None
    return url_for(
        "method.sheet_file", sheet=asked.code, no=asked.number, on=on, year=asked.year or None, series=asked.series
    )


def _years(asked: _Asked) -> list[str]:
    try:
        points = index_series(asked.series, asked.held).points
        return sorted((year for year in points if "/" in year), reverse=True)
    except UpratingRefused:
        return []


def by_framework(sheet: UnitCostSheet, frameworks: Frameworks) -> dict[str, list[SheetLine]]:
    """The lines of a sheet under the framework of each process; of one that no longer holds, by its code."""
    of = {each.code: each.framework for each in frameworks.processes}
    found: dict[str, list[SheetLine]] = {name: [] for name in FRAMEWORKS}
    for each in sorted(
        sheet.lines, key=lambda each: (len(each.process), each.process, len(each.variations), *sorted(each.variations))
    ):
        name = of.get(each.process, each.process[:3])
        found[name if name in found else FRAMEWORKS[-1]].append(each)
    return found


def _why(sheet: UnitCostSheet, process: str) -> str:
    lines = [each for each in sheet.lines if each.process == process]
    if any(each.holds_fee for each in lines):
        return "the published amount has the fee in it, and the nights of a placement carry the fee"
    missing = sorted({reason for each in lines for reason in each.missing})
    return "; ".join(missing).replace("_", " ") or "the sheet has no line for it"


def _choice(code: str, words: str, sheet: UnitCostSheet, known: list[str]) -> list[Any]:
    priced = sum(line.prices for line in sheet.lines)
    return [
        {"text": words, "href": url_for("method.sheet_lines", sheet=code)},
        ORIGINS[sheet.origin] if sheet.lines else "Empty",
        number(priced),
        number(len(sheet.unpriced_processes(known))),
        {"text": code},
    ]


def _kept(each: PublishedSheet, published: list[PublishedSheet], today: date) -> list[Any]:
    held = sheet_in_force(published, each.name, today)
    standing = "now" if held is each else "later" if each.valid_from > today else "superseded"
    code = f"{PUBLISHED_PREFIX}{each.name}"
    return [
        {"text": each.name, "href": url_for("method.sheet_lines", sheet=code, no=each.sheet_no), "note": each.note},
        uk_date_short(each.valid_from),
        standing,
        ORIGINS[each.sheet.origin],
        number(sum(line.prices for line in each.sheet.lines)),
        code,
    ]
