"""What every page of rates has round it, and who may use it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for

from recorder.domain.ids import new_id
from recorder.rate_changes import Proposal, proposals
from web.state import state

__all__ = ["MAY_CHANGE", "MAY_LIMIT", "MAY_SEE", "event_id_of", "tabs", "waiting"]

MAY_SEE = ("finance", "administrator")
MAY_CHANGE = MAY_SEE
# Whoever keeps to a limit does not set it.
MAY_LIMIT = ("administrator",)
_TABS = (
    ("overview", "Overview", "rates.overview"),
    ("fees", "Placement fees", "rates.fees"),
    ("proposals", "For approval", "rates.waiting"),
    ("limits", "Limits", "rates.limits"),
)


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages of rates, for the sub-navigation, with how many proposals wait."""
    count = len(waiting())
    return [
        {
            "href": url_for(view),
            "text": f"{text} ({count})" if name == "proposals" and count else text,
            "current": name == current,
        }
        for name, text, view in _TABS
    ]


def waiting() -> list[Proposal]:
    """The proposals that wait for somebody, oldest first."""
    return [each for each in proposals(state().recorder) if each.standing == "waiting"]


def event_id_of(text: str) -> UUID:
    """The id of the fact to be, from a form; a new one where the form has none."""
    try:
        return UUID(text)
    except ValueError:
        return new_id()
