"""A week whose connection went while it was saved, as the site sees it: sent by the device when it is back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.web.pages import Browser, Page
from tests.web.test_my_day import VISIT, send
from tests.web.test_my_week import MON, RUBY_VISIT, THU, TUE, WEEK, box, grid, id_in, last_reason, mark, save
from tests.web.test_offline import offer_of, recorded
from tests.web.village import Village

ENTERED = "2026-04-02T08:05:00Z"


def answers_of(page: Page, changes: dict[str, str]) -> list[list[str]]:
    """What a device keeps of a page: its rows, and of its boxes those that were changed."""
    fields = page.fields()
    kept = [["week", fields["week"]], *(["row", key] for key in fields.getlist("row"))]
    for name, value in changes.items():
        kept += [[name, value], *([each + name[1:], fields[each + name[1:]]] for each in "oiv" if name[:2] == "c-")]
    return kept


def post(browser: Browser, fields: list[list[str]], **changes: Any) -> TestResponse:
    said = offer_of(browser)
    body = {"owner": said["owner"], "entered_at": ENTERED, "fields": fields, **changes}
    return browser.client.post("/my-week/sent", json=body, headers={"X-CSRFToken": said["token"]})


def told(answer: TestResponse) -> dict[tuple[int, int], tuple[str, str]]:
    """What came of each box, and what stands in it."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {(c["place"], c["day"]): (c["state"], c["stored"]) for c in answer.get_json()["cells"]}


def place(page: Page, row: str, day: int) -> tuple[int, int]:
    return page.fields().getlist("row").index(row), day


def test_a_week_that_waited_is_saved_once_with_when_it_was_entered(ada: Browser, village: Village) -> None:
    page = grid(ada, RUBY_VISIT)
    changes = {box(page, RUBY_VISIT, MON): "1h15", box(page, "N1:", TUE): "60", box(page, "A1:", THU): "day"}
    fields = answers_of(page, changes)
    first = post(ada, fields)
    assert (first.get_json()["state"], first.get_json()["count"]) == ("recorded", 3)
    assert set(told(first).values()) == {("saved", "1h 15m"), ("saved", "1h"), ("saved", "day")}
    # Its answer lost, it is sent again: before the tables know of it, and after.
    for _ in range(2):
        assert post(ada, fields).get_json()["state"] == "recorded"
        assert len(recorded(village)) == 2
        village.catch_up()
    assert {event.provenance.source for event in recorded(village)} == {"offline"}
    assert {event.body.entered_at.isoformat() for event in recorded(village)} == {"2026-04-02T08:05:00+00:00"}
    after = grid(ada)
    assert [after.fields()[name] for name in (box(after, RUBY_VISIT, MON), box(after, "A1:", THU))] == ["1h 15m", "day"]
    assert "Recorded without signal" in ada.get(f"/entries/{id_in(after, RUBY_VISIT, MON)}").main


def test_a_week_that_the_site_had_saved_when_the_connection_went_is_not_saved_again(
    ada: Browser, village: Village
) -> None:
    page = grid(ada, RUBY_VISIT)
    page = save(ada, village, page, {box(page, RUBY_VISIT, MON): "45", box(page, RUBY_VISIT, TUE): "30"})
    changes = {box(page, RUBY_VISIT, MON): "50", box(page, RUBY_VISIT, TUE): "", box(page, RUBY_VISIT, THU): "20"}
    save(ada, village, page, changes)
    position = village.house.recorder.log_store.position()
    answer = post(ada, answers_of(page, changes))
    assert (answer.get_json()["state"], answer.get_json()["count"]) == ("recorded", 0)
    assert village.house.recorder.log_store.position() == position


