"""Adding a row to the mapping, and ending one."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.coding import CODES, CONDITIONS
from costing.s251 import s251_lines
from recorder.application import Conflict
from recorder.coding import stated_mapping
from recorder.domain.coding import MappingRow, mapping_problems
from recorder.domain.ids import new_id
from web.account.access import allow
from web.design.formats import uk_date
from web.design.widgets import DateProblem, read_date
from web.finance.mapping_page import MAY_MAP, event_id_of, known_values, say_mapping
from web.finance.mapping_words import CONDITION_NAMES, condition_words
from web.finance.views import blueprint
from web.state import state

__all__: list[str] = []

_DAYS = {"valid_from": "First day of service", "valid_to": "Last day of service"}
_PARTS = ("day", "month", "year")
_BOXES = tuple(f"{name}-{part}" for name in _DAYS for part in _PARTS)
_RACE = "Somebody else changed the mapping just now. Check it and send it again"
Typed = dict[str, str]
Problems = list[tuple[str, str]]


@blueprint.get("/finance/mapping/add")
@allow(*MAY_MAP)
def ask_mapping_row() -> ResponseReturnValue:
    """Ask for a new row."""
    _, version = stated_mapping(state().recorder)
    return _form(dict.fromkeys((*CONDITIONS, *CODES, *_BOXES), ""), version, [])


@blueprint.post("/finance/mapping/add")
@allow(*MAY_MAP)
def add_mapping_row() -> ResponseReturnValue:
    """Add a row; what is wrong with it is shown all at once, and nothing typed is lost."""
    typed = {name: " ".join(request.form.get(name, "").split()) for name in (*CONDITIONS, *CODES, *_BOXES)}
    version = request.form.get("version", -1, type=int)
    days, problems = _days(typed)
    rows, _ = stated_mapping(state().recorder)
    values = {name: typed[name] for name in (*CONDITIONS, *CODES)}
    row = MappingRow(**values, valid_from=days["valid_from"] or date.min, valid_to=days["valid_to"])
    problems += [(field, text) for place, field, text in mapping_problems([*rows, row]) if place == len(rows)]
    if problems:
        return _form(typed, version, problems, 422)
    try:
        position = say_mapping([*rows, row], version, "form")
    except Conflict:
        return _form(typed, stated_mapping(state().recorder)[1], [("cost_kind", _RACE)], 409)
    flash("The row is added. Postings of open periods have their codes by it.", "success")
    return redirect(url_for("finance.mapping", at=position), 303)


@blueprint.get("/finance/mapping/<int:row>/end")
@allow(*MAY_MAP)
def ask_mapping_end(row: int) -> ResponseReturnValue:
    """Ask for the last day on which a row holds."""
    found, version = _held(row)
    return _end_form(row, found, dict.fromkeys(_BOXES, ""), version, [])


@blueprint.post("/finance/mapping/<int:row>/end")
@allow(*MAY_MAP)
def end_mapping_row(row: int) -> ResponseReturnValue:
    """Let a row hold up to a day; or take it out where it should never have held."""
    found, _ = _held(row)
    typed = {name: " ".join(request.form.get(name, "").split()) for name in _BOXES}
    version = request.form.get("version", -1, type=int)
    rows = list(stated_mapping(state().recorder)[0])
    if request.form.get("step") == "remove":
        del rows[row - 1]
        said = f"Row {row} is taken out"
    else:
        days, problems = _days(typed | dict.fromkeys((f"valid_from-{part}" for part in _PARTS), "1"), ["valid_to"])
        if not problems and days["valid_to"] is None:
            problems = [("valid_to", "Enter the last day of service it holds for")]
        if not problems and (days["valid_to"] or date.max) < found.valid_from:
            problems = [("valid_to", f"The last day must be {uk_date(found.valid_from)} or after, its first")]
        if problems:
            return _end_form(row, found, typed, version, problems, 422)
        rows[row - 1] = msgspec.structs.replace(found, valid_to=days["valid_to"])
        said = f"Row {row} holds up to {uk_date(days['valid_to'] or date.max)}"
    try:
        position = say_mapping(rows, version, "form")
    except Conflict:
        return _end_form(row, found, typed, stated_mapping(state().recorder)[1], [("valid_to", _RACE)], 409)
    flash(f"{said}.", "success")
    return redirect(url_for("finance.mapping", at=position), 303)


def _held(row: int) -> tuple[MappingRow, int]:
    rows, version = stated_mapping(state().recorder)
    if not 1 <= row <= len(rows):
        abort(404)
    return rows[row - 1], version


def _days(typed: Typed, names: list[str] | None = None) -> tuple[dict[str, date | None], Problems]:
    days: dict[str, date | None] = dict.fromkeys(_DAYS)
    problems: Problems = []
    for name in names or _DAYS:
        try:
            days[name] = read_date([typed[f"{name}-{part}"] for part in _PARTS], _DAYS[name])
        except DateProblem as wrong:
            problems.append((name, str(wrong)))
            days[name] = date.min if name == "valid_from" else None
    if names is None and days["valid_from"] is None:
        problems.append(("valid_from", "Enter the first day of service it holds for"))
    return days, problems


def _framed(typed: Typed, version: int, problems: Problems, **more: Any) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    for name, text in problems:
        wrong.setdefault(name, text)
    errors = [{"text": text, "href": f"#{name}-day" if name in _DAYS else f"#{name}"} for name, text in problems]
    return more | {
        "typed": typed, "version": version, "wrong": wrong, "errors": errors,
        "event_id": str(event_id_of(request.form.get("event_id", "")) if request.method == "POST" else new_id()),
    }  # fmt: skip


def _form(typed: Typed, version: int, problems: Problems, status: int = 200) -> ResponseReturnValue:
    known = known_values().values
    order = {line.code: place for place, line in enumerate(s251_lines())}
    choices = {}
    for name, values in known.items():
        codes = sorted(values, key=lambda code: (order.get(code, 0), condition_words(name, code)))
        choices[name] = [("", "Any"), *((code, condition_words(name, code)) for code in codes)]
    framed = _framed(typed, version, problems, choices=choices, names=CONDITION_NAMES)
    return make_response(render_template("finance/mapping_form.html", **framed), status)


def _end_form(
    row: int, found: MappingRow, typed: Typed, version: int, problems: Problems, status: int = 200
) -> ResponseReturnValue:
    named = [
        {"key": words, "value": condition_words(name, getattr(found, name))}
        for name, words in CONDITION_NAMES.items()
        if getattr(found, name)
    ]
    codes = [{"key": "Cost centre", "value": found.cost_centre},
             {"key": "Subjective code", "value": found.subjective or "none"},
             {"key": "First day of service", "value": uk_date(found.valid_from)}]  # fmt: skip
    framed = _framed(typed, version, problems, row=row, said=[*named, *codes])
    return make_response(render_template("finance/mapping_end.html", **framed), status)
