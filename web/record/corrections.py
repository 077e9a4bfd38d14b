"""One entry: what it says and how it came to say it; changing it, with a reason."""

from __future__ import annotations

from uuid import UUID

import msgspec
from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from projections.queries import my_day as queries
from projections.queries.my_figures import cost_of_entry
from projections.queries.names import child_names
from recorder.activities import AmendActivity, amend
from recorder.application import Conflict
from recorder.desk import log_reads
from recorder.domain.activity import ActivityDetails
from recorder.domain.facts import Event, Provenance, Refused
from recorder.domain.ids import new_id
from recorder.drafts import Draft
from recorder.personal import ErasedError
from web.account.access import allow
from web.design.formats import pounds
from web.record.choices import Offer
from web.record.day import in_words
from web.record.drafts import answers, draft_of, draft_part, drop
from web.record.form_page import error_list, form_context
from web.record.history import AMEND_REASONS, Names, note_of, said, tell
from web.record.opening import RECORDERS, OpenEntry, id_of, log_reading, names_in, offer_for, open_entry
from web.record.reading import NO_NOTE, understand
from web.record.typed import Typed, as_typed, from_form
from web.record.visits import counts_as_visit

__all__ = ["change", "cost_said", "entry", "send_change"]

Problems = tuple[tuple[str, str], ...]


@allow(*RECORDERS)
def entry(activity_id: UUID) -> ResponseReturnValue:
    """What the entry says, and its history."""
    found = open_entry(activity_id)
    names = names_in(found)
    log_reading(found)
    rows = said(found.details, names, found.here.recorder.keys) | _process_shown(found, activity_id)
    rows |= {"Counts as a visit": _visit(found, activity_id, names)}
    rows |= {"Cost": cost} if (cost := cost_said(found, activity_id)) else {}
    return render_template(
        "record/entry.html",
        activity_id=activity_id,
        rows=[{"key": what, "value": text} for what, text in rows.items() if text],
        history=tell(found.history, names, found.here.recorder.keys),
        withdrawn=found.state.withdrawn,
        behind=g.get("behind", False),
    )


def cost_said(found: OpenEntry, activity_id: UUID) -> str:
    """What the entry costs as the ledger stands; blank where that is not known."""
    with found.here.projections.reader().connect() as connection:
        units = cost_of_entry(connection, activity_id.bytes)
    return "" if units is None else pounds(units)


def _visit(found: OpenEntry, activity_id: UUID, names: Names) -> str:
    """Whether the entry as it stands counts as a visit, and why."""
    if found.state.withdrawn:
        return "No, because it is withdrawn." if found.details.children else ""
    with found.here.projections.reader().connect() as connection:
        return counts_as_visit(connection, activity_id, found.details, names)


def _process_shown(found: OpenEntry, activity_id: UUID) -> dict[str, str]:
    """The process as the tables have it, where they show this very version."""
    with found.here.projections.reader().connect() as connection:
        shown = queries.entry_by_id(connection, found.worker_no, activity_id)
        if shown is None or shown.version != found.state.version:
            return {}
        known = child_names(connection, found.here.recorder.keys, [share.child_no for share in shown.children])
    return {"Process": in_words(shown, known).process}


@allow(*RECORDERS)
def change(activity_id: UUID) -> ResponseReturnValue:
    """The form with the entry as it stands."""
    found = open_entry(activity_id, to_change=True)
    assert found.person.worker is not None
    today = found.here.recorder.clock.today()
    note = note_of(found.details, found.here.recorder.keys)
    held = draft_of(found.person, _page_of(activity_id))
    if held is not None:
        sent = answers(held)
        version, event_id = sent.get("version", 0, type=int), id_of(sent.get("event_id", "")) or new_id()
        if _as_at(found.history, version) is not None and all(each.event_id != event_id for each in found.history):
            return _change_page(found, activity_id, from_form(sent), version, event_id, held=held)
        drop(found.person, _page_of(activity_id))
    typed = as_typed(found.details, found.person.worker, today, note or "")
    return _change_page(found, activity_id, typed, found.state.version, new_id())


