"""Entering what a focus group agreed: one time on a form, or a whole sheet as a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.processes import FRAMEWORKS
from costing.standard_times import COLUMNS, StandardTimeProblems
from projections.queries import prices as queries
from projections.queries.cost_lines import LiveCosts
from projections.queries.frameworks import frameworks_of
from recorder.application import Conflict
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id
from recorder.frameworks import known_codes
from recorder.intake.staff_terms import WORKER_TYPES
from recorder.intake.standard_times import agreed, import_standard_times, read_times, stream_of
from recorder.rates import state_next
from web.account.access import allow
from web.account.people import signed_in
from web.design.widgets import DateProblem, read_date
from web.method.frame import MAY_CHANGE, tabs
from web.state import state
from web.words import process_words, worker_type_words

__all__ = ["ask", "send", "send_sheet"]

_TEXTS = ("process", "variation", "effect", "worker_type", "hours", "n", "agreed_by")
_DATE = ("date-day", "date-month", "date-year")
# What a problem speaks of, and the field it is about.
_FIELD = (
    ("is not a process", "process"),
    ("variation", "variation"),
    ("adds or replaces", "effect"),
    ("type of worker", "worker_type"),
    ("number of people", "n"),
    ("who agreed", "agreed_by"),
)
Typed = dict[str, str]


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """The empty form."""
    return _form(dict.fromkeys((*_TEXTS, *_DATE), ""), {}, str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """State one time, once however often it is sent; where something is wrong, everything typed stays."""
    here = state()
    typed = {name: request.form.get(name, "").strip() for name in (*_TEXTS, *_DATE)}
    try:
        event_id = UUID(request.form.get("event_id", ""))
    except ValueError:
        event_id = new_id()
    sheet, wrong = _sheet(typed)
    if wrong:
        return _form(typed, wrong, str(event_id), 422)
    body = agreed(read_times(sheet, known_codes(here.recorder))[0])
    provenance = Provenance(by=signed_in().username, source="form")
    try:
        receipt = state_next(here.recorder, stream_of(body), event_id, body, provenance)
    except Conflict:
        wrong = {"process": "This form was sent before with another time. Check it and send it again"}
        return _form(typed, wrong, str(new_id()), 409)
    flash(f"The standard time is kept: {process_words(body.process)}.", "success")
    return redirect(url_for("method.standard_times", at=receipt.position), 303)


@allow(*MAY_CHANGE)
def send_sheet() -> ResponseReturnValue:
    """State every time of a file; a file with a problem is not taken, and says everything that is wrong."""
    here = state()
    given = request.files.get("sheet")
    empty = dict.fromkeys((*_TEXTS, *_DATE), "")
    if given is None or not given.filename:
        return _form(empty, {"sheet": "Choose a CSV file"}, str(new_id()), 422)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        given.save(path)
        summary, found = import_standard_times(here.recorder, here.desk, path, by=signed_in().username)
    bad = [(each.row, each.message) for each in found if each.severity == "error"]
    if bad:
        said = [f"Row {row}: {message}" if row else message for row, message in bad]
        return _form(empty, {"sheet": "The file is not taken"}, str(new_id()), 422, said)
    flash(
        "The file was loaded before: nothing changed."
        if summary.already_loaded
        else f"{summary.new + summary.amended} standard times are kept, {summary.unchanged} were there already.",
        "success",
    )
    return redirect(url_for("method.standard_times", at=here.recorder.log_store.position()), 303)


def _sheet(typed: Typed) -> tuple[str, dict[str, str]]:
    """What was typed as a sheet of one row, and what is wrong with it by field."""
    wrong: dict[str, str] = {}
    day = ""
    try:
        read = read_date([typed[part] for part in _DATE], "The day it was agreed")
        day = "" if read is None else read.isoformat()
        if read is None:
            wrong["date"] = "Enter the day it was agreed"
    except DateProblem as problem:
        wrong["date"] = str(problem)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    cells = typed | {"effect": typed["effect"] if typed["variation"] else ""}
    names = ("process", "variation", "effect", "worker_type", "hours", "n")
    writer.writerow([*(" ".join(cells[name].split()) for name in names), day or "2000-01-01", typed["agreed_by"]])
    if not typed["process"]:
        wrong["process"] = "Select a process"
    try:
        read_times(text.getvalue(), known_codes(state().recorder))
    except StandardTimeProblems as problems:
        for told in problems.problems:
            said = told.partition(": ")[2].rstrip(".") or told
            wrong.setdefault(next((name for words, name in _FIELD if words in said), "hours"), said)
    order = ("process", "variation", "effect", "worker_type", "hours", "n", "date", "agreed_by")
    return text.getvalue(), {name: wrong[name] for name in order if name in wrong}


def _form(
    typed: Typed, wrong: dict[str, str], event_id: str, status: int = 200, rows: list[str] | None = None
) -> ResponseReturnValue:
    with state().projections.reader().connect() as connection:
        known = {each.worker_type for each in queries.prices(connection)} | set(WORKER_TYPES.values())
    target = {"date": "date-day"}
    errors = [{"text": text, "href": f"#{target.get(name, name)}"} for name, text in wrong.items()]
    page = render_template(
        "method/standard_form.html",
        tabs=tabs("standard"),
        typed=typed,
        wrong=wrong,
        errors=errors + [{"text": text, "href": "#sheet"} for text in rows or []],
        event_id=event_id,
        processes=[("", "Select a process"), *((code, process_words(code)) for code in _processes())],
        types=[("", "Select a type"), *((each, worker_type_words(each)) for each in sorted(known))],
        variations=_variations(),
    )
    return make_response(page, status)


def _processes() -> list[str]:
    """Every process, in the order of the frameworks; one of another code last."""
    order = {name: place for place, name in enumerate(FRAMEWORKS)}
    known = known_codes(state().recorder)
    return sorted(known, key=lambda code: (order.get(code[:3], len(order)), len(code), code))


def _variations() -> list[dict[str, str]]:
    """Every variation under its process: those that hold, by their names, and those known by their code alone."""
    with state().projections.reader().connect() as connection:
        held = frameworks_of(LiveCosts(connection), state().recorder.clock.today())
    names = {(each.process, each.code): each.name for each in held.variations}
    known = known_codes(state().recorder)
    order = {key: place for place, key in enumerate(names)}
    options = [{"value": "", "text": "Base case", "group": ""}]
    for process in _processes():
        ordered = sorted((order.get((process, code), len(order)), code) for code in known[process])
        for _, code in ordered:
            name = names.get((process, code), code.replace("_", " "))
            options.append({"value": code, "text": name, "group": process_words(process)})
    return options
