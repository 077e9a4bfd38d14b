"""Every fee of a provider, or of a type of placement, from a day on: by a percentage or to an amount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import msgspec
from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from costing.money import round_half_up
from projections.queries.fees import HeldFee, by_provider, fees_held
from recorder.application import Conflict, event_of
from recorder.domain.facts import Refused
from recorder.domain.ids import new_id
from recorder.domain.rate_changes import RateProposed
from recorder.domain.rates import FeeDetails
from recorder.intake.reading import read_pence
from web.account.access import allow
from web.design.widgets import DateProblem, read_date
from web.rates.frame import MAY_CHANGE, event_id_of, tabs
from web.rates.stating import Asked, Problems, answer, problems_of
from web.state import state
from web.words import placement_type_words

__all__ = ["ask_provider", "send_provider"]

ANY = ""
MOST_PERCENT = 100
_TEXTS = ("provider", "type", "how", "percent", "weekly", "note")
_DATE = ("valid_from-day", "valid_from-month", "valid_from-year")
Typed = dict[str, str]


@allow(*MAY_CHANGE)
def ask_provider() -> ResponseReturnValue:
    """The form, with a percentage chosen."""
    typed = dict.fromkeys((*_TEXTS, *_DATE), "") | {"how": "percent"}
    typed |= {name: request.args[name] for name in ("provider", "type") if name in request.args}
    return _form(typed, [], str(new_id()))


@allow(*MAY_CHANGE)
def send_provider() -> ResponseReturnValue:
    """Work out every fee it touches; show what they would change; once confirmed, state or propose them."""
    typed = {name: request.form.get(name, "").strip() for name in (*_TEXTS, *_DATE)}
    event_id = event_id_of(request.form.get("event_id", ""))
    rates, problems = _read(typed)
    if rates is None or problems:
        return _form(typed, problems, str(event_id), 422)
    if request.form.get("step") == "change":
        return _form(typed, [], str(event_id))
    try:
        return answer(Asked(rates, typed, event_id, "rates.send_provider", "rates.fees"))
    except Refused as refused:
        return _form(typed, problems_of(refused), str(event_id), 422)
    except Conflict as conflict:
        return _form(typed, problems_of(conflict), str(new_id()), 409)


def _read(typed: Typed) -> tuple[RateProposed | None, Problems]:
    problems: Problems = []
    starts: date | None = None
    try:
        starts = read_date([typed[part] for part in _DATE], "The first day")
        if starts is None:
            problems.append(("valid_from", "Enter the first day the fees hold"))
    except DateProblem as wrong:
        problems.append(("valid_from", str(wrong)))
    if not typed["provider"] and not typed["type"]:
        problems.append(("provider", "Select a provider, a type of placement, or both"))
    percent, weekly = _change(typed, problems)
    if problems or starts is None:
        return None, problems
    held = _held(typed, starts)
    if not held:
        return None, [("provider", "No fee of these holds on that day or later")]
    fees = [_changed(fee, starts, percent, weekly) for fee in _stated(held)]
    return RateProposed(fees=tuple(fees), note=" ".join(typed["note"].split())), []


def _change(typed: Typed, problems: Problems) -> tuple[Decimal | None, int | None]:
    """The percentage, or the pence a week, that was asked for."""
    if typed["how"] == "weekly":
        try:
            weekly = read_pence(typed["weekly"])
        except ValueError as wrong:
            problems.append(("weekly", str(wrong)))
            return None, None
        if weekly is None:
            problems.append(("weekly", "Enter the fee for a week"))
        return None, weekly
    try:
        percent = Decimal(typed["percent"].removesuffix("%").replace("−", "-").strip())
    except InvalidOperation:
        problems.append(("percent", "Enter a percentage, like 3.5 or -2"))
        return None, None
    if not percent.is_finite() or abs(percent) > MOST_PERCENT or not percent:
        problems.append(("percent", f"The percentage must be between -{MOST_PERCENT} and {MOST_PERCENT}, and not 0"))
        return None, None
    return percent, None


def _held(typed: Typed, day: date) -> list[HeldFee]:
    with state().projections.reader().connect() as connection:
        found = fees_held(connection, day, later=True)
    return [
        each
        for each in found
        if typed["provider"] in {ANY, each.provider} and typed["type"] in {ANY, each.placement_type}
    ]


def _stated(held: list[HeldFee]) -> list[FeeDetails]:
    """The facts behind these fees, as last stated, whole."""
    rows = state().recorder.log_store.rows_of_streams([each.fee_id for each in held])
    last = {event.originator_id: event.body for event in map(event_of, rows)}
    bodies = (last[each.fee_id] for each in held)
    return [body for body in bodies if isinstance(body, FeeDetails)]


def _changed(fee: FeeDetails, starts: date, percent: Decimal | None, weekly: int | None) -> FeeDetails:
    """The fee from a day on; education's and health's shares change with it, social care has the rest."""
    if weekly is None:
        weekly = round_half_up(Fraction(fee.weekly) * (1 + Fraction(percent or 0) / 100))
    part = Fraction(weekly, fee.weekly) if fee.weekly else Fraction(0)
    education, health = (round_half_up(share * part) for share in (fee.education, fee.health))
    said = {name: getattr(fee, name) for name in FeeDetails.__struct_fields__}
    return msgspec.structs.replace(
        FeeDetails(**said),
        valid_from=max(starts, fee.valid_from),
        weekly=weekly,
        social_care=weekly - education - health,
        education=education,
        health=health,
    )


def _form(typed: Typed, problems: Problems, event_id: str, status: int = 200) -> ResponseReturnValue:
    here = state()
    with here.projections.reader().connect() as connection:
        held = by_provider(fees_held(connection, here.recorder.clock.today()))
    providers = sorted({each.provider for each in held} - {""})
    types = sorted({each.placement_type for each in held}, key=placement_type_words)
    wrong: dict[str, str] = {}
    for field, text in problems:
        wrong.setdefault(field, text)
    page = render_template(
        "rates/provider_form.html",
        tabs=tabs("fees"),
        typed=typed,
        wrong=wrong,
        errors=[
            {"text": text, "href": f"#{'valid_from-day' if field == 'valid_from' else field or 'provider'}"}
            for field, text in problems
        ],
        providers=[(ANY, "Any provider"), *((each, each) for each in providers)],
        types=[(ANY, "Any type"), *((each, placement_type_words(each)) for each in types)],
        event_id=event_id,
    )
    return make_response(page, status)
