"""What every page about a run has round it, and who may use it."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from web.runs.held import HeldRun

__all__ = ["MAY_SEE", "run_tabs"]

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
