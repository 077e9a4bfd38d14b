"""The limits above which a second person approves: dated settings, set by administrators."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.money import UNITS_PER_PENNY
from recorder.domain.facts import Provenance
from recorder.intake.reading import read_pence
from recorder.rate_changes import limits_in_force
from recorder.settings import change_setting, setting_history
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import uk_date
from web.design.widgets import DateProblem, read_date
from web.rates.frame import MAY_LIMIT, MAY_SEE, tabs
from web.rates.words import pounds_of_pence
from web.state import state

__all__ = ["limits", "set_limits"]

# Field of the form, setting, words, and how many of the setting's units a penny is.
_LIMITS = (
    ("week", "approval_week_pence", "A fee changes by more than, a week", 1),
    ("hour", "approval_hour_pence", "A price of an hour changes by more than", 1),
    ("effect", "approval_effect_units", "What is posted moves by more than, in all", UNITS_PER_PENNY),
    ("allowance", "approval_allowance_pence", "A rate of an allowance changes by more than, a week", 1),
)
_DATE = ("valid_from-day", "valid_from-month", "valid_from-year")
Typed = dict[str, str]


@allow(*MAY_SEE)
def limits() -> ResponseReturnValue:
    """The limits that hold today, and every change of them."""
    held = limits_in_force(state().recorder)
    values = zip(_LIMITS, held, strict=True)
    typed = {field: _written(value, scale) for (field, _, _, scale), value in values}
    return _page(typed | dict.fromkeys(_DATE, ""), [])


@allow(*MAY_LIMIT)
def set_limits() -> ResponseReturnValue:
    """Set them from a day on; one left blank asks nobody."""
    here = state()
    typed = {name: request.form.get(name, "").strip() for name in (*(each[0] for each in _LIMITS), *_DATE)}
    problems: list[tuple[str, str]] = []
    values: dict[str, int | None] = {}
    for field, setting, _, scale in _LIMITS:
        try:
            pence = read_pence(typed[field])
            values[setting] = None if pence is None else pence * scale
        except ValueError as wrong:
            problems.append((field, str(wrong)))
    starts = here.recorder.clock.today()
    try:
        starts = read_date([typed[part] for part in _DATE], "The first day") or starts
    except DateProblem as wrong:
        problems.append(("valid_from", str(wrong)))
    if problems:
        return _page(typed, problems, 422)
    by = Provenance(by=signed_in().username, source="form")
    position = 0
    for setting, value in values.items():
        position = change_setting(here.recorder, setting, value, starts, by).position
    flash(f"The limits hold from {uk_date(starts)}.", "success")
    return redirect(url_for("rates.limits", at=position), 303)


def _page(typed: Typed, problems: list[tuple[str, str]], status: int = 200) -> ResponseReturnValue:
    wrong = dict(reversed(problems))
    names = {setting: (words, scale) for _, setting, words, scale in _LIMITS}
    history = [said for name in names for said in setting_history(state().recorder, name)]
    page = render_template(
        "rates/limits.html",
        tabs=tabs("limits"),
        typed=typed,
        wrong=wrong,
        fields=[(field, words) for field, _, words, _ in _LIMITS],
        errors=[
            {"text": text, "href": f"#{'valid_from-day' if field == 'valid_from' else field}"}
            for field, text in problems
        ],
        rows=[[words, _in_words(value, scale)] for (_, _, words, scale), value in zip(_LIMITS, _held(), strict=True)],
        history=[_said(said.valid_from, said.value, *names[said.name]) for said in reversed(history)],
        may_change=signed_in().role in MAY_LIMIT,
    )
    return make_response(page, status)


def _held() -> tuple[int | None, ...]:
    return limits_in_force(state().recorder)


def _written(value: int | None, scale: int) -> str:
    return "" if value is None else f"{value // scale / 100:.2f}"


def _in_words(value: int | None, scale: int) -> str:
    return "no limit" if value is None else pounds_of_pence(value // scale)


def _said(starts: date, value: str, words: str, scale: int) -> list[Any]:
    return [uk_date(starts), words, _in_words(None if value == "null" else int(value), scale)]
