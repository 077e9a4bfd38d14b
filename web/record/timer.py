"""The timer on My day: start, pause, stop; stopping puts its minutes into the form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from recorder.timers import pause, start, stop, timer
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import hours
from web.record.opening import RECORDERS
from web.state import state

__all__ = ["add_timer", "timer_part"]


def add_timer(blueprint: Blueprint) -> None:
    """Its address."""
    blueprint.add_url_rule("/my-day/timer", "timer", press, methods=["POST"])


@allow(*RECORDERS)
def press() -> ResponseReturnValue:
    """One of its buttons."""
    here, owner = state(), signed_in().username
    now = here.recorder.clock.now()
    action = request.form.get("action", "")
    if action == "start":
        start(here.desk, owner, now)
    elif action == "pause":
        pause(here.desk, owner, now)
    elif action in {"stop", "clear"}:
        counted = stop(here.desk, owner, now)
        if action == "stop" and counted:
            return redirect(url_for("record.my_day", minutes=counted), 303)
    else:
        abort(400)
    return redirect(url_for("record.my_day"), 303)


def timer_part(username: str) -> dict[str, Any]:
    """What the page shows of it."""
    here = state()
    held = timer(here.desk, username)
    if held is None:
        return {"set": False, "running": False, "seconds": 0, "words": ""}
    seconds = held.counted(here.recorder.clock.now())
    return {"set": True, "running": held.running_since is not None, "seconds": seconds, "words": hours(seconds)}
