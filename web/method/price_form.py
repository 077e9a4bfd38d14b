"""Publishing a price of an hour: typed, checked with what it would change, then published once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.money import round_half_up
from projections.queries import prices as queries
from projections.queries.prices import Effect, Price
from recorder.application import Conflict
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id
from recorder.domain.rate_changes import RateProposed
from recorder.domain.rates import SCHEMA_ITEMS, SchemaPublished
from recorder.intake.cells import Cells
from recorder.intake.schemas import read_schema
from recorder.intake.staff_terms import WORKER_TYPES
from recorder.rates import PublishSchema, publish_schema
from web.account.access import allow
from web.account.people import signed_in
from web.design.widgets import DateProblem, read_date
from web.method.frame import MAY_CHANGE, pounds_of_pence, tabs
from web.method.price_pages import in_words, items
from web.rates.effect import effect_or_wait, effect_table
from web.rates.stating import propose_if_above, working_page
from web.state import Opened, state
from web.words import worker_type_words
from web.working import Working

__all__ = ["ask", "send"]

_MONEY = ("salary", "oncosts", "qualifications", "overheads", "capital", "travel")
ORIGINS = tuple((f"{item}_source", f"{item}_date") for item in SCHEMA_ITEMS)
_TEXTS = ("worker_type", "contract", "price_base", *_MONEY, "hours_per_year", "indirect_ratio", "source",
          *(name for pair in ORIGINS for name in pair))  # fmt: skip
_DATE = ("valid_from-day", "valid_from-month", "valid_from-year")
_ITEMS = (("A", "salary"), ("B", "oncosts"), ("C", "qualifications"), ("D", "overheads"), ("E", "capital overheads"),
          ("F", "travel"), ("H", "hours"), ("I", "indirect hours"))  # fmt: skip
Typed = dict[str, str]
_SAID = {
    "salary": "Enter A, the salary of a year",
    "oncosts": "Enter B, oncosts, or 0",
    "overheads": "Enter D, overheads, or 0",
    "capital": "Enter E, capital overheads, or 0",
    "hours_per_year": "Enter H, the hours worked in a year",
    "worker_type": "Select a type of worker",
    "price_base": "Enter the year of the prices, like 2026/27",
}


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """The form, filled in from the price it follows and from the address."""
    here = state()
    typed = dict.fromkeys((*_TEXTS, *_DATE), "")
    worker_type, contract = request.args.get("type", ""), request.args.get("contract", "employed")
    with here.projections.reader().connect() as connection:
        before = queries.prices(connection, worker_type, contract) if worker_type else []
    if before:
        typed |= _as_typed(before[0])
    typed |= {"worker_type": worker_type, "contract": contract}
    typed |= {name: request.args[name] for name in _TEXTS if name in request.args}
    return _form(here, typed, {}, str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """Check what was typed; show what it would change; once confirmed, publish it."""
    here = state()
    typed = {name: request.form.get(name, "").strip() for name in (*_TEXTS, *_DATE)}
    event_id = _event_id(request.form.get("event_id", ""))
    body, wrong = _read(typed)
    if body is None:
        return _form(here, typed, wrong, str(event_id), 422)
    step = request.form.get("step", "")
    if step == "change":
        return _form(here, typed, {}, str(event_id))
    if step != "publish":
        return _check(here, typed, body, str(event_id))
    if (sent := propose_if_above(RateProposed(schemas=(body,)), event_id)) is not None:
        return sent
    provenance = Provenance(by=signed_in().username, source="form")
    try:
        receipt = publish_schema(here.recorder, PublishSchema(event_id=event_id, schema=body, provenance=provenance))
    except Conflict:
        return _form(here, typed, {"worker_type": "This form was sent before with other figures. Check them"},
                     str(new_id()), 409)  # fmt: skip
    flash(f"The price of an hour is published: {in_words(body.worker_type, body.contract)}.", "success")
    where = url_for("method.price_history", worker_type=body.worker_type, contract=body.contract, at=receipt.position)
    return redirect(where, 303)


def _form(here: Opened, typed: Typed, wrong: dict[str, str], event_id: str, status: int = 200) -> ResponseReturnValue:
    with here.projections.reader().connect() as connection:
        known = {each.worker_type for each in queries.prices(connection)}
    types = sorted(known | set(WORKER_TYPES.values()) | ({typed["worker_type"]} - {""}))
    page = render_template(
        "method/price_form.html",
        tabs=tabs("prices"),
        typed=typed,
        wrong=wrong,
        errors=[{"text": text, "href": f"#{_target(name)}"} for name, text in wrong.items()],
        origins=[(f"{letter}, {words}", *names) for (letter, words), names in zip(_ITEMS, ORIGINS, strict=True)],
        said_apart=any(typed[name] for names in ORIGINS for name in names),
        types=[("", "Select a type"), *((each, worker_type_words(each)) for each in types)],
        event_id=event_id,
    )
    return make_response(page, status)


def _check(here: Opened, typed: Typed, body: SchemaPublished, event_id: str) -> ResponseReturnValue:
    price = _price(body)
    rates = effect_or_wait(RateProposed(schemas=(body,)))
    if isinstance(rates, Working):
        return working_page(rates, request.path, {**typed, "event_id": event_id})
    with here.projections.reader().connect() as connection:
        effect = queries.effect_of(connection, body.worker_type, body.contract, body.valid_from, price.j_pence)
        before = queries.prices(connection, body.worker_type, body.contract)
    follows = next((each for each in before if each.valid_from <= body.valid_from), None)
    compared = [price] if follows is None else [price, follows]
    return render_template(
        "method/price_check.html",
        tabs=tabs("prices"),
        typed=typed,
        event_id=event_id,
        title=in_words(body.worker_type, body.contract),
        body=body,
        columns=["Item", "New", *([] if follows is None else ["Now in force then"])],
        rows=items(compared),
        effect=effect,
        hour=pounds_of_pence(price.j_pence),
        same_day=follows is not None and follows.valid_from == body.valid_from,
        more=effect.after >= effect.before,
        difference=_difference(effect),
        why=rates.why,
        by_team=effect_table(rates.effect),
    )


def _difference(effect: Effect) -> int:
    return abs(effect.after - effect.before)


def _read(typed: Typed) -> tuple[SchemaPublished | None, dict[str, str]]:
    """The schema, or what is wrong by field, in the order of the form."""
    wrong: dict[str, str] = {}
    starts: date | None = None
    try:
        starts = read_date([typed[part] for part in _DATE], "The first day")
    except DateProblem as problem:
        wrong["valid_from"] = str(problem)
    cells = Cells({name: typed[name] for name in _TEXTS} | {"valid_from": starts.isoformat() if starts else ""})
    body = read_schema(cells)
    for rule, name, message in cells.problems:
        blank = rule.startswith("blank")
        wrong.setdefault(name or "salary", _SAID.get(name, message) if blank else message)
    if "valid_from" in wrong and starts is None and not any(typed[part] for part in _DATE):
        wrong["valid_from"] = "Enter the day from which the price holds"
    order = ("worker_type", "contract", "valid_from", *_TEXTS[2:])
    return (None if wrong else body), {name: wrong[name] for name in order if name in wrong}


def _target(name: str) -> str:
    return "valid_from-day" if name == "valid_from" else name


def _event_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return new_id()


def _as_typed(price: Price) -> Typed:
    """A price as the form would have it typed, its day, year of prices and sources left to be entered."""
    money: dict[str, Any] = {name: getattr(price, name) for name in _MONEY}
    ratio = price.indirect_ratio_hundredths
    return {
        **{name: "" if pence is None else f"{pence / 100:.2f}" for name, pence in money.items()},
        "hours_per_year": f"{price.hours_hundredths / 100:.2f}",
        "indirect_ratio": "" if ratio is None else f"{ratio / 100:.2f}",
    }


def _price(body: SchemaPublished) -> Price:
    """The schema as the price it would be."""
    parts = [getattr(body, name) or 0 for name in _MONEY]
    held = {name: getattr(body, name) for name in Price.__dataclass_fields__ if hasattr(body, name)}
    hour = round_half_up(Fraction(sum(parts) * 100, body.hours_hundredths))
    held |= {name: msgspec.json.encode(held[name]).decode() for name in ("sources", "dated")}
    return Price(**held, rate_no=0, j_pence=hour, source=body.provenance)
