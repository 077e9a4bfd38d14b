"""Withdrawing a process or a variation of one's own from a day on, with a reason; a shipped one then holds again."""

from __future__ import annotations

from uuid import UUID

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from recorder.domain.frameworks import ProcessWithdrawn, VariationWithdrawn
from recorder.domain.ids import new_id
from recorder.frameworks import stated_frameworks
from web.account.access import allow
from web.method.frame import MAY_CHANGE, tabs
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
from web.method.framework_words import facts_of
from web.state import state
from web.words import process_words

__all__ = ["ask", "send"]

_TEXTS = ("process", "code", "reason")
Typed = dict[str, str]


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """Ask from which day and why. 404 for what was never one's own."""
    typed = dict.fromkeys(DATE, "") | {name: request.args.get(name, "") for name in _TEXTS}
    return _form(_own(typed), [], str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """Show what would be picked without it; once confirmed, withdraw it once."""
    typed = _own({name: " ".join(request.form.get(name, "").split()) for name in (*_TEXTS, *DATE)})
    event_id = event_id_of(request.form.get("event_id", ""))
    asked, problems = _read(typed, event_id)
    step = request.form.get("step", "")
    if problems:
        return _form(typed, problems, str(event_id), 422)
    if step == "change":
        return _form(typed, [], str(event_id))
    if step != "confirm":
        return check(asked)
    again = [("reason", "This form was sent before with another reason. Check it and send it again")]
    return keep(asked, f"Withdrawn: {_what(typed)}.") or _form(typed, again, str(new_id()), 409)


def _own(typed: Typed) -> Typed:
    named = (typed["process"], typed["code"])
    if named not in {facts_of(each) for each in stated_frameworks(state().recorder)}:
        abort(404)
    return typed


def _what(typed: Typed) -> str:
    variation = f", variation {typed['code'].replace('_', ' ')}" if typed["code"] else ""
    return f"{process_words(typed['process'])}{variation}"


def _read(typed: Typed, event_id: UUID) -> tuple[Checked, Problems]:
    problems: Problems = []
    day = day_of(typed, problems)
    fact: ProcessWithdrawn | VariationWithdrawn = ProcessWithdrawn(
        code=typed["process"], valid_from=day, reason=typed["reason"]
    )
    if typed["code"]:
        fact = VariationWithdrawn(process=typed["process"], code=typed["code"], valid_from=day, reason=typed["reason"])
    problems += told_by_deciding(fact, event_id, (), "reason")
    rows = (("Withdrawn", _what(typed)), ("Why", typed["reason"]))
    asked = Checked(fact, typed, event_id, "method.send_framework_withdrawal", _what(typed), rows, "Withdraw it")
    return asked, problems


def _form(typed: Typed, problems: Problems, event_id: str, status: int = 200) -> ResponseReturnValue:
    wrong: dict[str, str] = {}
    for name, text in problems:
        wrong.setdefault(name, text)
    page = render_template(
        "method/framework_withdraw.html",
        tabs=tabs("frameworks"),
        typed=typed,
        wrong=wrong,
        errors=targets(problems),
        event_id=event_id,
        what=_what(typed),
    )
    return make_response(page, status)
