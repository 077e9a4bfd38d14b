"""What the pages about files share: who may use them, and the tabs between them."""

from __future__ import annotations

from typing import Any

from flask import url_for

__all__ = ["MAY_SETTLE", "tabs"]

MAY_SETTLE = ("administrator", "team_leader")
_TABS = (
    ("waiting", "Waiting to be settled", "intake.waiting"),
    ("matches", "Children of the census", "intake.matches"),
    ("past", "Past imports", "intake.past"),
)


def tabs(current: str) -> list[dict[str, Any]]:
    """The tabs, with the one that is open marked."""
    return [{"href": url_for(e), "text": text, "current": name == current} for name, text, e in _TABS]
