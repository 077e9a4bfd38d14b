"""Drafts of the recording pages: saved while one types, there again after signing in, never anybody else's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, current_app, flash, jsonify, redirect, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from recorder.drafts import LASTS, Draft, NewerDraft, draft, drop_draft, drop_old_drafts, save_draft
from web.account.access import allow
from web.account.people import ROLES, Person, current_person, signed_in
from web.design.formats import uk_time
from web.errors import on_lapse
from web.record.schemas import DraftSent
from web.state import state

__all__ = ["MY_DAY", "add_drafts", "answers", "draft_of", "draft_part", "drop"]

MY_DAY = "my-day"
# Part of a page's own running, not answers.
_NOT_ANSWERS = {"csrf_token", "draft_key", "measure_seconds", "measure_interactions", "measure_device"}


def add_drafts(blueprint: Blueprint) -> None:
    """The addresses of drafts, and what happens to a form that is sent after its session ended."""
    blueprint.add_url_rule("/drafts", "save_draft", save, methods=["POST"])
    blueprint.add_url_rule("/drafts/drop", "drop_draft", drop_mine, methods=["POST"])
    blueprint.add_url_rule("/session", "session", stay, methods=["POST"])
    blueprint.record(_follow_lapses)


def _follow_lapses(setup: BlueprintSetupState) -> None:
    assert isinstance(setup.app, Flask)
    on_lapse(setup.app, _kept)


def draft_of(person: Person, page: str) -> Draft | None:
    """What this person typed on a page and did not send."""
    here = state()
    return draft(here.desk, here.recorder.keys, person.username, page)


def drop(person: Person, page: str) -> None:
    """It is sent."""
    drop_draft(state().desk, person.username, page)


def draft_part(person: Person, page: str, back: str, held: Draft | None) -> dict[str, Any]:
    """What the template part ``record/_draft.html`` reads. ``back``: the page's own address."""
    return {
        "page": page,
        "key": _keys(current_app).dumps([person.username, page, back]),
        "version": held.version if held else 0,
        "field": held.field if held else "",
        "saved": uk_time(held.saved_at) if held and held.saved_at else "",
        "back": back,
    }


def answers(held: Draft) -> MultiDict[str, str]:
    """The answers of a draft, as a form sends them."""
    return MultiDict(held.fields)


@allow(*ROLES)
def save() -> ResponseReturnValue:
    """Keep what is typed so far; 409 where another copy of the page has saved since."""
    person, here = signed_in(), state()
    sent = DraftSent().load(request.get_json(silent=True) or {})
    if _owner(sent["key"])[:2] != [person.username, sent["page"]]:
        abort(403)
    fields = [(name, value) for name, value in sent["fields"] if name not in _NOT_ANSWERS]
    said = Draft(fields=fields, field=sent["field"], version=sent["version"])
    try:
        now = here.recorder.clock.now()
        version = save_draft(here.desk, here.recorder.keys, person.username, sent["page"], said, now)
    except NewerDraft:
        return jsonify(error="newer"), 409
    if version == 1:  # a draft that begins is the moment to clear away those nobody came back to
        drop_old_drafts(here.desk, now)
    return jsonify(version=version, saved=uk_time(now))


@allow(*ROLES)
def drop_mine() -> ResponseReturnValue:
    """Start the page afresh."""
    page, person = request.form.get("page", ""), signed_in()
    drop(person, page)
    owner = _owner(request.form.get("draft_key", ""))
    return redirect(owner[2] if owner[:2] == [person.username, page] else url_for("account.home"), 303)


@allow(*ROLES)
def stay() -> ResponseReturnValue:
    """Somebody is still there: the session goes on."""
    return "", 204


def _kept() -> ResponseReturnValue | None:
    """A form sent when its session was over: kept for whoever it was made for, to be sent after signing in."""
    username, page, back = _owner(request.form.get("draft_key", ""))
    if not username:
        return None
    here = state()
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_ANSWERS]
    before = draft(here.desk, here.recorder.keys, username, page)
    # The form does not say where its writer was; the draft that was saved as they typed does.
    said = Draft(fields=fields, field=before.field if before else "")
    try:
        save_draft(here.desk, here.recorder.keys, username, page, said, here.recorder.clock.now(), over=True)
    except ValueError:
        return None
    person = current_person()
    if person is not None and person.username == username:
        flash("This page was open too long to be sent. What you typed is below: look it over and send it again.")
        return redirect(back, 303)
    return redirect(url_for("account.sign_in", next=back, kept=1), 303)


def _owner(key: str) -> list[str]:
    """Username, page and address that a form was made for; blanks where the key is not one of ours."""
    try:
        username, page, back = _keys(current_app).loads(key, max_age=int(LASTS.total_seconds()))
    except (BadSignature, ValueError):
        return ["", "", ""]
    return [username, page, back]


def _keys(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="draft")
