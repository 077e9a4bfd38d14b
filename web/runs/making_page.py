"""A run in the making: how far it is, what stopped it, and where it is once it is made."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calculator_file import read_run_settings
from costing.what_if import write_changes
from recorder.desk import Job, job
from web.account.access import allow
from web.account.people import signed_in
from web.runs.frame import MAY_SEE
from web.runs.held import held_run
from web.runs.jobs import CHECK, RUN, asked_for, begin_check, interrupted, make_again
from web.runs.versions import VERSION_WORDS
from web.state import state

__all__ = ["again", "check", "making", "wait_for_job"]

LOOK_AGAIN_SECONDS = 2
PATIENCE_SECONDS, GLANCE_SECONDS = 1.5, 1.0
_NAP = 0.02
_STAGES = ("Opening the tables", "Reading the facts", "Reading the prices", "Calculating")


@allow(*MAY_SEE)
def making(job_id: UUID) -> ResponseReturnValue:
    """How far a run is. Once it is made its address leads to the report; of a what-if, to the comparison (``like``)."""
    here = state()
    found = wait_for_job(job_id, GLANCE_SECONDS)
    if found is None or found.what not in {RUN, CHECK}:
        abort(404)
    like = request.args.get("like", type=UUID)
    if found.state == "done" and found.what == RUN and like is not None:
        other: dict[str, Any] = {"with": found.result["run"], "at": found.result["position"]}
        return redirect(url_for("runs.comparison", run_id=like, **other), 303)
    if found.state == "done" and found.what == RUN:
        return redirect(url_for("runs.report", run_id=found.result["run"], at=found.result["position"]), 303)
    if found.state == "done":
        return _checked(found)
    stopped = found.state == "failed" or interrupted(found, here.recorder.clock.now())
    page = render_template(
        "runs/making.html",
        job=found,
        stopped=stopped,
        problems=found.note.splitlines() if found.state == "failed" else ["It was interrupted before it was done."],
        stage=_STAGES[min(found.done, len(_STAGES) - 1)],
        again=stopped and asked_for(here.desk, job_id) is not None,
        checking=found.what == CHECK,
        like=like,
        what_if=_what_if(like, job_id) if stopped and like is not None else "",
    )
    answer = make_response(page)
    if not stopped:
        answer.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


@allow(*MAY_SEE)
def again(job_id: UUID) -> ResponseReturnValue:
    """Make a run that was stopped again."""
    make_again(state(), job_id)
    wait_for_job(job_id)
    return redirect(url_for("runs.making", job_id=job_id), 303)


@allow(*MAY_SEE)
def check(run_id: UUID) -> ResponseReturnValue:
    """Make a kept run again, to see whether it gives the same bytes."""
    job_id = begin_check(state(), held_run(run_id), signed_in().username)
    wait_for_job(job_id)
    return redirect(url_for("runs.making", job_id=job_id), 303)


def wait_for_job(job_id: UUID, seconds: float = PATIENCE_SECONDS) -> Job | None:
    """The job after a moment: most runs are made before anybody would look at a page about them."""
    desk, until = state().desk, time.monotonic() + seconds
    found = job(desk, job_id)
    while found is not None and found.state == "running" and time.monotonic() < until:
        time.sleep(_NAP)
        found = job(desk, job_id)
    return found


def _what_if(like: UUID, job_id: UUID) -> str:
    """Where the changes of a what-if can be put right."""
    asked = asked_for(state().desk, job_id)
    changes = read_run_settings(asked.settings).changes if asked else ()
    return url_for("runs.what_if", run_id=like, changes=write_changes(changes))


def _checked(found: Job) -> ResponseReturnValue:
    held = held_run(UUID(found.result["run"]))
    return render_template(
        "runs/checked.html",
        job=found,
        held=held,
        same=found.result["checksum"] == held.made.checksum,
        differ=[(VERSION_WORDS.get(name, name), held.made.versions.get(name) or "none", now or "none")
                for name, now in found.result["versions"].items()],
    )  # fmt: skip
