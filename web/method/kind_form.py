"""Defining a kind of work of one's own, putting a shipped one in one's own words, and retiring one."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.vocabulary import OWN_MARK, Kind, kinds
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from recorder.domain.kinds import NO_CHOICE, KindDefined, KindFact, KindRetired, decide_kind
from recorder.kinds import StateKind, state_kind, stated_kinds
from web.account.access import allow
from web.account.people import signed_in
from web.kinds_of_work import ever_in_use, vocabulary_in_use
from web.method.frame import MAY_CHANGE, tabs
from web.method.framework_stating import DATE, Problems, day_of, event_id_of, targets
from web.method.kinds_page import VISIT_WORDS
from web.state import state

__all__ = ["ask", "ask_retirement", "send", "send_retirement"]

_TEXTS = (
    *("code", "parent", "mark", "label", "definition", "examples", "synonyms", "asks_seen"),
    *("may_satisfy_visit_rule", "offered", "reason"),
)
_ORDER = (*_TEXTS[:-1], "valid_from", "reason")
_SHIPPED = {each.code: each for each in kinds()}
Typed = dict[str, str]


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """The form of a kind; with a code in the address, filled in as the kind holds today. 404 for an unknown one."""
    blank = dict.fromkeys((*_TEXTS, *DATE), "") | {"asks_seen": "no", "may_satisfy_visit_rule": "no", "offered": "yes"}
    code = request.args.get("code", "")
    return _page(blank | (_as_typed(_held(code)) if code else {}), [], str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """Check a kind and keep it once."""
    typed = _typed()
    problems: Problems = []
    day = day_of(typed, problems)
    code = typed["code"] or f"{typed['parent']}{OWN_MARK}{typed['mark'].upper()}"
    fact = KindDefined(
        code=code,
        parent=_SHIPPED[code].parent if code in _SHIPPED else code.partition(OWN_MARK)[0],
        label=typed["label"],
        definition=typed["definition"],
        valid_from=day,
        examples=typed["examples"],
        synonyms=tuple(dict.fromkeys(name.strip() for name in typed["synonyms"].split(";") if name.strip())),
        asks_seen=typed["asks_seen"] == "yes",
        may_satisfy_visit_rule=typed["may_satisfy_visit_rule"],
        offered=typed["offered"] != "no",
    )
    if not typed["code"] and code in {each.code for each in stated_of()}:
        problems.append(("mark", "A kind of work of your own has this code already"))
    return _keep(typed, fact, problems, f"The kind of work is kept: {typed['label']}.")


@allow(*MAY_CHANGE)
def ask_retirement() -> ResponseReturnValue:
    """Ask from which day and why a kind is no longer offered. 404 for an unknown one."""
    kind = _held(request.args.get("code", ""))
    return _page(dict.fromkeys((*_TEXTS, *DATE), "") | {"code": kind.code}, [], str(new_id()), retires=kind)


@allow(*MAY_CHANGE)
def send_retirement() -> ResponseReturnValue:
    """Check the retirement and keep it once."""
    typed = _typed()
    kind = _held(typed["code"])
    problems: Problems = []
    fact = KindRetired(code=kind.code, valid_from=day_of(typed, problems), reason=typed["reason"])
    return _keep(typed, fact, problems, f"The kind of work is retired: {kind.label}.", retires=kind)


def stated_of() -> list[KindFact]:
    """Everything stated of the kinds of work but for the fact that this form would be."""
    return stated_kinds(state().recorder, event_id_of(request.form.get("event_id", "")))


def _typed() -> Typed:
    return {name: " ".join(request.form.get(name, "").split()) for name in (*_TEXTS, *DATE)}


def _held(code: str) -> Kind:
    known = (*vocabulary_in_use(), *ever_in_use())
    found = next((each for each in known if each.code == code), None)
    return abort(404) if found is None or found.kind_class in NO_CHOICE else found


def _as_typed(kind: Kind) -> Typed:
    said = {name: getattr(kind, name) for name in ("code", "parent", "label", "definition", "examples")}
    flags = {name: "yes" if getattr(kind, name) else "no" for name in ("asks_seen", "offered")}
    rest = {"synonyms": "; ".join(kind.synonyms), "may_satisfy_visit_rule": kind.may_satisfy_visit_rule}
    return said | flags | rest


def _keep(
    typed: Typed, fact: KindFact, problems: Problems, done: str, retires: Kind | None = None
) -> ResponseReturnValue:
    event_id: UUID = event_id_of(request.form.get("event_id", ""))
    try:
        decide_kind(stated_of(), fact)
    except Refused as refused:
        # Whether the kind can be retired hangs on the day: there the answer can be put right.
        known = {name for name, _ in problems}
        problems += [("valid_from" if name == "code" else name, text) for name, text in refused.problems
                     if name != "code" or "valid_from" not in known]  # fmt: skip
    if problems:
        problems.sort(key=lambda each: _ORDER.index(each[0]))
        return _page(typed, problems, str(event_id), 422, retires)
    provenance = Provenance(by=signed_in().username, source="form")
    try:
        receipt = state_kind(state().recorder, StateKind(event_id=event_id, fact=fact, provenance=provenance))
    except Conflict:
        again = [("label", "This form was sent before with other answers. Check it and send it again")]
        return _page(typed, again, str(new_id()), 409, retires)
    flash(done, "success")
    return redirect(url_for("method.kind", code=fact.code, at=receipt.position), 303)


def _page(
    typed: Typed, problems: Problems, event_id: str, status: int = 200, retires: Kind | None = None
) -> ResponseReturnValue:
    wrong: dict[str, str] = {}
    for name, text in problems:
        wrong.setdefault(name, text)
    parents = [{"value": each.code, "text": each.label} for each in kinds() if each.kind_class not in NO_CHOICE]
    page = render_template(
        "method/kind_form.html",
        tabs=tabs("kinds"),
        typed=typed,
        wrong=wrong,
        errors=targets(problems),
        event_id=event_id,
        retires=retires,
        parents=[{"value": "", "text": "Select a kind of work"}, *parents],
        yes_no=[{"value": "yes", "text": "Yes"}, {"value": "no", "text": "No"}],
        clocks=[{"value": code, "text": words} for code, words in VISIT_WORDS.items()],
    )
    return make_response(page, status)
