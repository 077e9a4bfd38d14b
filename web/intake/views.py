"""Settling what descriptions mean, and the imports so far."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from projections.queries.imports import past_imports
from recorder.desk import WaitingPhrase, waiting_counts, waiting_phrases
from recorder.domain.facts import Refused
from recorder.intake.cin_census.matches import census_matches
from recorder.intake.waiting_rows import settle
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import number
from web.design.paging import page_links
from web.design.widgets import Choice, Form, HiddenField, RadioField, SelectField
from web.intake.frame import MAY_SETTLE, tabs
from web.intake.matches_page import matches, settle_many
from web.kinds_of_work import kind_said, vocabulary_in_use
from web.state import state
from web.words import kind_words

__all__ = ["blueprint"]

blueprint = Blueprint("intake", __name__, template_folder="templates")
blueprint.add_url_rule("/imports/children", view_func=matches)
blueprint.add_url_rule("/imports/children", view_func=settle_many, methods=["POST"])
PAGE = 10
OTHER = "other"
CHOOSE = "Choose what the description means"
MATCHES = ("cin", "match")
REASONS = {
    ("activity", "child"): "Activities whose child is not known yet",
    ("activity", "worker"): "Activities whose worker is not on the roster yet",
    ("fee", "child"): "Fees whose child is not known yet",
    ("fee", "worker"): "Fees whose worker is not known yet",
    ("early_help", "child"): "Early help episodes whose child is not known yet",
}


class SettleForm(Form):
    """What one description means."""

    phrase = HiddenField("Description")
    means = RadioField("What does it mean?", required=CHOOSE)
    other = SelectField("Another kind of work", blank="Choose one")


@blueprint.get("/imports")
@allow(*MAY_SETTLE)
def waiting() -> str:
    """The descriptions that wait, those on most rows first."""
    return _page()


@blueprint.post("/imports")
@allow(*MAY_SETTLE)
def settle_one() -> ResponseReturnValue:
    """Settle one description and load the rows that waited for it."""
    here, person = state(), signed_in()
    phrase = request.form.get("phrase", "")
    found = next((each for each in waiting_phrases(here.desk) if each.phrase == phrase), None)
    if found is None:
        flash("That description has been settled already.")
        return redirect(url_for("intake.waiting"), 303)
    form = _form(found, 0, bound=True)
    valid = form.validate()
    chosen = form.other.data if form.means.data == OTHER else form.means.data
    if valid and not chosen:
        form.other.errors = ["Choose another kind of work from the list"]
        valid = False
    if valid:
        try:
            summary, findings = settle(here.recorder, here.desk, phrase, str(chosen), person.username)
        except Refused as refused:
            form.means.errors = [message for _, message in refused.problems]
        else:
            flash(_done(phrase, str(chosen), summary.new, len(findings)), "success")
            position = here.recorder.log_store.position()
            return redirect(url_for("intake.waiting", at=position, page=request.args.get("page")), 303)
    return make_response(_page(form), 422)


@blueprint.get("/imports/past")
@allow(*MAY_SETTLE)
def past() -> str:
    """The imports so far, with what came of each."""
    with state().projections.reader().connect() as connection:
        found = past_imports(connection)
    return render_template("intake/past.html", imports=found, tabs=tabs("past"), in_words=_in_words)


def _page(wrong: SettleForm | None = None) -> str:
    here = state()
    phrases, counts = waiting_phrases(here.desk), waiting_counts(here.desk)
    page = max(1, request.args.get("page", 1, type=int))
    pages = max(1, -(-len(phrases) // PAGE))
    page = min(page, pages)
    shown = phrases[(page - 1) * PAGE : page * PAGE]
    if wrong is not None:  # what was not understood comes first, with the answer as it was given
        shown = [each for each in phrases if each.phrase == wrong.phrase.data] + [
            each for each in shown if each.phrase != wrong.phrase.data
        ]
    forms = [
        (each, wrong if wrong is not None and place == 0 else _form(each, place + 1))
        for place, each in enumerate(shown)
    ]
    return render_template(
        "intake/waiting.html",
        forms=forms,
        errors=wrong.error_list() if wrong is not None else [],
        phrases=len(phrases),
        rows=sum(each.rows for each in phrases),
        matches=len(census_matches(here.recorder, here.desk)) if counts.pop(MATCHES, 0) else 0,
        others=[
            (REASONS.get(key, " ".join(key)), count) for key, count in sorted(counts.items()) if key[1] != "phrase"
        ],
        pages=page_links(page, pages, lambda number_: url_for("intake.waiting", page=number_)),
        page=page,
        tabs=tabs("waiting"),
        behind=g.get("behind", False),
    )


def _form(found: WaitingPhrase, place: int, *, bound: bool = False) -> SettleForm:
    """The form of one description. Ids carry its place on the page, names do not."""
    form = SettleForm() if bound else SettleForm(formdata=None, data={"phrase": found.phrase})
    offered = [
        Choice(each.kind, said.label, hint=f"{each.score}% alike. {said.definition}")
        for each in found.suggestions
        if (said := kind_said(each.kind)) is not None
    ]
    form.means.choices = [*offered, Choice(OTHER, "Something else")]
    form.other.choices = [
        Choice(each.code, each.label, group=kind_words(each.parent) if each.parent else "") for each in _by_group()
    ]
    for field in (form.phrase, form.means, form.other):
        field.id = f"{field.name}-{place}"
    return form


def _by_group() -> list[Any]:
    """Every kind that may be chosen, kinds of one group together."""
    offered = [each for each in vocabulary_in_use() if each.offered]
    groups = list(dict.fromkeys(each.parent for each in offered))
    return sorted(offered, key=lambda each: groups.index(each.parent))


def _done(phrase: str, code: str, loaded: int, findings: int) -> str:
    said = (
        f"“{phrase}” means {kind_words(code).lower()}. {number(loaded)} waiting row{'' if loaded == 1 else 's'} loaded."
    )
    return said + (f" {number(findings)} could not be loaded yet." if findings else "")


def _in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()
