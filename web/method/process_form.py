"""Defining a process of one's own, or one that stands in a shipped one's place: typed, checked, then stated once."""

from __future__ import annotations

from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from costing.pathway_triggers import TRIGGERS
from costing.processes import FRAMEWORKS, UNITS, UnknownProcess
from projections.queries.cost_lines import LiveCosts
from projections.queries.frameworks import frameworks_of
from recorder.domain.frameworks import ProcessDefined
from recorder.domain.ids import new_id
from web.account.access import allow
from web.method.frame import FRAMEWORK_WORDS, MAY_CHANGE, tabs
from web.method.framework_stating import (
    DATE,
    Checked,
    Problems,
    check,
    day_of,
    event_id_of,
    keep,
    targets,
    told_by_deciding,
)
from web.method.framework_words import UNITS as UNIT_WORDS
from web.method.framework_words import trigger_words
from web.state import state

__all__ = ["ask", "send"]

_TEXTS = (
    *("framework", "number", "code", "name", "definition", "starts", "ends", "repeats_by", "varies_by"),
    *("counted_from", "unit"),
)
_BLANK = {
    "framework": "Select a framework",
    "number": "Enter a number: its place in the framework",
    "code": "Enter a code, like CLA9",
    "name": "Enter a name",
    "counted_from": "Select what it is counted from",
    "unit": "Select what its time and cost are for",
}
_FIELDS = (
    ("write a code", "code"),
    ("is not a framework", "framework"),
    ("is not a number", "number"),
    ("give it a name", "name"),
    ("is not a unit", "unit"),
    ("has the unit of", "unit"),
    ("counted from", "counted_from"),
    ("its variation", "counted_from"),
)


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """The form; with the code of a process in the address, filled in from it."""
    typed = dict.fromkeys((*_TEXTS, *DATE), "")
    code = request.args.get("code", "")
    with state().projections.reader().connect() as connection:
        held = frameworks_of(LiveCosts(connection), state().recorder.clock.today())
    try:
        found = held.process(code)
        typed |= {name: str(getattr(found, name)) for name in _TEXTS if name != "varies_by"}
        typed["varies_by"] = "; ".join(found.varies_by)
    except UnknownProcess:
        typed["framework"] = code if code in FRAMEWORKS else ""
    return _form(typed, [], str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """Check what was typed; show what it would have picked; once confirmed, state it."""
    typed = {name: " ".join(request.form.get(name, "").split()) for name in (*_TEXTS, *DATE)}
    event_id = event_id_of(request.form.get("event_id", ""))
    asked, problems = _read(typed, event_id)
    step = request.form.get("step", "")
    if problems:
        return _form(typed, problems, str(event_id), 422)
    if step == "change":
        return _form(typed, [], str(event_id))
    if step != "confirm":
        return check(asked)
    again = [("code", "This form was sent before with another process. Check it and send it again")]
    return keep(asked, f"The process is defined: {typed['name']}.") or _form(typed, again, str(new_id()), 409)


def _read(typed: dict[str, str], event_id: UUID) -> tuple[Checked, Problems]:
    problems: Problems = [(name, text) for name, text in _BLANK.items() if not typed[name]]
    day = day_of(typed, problems)
    number = typed["number"] if typed["number"].isdecimal() else ""
    if typed["number"] and not number:
        problems.append(("number", "The number must be a whole number, like 9"))
    said = {name: typed[name] for name in _TEXTS if name != "number"}
    fact = ProcessDefined(**said, number=int(number or 0), valid_from=day)
    blank = {name for name, _ in problems}
    problems += [each for each in told_by_deciding(fact, event_id, _FIELDS, "code") if each[0] not in blank]
    order = (*_TEXTS, "valid_from")
    problems.sort(key=lambda each: order.index(each[0]) if each[0] in order else len(order))
    title = f"{typed['code']}: {typed['name']}"
    return Checked(fact, typed, event_id, "method.send_process", title, _rows(typed), "Define this process"), problems


def _rows(typed: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return (
        ("Framework", FRAMEWORK_WORDS.get(typed["framework"], typed["framework"])),
        ("What it covers", typed["definition"] or "not said"),
        ("Starts", typed["starts"] or "not said"),
        ("Ends", typed["ends"] or "not said"),
        ("Repeats by", typed["repeats_by"] or "not said"),
        ("Varies by", typed["varies_by"] or "not said"),
        ("Counted from", trigger_words(typed["counted_from"])),
        ("Time and cost are for", UNIT_WORDS.get(typed["unit"], typed["unit"])),
    )


def _form(typed: dict[str, str], problems: Problems, event_id: str, status: int = 200) -> ResponseReturnValue:
    wrong: dict[str, str] = {}
    for name, text in problems:
        wrong.setdefault(name, text)
    page = render_template(
        "method/process_form.html",
        tabs=tabs("frameworks"),
        typed=typed,
        wrong=wrong,
        errors=targets(problems),
        event_id=event_id,
        frameworks=[{"value": each, "text": FRAMEWORK_WORDS[each]} for each in FRAMEWORKS],
        units=[{"value": each, "text": UNIT_WORDS[each]} for each in UNITS],
        triggers=[
            {"value": "", "text": "Select", "group": ""},
            *({"value": each.code, "text": trigger_words(each.code), "group": ""} for each in TRIGGERS.values()),
        ],
    )
    return make_response(page, status)
