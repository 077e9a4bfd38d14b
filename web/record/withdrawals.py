"""Withdrawing an entry, with a reason."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recorder.activities import WithdrawActivity, withdraw
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from web.account.access import allow
from web.record.corrections import cost_said
from web.record.history import WITHDRAW_REASONS, said, tell
from web.record.opening import RECORDERS, OpenEntry, id_of, log_reading, names_in, open_entry

__all__ = ["send_withdrawal", "withdraw_page"]

Problems = tuple[tuple[str, str], ...]


@allow(*RECORDERS)
def withdraw_page(activity_id: UUID) -> ResponseReturnValue:
    """Ask why, and say what withdrawing does."""
    found = open_entry(activity_id, to_change=True)
    return _withdraw_page(found, activity_id, found.state.version, new_id())


@allow(*RECORDERS)
def send_withdrawal(activity_id: UUID) -> ResponseReturnValue:
    """Withdraw the entry; one that was changed meanwhile is shown as it stands first."""
    found = open_entry(activity_id)
    event_id = id_of(request.form.get("event_id", "")) or new_id()
    version = request.form.get("version", 0, type=int)
    reason = request.form.get("reason", "")
    command = WithdrawActivity(
        activity_id=activity_id,
        event_id=event_id,
        version=version,
        reason=reason if reason in WITHDRAW_REASONS else "",
        provenance=Provenance(by=found.person.username, source="form"),
    )
    try:
        receipt = withdraw(found.here.recorder, command)
    except Refused as refused:
        return _withdraw_page(found, activity_id, version, event_id, refused.problems, 422, reason=reason)
    except Conflict:
        newer = open_entry(activity_id)
        return _withdraw_page(newer, activity_id, newer.state.version, new_id(), (), 409, reason=reason, conflict=True)
    before = cost_said(found, activity_id)
    flash(f"The entry is withdrawn.{f' Its cost of {before} no longer counts.' if before else ''}", "success")
    return redirect(url_for("record.entry", activity_id=activity_id, at=receipt.position), 303)


def _withdraw_page(
    found: OpenEntry,
    activity_id: UUID,
    version: int,
    event_id: UUID,
    problems: Problems = (),
    status: int = 200,
    *,
    reason: str = "",
    conflict: bool = False,
) -> ResponseReturnValue:
    names = names_in(found)
    keys = found.here.recorder.keys
    log_reading(found)
    rows = said(found.details, names, keys) | {"Cost": cost_said(found, activity_id)}
    page = render_template(
        "record/withdraw.html",
        rows=[{"key": what, "value": text} for what, text in rows.items() if text],
        errors=[{"text": words, **({"href": f"#{field}"} if field else {})} for field, words in problems],
        wrong=dict(problems),
        activity_id=activity_id,
        version=version,
        event_id=event_id,
        reasons=WITHDRAW_REASONS,
        reason=reason,
        latest=tell(found.history, names, keys)[0] if conflict else None,
        withdrawn=found.state.withdrawn,
    )
    return make_response(page, status)
