"""What the recording pages have round them: the way from one to another."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

__all__ = ["tabs"]

_TABS = (
    ("day", "My day", "record.my_day"),
    ("week", "My week", "record.week"),
    ("calendar", "My calendar", "record.calendar"),
    ("figures", "My figures", "record.figures"),
    ("device", "Without signal", "record.device"),
)


def tabs(current: str) -> list[dict[str, Any]]:
    """The recording pages, for the sub-navigation."""
    there = [each for each in _TABS if each[2] in current_app.view_functions]
    return [{"href": url_for(view), "text": text, "current": name == current} for name, text, view in there]
