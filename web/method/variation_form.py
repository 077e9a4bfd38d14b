"""Defining a variation of one's own: when it is picked is written, or put together from lists, and shown in words."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from costing.predicates import ConditionProblems, condition
from costing.variations import Frameworks
from recorder.domain.frameworks import ProcessDefined, VariationDefined, frameworks_on
from recorder.domain.ids import new_id
from recorder.frameworks import stated_frameworks
from web.account.access import allow
from web.method.conditions import BUILT, line_choices, lines_of, lines_shown, settled_text
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
from web.method.framework_words import does_words
from web.state import state
from web.words import process_words

__all__ = ["ask", "send"]

_TEXTS = ("process", "code", "name", "when", "adds", "aspect")
_SEEN = "when_seen"
_BLANK = {
    "process": "Select a process",
    "code": "Enter a code, like under_six",
    "name": "Enter a name",
    "adds": "Select what it does",
    "aspect": "Enter its aspect, such as need or placement type",
}
_FIELDS = (
    ("write a code", "code"),
    ("there is no process", "process"),
    ("give it a name", "name"),
    ("say yes or no", "adds"),
    ("name its aspect", "aspect"),
)
Typed = dict[str, str]


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """The form; with a process and the code of a variation in the address, filled in from it."""
    typed = dict.fromkeys((*_TEXTS, *DATE, _SEEN, *BUILT), "")
    typed["process"], code = request.args.get("process", ""), request.args.get("code", "")
    for each in _held(state().recorder.clock.today()).variations:
        if (each.process, each.code) == (typed["process"], code):
            said = {"code": each.code, "name": each.name, "aspect": each.aspect, "when": each.when.text}
            typed |= said | {"adds": "yes" if each.adds else "no"}
    return _form(_shown(typed), [], str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """Put the condition together; check what was typed; show what it would have picked; once confirmed, state it."""
    typed = {name: " ".join(request.form.get(name, "").split()) for name in (*_TEXTS, *DATE, _SEEN, *BUILT)}
    event_id = event_id_of(request.form.get("event_id", ""))
    step = request.form.get("step", "")
    settled, unsettled = settled_text(typed, typed[_SEEN])
    if not unsettled:
        typed["when"] = settled
    if step == "build" and not unsettled:
        return _form(_shown(typed), [], str(event_id))
    asked, problems = _read(typed, event_id, unsettled)
    if problems:
        return _form(typed, problems, str(event_id), 422)
    if step == "change":
        return _form(_shown(typed), [], str(event_id))
    if step != "confirm":
        return check(asked)
    again = [("code", "This form was sent before with another variation. Check it and send it again")]
    return keep(asked, f"The variation is defined: {typed['name']}.") or _form(typed, again, str(new_id()), 409)


def _held(day: date) -> Frameworks:
    return frameworks_on(stated_frameworks(state().recorder), day)


def _shown(typed: Typed) -> Typed:
    """As the page shows it: the lines say what is written, where they can."""
    return typed | lines_of(typed["when"]) | {_SEEN: typed["when"]}


def _read(typed: Typed, event_id: UUID, unsettled: str) -> tuple[Checked, Problems]:
    problems: Problems = [(name, text) for name, text in _BLANK.items() if not typed[name]]
    if unsettled:
        problems.append(("when", unsettled))
    day = day_of(typed, problems)
    said = {name: typed[name] for name in _TEXTS if name != "adds"}
    fact = VariationDefined(**said, adds=typed["adds"] == "yes", valid_from=day)
    blank = {name for name, _ in problems}
    problems += [each for each in told_by_deciding(fact, event_id, _FIELDS, "when") if each[0] not in blank]
    order = (*_TEXTS, "valid_from")
    problems.sort(key=lambda each: order.index(each[0]) if each[0] in order else len(order))
    rows = (
        ("Process", process_words(typed["process"])),
        ("When", _in_words(typed["when"])),
        ("What it does", does_words(adds=fact.adds)),
        ("Aspect", typed["aspect"]),
        ("Written", typed["when"]),
    )
    title = f"{typed['name']} ({typed['code']})"
    return Checked(fact, typed, event_id, "method.send_variation", title, rows, "Define this variation"), problems


def _in_words(text: str) -> str:
    try:
        return f"If {condition(text).words()}"
    except ConditionProblems:
        return ""


def _form(typed: Typed, problems: Problems, event_id: str, status: int = 200) -> ResponseReturnValue:
    wrong: dict[str, str] = {}
    for name, text in problems:
        wrong[name] = text if name not in wrong else f"{wrong[name]}. {text}"
    page = render_template(
        "method/variation_form.html",
        tabs=tabs("frameworks"),
        typed=typed,
        wrong=wrong,
        errors=targets(problems),
        event_id=event_id,
        processes=[{"value": "", "text": "Select a process", "group": ""}, *_processes()],
        lines=range(lines_shown(typed)),
        choices=line_choices(),
        words=_in_words(typed["when"]),
    )
    return make_response(page, status)


def _processes() -> list[dict[str, str]]:
    """Every process that holds, and own ones that are to come."""
    held = _held(state().recorder.clock.today()).processes
    stated = stated_frameworks(state().recorder)
    offered = [(each.code, each.framework) for each in held]
    known = {each.code for each in held}
    offered += [(f.code, f.framework) for f in stated if isinstance(f, ProcessDefined) and f.code not in known]
    return [
        {"value": code, "text": process_words(code), "group": FRAMEWORK_WORDS.get(framework, framework)}
        for code, framework in sorted(dict(offered).items(), key=lambda each: list(FRAMEWORK_WORDS).index(each[1]))
    ]
