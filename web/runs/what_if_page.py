"""What if: the changes that a copy of a run is to suppose, put together on a page, and the run that is made of them.

Nothing is kept until the run is made: what is put together so far is in the address of the page, so that it can be
sent to somebody, too.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from costing.calculator import RunProblems
from costing.calculator_file import write_run_settings
from costing.what_if import Change, change_words, changes_of_text, write_changes
from recorder.domain.ids import new_id
from web.account.access import allow
from web.account.people import signed_in
from web.runs.form import MOST_LETTERS
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import HeldRun, held_run
from web.runs.jobs import begin_run
from web.runs.making_page import wait_for_job
from web.runs.what_if_choices import choices_for
from web.runs.what_if_form import KIND_WORDS, Typed, TypedChange, read_typed_change
from web.state import state
from web.words import process_words

__all__ = ["add_change", "make_what_if", "what_if"]


@allow(*MAY_SEE)
def what_if(run_id: UUID) -> ResponseReturnValue:
    """The changes so far, and the form of one more where its kind is chosen."""
    held = held_run(run_id)
    try:
        changes = _so_far(held, request.args.get("changes"))
    except RunProblems as refused:
        wrong = {"kind": [each.rstrip(".") for each in refused.problems]}
        return _page(held, (), Typed(), TypedChange(None, wrong), 422)
    typed: Typed = MultiDict(request.args)
    return _page(held, changes, typed, TypedChange(None, {}))


@allow(*MAY_SEE)
def add_change(run_id: UUID) -> ResponseReturnValue:
    """One more change; where something is wrong with it all of it is said, with everything typed as it was."""
    held, typed = held_run(run_id), MultiDict(request.form)
    changes, asked = _posted(held, typed)
    if asked is None:
        read = read_typed_change(typed, [code for code, _ in choices_for(state(), held).hourly])
        if read.change is None:
            return _page(held, changes, typed, read, 422)
        return redirect(_address(held, (*changes, read.change)), 303)
    return _page(held, changes, typed, asked, 422)


@allow(*MAY_SEE)
def make_what_if(run_id: UUID) -> ResponseReturnValue:
    """Make the run with its changes, as at the instant and position of the run that it is a copy of."""
    held, typed, here = held_run(run_id), MultiDict(request.form), state()
    changes, asked = _posted(held, typed)
    title = " ".join(typed.get("title", "").split())
    wrong = dict(asked.wrong) if asked else {}
    if not changes and not wrong:
        wrong["kind"] = ["Add a change first"]
    if len(title) > MOST_LETTERS:
        wrong["title"] = [f"Title must be {MOST_LETTERS} characters or fewer"]
    if wrong:
        return _page(held, changes, typed, TypedChange(None, wrong), 422)
    settings = replace(held.settings, changes=changes)
    text = write_run_settings(settings, title or _title(held))
    made, by = held.made, signed_in().username
    job_id = begin_run(here, _job_id(typed), text, title or _title(held), made.known_upto, by, made.position)
    found = wait_for_job(job_id)
    if found is not None and found.state == "failed":
        wrong["changes"] = [each.rstrip(".") for each in found.note.splitlines()]
        return _page(held, changes, typed, TypedChange(None, wrong), 422)
    return redirect(url_for("runs.making", job_id=job_id, like=held.run_id), 303)


def _so_far(held: HeldRun, text: str | None) -> tuple[Change, ...]:
    """What the copy supposes: to begin with, what the run itself does."""
    return held.settings.changes if text is None else changes_of_text(text)


def _posted(held: HeldRun, typed: Typed) -> tuple[tuple[Change, ...], TypedChange | None]:
    try:
        return _so_far(held, typed.get("changes", "")), None
    except RunProblems as refused:
        return (), TypedChange(None, {"kind": [each.rstrip(".") for each in refused.problems]})


def _page(
    held: HeldRun, changes: tuple[Change, ...], typed: Typed, asked: TypedChange, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "runs/what_if.html",
        held=held,
        tabs=run_tabs(held, "what_if"),
        text=write_changes(changes),
        changes=[
            (change_words(each, process_words), _address(held, changes[:place] + changes[place + 1 :]))
            for place, each in enumerate(changes)
        ],
        kind=typed.get("kind", "") if typed.get("kind") in KIND_WORDS else "",
        kinds=KIND_WORDS,
        typed=typed,
        wrong=asked.wrong,
        errors=asked.errors,
        choices=choices_for(state(), held),
        title=typed.get("title") or _title(held),
        job_id=typed.get("job_id") or str(new_id()),
        start=_address(held, changes),
    )
    return make_response(page, status)


def _address(held: HeldRun, changes: tuple[Change, ...]) -> str:
    return url_for("runs.what_if", run_id=held.run_id, changes=write_changes(changes))


def _title(held: HeldRun) -> str:
    if held.settings.changes:
        return held.title
    return f"What if: {held.title}"[:MOST_LETTERS]


def _job_id(typed: Typed) -> UUID:
    try:
        return UUID(typed.get("job_id", ""))
    except ValueError:
        return new_id()
