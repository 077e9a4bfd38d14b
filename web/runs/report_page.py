"""The report of a run: what it comes to, and how it was made."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from web.account.access import allow
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import held_run

__all__ = ["report"]


@allow(*MAY_SEE)
def report(run_id: UUID) -> ResponseReturnValue:
    """The totals of a run, the cost of each process, and how it was made."""
    held = held_run(run_id)
    return render_template(
        "runs/report.html",
        held=held,
        report=held.report,
        tabs=run_tabs(held, "report"),
    )