def test_what_cannot_be_saved_says_why_beside_what_stands_and_stops_nothing_else(
    ada: Browser, village: Village
) -> None:
    page = grid(ada, RUBY_VISIT)
    page = save(ada, village, page, {box(page, RUBY_VISIT, MON): "45"})
    save(ada, village, page, {box(page, RUBY_VISIT, MON): "50"})
    changes = {
        box(page, RUBY_VISIT, MON): "55", box(page, RUBY_VISIT, TUE): "ages", box(page, "N1:", TUE): "20",
    }  # fmt: skip
    answer = post(ada, answers_of(page, changes))
    assert answer.get_json()["state"] == "refused"
    assert told(answer) == {
        place(page, RUBY_VISIT, MON): ("conflict", "50m"),
        place(page, RUBY_VISIT, TUE): ("refused", ""),
        place(page, "N1:", TUE): ("saved", "20m"),
    }
    assert "“ages”" in str(answer.get_json())
    assert "Ruby" not in answer.get_data(as_text=True)


def test_boxes_that_are_gone_or_hold_several_entries_now_are_told_and_never_dropped(
    ada: Browser, village: Village
) -> None:
    page = grid(ada, RUBY_VISIT)
    fields = answers_of(page, {box(page, RUBY_VISIT, THU): "40", box(page, "N1:", MON): "15"})
    unknown = "D1H:01900000-0000-7000-8000-00000000dead"
    fields = [["row", unknown] if field == ["row", "N1:"] else field for field in fields]
    for minutes in ("20", "25"):
        send(ada, village, ada.get("/my-day"), {**VISIT, "minutes": minutes, "another": "yes"})
    answer = post(ada, fields)
    assert told(answer) == {
        place(page, RUBY_VISIT, THU): ("conflict", "45m"),
        place(page, "N1:", MON): ("refused", ""),
    }
    # Opened in the week, they are told there as well.
    sent = [("csrf_token", page.fields()["csrf_token"]), *((name, value) for name, value in fields)]
    shown = ada.client.post("/my-week", data=MultiDict(sent))
    assert shown.status_code == 422
    errors = Page(shown, "/my-week").errors()
    assert [text.split(":")[-2].strip() for text, _ in errors[:1]] == ["This row can no longer be recorded here"]
    assert "There are several entries for this now" in errors[1][0]


def test_a_week_marked_as_done_meanwhile_asks_why_before_it_changes(ada: Browser, village: Village) -> None:
    page = grid(ada, RUBY_VISIT)
    page = save(ada, village, page, {box(page, RUBY_VISIT, MON): "45"})
    mark(ada, village, page, "yes")
    fields = answers_of(page, {box(page, RUBY_VISIT, MON): "50"})
    answer = post(ada, fields)
    assert [problem["field"] for problem in answer.get_json()["problems"]] == ["reason"]
    assert post(ada, [*fields, ["reason", "left_out"]]).get_json()["state"] == "recorded"
    assert last_reason(village, id_in(page, RUBY_VISIT, MON)) == "left_out"


def test_a_week_of_another_account_or_that_is_none_is_not_saved(
    ada: Browser, signed_in: Callable[[str], Browser], village: Village
) -> None:
    page = grid(ada, RUBY_VISIT)
    fields = answers_of(page, {box(page, RUBY_VISIT, MON): "45"})
    assert post(signed_in("ben"), fields, owner=offer_of(ada)["owner"]).status_code == 403
    assert post(ada, [["week", "soon"]]).status_code == 422
    assert post(ada, []).status_code == 422
    assert post(ada, fields, entered_at="yesterday").status_code == 422
    assert recorded(village) == []


@pytest.mark.parametrize("week", [WEEK, "2026-04-01"], ids=["its Monday", "another day of it"])
def test_a_week_is_the_week_of_the_day_that_was_sent(ada: Browser, village: Village, week: str) -> None:
    page = grid(ada, RUBY_VISIT)
    fields = [["week", week], *answers_of(page, {box(page, RUBY_VISIT, MON): "45"})[1:]]
    assert post(ada, fields).get_json()["count"] == 1
    (event,) = recorded(village)
    assert isinstance(event.originator_id, UUID)
    assert event.body.on.isoformat() == "2026-03-30"
