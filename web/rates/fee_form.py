"""One child's fee from a day on: typed, its effect shown, then stated or sent for approval."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from projections.queries.fees import HeldFee, fee_of_child
from recorder.application import Conflict
from recorder.domain.facts import Refused
from recorder.domain.ids import new_id
from recorder.domain.rate_changes import RateProposed
from recorder.domain.rates import FeeDetails, decide_fee
from recorder.intake.cells import Cells
from recorder.intake.clients import find_clients
from web.account.access import allow
from web.design.widgets import DateProblem, read_date
from web.rates.frame import MAY_CHANGE, event_id_of, tabs
from web.rates.stating import Asked, Problems, answer, problems_of
from web.state import state

__all__ = ["ask_fee", "send_fee"]

_MONEY = ("weekly", "education", "health")
_TEXTS = ("child", "placement_ref", "place", "provider", *_MONEY, "note")
_STARTS = ("valid_from-day", "valid_from-month", "valid_from-year")
_ENDS = ("valid_to-day", "valid_to-month", "valid_to-year")
_ORDER = ("child", "valid_from", "valid_to", *_MONEY, "place", "provider", "placement_ref", "note", "")
_FIELD = {"total_weekly_cost": "weekly", "social_care": "weekly"}
Typed = dict[str, str]


@allow(*MAY_CHANGE)
def ask_fee() -> ResponseReturnValue:
    """The form, filled in from the fee that the child named in the address has."""
    typed = dict.fromkeys((*_TEXTS, *_STARTS, *_ENDS), "") | {"child": request.args.get("child", "")}
    child = find_clients(state().recorder.keys, [typed["child"]]).of(typed["child"])
    held = _held(child, state().recorder.clock.today()) if child else None
    if held is not None:
        typed |= _as_typed(held)
    return _form(typed, [], str(new_id()), held)


@allow(*MAY_CHANGE)
def send_fee() -> ResponseReturnValue:
    """Check what was typed; show what it would change; once confirmed, state it or send it for approval."""
    typed = {name: request.form.get(name, "").strip() for name in (*_TEXTS, *_STARTS, *_ENDS)}
    event_id = event_id_of(request.form.get("event_id", ""))
    rates, problems = _read(typed)
    if rates is None or problems:
        return _form(typed, problems, str(event_id), status=422)
    if request.form.get("step") == "change":
        return _form(typed, [], str(event_id))
    try:
        return answer(Asked(rates, typed, event_id, "rates.send_fee", "rates.fees"))
    except Refused as refused:
        return _form(typed, problems_of(refused), str(event_id), status=422)
    except Conflict as conflict:
        return _form(typed, problems_of(conflict), str(new_id()), status=409)


def _read(typed: Typed) -> tuple[RateProposed | None, Problems]:
    problems: Problems = []
    child = find_clients(state().recorder.keys, [typed["child"]]).of(typed["child"])
    if not typed["child"]:
        problems.append(("child", "Enter the child’s number"))
    elif child is None:
        problems.append(("child", f"No child is registered with the number “{typed['child']}”"))
    starts = _day(typed, "valid_from", "The first day", problems)
    ends = _day(typed, "valid_to", "The last day", problems)
    if starts is None and not any(field == "valid_from" for field, _ in problems):
        problems.append(("valid_from", "Enter the first day the fee holds"))
    cells = Cells(typed)
    weekly = cells.pence("weekly", "the fee for a week, or 0 if there is none")
    education, health = cells.pence("education") or 0, cells.pence("health") or 0
    problems += [(field, message) for _, field, message in cells.problems]
    if problems or child is None or starts is None or weekly is None:
        return None, _ordered(problems)
    fee = FeeDetails(
        child=child,
        placement_ref=typed["placement_ref"],
        valid_from=starts,
        valid_to=None if ends is None else date.fromordinal(ends.toordinal() + 1),
        place=typed["place"].upper(),
        provider=typed["provider"].upper(),
        weekly=weekly,
        social_care=weekly - education - health,
        education=education,
        health=health,
    )
    if fee.social_care < 0:
        return None, [("weekly", "Education and health pay more than the fee")]
    try:
        decide_fee(fee)
    except Refused as refused:
        return None, _ordered([(_FIELD.get(field, field), text) for field, text in refused.problems])
    return RateProposed(fees=(fee,), note=" ".join(typed["note"].split())), []


def _day(typed: Typed, name: str, subject: str, problems: Problems) -> date | None:
    try:
        return read_date([typed[f"{name}-{part}"] for part in ("day", "month", "year")], subject)
    except DateProblem as wrong:
        problems.append((name, str(wrong)))
        return None


def _ordered(problems: Problems) -> Problems:
    return sorted(dict.fromkeys(problems), key=lambda each: _ORDER.index(each[0]))


def _form(
    typed: Typed, problems: Problems, event_id: str, held: HeldFee | None = None, status: int = 200
) -> ResponseReturnValue:
    wrong: dict[str, str] = {}
    for field, text in problems:
        wrong.setdefault(field, text)
    dates = {"valid_from", "valid_to"}
    page = render_template(
        "rates/fee_form.html",
        tabs=tabs("fees"),
        typed=typed,
        wrong=wrong,
        errors=[
            {"text": text, "href": f"#{field}-day" if field in dates else f"#{field or 'child'}"}
            for field, text in problems
        ],
        held=held,
        event_id=event_id,
    )
    return make_response(page, status)


def _held(child: UUID, day: date) -> HeldFee | None:
    with state().projections.reader().connect() as connection:
        return fee_of_child(connection, child, day)


def _as_typed(held: HeldFee) -> Typed:
    """What the fee that holds says of the placement; amounts and days are left to be entered."""
    return {"placement_ref": held.placement_ref, "place": held.place, "provider": held.provider}
