"""What every page of the method has round it, and who may use it."""

from __future__ import annotations

from typing import Any

from flask import url_for

__all__ = ["FRAMEWORK_WORDS", "MAY_CHANGE", "MAY_SEE", "pounds_of_pence", "tabs"]

MAY_SEE = ("finance", "administrator")
MAY_CHANGE = MAY_SEE
FRAMEWORK_WORDS = {"CLA": "Children looked after", "CIN": "Children in need", "CAF": "Early help"}
_TABS = (
    ("prices", "Prices of an hour", "method.prices"),
    ("time", "Time per process", "method.time"),
    ("standard", "Standard times", "method.standard_times"),
    ("sheets", "Unit costs", "method.sheets"),
    ("indices", "Price indices", "method.indices"),
    ("frameworks", "Processes", "method.frameworks"),
    ("kinds", "Kinds of work", "method.kinds"),
    ("inference", "Process of work", "method.inference"),
)


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages of the method, for the sub-navigation."""
    return [{"href": url_for(view), "text": text, "current": name == current} for name, text, view in _TABS]


def pounds_of_pence(pence: int | None) -> str | None:
    """Pence as pounds and pence; None stays not known."""
    return None if pence is None else f"£{pence // 100:,}.{pence % 100:02d}"
