"""What every page about a run has round it, and who may use it."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, url_for

from recorder.accounts import accounts_list
from web.runs.held import HeldRun
from web.state import state

__all__ = ["MAY_SEE", "person_name", "run_tabs"]

MAY_SEE = ("finance", "administrator")
_TABS = (
    ("report", "Report", "runs.report"),
    ("children", "Children", "runs.children"),
    ("groups", "Groups", "runs.groups"),
    ("outcomes", "Outcomes", "runs.outcomes"),
    ("months", "Month by month", "runs.months"),
    ("compare", "Compare", "runs.comparison"),
    ("what_if", "What if", "runs.what_if"),
)


def run_tabs(held: HeldRun, current: str) -> list[dict[str, Any]]:
    """The pages about a run, for the sub-navigation: those that the site has."""
    return [
        {"href": url_for(view, run_id=held.run_id), "text": text, "current": name == current}
        for name, text, view in _TABS
        if view in current_app.view_functions
    ]


def person_name(username: str) -> str:
    """What whoever made a run is called; a name that is no account, such as the command line's, as it is."""
    names: dict[str, str] | None = g.get("names_of_people")
    if names is None:
        names = g.names_of_people = {each.username: each.name for each in accounts_list(state().desk)}
    return names.get(username) or username
