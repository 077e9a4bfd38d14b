"""A week that was saved when the connection went: sent by the device when it is back, and answered box by box."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from web.account.access import allow
from web.account.people import signed_in
from web.record.day import week_of
from web.record.device import labelled, owner_of
from web.record.drafts import drop
from web.record.grid_page import OpenWeek, page_of
from web.record.grid_rows import CHANGED, SEVERAL, Row, lost_rows, with_typed
from web.record.grid_saving import save_week
from web.record.opening import RECORDERS
from web.state import settings

__all__ = ["add_week_sending"]

_MOST_ANSWERS = 5_000  # a week of many rows, with what each box held before
_LONGEST_ANSWER = 10_000


def add_week_sending(blueprint: Blueprint) -> None:
    """Where a device sends a week that waited."""
    blueprint.add_url_rule("/my-week/sent", "week_sent", week_sent, methods=["POST"])


class WeekSent(Schema):
    """A saving of the week as the device kept it: whose it is, when it was pressed, and the answers of the page."""

    owner = fields.String(required=True)
    entered_at = fields.AwareDateTime(required=True)
    fields_ = fields.List(
        fields.Tuple((fields.String(), fields.String(validate=validate.Length(max=_LONGEST_ANSWER)))),
        required=True,
        validate=validate.Length(max=_MOST_ANSWERS),
        data_key="fields",
        attribute="fields",
    )


@allow(*RECORDERS)
def week_sent() -> ResponseReturnValue:
    """Save it as the page would have; sent twice it is one saving.

    Answers ``state``, recorded or refused, each box that was changed by its place and day as saved, conflict or
    refused, with the reason in words and what stands, and the position reached. No name is answered: it lies on
    the device. 403 where it was made under another account, 422 for what is no week.
    """
    person = signed_in()
    try:
        sent = WeekSent().load(request.get_json(silent=True) or {})
        typed: MultiDict[str, str] = MultiDict(sent["fields"])
        monday = week_of(date.fromisoformat(typed.get("week", "")))[0]
    except (ValidationError, ValueError) as wrong:
        return jsonify(problems=wrong.messages if isinstance(wrong, ValidationError) else {"week": [str(wrong)]}), 422
    if sent["owner"] != owner_of(person):
        return jsonify(error="This week was filled in under another account"), 403
    opened = OpenWeek(monday, typed.getlist("row"))
    if opened.worker_no is None:
        abort(403)
    opened.offer = labelled(opened.offer, settings().offline_labels)
    rows, keys = opened.rows(), typed.getlist("row")
    with_typed(rows, keys, typed)
    before = {id(cell): cell.stands for row in rows for cell in row.cells}
    saved = save_week(
        opened.here, person, opened.offer, rows, opened.why(typed), source="offline", entered_at=sent["entered_at"]
    )
    lost = lost_rows(rows, keys, typed)
    whole = not (saved.problems or lost or any(cell.wrong for row in rows for cell in row.cells))
    if whole:
        drop(person, page_of(monday))
    problems = [{"field": field, "words": words} for field, words in saved.problems]
    told = _told(rows, keys, before) + [
        {"place": place, "day": day, "state": "refused", "words": words, "stored": ""} for place, day, words in lost
    ]
    state = "recorded" if whole else "refused"
    return jsonify(state=state, cells=told, problems=problems, count=saved.count, position=saved.position)


def _told(rows: list[Row], keys: list[str], before: dict[int, str]) -> list[dict[str, Any]]:
    """What came of each box that was changed; ``stored`` is what stands in it."""
    by_key = {row.key: row for row in rows}
    told = []
    for place, key in enumerate(keys):
        for day, cell in enumerate(by_key[key].cells if key in by_key else ()):
            if cell.saved or cell.wrong:
                differs = set(cell.wrong) & {CHANGED, SEVERAL}
                said = "saved" if cell.saved else "conflict" if differs else "refused"
                stored = cell.stands if cell.saved else before[id(cell)]
                told.append(
                    {"place": place, "day": day, "state": said, "words": ". ".join(cell.wrong), "stored": stored}
                )
    return told
