"""My day: record an activity, see today and the week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from costing.duration import MOST_MINUTES
from projections.queries import my_day as queries
from projections.queries import names
from recorder.activities import RecordActivity, record
from recorder.application import Conflict
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from recorder.personal import ErasedError
from web.account.access import allow
from web.account.people import Person, signed_in
from web.design.formats import minutes as minutes_text
from web.process_names import named_processes
from web.record import corrections, withdrawals
from web.record.accepting import add_accepting
from web.record.again import MOST_SAID, add_again, favourites_of, said_as_json, typed_again, typed_favourite, typed_said
from web.record.again import in_words as in_words_said
from web.record.arrivals import add_arrivals
from web.record.assets import add_assets
from web.record.calendar_page import add_calendar
from web.record.choices import Offer, kind_of, offer_to
from web.record.day import WEEKDAYS, days_of, in_words, totals, week_of, work_in_words
from web.record.device import add_device
from web.record.drafts import MY_DAY, add_drafts, answers, draft_of, draft_part, drop
from web.record.drawn_form import entry_form
from web.record.due import visits_due_lately
from web.record.figures_page import add_figures, keep_sent_measure
from web.record.form_page import error_list
from web.record.frame import tabs
from web.record.grid_page import add_week
from web.record.grid_sending import add_week_sending
from web.record.noted import note_reading
from web.record.offline import add_offline
from web.record.opening import RECORDERS, id_of
from web.record.reading import NO_NOTE, understand
from web.record.same_visit import ASK, ASK_JOIN, alike, join
from web.record.schemas import ProcessQuestion, process_answer
from web.record.timer import add_timer, timer_part
from web.record.typed import Typed, from_form
from web.state import Opened, state
from web.visits_due import due_in_words

__all__ = ["blueprint"]

blueprint = Blueprint("record", __name__, template_folder="templates")
add_assets(blueprint)
add_again(blueprint)
add_drafts(blueprint)
add_calendar(blueprint)
add_accepting(blueprint)
add_timer(blueprint)
add_week(blueprint)
add_week_sending(blueprint)
add_offline(blueprint)
add_device(blueprint)
add_arrivals(blueprint)
add_figures(blueprint)
for rule, endpoint, view, methods in (
    ("/entries/<uuid:activity_id>", "entry", corrections.entry, ["GET"]),
    ("/entries/<uuid:activity_id>/change", "change", corrections.change, ["GET"]),
    ("/entries/<uuid:activity_id>/change", "send_change", corrections.send_change, ["POST"]),
    ("/entries/<uuid:activity_id>/withdraw", "withdraw_entry", withdrawals.withdraw_page, ["GET"]),
    ("/entries/<uuid:activity_id>/withdraw", "send_withdrawal", withdrawals.send_withdrawal, ["POST"]),
):
    blueprint.add_url_rule(rule, endpoint, view, methods=methods)
FIND_CHILD = "children.index"
ALREADY_USED = (
    "An entry was recorded from this form already. It is in your list below; if this is another piece of work, "
    "send it again"
)


@blueprint.get("/my-day")
@allow(*RECORDERS)
def my_day() -> ResponseReturnValue:
    """The form, and what is recorded today and this week."""
    person = signed_in()
    again, favourite = id_of(request.args.get("again", "")), id_of(request.args.get("favourite", ""))
    if again is not None:
        typed = typed_again(again)
    elif favourite is not None:
        typed = typed_favourite(person.username, favourite)
    elif "child" in request.args:
        typed = Typed(children=request.args.getlist("child"))
    elif (counted := request.args.get("minutes", type=int)) is not None and 0 < counted <= MOST_MINUTES:
        return _begun_page(person, minutes_text(counted))
    else:
        return _begun_page(person)
    return _day_page(person, typed, new_id())


def _begun_page(person: Person, counted: str = "") -> Response:
    """The page with what this person had begun to type, if it was not sent after all, and time that was counted."""
    held = draft_of(person, MY_DAY)
    if held is None:
        return _day_page(person, Typed(minutes=counted), new_id())
    sent = answers(held)
    activity_id = _sent_id(sent.get("activity_id", ""))
    if state().recorder.history(activity_id):
        drop(person, MY_DAY)
        return _day_page(person, Typed(minutes=counted), new_id())
    typed = from_form(sent)
    typed.minutes = counted or typed.minutes
    return _day_page(person, typed, activity_id, held=held)


@blueprint.post("/my-day/say")
@allow(*RECORDERS)
def say() -> ResponseReturnValue:
    """One sentence, read into the form for the worker to confirm; nothing is recorded yet."""
    person, here = signed_in(), state()
    text = request.form.get("say", "")
    offer = _offer(here, person, Typed())
    if offer is None:
        abort(403)
    typed, said = typed_said(text, offer)
    if request.accept_mimetypes.best == "application/json":
        return said_as_json(typed, said)
    return _day_page(person, typed, new_id(), say=text[:MOST_SAID], told=in_words_said(typed, said) if text else ())


@blueprint.post("/my-day")
@allow(*RECORDERS)
def record_activity() -> ResponseReturnValue:
    """Record what was typed; sent twice it is one entry."""
    person, here = signed_in(), state()
    typed = from_form(request.form)
    activity_id = _sent_id(request.form.get("activity_id", ""))
    offer = _offer(here, person, typed)
    if offer is None or person.worker is None:
        abort(403)
    try:
        details, note = understand(typed, offer, person.worker)
        by = Provenance(by=person.username, source="form")
        joined = id_of(request.form.get("join", ""))
        if joined is not None:
            mine = next(line for line in details.workers if line.worker == person.worker)
            receipt = join(here, person, joined, mine, offer, activity_id)
            drop(person, MY_DAY)
            return redirect(url_for("record.my_day", at=receipt.position, done=joined), 303)
        if not typed.another and (likely := alike(here, person.worker, details, offer, activity_id)):
            ask = ASK if any(not each.joinable for each in likely) else ASK_JOIN
            return _day_page(person, typed, activity_id, (("another", ask),), 422, likely=likely)
        command = RecordActivity(activity_id=activity_id, details=details, provenance=by, note=note)
        receipt = record(here.recorder, command)
        drop(person, MY_DAY)
        if not receipt.repeated:
            keep_sent_measure("my-day")
    except Refused as refused:
        return _day_page(person, typed, activity_id, refused.problems, 422)
    except ErasedError:
        return _day_page(person, typed, activity_id, (("note", NO_NOTE),), 422)
    except Conflict:
        return _day_page(person, typed, new_id(), (("children", ALREADY_USED),), 409)
    return redirect(url_for("record.my_day", at=receipt.position, done=activity_id), 303)


@blueprint.get("/my-day/process")
@allow(*RECORDERS)
def process_shown() -> dict[str, str]:
    """Which process the work would go to, for the form to show while it is filled in."""
    try:
        asked = ProcessQuestion().load({**request.args, "child": request.args.getlist("child")})
    except ValidationError:
        return process_answer("")
    kind, children = kind_of(asked["kind"]), asked["child"]
    today = state().recorder.clock.today()
    on = today - timedelta(days=1) if asked["on"] == "yesterday" else _day(asked["on"]) or today
    if kind is None or not kind.case_work or not children:
        return process_answer("")
    with state().projections.reader().connect() as connection:
        numbers = names.child_numbers(connection, children)
        inferred = queries.inferred_processes(connection, kind.code, numbers.values(), on)
    said = sorted({named_processes().get(code, code) for code in inferred.values()})
    return process_answer(" and ".join(said))


def _offer(here: Opened, person: Person, typed: Typed) -> Offer | None:
    """What this person is offered; None where their account is no known worker's."""
    with here.projections.reader().connect() as connection:
        number = queries.worker_number(connection, person.worker) if person.worker else None
        if number is None:
            return None
        named = [found for text in typed.children if (found := id_of(text))]
        today = here.recorder.clock.today()
        return offer_to(connection, here.recorder.keys, number, today, also_children=named)


