"""The runs that were kept, the latest first."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from recorder.domain.runs import RunMade
from recorder.runs import kept_runs
from web.account.access import allow
from web.runs.frame import MAY_SEE
from web.runs.held import title_of
from web.state import state

__all__ = ["kept"]


@allow(*MAY_SEE)
def kept() -> ResponseReturnValue:
    """The list of runs."""
    found = [
        (event, event.body, title_of(event.body))
        for event in kept_runs(state().recorder)
        if isinstance(event.body, RunMade)
    ]
    return render_template("runs/kept.html", runs=found[::-1])
