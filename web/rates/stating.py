"""What every form of rates shares: its effect shown first, then stated, or proposed where it is above a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.rate_changes import RateProposed
from recorder.rate_changes import propose_rates, state_rates
from web.account.people import signed_in
from web.rates.effect import Going, Shown, effect_or_wait, effect_shown, effect_table
from web.rates.frame import tabs
from web.rates.listed import rates_listed
from web.rates.words import title_of
from web.state import state
from web.working import Working

__all__ = ["Asked", "answer", "propose_if_above", "working_page"]

Problems = list[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """Rates as a form asks for them: the facts they would be, and what was typed, to be sent again."""

    rates: RateProposed
    typed: dict[str, str]
    event_id: UUID
    send: str
    cancel: str
    cautions: Sequence[str] = field(default_factory=tuple)


def answer(asked: Asked) -> ResponseReturnValue:
    """Show what the rates would do; once that very effect is confirmed, state them or propose them.

    Raises ``Refused`` with every problem, and ``Conflict`` where the form was sent before with other rates.
    """
    shown = effect_or_wait(asked.rates)
    if isinstance(shown, Working):
        return working_page(shown, url_for(asked.send), {**asked.typed, "event_id": str(asked.event_id)})
    if request.form.get("step") == "confirm" and request.form.get("seen") == shown.seen:
        return _keep(asked, shown)
    return _check(asked, shown, changed=request.form.get("step") == "confirm")


def working_page(going: Going, send: str, typed: Mapping[str, str]) -> ResponseReturnValue:
    """How far it is with what rates would change: the form is sent again as it was, by itself or by a press."""
    sent = {name: request.form[name] for name in ("step", "seen") if name in request.form}
    page = render_template("rates/working.html", tabs=tabs(""), going=going, send=send, typed={**typed, **sent})
    return make_response(page, 503 if going.failed else 200)


def propose_if_above(rates: RateProposed, event_id: UUID) -> ResponseReturnValue | None:
    """Propose rates that are above a limit and go to the proposal; None where they may be stated at once."""
    shown = effect_shown(rates)
    return _propose(rates, shown, event_id) if shown.above else None


def _check(asked: Asked, shown: Shown, *, changed: bool) -> ResponseReturnValue:
    return render_template(
        "rates/check.html",
        tabs=tabs(""),
        title=title_of(asked.rates),
        asked=asked,
        shown=shown,
        changed=changed,
        listed=rates_listed(asked.rates, shown.changes),
        table=effect_table(shown.effect),
    )


def _keep(asked: Asked, shown: Shown) -> ResponseReturnValue:
    if shown.above:
        return _propose(asked.rates, shown, asked.event_id)
    receipt = state_rates(state().recorder, asked.event_id, asked.rates, _by())
    flash(f"It holds: {title_of(asked.rates)}.", "success")
    return redirect(url_for("rates.overview", at=receipt.position), 303)


def _propose(rates: RateProposed, shown: Shown, event_id: UUID) -> ResponseReturnValue:
    said: dict[str, Any] = {name: getattr(rates, name) for name in ("fees", "schemas", "allowances", "note")}
    proposed = RateProposed(**said, above=shown.above, effect_units=shown.effect.amount)
    receipt = propose_rates(state().recorder, event_id, proposed, _by())
    flash("It is sent for approval. Nothing is posted before somebody else approves it.", "success")
    return redirect(url_for("rates.proposed", proposal_id=event_id, at=receipt.position), 303)


def _by() -> Provenance:
    return Provenance(by=signed_in().username, source="form")


def problems_of(wrong: Refused | Conflict) -> Problems:
    """What keeps rates from being stated, for the form."""
    if isinstance(wrong, Refused):
        return list(wrong.problems)
    return [("", "This form was sent before with other rates. Check them and send it again")]


def with_note(rates: RateProposed, note: str) -> RateProposed:
    """The rates with the words of whoever states them."""
    return msgspec.structs.replace(rates, note=" ".join(note.split()))