def _day_page(
    person: Person,
    typed: Typed,
    activity_id: UUID,
    problems: tuple[tuple[str, str], ...] = (),
    status: int = 200,
    **more: Any,
) -> Response:
    """The page. ``more``: a sentence that was read (``say``, ``told``), entries that are ``likely`` the same,
    the draft that was ``held``.
    """
    here = state()
    offer = _offer(here, person, typed)
    if offer is None or person.worker is None:
        return make_response(render_template("record/no_worker.html"), status)
    context = _week(here, offer, person.username)
    find_child = url_for(FIND_CHILD) if FIND_CHILD in current_app.view_functions else ""
    page = render_template(
        "record/my_day.html",
        **context,
        errors=error_list(problems, offer),
        tabs=tabs("day"),
        timer=timer_part(person.username),
        activity_id=activity_id,
        entry_form=entry_form(typed, offer, problems, find_child),
        weekday=WEEKDAYS[offer.today.weekday()],
        typed=typed,
        offer=offer,
        wrong={field: [words] for field, words in problems},
        behind=g.get("behind", False),
        favourites=favourites_of(person.username),
        work_again=[(each.activity_id, work_in_words(each, offer)) for each in offer.work],
        draft=draft_part(person, MY_DAY, url_for("record.my_day"), more.pop("held", None)),
        **more,
    )
    return make_response(page, status)


def _week(here: Opened, offer: Offer, username: str) -> dict[str, Any]:
    """The week asked for, else this one, with its totals; and the entry that was just made, if any."""
    today = offer.today
    first, last = week_of(min(_day(request.args.get("week", "")) or today, today))
    done = id_of(request.args.get("done", ""))
    with here.projections.reader().connect() as connection:
        found = queries.entries(connection, offer.worker_no, first, last)
        made = queries.entry_by_id(connection, offer.worker_no, done) if done else None
        due = visits_due_lately(connection, offer.caseload, today)
        known = {child.child_no: child for child in offer.children}
        shown = {share.child_no for entry in [*found, *([made] if made else [])] for share in entry.children}
        shown |= {each.child_no for each in due}
        known |= names.child_names(connection, here.recorder.keys, shown - known.keys())
    note_reading(here, username, "my day", [child.child_id for child in known.values()])
    return {
        "today": today,
        "week": {"first": first, "last": last, "this": first <= today <= last},
        "earlier": first - timedelta(days=7),
        "later": first + timedelta(days=7) if last < today else None,
        "days": days_of(found, known, today),
        "visits_due": [due_in_words(each, known[each.child_no].name, today) for each in due],
        "today_totals": totals(entry for entry in found if entry.on == today),
        "week_totals": totals(found),
        "contracted": offer.post.weekly_minutes if offer.post else None,
        "made": in_words(made, known) if made else None,
    }


def _sent_id(text: str) -> UUID:
    """The id the form was made with; a form without a sound one gets a fresh one."""
    found = id_of(text)
    return found if found is not None and found.version == 7 else new_id()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
