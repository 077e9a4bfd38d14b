"""Entries that waited on a device arrive: each is recorded once, and each gets an answer of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from recorder.activities import RecordActivity, record_many
from recorder.application import Conflict, Receipt, event_of
from recorder.desk import log_reads
from recorder.domain.activity import ActivityDetails
from recorder.domain.facts import Event, Provenance, Refused
from web.account.access import allow
from web.account.people import Person, signed_in
from web.design.formats import minutes, uk_date
from web.record.choices import OUTCOMES, Offer, kind_label
from web.record.device import labelled, offer_for_device, owner_of
from web.record.opening import RECORDERS, id_of
from web.record.reading import Understood, understand
from web.record.same_visit import alike
from web.record.typed import Typed, from_form, miles_text
from web.state import Opened, settings, state

__all__ = ["MOST_AT_ONCE", "add_arrivals"]

MOST_AT_ONCE = 100
_MOST_ANSWERS = 500
_LONGEST_ANSWER = 10_000
_OF_DEVICES = 7
# As on the form, but without the entry itself: the device has no names to tell it by.
MINE = "You may have recorded this already: there is an entry for the same day, work and child"
THEIRS = "A colleague may have recorded this already: open it in the form to add your time to theirs"
TWICE = "Two entries on this device may be the same piece of work: this one is for the same day, work and child"


def add_arrivals(blueprint: Blueprint) -> None:
    """Where a device sends what waited."""
    blueprint.add_url_rule("/my-day/entries", "entries_sent", entries_sent, methods=["POST"])


class EntrySent(Schema):
    """An entry as the device kept it: its id, when it was entered, and the answers of the form."""

    id = fields.UUID(required=True, validate=lambda sent: sent.version == _OF_DEVICES)
    entered_at = fields.AwareDateTime(required=True)
    fields_ = fields.List(
        fields.Tuple((fields.String(), fields.String(validate=validate.Length(max=_LONGEST_ANSWER)))),
        required=True,
        validate=validate.Length(max=_MOST_ANSWERS),
        data_key="fields",
        attribute="fields",
    )


class EntriesSent(Schema):
    """What a device sends at once; ``owner`` is the account that the entries were made under."""

    owner = fields.String(required=True)
    entries = fields.List(fields.Nested(EntrySent), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE))


@allow(*RECORDERS)
def entries_sent() -> ResponseReturnValue:
    """Record them. Every entry has its answer: recorded, repeated, conflict, refused or asked.

    403 where they were made under another account: nothing is recorded. 422 for what is no batch of entries.
    """
    person = signed_in()
    try:
        sent = EntriesSent().load(request.get_json(silent=True) or {})
    except ValidationError as wrong:
        return jsonify(problems=wrong.messages), 422
    if sent["owner"] != owner_of(person):
        return jsonify(error="These entries were made under another account"), 403
    typed = {entry["id"]: from_form(MultiDict(entry["fields"])) for entry in sent["entries"]}
    named = [child for each in typed.values() for text in each.children if (child := id_of(text))]
    offer = offer_for_device(person, named)
    if offer is None:
        abort(403)
    arrival = _Arrival(person, offer, sent["entries"], typed)
    return jsonify(entries=arrival.answers(), position=arrival.position)


class _Arrival:
    """One batch: understood entry by entry, looked up and saved together."""

    def __init__(self, person: Person, offer: Offer, sent: list[dict[str, Any]], typed: dict[UUID, Typed]) -> None:
        self.person, self.sent, self.typed = person, sent, typed
        self.here: Opened = state()
        # Names stay here: what is answered lies on the device, which knows labels alone.
        self.offer = labelled(offer, settings().offline_labels)
        self.position = 0
        self.told: dict[UUID, dict[str, Any]] = {}
        rows = self.here.recorder.log_store.rows_of_streams([entry["id"] for entry in sent])
        self.stored: dict[UUID, Event] = {}
        for event in map(event_of, rows):
            self.stored.setdefault(event.originator_id, event)

    def answers(self) -> list[dict[str, Any]]:
        """The answer to each entry, in the order they were sent."""
        commands: dict[UUID, RecordActivity] = {}
        for entry in self.sent:
            command = self._command(entry["id"], entry["entered_at"], list(commands.values()))
            if command is not None:
                commands[entry["id"]] = command
        for command, answer in zip(
            commands.values(), record_many(self.here.recorder, list(commands.values())), strict=True
        ):
            self._tell(command.activity_id, answer)
        return [{"id": str(entry["id"]), **self.told[entry["id"]]} for entry in self.sent]

    def _command(self, activity_id: UUID, entered_at: datetime, before: list[RecordActivity]) -> RecordActivity | None:
        """The command that an entry comes to; None where it is answered without one."""
        try:
            details, note = self._understood(activity_id, entered_at)
        except Refused as refused:
            self._tell(activity_id, Conflict([]) if activity_id in self.stored else refused)
            return None
        if activity_id not in self.stored and not self.typed[activity_id].another:
            asked = self._asked(activity_id, details, before)
            if asked:
                self.told[activity_id] = {"state": "asked", "problems": [_problem("another", asked)]}
                return None
        by = Provenance(by=self.person.username, source="offline")
        return RecordActivity(activity_id=activity_id, details=details, provenance=by, note=note)

    def _understood(self, activity_id: UUID, entered_at: datetime) -> Understood:
        assert self.person.worker is not None
        details, note = understand(self.typed[activity_id], self.offer, self.person.worker)
        first = self.stored.get(activity_id)
        if first is not None and isinstance(first.body, ActivityDetails):
            # Sent before, from the form itself perhaps, which says nothing of when it was entered.
            said = first.body.entered_at
        else:
            # A device's clock may run ahead; nothing is entered later than it arrives.
            said = min(entered_at, self.here.recorder.clock.now())
        return Understood(msgspec.structs.replace(details, entered_at=said), note)

    def _asked(self, activity_id: UUID, details: ActivityDetails, before: list[RecordActivity]) -> str:
        """The question whether it is recorded already; blank where nothing like it is known."""
        assert self.person.worker is not None
        likely = alike(self.here, self.person.worker, details, self.offer, activity_id)
        if likely:
            return MINE if any(not each.joinable for each in likely) else THEIRS
        mine = {line.child for line in details.children}
        for each in before:
            others = {line.child for line in each.details.children}
            same = (each.details.on, each.details.kind) == (details.on, details.kind)
            if same and (mine & others or mine == others):
                return TWICE
        return ""

    def _tell(self, activity_id: UUID, answer: Receipt | Conflict | Refused) -> None:
        if isinstance(answer, Receipt):
            self.position = max(self.position, answer.position)
            self.told[activity_id] = {"state": "repeated" if answer.repeated else "recorded"}
        elif isinstance(answer, Refused):
            problems = [_problem(*problem) for problem in answer.problems]
            self.told[activity_id] = {"state": "refused", "problems": problems}
        else:
            self.told[activity_id] = {"state": "conflict", "stored": self._stored(activity_id)}

    def _stored(self, activity_id: UUID) -> dict[str, Any] | None:
        """What lies under the id already, in words without names; None for what this person may not open."""
        first = self.stored.get(activity_id)
        if first is None or not isinstance(first.body, ActivityDetails):
            return None
        body, me = first.body, self.person.worker
        mine = next((line for line in body.workers if line.worker == me), None)
        if mine is None and first.provenance.by != self.person.username:
            return None
        children = [line.child for line in body.children]
        log_reads(self.here.desk, self.person.username, "entry", children, self.here.recorder.clock.now())
        return {
            "kind": kind_label(body.kind),
            "on": uk_date(body.on),
            "minutes": "" if mine is None or mine.minutes is None else minutes(mine.minutes),
            "travel": "" if mine is None or mine.travel_minutes is None else minutes(mine.travel_minutes),
            "miles": miles_text(mine.miles_tenths if mine else None),
            "outcome": "" if body.outcome == "held" else OUTCOMES.get(body.outcome, body.outcome),
            "children": [str(child) for child in children],
            "colleagues": [str(line.worker) for line in body.workers if line.worker != me],
            # Its words stay here: they may name somebody.
            "note": "A note" if body.note is not None else "",
        }


def _problem(field: str, words: str) -> dict[str, str]:
    return {"field": field, "words": words}