def _page_of(activity_id: UUID) -> str:
    return f"entry:{activity_id}"


@allow(*RECORDERS)
def send_change(activity_id: UUID) -> ResponseReturnValue:
    """Correct the entry; where somebody else changed it meanwhile, both versions are shown and nothing is lost."""
    found = open_entry(activity_id)
    assert found.person.worker is not None
    typed = from_form(request.form)
    version = request.form.get("version", 0, type=int)
    event_id = id_of(request.form.get("event_id", "")) or new_id()
    offer = offer_for(found, typed)
    problems: list[tuple[str, str]] = []
    seen = _as_at(found.history, version)
    if seen is None:
        return _change_page(found, activity_id, typed, found.state.version, new_id(), (), 409, conflict=True)
    if typed.reason not in AMEND_REASONS:
        problems.append(("reason", "Select why you are changing this entry"))
    try:
        before_note = note_of(seen, found.here.recorder.keys)
        details, note = understand(typed, offer, found.person.worker, seen, before_note)
        if problems:
            raise Refused
        command = AmendActivity(
            activity_id=activity_id,
            event_id=event_id,
            version=version,
            details=details,
            reason=typed.reason,
            provenance=Provenance(by=found.person.username, source="form"),
            note=note,
        )
        receipt = amend(found.here.recorder, command)
    except Refused as refused:
        told = (*refused.problems, *problems)
        return _change_page(found, activity_id, typed, version, event_id, told, 422)
    except ErasedError:
        return _change_page(found, activity_id, typed, version, event_id, (("note", NO_NOTE),), 422)
    except Conflict:
        newer = open_entry(activity_id)
        return _change_page(newer, activity_id, typed, newer.state.version, new_id(), (), 409, conflict=True)
    drop(found.person, _page_of(activity_id))
    before = cost_said(found, activity_id)
    flash(f"The entry is changed.{f' Before, it cost {before}.' if before else ''}", "success")
    return redirect(url_for("record.entry", activity_id=activity_id, at=receipt.position), 303)


def _as_at(history: list[Event], version: int) -> ActivityDetails | None:
    """The details that held at a version, or None where there was no such version."""
    bodies = [e.body for e in history if e.originator_version <= version and isinstance(e.body, ActivityDetails)]
    last = bodies[-1] if bodies and version <= history[-1].originator_version else None
    return last if isinstance(last, ActivityDetails) else None


def _change_page(
    found: OpenEntry,
    activity_id: UUID,
    typed: Typed,
    version: int,
    event_id: UUID,
    problems: Problems = (),
    status: int = 200,
    *,
    conflict: bool = False,
    held: Draft | None = None,
) -> ResponseReturnValue:
    offer = offer_for(found, typed)
    names = names_in(found, offer)
    log_reads(found.here.desk, found.person.username, "entry", offer.child_ids, found.here.recorder.clock.now())
    page = render_template(
        "record/change.html",
        **form_context(typed, offer, problems),
        errors=error_list(problems, offer),
        activity_id=activity_id,
        version=version,
        event_id=event_id,
        reasons=AMEND_REASONS,
        both=_both(found, typed, offer, names) if conflict else [],
        latest=tell(found.history, names, found.here.recorder.keys)[0] if conflict else None,
        withdrawn=found.state.withdrawn,
        draft=draft_part(found.person, _page_of(activity_id), url_for("record.change", activity_id=activity_id), held),
    )
    return make_response(page, status)


def _both(found: OpenEntry, typed: Typed, offer: Offer, names: Names) -> list[tuple[str, str, str]]:
    """The entry as it stands beside what was typed: (question, now, typed)."""
    assert found.person.worker is not None
    keys = found.here.recorder.keys
    now = said(found.details, names, keys)
    try:
        details, note = understand(typed, offer, found.person.worker, found.details, note_of(found.details, keys))
    except Refused:
        return [(what, text, "") for what, text in now.items() if text]
    mine = said(msgspec.structs.replace(details, note=None, note_child=None), names, keys)
    mine["Note"] = note or (typed.note.strip() and now["Note"])
    return [(what, now[what], mine[what]) for what in now if now[what] or mine[what]]
