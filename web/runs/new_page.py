"""Asking for a run on a form."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calculator import RunProblems
from web.account.access import allow
from web.account.people import signed_in
from web.runs.frame import MAY_SEE
from web.runs.making import make_run
from web.state import state

__all__ = ["ask", "send"]


@allow(*MAY_SEE)
def ask() -> ResponseReturnValue:
    """The empty form."""
    return render_template("runs/new.html", typed="", title="", errors=[])


@allow(*MAY_SEE)
def send() -> ResponseReturnValue:
    """Make the run that was asked for."""
    typed, title = request.form.get("settings", ""), request.form.get("title", "").strip()
    try:
        run_id = make_run(state(), typed, title=title, by=signed_in().username)
    except RunProblems as refused:
        errors = [{"text": text, "href": "#settings"} for text in refused.problems]
        return make_response(render_template("runs/new.html", typed=typed, title=title, errors=errors), 422)
    return redirect(url_for("runs.report", run_id=run_id, at=state().recorder.log_store.position()), 303)
