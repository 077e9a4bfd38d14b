"""A colleague recorded my time with theirs: one press says that it is so. And one journey shared between visits."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.apportion import split
from costing.duration import parse_minutes
from projections.queries import my_day as queries
from projections.queries import names
from recorder.activities import AmendActivity, activity_state, amend
from recorder.application import Conflict
from recorder.desk import log_reads
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import derived_id, new_id
from web.account.access import allow
from web.account.people import Person, signed_in
from web.design.formats import uk_date
from web.record.day import in_words
from web.record.frame import tabs
from web.record.opening import RECORDERS, id_of, open_entry
from web.record.reading import tenths_of_miles
from web.state import Opened, state

__all__ = ["add_accepting"]

ACCEPTED, TRIP = "accepted", "trip"


def add_accepting(blueprint: Blueprint) -> None:
    """The addresses."""
    blueprint.add_url_rule("/entries/<uuid:activity_id>/accept", "accept_line", accept_line, methods=["POST"])
    blueprint.add_url_rule("/my-day/trip", "trip", trip)
    blueprint.add_url_rule("/my-day/trip", "send_trip", send_trip, methods=["POST"])


@allow(*RECORDERS)
def accept_line(activity_id: UUID) -> ResponseReturnValue:
    """My line stands as it is; sent twice, or accepted already, nothing more is stated."""
    found = open_entry(activity_id, to_change=True)
    me = found.person.worker
    mine = next((line for line in found.details.workers if line.worker == me), None)
    if mine is None:
        abort(403)
    if mine.accepted:
        return redirect(url_for("record.my_day"), 303)
    lines = tuple(
        msgspec.structs.replace(line, accepted=True) if line.worker == me else line for line in found.details.workers
    )
    command = AmendActivity(
        activity_id=activity_id,
        event_id=derived_id(activity_id, ACCEPTED, f"{me} {found.state.version}"),
        version=found.state.version,
        details=msgspec.structs.replace(found.details, workers=lines),
        reason=ACCEPTED,
        provenance=Provenance(by=found.person.username, source="form"),
    )
    try:
        receipt = amend(found.here.recorder, command)
    except Conflict:
        flash("The entry was changed in the same moment: look at it again.")
        return redirect(url_for("record.entry", activity_id=activity_id), 303)
    return redirect(url_for("record.my_day", at=receipt.position), 303)


@allow(*RECORDERS)
def trip() -> ResponseReturnValue:
    """Which visits of a day one journey was for."""
    return _trip_page(signed_in(), _day(request.args.get("day", "")), [], "", "", [])


@allow(*RECORDERS)
def send_trip() -> ResponseReturnValue:
    """Share the journey between the visits ticked: equal parts that add up to the whole."""
    person, here = signed_in(), state()
    on = _day(request.form.get("day", ""))
    chosen = request.form.getlist("visits")
    problems: list[tuple[str, str]] = []
    minutes = tenths = None
    try:
        minutes = parse_minutes(request.form.get("travel", ""))
    except ValueError as wrong:
        problems.append(("travel", str(wrong)))
    try:
        tenths = tenths_of_miles(request.form.get("miles", ""))
    except ValueError as wrong:
        problems.append(("miles", str(wrong)))
    if minutes is None and tenths is None and not problems:
        problems.append(("travel", "Enter how long the whole journey took, or its miles"))
    ids = [found for text in chosen if (found := id_of(text)) is not None]
    if len(ids) < 2:
        problems.append(("visits", "Select two visits or more"))
    if not problems:
        try:
            position = _share(here, person, ids, minutes, tenths)
        except (Refused, Conflict):
            problems.append(("visits", "One of the entries was changed in the same moment: check and send again"))
        else:
            flash("The journey is shared between the visits.", "success")
            return redirect(url_for("record.my_day", at=position), 303)
    typed = request.form.get("travel", ""), request.form.get("miles", "")
    return _trip_page(person, on, problems, *typed, chosen)


def _share(here: Opened, person: Person, ids: list[UUID], minutes: int | None, tenths: int | None) -> int:
    """Amend each entry's own line with its part; what stands so already is left alone. The position reached."""
    ordered = sorted(ids)
    parts = [None] * len(ordered) if minutes is None else split(minutes, [1] * len(ordered))
    miles = [None] * len(ordered) if tenths is None else split(tenths, [1] * len(ordered))
    position = 0
    for activity_id, part, its_miles in zip(ordered, parts, miles, strict=True):
        found = open_entry(activity_id, to_change=True)
        held = activity_state(here.recorder, activity_id)
        assert held is not None
        said = {"travel_minutes": part, "miles_tenths": its_miles}
        lines = tuple(
            msgspec.structs.replace(line, **said) if line.worker == person.worker else line
            for line in held.details.workers
        )
        if lines == held.details.workers:
            continue
        command = AmendActivity(
            activity_id=activity_id,
            event_id=new_id(),
            version=found.state.version,
            details=msgspec.structs.replace(held.details, workers=lines),
            reason=TRIP,
            provenance=Provenance(by=person.username, source="form"),
        )
        position = max(position, amend(here.recorder, command).position)
    return position


def _trip_page(
    person: Person, on: date, problems: list[tuple[str, str]], travel: str, miles: str, chosen: list[str]
) -> ResponseReturnValue:
    here = state()
    with here.projections.reader().connect() as connection:
        number = queries.worker_number(connection, person.worker) if person.worker else None
        if number is None:
            return render_template("record/no_worker.html")
        found = [entry for entry in queries.entries(connection, number, on, on) if entry.direct]
        known = names.child_names(connection, here.recorder.keys, {s.child_no for e in found for s in e.children})
    log_reads(here.desk, person.username, "my day", [c.child_id for c in known.values()], here.recorder.clock.now())
    wrong: dict[str, list[str]] = {}
    for name, words in problems:
        wrong.setdefault(name, []).append(words)
    options = [
        {
            "value": str(each.activity_id),
            "text": told.short,
            "hint": _so_far(told.travel),
        }
        for each in found
        for told in (in_words(each, known),)
    ]
    page = render_template(
        "record/trip.html", tabs=tabs("day"), on=on, day=uk_date(on), visits=options, travel=travel, miles=miles,
        chosen=chosen, wrong=wrong, errors=[{"text": words, "href": f"#{name}"} for name, words in problems],
        behind=g.get("behind", False),
    )  # fmt: skip
    return make_response(page, 422 if problems else 200)


def _so_far(travel: str) -> str:
    return f"{travel} travel so far" if travel else ""


def _day(text: str) -> date:
    today = state().recorder.clock.today()
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today
