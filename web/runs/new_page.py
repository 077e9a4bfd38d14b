"""Asking for a run on a form, or with a file of settings; and settings as a file."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from costing.calculator import COMPONENTS, RunProblems
from costing.calculator_file import read_run_settings, read_title, write_run_settings
from costing.pathway_settings import PathwaySettings, setting_words
from costing.placement_map import PLACEMENT_TYPES
from costing.processes import FRAMEWORKS
from recorder.desk import Job
from recorder.domain.ids import new_id
from web.account.access import allow
from web.account.people import signed_in
from web.runs.form import PATHWAY, AskedFor, Typed, as_typed, read_typed
from web.runs.frame import MAY_SEE
from web.runs.held import held_run
from web.runs.jobs import asked_for, begin_run
from web.runs.making_page import wait_for_job
from web.runs.offered import Offered, offered
from web.runs.words import (
    BASIS_WORDS,
    COMPONENT_WORDS,
    FRAMEWORK_WORDS,
    SECTOR_WORDS,
    changes_words,
    settings_file_name,
)
from web.state import state
from web.words import NEEDS, placement_type_words

__all__ = ["ask", "send", "settings_file", "typed_file"]


@allow(*MAY_SEE)
def ask() -> ResponseReturnValue:
    """The form: with the usual settings, with those of a run (``from``) or of one that was stopped (``job``)."""
    choices = offered(state())
    if choices is None:
        return render_template("runs/nothing_yet.html")
    typed = as_typed(choices.usual, choices)
    copied = None
    if (run_id := request.args.get("from", type=UUID)) is not None:
        copied = held_run(run_id)
        typed = as_typed(copied.settings, choices, read_title(copied.made.settings))
    elif (job_id := request.args.get("job", type=UUID)) and (asked := asked_for(state().desk, job_id)):
        typed = as_typed(read_run_settings(asked.settings), choices, asked.title)
    return _form(choices, typed, AskedFor(None, "", None), copied=copied.title if copied else "")


@allow(*MAY_SEE)
def send() -> ResponseReturnValue:
    """Make the run that was asked for; where something is wrong say it all, with everything typed as it was."""
    here, choices = state(), offered(state())
    if choices is None:
        return render_template("runs/nothing_yet.html")
    if request.form.get("step") == "upload":
        return _uploaded(choices)
    typed: Typed = MultiDict(request.form)
    asked = read_typed(typed, choices)
    if asked.settings is None:
        return _form(choices, typed, asked, 422)
    settings = write_run_settings(asked.settings, asked.title)
    sent = _job_id(request.form.get("job_id", ""))
    job_id = begin_run(here, sent, settings, asked.title, asked.known, signed_in().username)
    found = wait_for_job(job_id)
    if found is not None and found.state == "failed":
        return _refused(choices, typed, asked, found)
    return redirect(url_for("runs.making", job_id=job_id), 303)


@allow(*MAY_SEE)
def typed_file() -> ResponseReturnValue:
    """What is typed on the form as a file of settings; nothing is kept."""
    choices = offered(state())
    if choices is None:
        return render_template("runs/nothing_yet.html")
    typed: Typed = MultiDict(request.form)
    asked = read_typed(typed, choices)
    if asked.settings is None:
        return _form(choices, typed, asked, 422)
    return _file(write_run_settings(asked.settings, asked.title), asked.title)


@allow(*MAY_SEE)
def settings_file(run_id: UUID) -> ResponseReturnValue:
    """The settings of a run as the file that makes it again."""
    held = held_run(run_id)
    return _file(held.made.settings, held.title)


def _file(text: str, title: str) -> Response:
    answer = Response(text, mimetype="application/toml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{settings_file_name(title)}"'
    return answer


def _uploaded(choices: Offered) -> ResponseReturnValue:
    """The form filled in from a file, to be looked at before the run is made."""
    given, asked = request.files.get("file"), AskedFor(None, "", None)
    usual = as_typed(choices.usual, choices)
    if given is None or not given.filename:
        asked.wrong["file"] = ["Choose a file of settings"]
        return _form(choices, usual, asked, 422)
    try:
        text = given.read().decode("utf-8")
        settings = read_run_settings(text)
    except UnicodeDecodeError:
        asked.wrong["file"] = ["The file is not text in UTF-8"]
        return _form(choices, usual, asked, 422)
    except RunProblems as refused:
        asked.wrong["file"] = [each.rstrip(".") for each in refused.problems]
        return _form(choices, usual, asked, 422)
    return _form(choices, as_typed(settings, choices, read_title(text)), asked, copied=given.filename)


def _refused(choices: Offered, typed: Typed, asked: AskedFor, found: Job) -> ResponseReturnValue:
    asked.refuse(found.note.splitlines())
    return _form(choices, typed, asked, 422)


def _form(choices: Offered, typed: Typed, asked: AskedFor, status: int = 200, copied: str = "") -> ResponseReturnValue:
    usual = as_typed(choices.usual, choices)
    page = render_template(
        "runs/new.html",
        typed=typed,
        wrong=asked.wrong,
        errors=asked.errors,
        copied=copied,
        job_id=str(new_id()),
        choices=choices,
        changes_words=changes_words,
        changed=lambda *names: _changed(typed, usual, asked, names),
        bases=[(each, *said) for each, said in BASIS_WORDS.items()],
        components=[(each, COMPONENT_WORDS[each]) for each in COMPONENTS],
        frameworks=[(each, FRAMEWORK_WORDS[each]) for each in FRAMEWORKS],
        needs=list(NEEDS.items()),
        placement_types=[(each, placement_type_words(each)) for each in PLACEMENT_TYPES],
        sectors=_with_chosen([(each, SECTOR_WORDS.get(each, each)) for each in choices.sectors], typed, "sectors"),
        teams=_with_chosen([(each, each) for each in choices.teams], typed, "teams"),
        sheets=_with_chosen(choices.sheets, typed, "sheet"),
        price_bases=_with_chosen([(each, each) for each in choices.price_bases], typed, "price_base"),
        pathway=[(f"pathway_{name}", setting_words()[name], isinstance(getattr(PathwaySettings(), name), bool),
                  isinstance(getattr(PathwaySettings(), name), int)) for name in PATHWAY],
    )  # fmt: skip
    return make_response(page, status)


def _changed(typed: Typed, usual: Typed, asked: AskedFor, names: tuple[str, ...]) -> bool:
    """Whether one of these settings (or those whose name begins so) is not the usual one, or is wrong."""
    held = {each for each in {*typed, *usual, *asked.wrong} if each.startswith(names)}
    return any(each in asked.wrong or _said(typed, each) != _said(usual, each) for each in held)


def _said(typed: Typed, name: str) -> list[str]:
    return sorted(filter(None, typed.getlist(name)))


def _with_chosen(choices: list[tuple[str, str]], typed: Typed, name: str) -> list[tuple[str, str]]:
    """The choices, and what was chosen that is not among them: it was there once, or is to be refused in words."""
    offered_here = {code for code, _ in choices}
    return choices + [(each, each) for each in typed.getlist(name) if each and each not in offered_here]


def _job_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return new_id()
