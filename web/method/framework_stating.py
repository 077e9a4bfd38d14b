"""What every form about the frameworks shares: its day, its effect shown first, and stating it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from projections.queries.cost_lines import LiveCosts
from projections.queries.framework_effect import FrameworkEffect, effect_of
from projections.queries.runs import NothingKnown
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.frameworks import FrameworkFact, VariationDefined, decide_frameworks, frameworks_on
from recorder.domain.ids import new_id
from recorder.frameworks import StateFramework, state_framework, stated_frameworks
from web.account.people import signed_in
from web.design.widgets import DateProblem, read_date
from web.method.frame import tabs
from web.method.framework_words import counted_words, facts_of
from web.state import state

__all__ = ["DATE", "Checked", "Problems", "check", "day_of", "event_id_of", "keep", "targets", "told_by_deciding"]

DATE = ("valid_from-day", "valid_from-month", "valid_from-year")
Typed = dict[str, str]
Problems = list[tuple[str, str]]


@dataclass(frozen=True)
class Checked:
    """A statement that can be made, as typed and as people read it."""

    fact: FrameworkFact
    typed: Typed
    event_id: UUID
    send: str
    title: str
    rows: tuple[tuple[str, str], ...]
    confirm: str


def event_id_of(text: str) -> UUID:
    """The id of the fact to be, from a form; a new one where the form has none."""
    try:
        return UUID(text)
    except ValueError:
        return new_id()


def day_of(typed: Typed, problems: Problems) -> date:
    """The first day, its problems added; 1 April of this year stands in for one that cannot be read."""
    try:
        found = read_date([typed[part] for part in DATE], "The first day")
        if found is not None:
            return found
        problems.append(("valid_from", "Enter the day from which it holds"))
    except DateProblem as wrong:
        problems.append(("valid_from", str(wrong)))
    return date(state().recorder.clock.today().year, 4, 1)


def told_by_deciding(fact: FrameworkFact, event_id: UUID, fields: tuple[tuple[str, str], ...], rest: str) -> Problems:
    """What the rules of the frameworks say against a statement, each with the field it is about.

    ``fields``: words found in a problem, and its field; ``rest``: the field of every other problem.
    """
    try:
        decide_frameworks(stated_frameworks(state().recorder, event_id), fact)
    except Refused as refused:
        said = []
        for name, text in refused.problems:
            own = " ".join(facts_of(fact))
            where, _, what = text.partition(": ")
            mine = bool(what) and not name and (where.endswith("(no code)") or own.split()[0] in where)
            told = (what[0].upper() + what[1:] if mine else text).rstrip(".")
            said.append((name or next((field for words, field in fields if words in text), rest), told))
        return said
    return []


def targets(problems: Problems) -> list[dict[str, str]]:
    """Problems as the error summary wants them."""
    return [{"text": text, "href": f"#{'valid_from-day' if name == 'valid_from' else name}"} for name, text in problems]


def check(asked: Checked) -> ResponseReturnValue:
    """The page before it is confirmed: what is stated, in words, and what it would have picked in the last year."""
    process, variation = facts_of(asked.fact)
    effect = _effect(asked)
    moved: list[list[Any]] = []
    before = after = None
    if effect is not None:
        before, after = (counted_words(each) for each in effect.of(variation))
        names = _variation_names(asked, process)
        moved = [
            [names.get(code, code), *(counted_words(each) for each in effect.of(code))]
            for code in effect.moved()
            if code != variation
        ]
    return render_template(
        "method/framework_check.html",
        tabs=tabs("frameworks"),
        asked=asked,
        rows=[{"key": key, "value": value} for key, value in asked.rows],
        effect=effect,
        before=before,
        after=after,
        moved=moved,
        what="variation" if variation else "process",
        by_work=getattr(asked.fact, "counted_from", "") == "recorded_work",
    )


def keep(asked: Checked, said: str) -> ResponseReturnValue | None:
    """State it, once however often it is sent, and go to its process. None where the form was another statement's."""
    provenance = Provenance(by=signed_in().username, source="form")
    command = StateFramework(event_id=asked.event_id, fact=asked.fact, provenance=provenance)
    try:
        receipt = state_framework(state().recorder, command)
    except Conflict:
        return None
    flash(said, "success")
    return redirect(url_for("method.frameworks", at=receipt.position), 303)


def _effect(asked: Checked) -> FrameworkEffect | None:
    stated = stated_frameworks(state().recorder, asked.event_id)
    day = asked.fact.valid_from
    present, proposed = frameworks_on(stated, day), frameworks_on([*stated, asked.fact], day)
    with state().projections.reader().connect() as connection:
        try:
            return effect_of(LiveCosts(connection), state().recorder.keys, present, proposed, facts_of(asked.fact)[0])
        except NothingKnown:
            return None


def _variation_names(asked: Checked, process: str) -> dict[str, str]:
    stated = stated_frameworks(state().recorder, asked.event_id)
    held = frameworks_on(stated, asked.fact.valid_from)
    own = {each.code: each.name for each in (*stated, asked.fact) if isinstance(each, VariationDefined)}
    shipped = {each.code: each.name for each in held.variations if each.process == process}
    return own | shipped
