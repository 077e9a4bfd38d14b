"""Recording without signal, as the site sees it: what a device may keep, and what it sends when it is back."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from projections.queries.names import ERASED, ChildName
from recorder.activities import RecordActivity, record_many
from recorder.application import Conflict, Receipt
from recorder.domain.activity import ActivityDetails, ActivityRecorded, WorkerLine
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import new_id
from tests.web.pages import Browser
from tests.web.test_my_day import VISIT, send
from tests.web.village import ADA, BEN, KIT, RUBY, TOM, Village
from web import create_app, state
from web.record.device import labels_of
from web.settings import SettingsError

MOST_SCRIPT = 60_000


def offer_of(browser: Browser) -> dict[str, Any]:
    found: dict[str, Any] = browser.raw("/my-day/offer").get_json()
    return found


def fetched(browser: Browser, address: str) -> tuple[int, str, bytes]:
    """Status, caching and content of a file, which is closed again."""
    with browser.raw(address) as answer:
        return answer.status_code, answer.headers["Cache-Control"], answer.get_data()


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
        "children": [str(RUBY)],
    }
    assert len(recorded(village)) == 1
    village.catch_up()
    assert str(RUBY) in str(ada.raw("/my-day/offer").get_json())


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


def test_a_device_is_offered_labels_and_never_a_name(ada: Browser, signed_in: Callable[[str], Browser]) -> None:
    said = offer_of(ada)
    assert {child["label"] for child in said["offer"]["children"]} == {"R.A.", "T.B."}
    assert said["hours"] == 12
    text = json.dumps(said)
    assert [
        name for name in ("Ruby", "Ashworth", "Tom", "Briar", "N0000", "Osei", "Ben Hale", "ada") if name in text
    ] == []
    # Somebody who does not record has a session to end, and nothing else.
    assert offer_of(signed_in("fin"))["offer"] is None


def test_labels_tell_children_apart_and_are_never_an_identifier() -> None:
    children = [
        ChildName(9, UUID(int=9), "Rosa Abel"),
        ChildName(3, UUID(int=3), "Ruby Ashworth", "N00001"),
        ChildName(4, UUID(int=4), "N00044", "N00044"),
        ChildName(5, UUID(int=5), ERASED),
        ChildName(6, UUID(int=6), "Mary Ann O’Neil"),
        ChildName(7, UUID(int=7), "Élodie"),
    ]
    found = {child.int: label for child, label in labels_of(children, "initials").items()}
    assert found == {3: "R.A.", 4: "Child 4", 6: "M.O.", 7: "É.", 9: "R.A. 2"}
    assert sorted(labels_of(children, "numbers").values()) == ["Child 3", "Child 4", "Child 6", "Child 7", "Child 9"]
    assert labels_of(children, "off") == {}


@pytest.mark.parametrize(("how", "labels"), [("numbers", ["Child"]), ("off", [])])
def test_the_authority_says_what_is_kept(village: Village, how: str, labels: list[str]) -> None:
    given = replace(village.settings, offline_labels=how, offline_hours=3)
    site = create_app(given, clock=village.house.clock)
    site.testing = True
    browser = Browser(site)
    browser.sign_in("ada")
    said = offer_of(browser)
    offered = said["offer"]["children"] if said["offer"] else []
    assert sorted({child["label"].split()[0] for child in offered}) == labels
    assert said["hours"] == 3
    session = browser.get("/my-day").with_id("session")
    assert session is not None
    assert session.get("data-records") == ("no" if how == "off" else "yes")
    assert ("does not allow" in browser.get("/my-day/device").main) == (how == "off")
    # What was made while it was allowed is still taken.
    assert states(post(browser, entry())) == ["recorded"]
    site.extensions[state.EXTENSION].close()


def test_settings_that_cannot_be_are_named(village: Village) -> None:
    with pytest.raises(SettingsError) as wrong:
        create_app(replace(village.settings, offline_labels="names", offline_hours=0))
    assert [problem.split(":")[0] for problem in wrong.value.problems] == [
        "DAYBOOK_OFFLINE_LABELS",
        "DAYBOOK_OFFLINE_HOURS",
    ]


def test_the_page_that_is_kept_says_nothing_about_anybody(ada: Browser, visitor: Browser) -> None:
    for browser in (ada, visitor):
        page = browser.get("/my-day/offline")
        assert [
            word for word in ("Ruby", "Tom Briar", "Ada Osei", "csrf_token", "data-owner") if word in page.text
        ] == []
    assert "Signed in as" not in page.text


def test_the_worker_names_everything_it_keeps_and_its_version_follows_it(visitor: Browser, monkeypatch: Any) -> None:
    answer = visitor.raw("/service-worker.js")
    assert answer.headers["Cache-Control"] == "no-cache, max-age=0"
    assert answer.mimetype == "text/javascript"
    text = answer.get_data(as_text=True)
    given = dict(re.findall(r'^const (\w+) = (".*"|\[.*\]);$', text, re.MULTILINE))
    version, files = json.loads(given["VERSION"]), json.loads(given["FILES"])
    kept = visitor.raw(json.loads(given["PAGE"])).get_data(as_text=True)
    needed = set(re.findall(r'(?:src|href)="(/[^"]*(?:assets)[^"]*)"', kept))
    assert needed - set(files) == set()
    for address in [*files, json.loads(given["STORE"])]:
        assert "immutable" in fetched(visitor, address)[1], address
    # Asked for again it is the same; where the content differs, so does the version.
    assert visitor.raw("/service-worker.js").get_data(as_text=True) == text
    monkeypatch.setattr("web.record.offline.kept_addresses", lambda: files[:-1])
    assert f'"{version}"' not in visitor.raw("/service-worker.js").get_data(as_text=True)


def test_it_can_be_installed(visitor: Browser) -> None:
    answer = visitor.raw("/app.webmanifest")
    said = json.loads(answer.get_data(as_text=True))
    assert answer.mimetype == "application/manifest+json"
    assert (said["start_url"], said["display"], said["scope"]) == ("/my-day", "standalone", "/")
    assert said["name"] == "Daybook – Northmoor Council"
    assert {icon["sizes"] for icon in said["icons"]} == {"192x192", "512x512"}
    for icon in said["icons"]:
        assert fetched(visitor, icon["src"])[0] == 200
    assert 'rel="manifest" href="/app.webmanifest"' in visitor.get("/sign-in").text


def test_all_scripts_of_the_entry_page_are_small(ada: Browser) -> None:
    page = ada.get("/my-day")
    sources = [script.get("src", "") for script in page.all("script") if script.get("src")]
    assert any("offline.js" in source for source in sources)
    sizes = {source: len(gzip.compress(fetched(ada, source)[2])) for source in sources}
    assert sum(sizes.values()) < MOST_SCRIPT, sizes


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
