"""Indices of prices: those that come with Daybook, and the authority's own, typed or from a CSV file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.uprating import OWN_INDEX, STATUSES, IndexSeries, OwnIndex, SeriesProblems, read_series
from projections.queries.cost_lines import LiveCosts
from projections.queries.price_indices import held_series
from recorder.domain.facts import Provenance
from recorder.settings import change_setting, read_settings, setting_history
from web.account.access import allow
from web.account.people import signed_in
from web.method.frame import MAY_CHANGE, MAY_SEE, tabs
from web.state import state

__all__ = ["index_series_words", "indices", "state_index"]

_NAME, _EVER = "price_indices", date(1900, 1, 1)
_YEAR = re.compile(r"\d{4}(/\d{2})?")
_PLAIN = re.compile(r"[\w .,&()/-]+")
_MOST_BYTES, _LENGTH = 100_000, 60
_COLUMNS = ("year", "index", "status")
Typed = dict[str, str]
Problems = list[tuple[str, str]]


def index_series_words(name: str) -> str:
    """What a series is called: one's own by its name, others without underlines."""
    own = name.startswith(OWN_INDEX)
    return f"{name.removeprefix(OWN_INDEX)}, our own" if own else name.replace("_", " ")


@allow(*MAY_SEE)
def indices() -> ResponseReturnValue:
    """Every series year by year, and the form that states one of our own."""
    return _page({}, [])


@allow(*MAY_CHANGE)
def state_index() -> ResponseReturnValue:
    """State a series whole, in place of what was stated of it; all that is wrong is told at once."""
    typed = {name: request.form.get(name, "").strip() for name in ("name", "source", "rows", "seen")}
    problems = _take_file(typed)
    if not typed["name"] or len(typed["name"]) > _LENGTH:
        problems.append(("name", f"Enter what the index is called, in {_LENGTH} characters or fewer"))
    elif not _PLAIN.fullmatch(typed["name"]):
        problems.append(("name", "The name may have letters, digits, blanks and . , & ( ) / -"))
    if not typed["source"]:
        problems.append(("source", "Enter where the figures are from"))
    if typed["seen"] != _seen():
        problems.append(("name", "Somebody else stated an index just now. Check it and send it again"))
    stated = _read(typed, problems)
    if problems:
        return _page(typed, problems, 422)
    kept = [each for each in read_settings(state().recorder).price_indices if each.series != stated[0].series]
    by = Provenance(by=signed_in().username, source="form")
    receipt = change_setting(state().recorder, _NAME, (*kept, *stated), _EVER, by)
    flash(f"The index is stated: {typed['name']}.", "success")
    return redirect(url_for("method.indices", at=receipt.position), 303)


def _take_file(typed: Typed) -> Problems:
    given = request.files.get("file")
    if given is None or not given.filename:
        return []
    try:
        typed["rows"] = given.read(_MOST_BYTES).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return [("file", "The file is not a text file in UTF-8. Save it as CSV UTF-8 and choose it again")]
    return []


def _read(typed: Typed, problems: Problems) -> list[OwnIndex]:
    """The years of the series; what is wrong with its rows is put to the problems."""
    lines = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(typed["rows"])) if any(row)]
    if lines and [cell.lower() for cell in lines[0]][:2] == list(_COLUMNS[:2]):
        del lines[0]
    if not lines:
        problems.append(("rows", "Enter a year and its index, or choose a CSV file"))
    found = []
    for number, line in enumerate(lines, 1):
        year, value, status = (*line, "", "")[:3]
        if not _YEAR.fullmatch(year):
            problems.append(("rows", f"Row {number}: “{year}” is not a year such as 2025/26 or 2025"))
        if status and status not in STATUSES:
            problems.append(("rows", f"Row {number}: “{status}” must be {', '.join(STATUSES)} or blank"))
        name = OWN_INDEX + typed["name"]
        said = {"status": status or STATUSES[0], "source_title": typed["source"]}
        found.append(OwnIndex(series=name, year=year, index_value=value, **said))
    try:
        read_series(asdict(each) for each in found)
    except SeriesProblems as wrong:
        for text in wrong.problems:
            problems.append(("rows", text.removesuffix(".")))
    return found


def _seen() -> str:
    return str(len(setting_history(state().recorder, _NAME)))


def _page(typed: Typed, problems: Problems, status: int = 200) -> ResponseReturnValue:
    with state().projections.reader().connect() as connection:
        held = held_series(LiveCosts(connection))
    wrong: dict[str, str] = {}
    for field, text in problems:
        wrong.setdefault(field, text)
    shown = render_template(
        "method/indices.html",
        tabs=tabs("indices"),
        typed={"name": "", "source": "", "rows": ""} | typed,
        wrong=wrong,
        errors=[{"text": text, "href": f"#{field}"} for field, text in problems],
        held=[_table(series) for series in held.values()],
        seen=_seen(),
        may_change=signed_in().role in MAY_CHANGE,
    )
    return make_response(shown, status)


def _table(series: IndexSeries) -> dict[str, object]:
    points = [[point.year, f"{float(point.value):.4f}", point.status] for point in series.points.values()]
    return {
        "title": index_series_words(series.name),
        "source": series.source,
        "years": f"{points[0][0]} to {points[-1][0]}",
        "rows": points[::-1],
        "id": re.sub(r"\W+", "-", series.name).lower(),
    }
