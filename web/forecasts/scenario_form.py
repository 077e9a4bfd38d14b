"""A scenario asked for on a form: what is left blank is not supposed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.forecast.scenario_file import KINDS, Suppositions, write_suppositions
from costing.forecast.scenarios import Scenario
from costing.money import units_of_pounds
from projections import tables as t
from projections.queries.cost_lines import LiveCosts
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from recorder.forecasts import keep_scenario
from web.account.access import allow
from web.account.people import signed_in
from web.design.widgets import DateProblem, read_date
from web.forecasts.asked import MAY_SEE, tabs
from web.state import state
from web.words import placement_type_words

__all__ = ["ask", "keep"]

Typed = dict[str, str]
Problems = dict[str, str]


@dataclass(frozen=True)
class _Field:
    """A field of a supposition: its words, how it is read, and what it is where it is left blank."""

    name: str
    words: str
    read: Callable[[str], Any]
    needed: bool = True
    choices: str = ""
    hint: str = ""


@dataclass(frozen=True)
class _Kind:
    """A kind of supposition on the form; it is supposed where any of its fields but the choices is filled in."""

    name: str
    title: str
    hint: str
    fields: tuple[_Field, ...]

    def input(self, field: _Field) -> str:
        """The name of a field's input."""
        return f"{self.name}-{field.name}"


def _number(text: str) -> float:
    return float(text.removesuffix("%").strip())


def _units(text: str) -> int:
    return units_of_pounds(Decimal(text.replace("£", "").replace(",", "").strip()))


_STARTS = _Field("starts", "From the day", str, hint="For example, 1/4/2026")
_PERCENT = "Change in per cent"
_ASKED = (
    _Kind("entrants", "More or fewer children come into care", "Of every age and need.", (
        _STARTS, _Field("percent", _PERCENT, _number, hint="-10 is a tenth fewer"))),
    _Kind("edge_of_care", "A service at the edge of care", "So many fewer children of certain ages come into care.", (
        _STARTS, _Field("percent_fewer", "Fewer, in per cent", _number),
        _Field("from_age", "From the age of", int), _Field("to_age", "To the age of", int))),
    _Kind("step_down", "Children step down", "So many children move from one placement type to another on a day.", (
        _STARTS, _Field("children", "Children", int),
        _Field("from_type", "From the placement type", str, choices="types"),
        _Field("to_type", "To the placement type", str, choices="types"),
        _Field("weekly_units", "Price a week", _units, needed=False, hint="In pounds; blank is what is usual there"))),
    _Kind("fee_negotiation", "Fees are negotiated", "Of a placement type, or of all.", (
        _STARTS, _Field("percent", _PERCENT, _number, hint="-5 is a twentieth less"),
        _Field("placement_type", "Placement type", str, needed=False, choices="types"))),
    _Kind("new_home", "A new home", "Its beds fill first, each at its price while a child is in it.", (
        _STARTS, _Field("beds", "Beds", int), _Field("weekly_units", "Price a bed and week", _units, hint="In pounds"),
        _Field("empty_units", "Price of an empty bed and week", _units, needed=False,
               hint="In pounds: what the home costs whether or not a child is in the bed; blank is nothing"),
        _Field("placement_type", "Placement type", str, choices="types"))),
)  # fmt: skip


@allow(*MAY_SEE)
def ask() -> ResponseReturnValue:
    """The empty form."""
    return _form({}, {}, str(new_id()))


@allow(*MAY_SEE)
def keep() -> ResponseReturnValue:
    """Keep a scenario; what is wrong is said at once, and nothing typed is lost."""
    typed = {name: value.strip() for name, value in request.form.items() if name not in {"csrf_token", "event_id"}}
    try:
        scenario = UUID(request.form.get("event_id", ""))
    except ValueError:
        abort(400)
    wrong: Problems = {}
    found = [each for kind in _ASKED if (each := _supposed(kind, typed, wrong)) is not None]
    if not found and not wrong:
        wrong["entrants-starts"] = "Suppose at least one thing"
    title = typed.get("title", "")
    supposed = write_suppositions(Suppositions(title, (), tuple(found)))
    by = Provenance(by=signed_in().username, source="form")
    try:
        if wrong:
            raise Refused(*([("title", "Enter what the scenario is called")] if not title else []))
        receipt = keep_scenario(state().recorder, scenario, title, supposed, by)
    except Refused as refused:
        wrong = {name: text for name, text in refused.problems if name == "title"} | wrong
        return _form(typed, wrong, str(scenario), 422)
    except Conflict:
        again = {"title": "This form was sent before with another scenario. Check it and send it again"}
        return _form(typed, again, str(new_id()), 409)
    flash(f"The scenario is kept: {title}.", "success")
    return redirect(url_for("forecasts.scenario", scenario=scenario, at=receipt.position), 303)


def _supposed(kind: _Kind, typed: Typed, wrong: Problems) -> Scenario | None:
    """The supposition of a kind, or None where nothing of it is filled in or something of it is wrong."""
    said = {field.name: typed.get(kind.input(field), "") for field in kind.fields}
    if not any(said[field.name] for field in kind.fields if not field.choices):
        return None
    values: dict[str, Any] = {}
    before = len(wrong)
    for field in kind.fields:
        text = said[field.name]
        if not text and not field.needed:
            continue
        try:
            values[field.name] = _day(text) if field.name == "starts" else field.read(text) if text else _nothing()
        except (ValueError, InvalidOperation, DateProblem):
            wrong[kind.input(field)] = f"{kind.title}: enter {_wanted(field)}"
    if len(wrong) > before:
        return None
    made = KINDS[kind.name](**values)
    for problem in made.problems():
        wrong[kind.input(kind.fields[1])] = f"{kind.title}: {problem.rstrip('.')}"
    return made


def _wanted(field: _Field) -> str:
    if field.name == "starts":
        return "the day it starts, like 1/4/2026"
    what = "an amount" if field.read is _units else "a whole number" if field.read is int else "a number"
    return f"“{field.words}” as {what}" if not field.choices else f"“{field.words}”"


def _nothing() -> Any:
    raise ValueError


def _day(text: str) -> date:
    day = read_date((text, "", ""), "Date") if text else None
    if day is None:
        raise ValueError
    return day


def _form(typed: Typed, wrong: Problems, event_id: str, status: int = 200) -> ResponseReturnValue:
    with state().projections.reader().connect() as connection:
        types = sorted(set(LiveCosts(connection).frame(t.placement, ["place_type"])["place_type"]) - {""})
    order = ["title", *(kind.input(field) for kind in _ASKED for field in kind.fields)]
    page = render_template(
        "forecasts/scenario_form.html",
        tabs=tabs("scenarios"),
        kinds=_ASKED,
        types=[("", "Choose one"), *((code, placement_type_words(code)) for code in types)],
        typed=typed,
        wrong=wrong,
        errors=[{"text": wrong[name], "href": f"#{name}"} for name in order if name in wrong],
        event_id=event_id,
    )
    return make_response(page, status)
