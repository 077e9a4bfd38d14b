"""Stating or withdrawing a rule for the process of work: typed, checked with what it would move, then kept once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace

from costing.pathway_dates import years_after
from costing.vocabulary import OWN_MARK, Kind
from projections.queries.cost_lines import LiveCosts
from projections.queries.inference import InferenceEffect, rule_effect
from projections.queries.runs import NothingKnown
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from recorder.domain.inference import InferenceRuleStated, InferenceRuleWithdrawn, RuleFact, decide_rule, table_of
from recorder.frameworks import known_codes
from recorder.inference import StateRule, state_rule, stated_rules
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import hours, number, uk_date
from web.kinds_of_work import ever_in_use, kinds_of_day
from web.method.frame import MAY_CHANGE, tabs
from web.method.framework_stating import DATE, Problems, day_of, event_id_of, targets
from web.method.inference_page import OPEN_WORDS
from web.state import state
from web.words import kind_words, process_words

__all__ = ["ask", "ask_withdrawal", "send", "send_withdrawal"]

_TEXTS = ("kind", "open_framework", "process", "reason")
_ORDER = ("kind", "open_framework", "process", "valid_from", "reason")
Typed = dict[str, str]


@dataclass(frozen=True)
class _Form:
    """One of the two forms: where it is sent, and what it is called."""

    send: str
    withdraws: bool
    title: str
    confirm: str
    done: str


_STATE = _Form("method.send_rule", False, "Set a rule", "Keep this rule", "The rule is kept")
_WITHDRAW = _Form("method.send_rule_withdrawal", True, "Withdraw a rule", "Withdraw this rule", "The rule is withdrawn")


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """The form of a rule, filled in from the address."""
    return _page(_STATE, _asked_for(), [], str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """Check a rule; show what it would move; once confirmed, keep it."""
    return _send(_STATE)


@allow(*MAY_CHANGE)
def ask_withdrawal() -> ResponseReturnValue:
    """Ask from which day and why a rule is withdrawn. 404 for one that was never one's own."""
    return _page(_WITHDRAW, _own(_asked_for()), [], str(new_id()))


@allow(*MAY_CHANGE)
def send_withdrawal() -> ResponseReturnValue:
    """Check the withdrawal; show what it would move; once confirmed, keep it."""
    return _send(_WITHDRAW)


def _asked_for() -> Typed:
    return dict.fromkeys(DATE, "") | {name: request.args.get(name, "") for name in _TEXTS}


def _own(typed: Typed) -> Typed:
    own = {(each.kind, each.open_framework) for _, each in stated_rules(state().recorder)}
    if (typed["kind"], typed["open_framework"]) not in own:
        abort(404)
    return typed


def _send(form: _Form) -> ResponseReturnValue:
    typed = {name: " ".join(request.form.get(name, "").split()) for name in (*_TEXTS, *DATE)}
    if form.withdraws:
        _own(typed)
    event_id = event_id_of(request.form.get("event_id", ""))
    fact, problems = _read(form, typed, event_id)
    step = request.form.get("step", "")
    if problems:
        return _page(form, typed, problems, str(event_id), 422)
    if step == "change":
        return _page(form, typed, [], str(event_id))
    if step != "confirm":
        return _check(form, typed, fact, event_id)
    provenance = Provenance(by=signed_in().username, source="form")
    try:
        receipt = state_rule(state().recorder, StateRule(event_id=event_id, fact=fact, provenance=provenance))
    except Conflict:
        again = [("kind", "This form was sent before with another rule. Check it and send it again")]
        return _page(form, typed, again, str(new_id()), 409)
    flash(f"{form.done}: {kind_words(fact.kind)}.", "success")
    return redirect(url_for("method.inference", at=receipt.position), 303)


