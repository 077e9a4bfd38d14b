"""Publishing a sheet of unit costs: chosen or taken from a file, checked against the last one, then frozen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.sheet_compare import LineChange, changed_lines
from costing.sheet_file import SheetProblems, read_sheet_lines
from costing.unit_cost_sheets import UnitCostSheet, UnknownSheet
from costing.variations import Frameworks
from projections.queries.cost_lines import LiveCosts
from projections.queries.frameworks import frameworks_of
from projections.queries.run_prices import OWN_CODE, PUBLISHED_PREFIX, sheet_choices, sheet_of
from projections.queries.sheets import PublishedSheet, published_sheets, sheet_in_force, stated_line
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from recorder.domain.sheets import UnitCostSheetPublished, decide_sheet
from recorder.frameworks import known_codes
from recorder.sheets import PublishSheet, publish_sheet
from web.account.access import allow
from web.account.people import signed_in
from web.design.widgets import DateProblem, read_date
from web.method.frame import MAY_CHANGE, pounds_of_pence, tabs
from web.state import Opened, state
from web.words import process_words

__all__ = ["ask", "send"]

FILE = "file"
_TEXTS = ("name", "note", "from", "csv")
_DATE = ("valid_from-day", "valid_from-month", "valid_from-year")
_ORDER = ("name", "valid_from", "from", "csv", "lines")
_TARGET = {"valid_from": "valid_from-day", "lines": "from"}
Typed = dict[str, str]
Problems = list[tuple[str, str]]


@dataclass(frozen=True)
class _Read:
    """What was asked for: the fact it would be, its sheet, and the last one of its name."""

    body: UnitCostSheetPublished
    sheet: UnitCostSheet
    last: PublishedSheet | None

    @property
    def checksum(self) -> str:
        """Of the lines: what was looked at is what is published."""
        return hashlib.sha256(msgspec.json.encode(self.body)).hexdigest()


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """The form, with the authority's own sheet chosen."""
    typed = dict.fromkeys((*_TEXTS, *_DATE), "") | {"from": request.args.get("from", OWN_CODE)}
    return _form(state(), typed, [], str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """Check what was asked for; show what it changes; once confirmed, publish it once."""
    here = state()
    typed = {name: request.form.get(name, "").strip() for name in (*_TEXTS, *_DATE)}
    event_id = _event_id(request.form.get("event_id", ""))
    problems = _take_file(typed)
    read, wrong = _read(here, typed)
    problems += [each for each in wrong if not (each[0] == "csv" and problems)]
    if read is None or problems:
        return _form(here, typed, problems, str(event_id), 422)
    step = request.form.get("step", "")
    if step == "change":
        return _form(here, typed, [], str(event_id))
    changed = request.form.get("seen", read.checksum) != read.checksum
    if step != "publish" or changed:
        return _check(typed, read, str(event_id), changed=changed)
    provenance = Provenance(by=signed_in().username, source="form")
    try:
        receipt = publish_sheet(here.recorder, PublishSheet(event_id=event_id, sheet=read.body, provenance=provenance))
    except Conflict:
        again = [("name", "This form was sent before with another sheet. Check it and send it again")]
        return _form(here, typed, again, str(new_id()), 409)
    flash(f"The sheet is published: {read.body.name}.", "success")
    return redirect(url_for("method.sheets", at=receipt.position), 303)


def _take_file(typed: Typed) -> Problems:
    """Put the text of a file that came along where it can be seen and changed."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return []
    typed["from"] = FILE
    try:
        typed["csv"] = given.read().decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return [("csv", "The file is not a text file in UTF-8. Save it as CSV UTF-8 and choose it again")]
    return []


def _read(here: Opened, typed: Typed) -> tuple[_Read | None, Problems]:
    problems: Problems = []
    starts: date | None = None
    try:
        starts = read_date([typed[part] for part in _DATE], "The first day")
        if starts is None:
            problems.append(("valid_from", "Enter the first day the sheet holds"))
    except DateProblem as wrong:
        problems.append(("valid_from", str(wrong)))
    day = starts or here.recorder.clock.today()
    with here.projections.reader().connect() as connection:
        source = LiveCosts(connection)
        sheet, wrong_lines = _sheet(source, typed, day)
        last = sheet_in_force(published_sheets(source), typed["name"], day)
    body = UnitCostSheetPublished(
        name=typed["name"], valid_from=day, lines=tuple(map(stated_line, sheet.lines)), note=typed["note"]
    )
    try:
        decide_sheet(body)
    except Refused as refused:
        problems += [each for each in refused.problems if each[0] != "lines" or not wrong_lines]
    problems += wrong_lines
    return (None if problems else _Read(body, sheet, last)), problems


def _sheet(source: LiveCosts, typed: Typed, day: date) -> tuple[UnitCostSheet, Problems]:
    empty = UnitCostSheet(typed["name"], ())
    if typed["from"] != FILE:
        try:
            return sheet_of(source, typed["from"], day), []
        except UnknownSheet as unknown:
            return empty, [("from", str(unknown).rstrip("."))]
    if not typed["csv"]:
        return empty, [("csv", "Choose a CSV file, or write its rows")]
    units = {each.code: each.unit for each in frameworks_of(source, day).processes}
    try:
        return UnitCostSheet(typed["name"], read_sheet_lines(typed["csv"], known_codes(state().recorder), units)), []
    except SheetProblems as wrong:
        return empty, [("csv", problem.rstrip(".")) for problem in wrong.problems]


def _form(here: Opened, typed: Typed, problems: Problems, event_id: str, status: int = 200) -> ResponseReturnValue:
    with here.projections.reader().connect() as connection:
        choices = sheet_choices(LiveCosts(connection))
    wrong: dict[str, str] = {}
    for name, text in problems:
        wrong.setdefault("from" if name == "lines" else name, text)
    ordered = sorted(problems, key=lambda each: _ORDER.index(each[0]) if each[0] in _ORDER else len(_ORDER))
    page = render_template(
        "method/sheet_form.html",
        tabs=tabs("sheets"),
        typed=typed,
        wrong=wrong,
        errors=[{"text": text, "href": f"#{_TARGET.get(name, name)}"} for name, text in ordered],
        choices=[*choices, (FILE, "A CSV file of our own amounts")],
        event_id=event_id,
    )
    return make_response(page, status)


def _check(typed: Typed, read: _Read, event_id: str, *, changed: bool) -> ResponseReturnValue:
    before = read.last.sheet if read.last else UnitCostSheet("", ())
    changes = changed_lines(before, read.sheet)
    with state().projections.reader().connect() as connection:
        frameworks = frameworks_of(LiveCosts(connection), read.body.valid_from)
    known = [each.code for each in frameworks.processes]
    return render_template(
        "method/sheet_check.html",
        tabs=tabs("sheets"),
        typed=typed,
        event_id=event_id,
        body=read.body,
        seen=read.checksum,
        changed=changed,
        last=read.last,
        same_day=read.last is not None and read.last.valid_from == read.body.valid_from,
        priced=sum(line.prices for line in read.sheet.lines),
        unpriced=[process_words(code) for code in read.sheet.unpriced_processes(known)],
        held_fee=sum(line.holds_fee for line in read.sheet.lines),
        rows=[_change(each, frameworks) for each in changes],
        code=f"{PUBLISHED_PREFIX}{read.body.name}",
    )


def _change(each: LineChange, frameworks: Frameworks) -> list[Any]:
    line = each.line
    words = frameworks.in_words(line.process, sorted(line.variations)).capitalize()
    difference = each.difference_pence
    sign = "−" if (difference or 0) < 0 else "+"
    return [
        {"text": process_words(line.process), "note": words},
        "no line" if each.before is None else pounds_of_pence(each.before.pence),
        "no line" if each.after is None else pounds_of_pence(each.after.pence),
        "" if difference is None else f"{sign}{pounds_of_pence(abs(difference))}",
        {"text": line.source or "not given", "note": f"prices of {line.price_year}" if line.price_year else ""},
    ]


def _event_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return new_id()
