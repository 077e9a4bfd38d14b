"""Recording without signal, as the site sees it: what a device sends when it is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from recorder.activities import RecordActivity, record_many
from recorder.application import Conflict, Receipt
from recorder.domain.activity import ActivityDetails, ActivityRecorded, WorkerLine
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from tests.web.pages import Browser
from tests.web.test_my_day import VISIT, send
from tests.web.village import ADA, BEN, KIT, RUBY, TOM, Village

MOST_SCRIPT = 60_000


def offer_of(browser: Browser) -> dict[str, Any]:
    found: dict[str, Any] = browser.raw("/my-day/offer").get_json()
    return found


def entry(child: UUID | None = RUBY, **answers: str) -> dict[str, Any]:
    """An entry as a device keeps it: a visit to one child on 1 April."""
    said = {"kind": "D1H", "when": "another", "day-day": "1", "day-month": "4", "day-year": "2026", "minutes": "45"}
    fields = [["children", str(child)]] if child else []
    fields += [[name, value] for name, value in {**said, **answers}.items()]
    return {"id": str(new_id()), "entered_at": "2026-04-01T16:05:00Z", "fields": fields}


def post(browser: Browser, *entries: dict[str, Any], **changes: Any) -> TestResponse:
    said = offer_of(browser)
    body = {"owner": said["owner"], "entries": list(entries), **changes}
    return browser.client.post("/my-day/entries", json=body, headers={"X-CSRFToken": said["token"]})


def states(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [each["state"] for each in answer.get_json()["entries"]]


def recorded(village: Village) -> list[Any]:
    """Every activity in the log, with how it came."""
    rows = village.house.recorder.log_store.pages(0, 1_000, ["activity.recorded.v1"])
    return [village.house.recorder.history(UUID(bytes=row.stream_id))[0] for page in rows for row in page]


def test_what_waited_is_recorded_once_with_when_it_was_entered(ada: Browser, village: Village) -> None:
    first, second = entry(), entry(TOM, kind="D3", minutes="1h 10", travel="20")
    assert states(post(ada, first, second)) == ["recorded", "recorded"]
    assert states(post(ada, first, second)) == ["repeated", "repeated"]
    village.catch_up()
    assert states(post(ada, second)) == ["repeated"]
    kept = recorded(village)
    assert [str(event.originator_id) for event in kept] == [first["id"], second["id"]]
    assert {event.provenance.source for event in kept} == {"offline"}
    assert [(e.body.workers[0].minutes, e.body.workers[0].travel_minutes) for e in kept] == [(45, None), (70, 20)]
    assert kept[0].body.entered_at.isoformat() == "2026-04-01T16:05:00+00:00"
    assert "Visit at home" in ada.get("/my-day?week=2026-04-01").main


def test_an_entry_whose_answer_was_lost_is_known_again_though_the_form_had_sent_it(
    ada: Browser, village: Village
) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, {**VISIT, "minutes": "45", "when": "yesterday"})
    yesterday = village.house.clock.today() - timedelta(days=1)
    parts = {"day-day": yesterday.day, "day-month": yesterday.month, "day-year": yesterday.year}
    fields = {**VISIT, "minutes": "45", "when": "another"} | {name: str(value) for name, value in parts.items()}
    said = [[name, each] for name, value in fields.items() for each in (value if isinstance(value, list) else [value])]
    again = {"id": form.fields()["activity_id"], "entered_at": "2026-04-01T16:05:00Z", "fields": said}
    assert states(post(ada, again)) == ["repeated"]
    assert len(recorded(village)) == 1


def test_a_clock_that_runs_ahead_cannot_enter_in_the_future(ada: Browser, village: Village) -> None:
    assert states(post(ada, {**entry(), "entered_at": "2031-01-01T00:00:00+02:00"})) == ["recorded"]
    assert recorded(village)[0].body.entered_at <= village.house.clock.now()


def test_a_conflict_is_told_beside_what_is_recorded_without_a_name(ada: Browser, village: Village) -> None:
    mine = entry()
    post(ada, mine)
    differs = {**entry(TOM, minutes="50"), "id": mine["id"]}
    answer = post(ada, differs)
    assert states(answer) == ["conflict"]
    stored = answer.get_json()["entries"][0]["stored"]
    assert stored == {
        "kind": "Visit at home or placement",
        "on": "1 April 2026",
        "minutes": "45m",
        "travel": "",
        "miles": "",
        "outcome": "",
        "children": [str(RUBY)],
        "colleagues": [],
        "note": "",
    }
    assert len(recorded(village)) == 1
    village.catch_up()
    assert str(RUBY) in str(ada.raw("/my-day/offer").get_json())


def test_colleagues_journey_note_and_nobody_in_arrive_as_from_the_form(ada: Browser, village: Village) -> None:
    said = {"travel": "20", "miles": "7.5", "outcome": "not_in", "note": "Left a card at the door"}
    mine = entry(**said, **{f"their-minutes-{BEN}": "30", "colleagues": str(BEN)})
    assert states(post(ada, mine)) == ["recorded"]
    body = recorded(village)[0].body
    lines = {line.worker: (line.minutes, line.miles_tenths, line.accepted) for line in body.workers}
    assert lines == {ADA: (45, 75, True), BEN: (30, None, False)}
    assert (body.outcome, body.note_child) == ("not_in", RUBY)
    assert village.house.recorder.keys.decrypt(RUBY, body.note)["note"] == "Left a card at the door"
    village.catch_up()
    # One that differs is told beside it: who was there by id, and of the note only that there is one.
    answer = post(ada, {**entry(minutes="50"), "id": mine["id"]})
    stored = answer.get_json()["entries"][0]["stored"]
    told = {name: stored[name] for name in ("miles", "outcome", "colleagues", "note")}
    assert told == {"miles": "7.5", "outcome": "Nobody was in", "colleagues": [str(BEN)], "note": "A note"}
    assert "card" not in answer.get_data(as_text=True)


def test_what_is_wrong_with_a_colleague_or_a_note_is_said_by_label(ada: Browser, village: Village) -> None:
    late = entry(**{"colleagues": str(BEN), f"their-minutes-{BEN}": "ages"})
    gone = entry(colleagues=str(new_id()))
    note = entry(note="x" * 501)
    answer = post(ada, late, gone, note)
    assert states(answer) == ["refused"] * 3
    problems = [each["problems"][0] for each in answer.get_json()["entries"]]
    assert [each["field"] for each in problems] == [f"their-minutes-{BEN}", "colleagues", "note"]
    assert problems[0]["words"].startswith("B.H.: ")
    assert "Ben" not in answer.get_data(as_text=True)
    assert recorded(village) == []


def test_an_entry_of_somebody_else_is_a_conflict_that_tells_nothing(
    ada: Browser, signed_in: Callable[[str], Browser], village: Village
) -> None:
    hers = entry()
    post(ada, hers)
    answer = post(signed_in("ben"), {**entry(KIT), "id": hers["id"]})
    assert answer.get_json()["entries"] == [{"id": hers["id"], "state": "conflict", "stored": None}]
    # Nor may anything but an activity be written over.
    answer = post(ada, {**entry(), "id": str(RUBY)})
    assert answer.get_json()["entries"] == [{"id": str(RUBY), "state": "conflict", "stored": None}]
    assert len(recorded(village)) == 1


def test_one_that_is_refused_says_why_by_label_and_stops_no_other(ada: Browser, village: Village) -> None:
    bad = entry(minutes="ages", **{f"seen-{RUBY}": "alone", "outcome": "not_in"})
    good = entry(TOM)
    unknown = entry(new_id())
    answer = post(ada, bad, good, unknown)
    assert states(answer) == ["refused", "recorded", "refused"]
    first, _, last = answer.get_json()["entries"]
    assert [problem["field"] for problem in first["problems"]] == ["minutes", f"seen-{RUBY}"]
    assert "You said that R.A. was seen" in first["problems"][1]["words"]
    assert "Ruby" not in answer.get_data(as_text=True)
    assert last["problems"][0]["words"].startswith("Select children from the list")
    assert len(recorded(village)) == 1
    # Put right under the same id, it is this entry.
    assert states(post(ada, {**entry(), "id": bad["id"]})) == ["recorded"]


def test_what_may_be_recorded_already_is_asked_about(ada: Browser, village: Village) -> None:
    post(ada, entry())
    village.catch_up()
    again = entry()
    answer = post(ada, again)
    assert states(answer) == ["asked"]
    assert answer.get_json()["entries"][0]["problems"][0]["words"].startswith("You may have recorded this already")
    again["fields"].append(["another", "yes"])
    assert states(post(ada, again)) == ["recorded"]
    # Two of one batch that look the same are asked about too.
    assert states(post(ada, entry(TOM), entry(TOM), entry(TOM, kind="D3"))) == ["recorded", "asked", "recorded"]


def test_entries_made_under_another_account_are_not_recorded(
    ada: Browser, signed_in: Callable[[str], Browser], village: Village
) -> None:
    hers = offer_of(ada)["owner"]
    ben = signed_in("ben")
    assert offer_of(ben)["owner"] != hers
    assert post(ben, entry(), owner=hers).status_code == 403
    assert recorded(village) == []
    # The same account is the same owner after signing in again, and its name is not in it.
    assert offer_of(signed_in("ada"))["owner"] == hers
    assert "ada" not in hers


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"entries": []},
        {"entries": [{"id": "no id", "entered_at": "2026-04-01T16:05:00Z", "fields": []}]},
        {"entries": [{"id": "6f1f3b5e-6f0e-4c1e-9c55-6b0c1b4cf0aa", "entered_at": "2026-04-01", "fields": []}]},
        {"entries": [entry()] * 101},
    ],
    ids=["nothing", "no entry", "no id", "an id of chance and a bare date", "too many"],
)
def test_what_is_no_batch_is_refused_whole(ada: Browser, village: Village, body: dict[str, Any]) -> None:
    assert post(ada, **body).status_code == 422
    assert recorded(village) == []


def test_entries_need_the_token_of_the_session(app: Any, village: Village) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = Browser(app)
    browser.sign_in("ada")
    body = {"owner": offer_of(browser)["owner"], "entries": [entry()]}
    assert browser.client.post("/my-day/entries", json=body).status_code == 400
    assert recorded(village) == []


def test_several_commands_are_saved_at_once_and_answered_one_by_one(village: Village) -> None:
    recorder = village.house.recorder
    today = recorder.clock.today()

    def command(worker: UUID = ADA, **changes: Any) -> RecordActivity:
        details = ActivityDetails(kind="D3", direct=True, on=today, workers=(WorkerLine(worker=worker, minutes=5),))
        by = Provenance(by="ada", source="offline")
        return RecordActivity(**{"activity_id": new_id(), "details": details, "provenance": by, **changes})

    one, two = command(), command(BEN)
    late = command(details=ActivityDetails(kind="", direct=True, on=today + timedelta(days=1)))
    other = command(BEN, activity_id=one.activity_id)
    before = recorder.log_store.position()
    answers = record_many(recorder, [one, late, two, one, other])
    assert [type(answer) for answer in answers] == [Receipt, Refused, Receipt, Receipt, Conflict]
    assert [a.repeated for a in answers if isinstance(a, Receipt)] == [False, False, True]
    assert recorder.log_store.position() == before + 2
    assert isinstance(recorder.history(two.activity_id)[0].body, ActivityRecorded)
    assert record_many(recorder, []) == []
