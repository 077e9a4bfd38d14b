"""Rates above a limit: what waits, what each would change now, and its approval or refusal by a second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from recorder.domain.rate_changes import RateRefused
from recorder.rate_changes import Proposal, approve_rates, limits_in_force, proposal, proposals, refuse_rates
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import pounds, uk_instant
from web.design.paging import page_links
from web.rates.effect import Going, effect_or_wait, effect_shown, effect_table
from web.rates.frame import MAY_CHANGE, MAY_SEE, event_id_of, tabs
from web.rates.listed import rates_listed
from web.rates.words import STANDING, limit_words, title_of
from web.state import state
from web.working import Working, looking_again

__all__ = ["approve", "proposed", "refuse", "waiting"]

PAGE = 25
_CHANGED = "What is posted changed since you looked: this is what it would do now. Look again"


@allow(*MAY_SEE)
def waiting() -> ResponseReturnValue:
    """What waits for a second person, and what became of the others."""
    page = max(request.args.get("page", 1, type=int), 1)
    everything = proposals(state().recorder)
    waits = [each for each in everything if each.standing == "waiting"]
    settled = [each for each in reversed(everything) if each.standing != "waiting"]
    pages = max(1, -(-len(settled) // PAGE))
    return render_template(
        "rates/proposals.html",
        tabs=tabs("proposals"),
        waits=[_row(each) for each in waits],
        settled=[_settled(each) for each in settled[(page - 1) * PAGE : page * PAGE]],
        pages=page_links(page, pages, lambda to: url_for("rates.waiting", page=to)),
    )


@allow(*MAY_SEE)
def proposed(proposal_id: UUID) -> ResponseReturnValue:
    """One proposal, and what it would change as things stand."""
    return _page(proposal_id)


@allow(*MAY_CHANGE)
def approve(proposal_id: UUID) -> ResponseReturnValue:
    """Approve it: it holds. Only where what it would do is what was looked at, and never one's own."""
    event_id = event_id_of(request.form.get("event_id", ""))
    found = _found(proposal_id)
    if found.settled is None and request.form.get("seen") != effect_shown(found.rates).seen:
        return _page(proposal_id, [("", _CHANGED)], status=409)
    try:
        receipt = approve_rates(state().recorder, proposal_id, event_id, _by())
    except Refused as refused:
        return _page(proposal_id, list(refused.problems), status=422)
    except Conflict:
        return _page(proposal_id, [("", "Somebody else settled it just now")], status=409)
    flash(f"Approved. It holds: {title_of(found.rates)}.", "success")
    return redirect(url_for("rates.proposed", proposal_id=proposal_id, at=receipt.position), 303)


@allow(*MAY_CHANGE)
def refuse(proposal_id: UUID) -> ResponseReturnValue:
    """Refuse it, with a reason; without one it is asked for, and nothing typed is lost."""
    event_id = event_id_of(request.form.get("event_id", ""))
    reason = request.form.get("reason", "")
    _found(proposal_id)
    try:
        receipt = refuse_rates(state().recorder, proposal_id, event_id, reason, _by())
    except Refused as refused:
        return _page(proposal_id, list(refused.problems), reason, 422)
    except Conflict:
        return _page(proposal_id, [("", "Somebody else settled it just now")], reason, 409)
    flash("Refused. Nothing was posted.", "success")
    return redirect(url_for("rates.waiting", at=receipt.position), 303)


def _working(going: Going) -> ResponseReturnValue:
    page = render_template("rates/working.html", tabs=tabs("proposals"), going=going, send="", typed={})
    return looking_again(page, going)


def _found(proposal_id: UUID) -> Proposal:
    found = proposal(state().recorder, proposal_id)
    if found is None:
        abort(404)
    return found


def _page(
    proposal_id: UUID, problems: list[tuple[str, str]] | None = None, reason: str = "", status: int = 200
) -> ResponseReturnValue:
    found = _found(proposal_id)
    waits, own = found.standing == "waiting", found.said.provenance.by == signed_in().username
    # With something to say, or a reason that was typed, the page is shown whole however long it takes.
    worked_out = effect_shown if problems else effect_or_wait
    shown = worked_out(found.rates) if waits else None
    if isinstance(shown, Working):
        return _working(shown)
    limits = limits_in_force(state().recorder)
    page = render_template(
        "rates/proposal.html",
        tabs=tabs("proposals"),
        errors=[{"text": text, "href": f"#{field or 'settle'}"} for field, text in problems or []],
        found=found,
        title=title_of(found.rates),
        facts=_facts(found),
        why=[limit_words(each, limits) for each in found.rates.above],
        waits=waits,
        own=own,
        shown=shown,
        table=effect_table(shown.effect) if shown else None,
        listed=rates_listed(found.rates, shown.changes) if shown else None,
        reason=reason,
        wrong=next((text for field, text in problems or [] if field == "reason"), None),
        event_id=str(new_id()),
    )
    return make_response(page, status)


def _facts(found: Proposal) -> list[dict[str, str]]:
    said, settled = found.said, found.settled
    rows = [
        {"key": "Proposed by", "value": f"{said.provenance.by}, {uk_instant(said.recorded_at)}"},
        {"key": "Its effect then", "value": pounds(found.rates.effect_units)},
        {"key": "Why", "value": found.rates.note or "not said"},
        {"key": "Stands", "value": STANDING[found.standing]},
    ]
    if settled is not None:
        by = f"{settled.provenance.by}, {uk_instant(settled.recorded_at)}"
        rows.append({"key": f"{STANDING[found.standing]} by", "value": by})
        if isinstance(settled.body, RateRefused):
            rows.append({"key": "Because", "value": settled.body.reason})
    return rows


def _row(each: Proposal) -> list[Any]:
    return [
        {"text": title_of(each.rates), "href": url_for("rates.proposed", proposal_id=each.proposal_id)},
        each.said.provenance.by,
        uk_instant(each.said.recorded_at),
        pounds(each.rates.effect_units),
    ]


def _settled(each: Proposal) -> list[Any]:
    assert each.settled is not None
    row = _row(each)
    return [*row[:2], STANDING[each.standing], each.settled.provenance.by, uk_instant(each.settled.recorded_at)]


def _by() -> Provenance:
    return Provenance(by=signed_in().username, source="form")