def _read(form: _Form, typed: Typed, event_id: UUID) -> tuple[RuleFact, Problems]:
    problems: Problems = []
    day = day_of(typed, problems)
    key: dict[str, Any] = {"kind": typed["kind"], "open_framework": typed["open_framework"], "valid_from": day}
    fact: RuleFact = InferenceRuleStated(**key, process=typed["process"])
    if form.withdraws:
        fact = InferenceRuleWithdrawn(**key, reason=typed["reason"])
    recorder = state().recorder
    try:
        decide_rule(stated_rules(recorder, event_id), fact, known_codes(recorder))
    except Refused as refused:
        problems += [(name or "kind", text) for name, text in refused.problems]
    if OWN_MARK in fact.kind and not form.withdraws and fact.kind not in kinds_of_day(day):
        problems.append(("kind", f"{kind_words(fact.kind)} is no kind of work on {uk_date(day)}"))
    problems.sort(key=lambda each: _ORDER.index(each[0]))
    return fact, problems


def _check(form: _Form, typed: Typed, fact: RuleFact, event_id: UUID) -> ResponseReturnValue:
    effect = _effect(fact, event_id)
    moved = [
        [process_words(each.before), process_words(each.after), number(each.entries), number(each.children),
         hours(each.seconds)]
        for each in (effect.moved if effect else ())
    ]  # fmt: skip
    rows = [("Kind of work", kind_words(fact.kind)), ("While", OPEN_WORDS[fact.open_framework])]
    if isinstance(fact, InferenceRuleStated):
        rows.append(("Goes to", process_words(fact.process)))
    else:
        rows.append(("Why it is withdrawn", fact.reason))
    return render_template(
        "method/inference_check.html",
        tabs=tabs("inference"),
        form=form,
        typed=typed,
        event_id=event_id,
        day=fact.valid_from,
        rows=[{"key": key, "value": value} for key, value in rows],
        effect=effect,
        moved=moved,
        entries=sum(each.entries for each in effect.moved) if effect else 0,
        time=hours(sum(each.seconds for each in effect.moved)) if effect else None,
        to_come=effect is not None and fact.valid_from > effect.last,
        period=f"{uk_date(effect.first)} to {uk_date(effect.last)}" if effect else "",
    )


def _effect(fact: RuleFact, event_id: UUID) -> InferenceEffect | None:
    stated = stated_rules(state().recorder, event_id)
    after = max((place for place, _ in stated), default=0) + 1
    with state().projections.reader().connect() as connection:
        source = LiveCosts(connection)
        asked, beside = fact, stated
        if source.horizon is not None and fact.valid_from > source.horizon:
            # What is still to come moves nothing yet: looked at as if it had held all the year.
            stated = [(place, each) for place, each in stated if each.valid_from <= source.horizon]
            asked = replace(fact, valid_from=years_after(source.horizon, -1))
            key = (fact.kind, fact.open_framework)
            beside = [(place, each) for place, each in stated if (each.kind, each.open_framework) != key]
        try:
            return rule_effect(source, table_of(stated), table_of([*beside, (after, asked)]))
        except NothingKnown:
            return None


def _page(form: _Form, typed: Typed, problems: Problems, event_id: str, status: int = 200) -> ResponseReturnValue:
    wrong: dict[str, str] = {}
    for name, text in problems:
        wrong.setdefault(name, text)
    known = sorted(known_codes(state().recorder), key=lambda code: (code[:3] not in {"CLA", "CIN", "CAF"}, code))
    page = render_template(
        "method/inference_form.html",
        tabs=tabs("inference"),
        form=form,
        typed=typed,
        wrong=wrong,
        errors=targets(problems),
        event_id=event_id,
        kinds=[
            ("", "Select a kind of work"),
            *((each.code, _with_wider(each)) for each in ever_in_use() if each.case_work),
        ],
        opens=[{"value": code, "text": words} for code, words in OPEN_WORDS.items()],
        processes=[("", "Select a process"), *((code, process_words(code)) for code in known)],
        what=f"{kind_words(typed['kind'])}, {OPEN_WORDS.get(typed['open_framework'], '').lower()}",
    )
    return make_response(page, status)


def _with_wider(each: Kind) -> str:
    """A kind with the wider kind it is of."""
    return f"{each.label} ({kind_words(each.parent).lower()})" if each.parent else f"{each.label}: all of it"
