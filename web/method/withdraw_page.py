"""Withdrawing a standard time with a reason, and every time ever stated for it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calendar import london_date
from costing.standard_times import StandardTime, variations_of_text
from projections.queries.cost_lines import LiveCosts
from projections.queries.standard_times import StatedTime, standard_times_of, stated_times
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from recorder.sheets import WithdrawTime, withdraw_time
from recorder.store.log import from_micros
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import number, uk_date_short
from web.method.frame import MAY_CHANGE, MAY_SEE, tabs
from web.method.standard_page import variation_words
from web.state import state
from web.words import process_words, worker_type_words

__all__ = ["ask", "send", "time_history"]

_KEY = ("process", "variations", "worker_type")


@allow(*MAY_SEE)
def time_history() -> ResponseReturnValue:
    """Every statement about the time of a process, variation and worker type, the latest first."""
    key, stated, holds = _stated()
    return render_template(
        "method/time_history.html", tabs=tabs("standard"), rows=_rows(stated, holds), holds=holds,
        withdraw=_address("method.withdraw_time", key), **_words(key),
    )  # fmt: skip


@allow(*MAY_CHANGE)
def ask() -> ResponseReturnValue:
    """Ask why the time that holds is withdrawn, and say what holds then."""
    return _form("", "", str(new_id()))


@allow(*MAY_CHANGE)
def send() -> ResponseReturnValue:
    """Withdraw it once; without a reason ask again."""
    key, stated, _ = _stated()
    reason, day = request.form.get("reason", "").strip(), request.form.get("agreed_on", "")
    try:
        event_id, agreed_on = UUID(request.form.get("event_id", "")), date.fromisoformat(day)
    except ValueError:
        abort(400)
    if not any(each.agreed_on == agreed_on for each in stated):
        abort(404)
    command = WithdrawTime(
        event_id=event_id, **key, agreed_on=agreed_on, reason=reason,
        provenance=Provenance(by=signed_in().username, source="form"),
    )  # fmt: skip
    try:
        receipt = withdraw_time(state().recorder, command)
    except Refused as refused:
        return _form(reason, str(refused), str(event_id), 422)
    except Conflict:
        return _form(
            reason, "This form was sent before with another reason. Check it and send it again", str(new_id()), 409
        )
    flash(f"The standard time is withdrawn: {process_words(key['process'])}.", "success")
    return redirect(_address("method.time_history", key, receipt.position), 303)


def _form(reason: str, wrong: str, event_id: str, status: int = 200) -> ResponseReturnValue:
    key, stated, holds = _stated()
    if holds is None:
        abort(404)
    page = render_template(
        "method/withdraw.html",
        tabs=tabs("standard"),
        key=key,
        holds=holds,
        reason=reason,
        wrong=wrong,
        errors=[{"text": wrong, "href": "#reason"}] if wrong else [],
        event_id=event_id,
        before=_next(stated, holds),
        **_words(key),
    )
    return make_response(page, status)


def _stated() -> tuple[dict[str, str], list[StatedTime], StandardTime | None]:
    """What the address names, everything stated of it, and the time that holds. 404 where nothing was."""
    key = {name: request.values.get(name, "") for name in _KEY}
    with state().projections.reader().connect() as connection:
        source = LiveCosts(connection)
        found = [each for each in stated_times(source) if _is(key, each)]
        held = standard_times_of(source)
    if not found:
        abort(404)
    asked = (key["process"], variations_of_text(key["variations"]), key["worker_type"])
    holds = next((each for each in held if (each.process, each.variations, each.worker_type) == asked), None)
    return key, found, holds


def _address(view: str, key: dict[str, str], at: int | None = None) -> str:
    process, variations, worker_type = (key[name] for name in _KEY)
    return url_for(view, process=process, variations=variations, worker_type=worker_type, at=at)


def _is(key: dict[str, str], each: StatedTime) -> bool:
    return (each.process, each.variations, each.worker_type) == tuple(key[name] for name in _KEY)


def _next(stated: list[StatedTime], holds: StandardTime) -> StandardTime | None:
    """The time that holds once this one is withdrawn."""
    days = {each.agreed_on: each.time for each in stated if each.agreed_on < holds.agreed_on}
    return next((time for _, time in sorted(days.items(), reverse=True) if time is not None), None)


def _words(key: dict[str, str]) -> dict[str, str]:
    words = variation_words(key["process"], variations_of_text(key["variations"]))
    return {"what": f"{process_words(key['process'])}. {words}, {worker_type_words(key['worker_type']).lower()}"}


def _rows(stated: list[StatedTime], holds: StandardTime | None) -> list[list[Any]]:
    last = {each.agreed_on: each for each in stated}
    rows = []
    for each in reversed(stated):
        standing = "replaced"
        if each.time is None:
            standing = "withdrawal"
        elif last[each.agreed_on] is each:
            standing = "holds" if each.time == holds else "superseded"
        elif last[each.agreed_on].time is None:
            standing = "withdrawn"
        hours = None if each.time is None or each.time.hours is None else number(each.time.hours, 2)
        rows.append([
            uk_date_short(london_date(from_micros(each.known_at))),
            uk_date_short(each.agreed_on),
            "" if each.time is None else hours,
            standing,
            each.withdrawn if each.time is None else each.time.agreed_by,
        ])  # fmt: skip
    return rows
