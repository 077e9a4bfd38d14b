"""Drafts: kept while one types, there again after signing in, and never anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from recorder.drafts import (
    Draft,
    NewerDraft,
    draft,
    drop_old_drafts,
    forget_child_in_drafts,
    save_draft,
)
from recorder.naming import Naming
from tests.web.pages import PASSWORD, Browser, Page
from tests.web.test_my_day import VISIT, send
from tests.web.village import RUBY, TOM, Village

NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)


def keep(browser: Browser, page: Page, answers: dict[str, str], **changes: Any) -> TestResponse:
    """What the page's script sends while somebody types."""
    fields = [(name, value) for name, value in page.fields().items(multi=True) if name not in answers]
    fields += list(answers.items())
    key = page.fields()["draft_key"]
    said = {"page": "my-day", "key": key, "version": 0, "field": "minutes", "fields": fields, **changes}
    return browser.client.post("/drafts", json=said, headers={"X-CSRFToken": page.fields()["csrf_token"]})


def test_what_was_typed_is_there_again_and_goes_once_it_is_sent(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    assert keep(ada, form, {"children": str(RUBY), "kind": "D1H", "minutes": "ages"}).get_json()["version"] == 1
    begun = ada.get("/my-day")
    assert begun.fields()["minutes"] == "ages"
    assert begun.fields().getlist("children") == [str(RUBY)]
    assert begun.fields()["activity_id"] == form.fields()["activity_id"]
    assert "You had begun this" in begun.main
    place = begun.with_id("draft")
    assert place is not None
    assert place.get("data-field") == "minutes"
    send(ada, village, begun, {"minutes": "40"})
    assert ada.get("/my-day").fields()["minutes"] == ""


def test_another_person_never_sees_it(ada: Browser, village: Village, signed_in: Callable[[str], Browser]) -> None:
    form = ada.get("/my-day")
    keep(ada, form, {"minutes": "41"})
    ben = signed_in("ben")
    assert ben.get("/my-day").fields()["minutes"] == ""
    # Nor can he write into hers, with her key or with his.
    theirs = ben.get("/my-day")
    said = {"page": "my-day", "key": form.fields()["draft_key"], "fields": [["minutes", "9"]]}
    headers = {"X-CSRFToken": theirs.fields()["csrf_token"]}
    assert ben.client.post("/drafts", json=said, headers=headers).status_code == 403
    assert ada.get("/my-day").fields()["minutes"] == "41"


def test_a_form_sent_after_the_session_ended_is_kept_for_its_owner(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    ada.client.delete_cookie("daybook")
    answer = ada.send(form, {**VISIT, "minutes": "1h 20"})
    assert answer.status_code == 303
    assert "kept=1" in answer.headers["Location"]
    page = ada.get(answer.headers["Location"])
    assert "What you typed is kept" in page.main
    back = ada.submit(page, {"username": "ada", "password": PASSWORD})
    assert back.fields()["minutes"] == "1h 20"
    assert back.fields()["activity_id"] == form.fields()["activity_id"]
    send(ada, village, back, {})
    assert len(ada.get("/my-day").all("li", class_="rec-entry")) == 1


def test_after_signing_in_again_one_is_at_the_very_answer_where_one_was(ada: Browser) -> None:
    form = ada.get("/my-day")
    key, token = form.fields()["draft_key"], form.fields()["csrf_token"]
    typed = {"page": "my-day", "key": key, "version": 0, "field": "minutes", "fields": [["minutes", "1h 2"]]}
    assert ada.raw("/drafts", method="POST", json=typed, headers={"X-CSRFToken": token}).status_code == 200
    ada.client.delete_cookie("daybook")
    page = ada.get(ada.send(form, {**VISIT, "minutes": "1h 20"}).headers["Location"])
    back = ada.submit(page, {"username": "ada", "password": PASSWORD})
    draft = back.with_id("draft")
    assert draft is not None
    assert draft.get("data-field") == "minutes"
    assert back.fields()["minutes"] == "1h 20"


def test_whoever_signs_in_instead_does_not_get_it(ada: Browser) -> None:
    form = ada.get("/my-day")
    ada.client.delete_cookie("daybook")
    page = ada.get(ada.send(form, {**VISIT, "minutes": "1h 20"}).headers["Location"])
    assert ada.submit(page, {"username": "ben", "password": PASSWORD}).fields()["minutes"] == ""


def test_a_change_that_was_begun_is_there_again(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, VISIT)
    address = f"/entries/{form.fields()['activity_id']}/change"
    page = ada.get(address)
    ada.client.delete_cookie("daybook")
    answer = ada.send(page, {"minutes": "17", "reason": "wrong_time"}, address)
    back = ada.submit(ada.get(answer.headers["Location"]), {"username": "ada", "password": PASSWORD})
    assert (back.fields()["minutes"], back.fields()["reason"]) == ("17", "wrong_time")
    ada.submit(back)
    assert "reason" not in ada.get(address).fields()


def test_an_older_copy_of_the_page_overwrites_nothing_unseen(ada: Browser) -> None:
    form = ada.get("/my-day")
    assert keep(ada, form, {"minutes": "1"}).status_code == 200
    assert keep(ada, form, {"minutes": "2"}).status_code == 409
    assert keep(ada, form, {"minutes": "3"}, version=1).status_code == 200
    assert ada.get("/my-day").fields()["minutes"] == "3"


def test_starting_afresh_drops_it(ada: Browser) -> None:
    keep(ada, ada.get("/my-day"), {"minutes": "41"})
    page = ada.get("/my-day")
    answer = ada.send(page, {"page": "my-day"}, "/drafts/drop")
    assert answer.headers["Location"] == "/my-day"
    assert ada.get("/my-day").fields()["minutes"] == ""


def test_a_draft_left_behind_by_an_entry_that_was_recorded_is_not_offered_again(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, VISIT)
    keep(ada, form, {"minutes": "75"})  # the last saving, overtaken by the sending
    page = ada.get("/my-day")
    assert page.fields()["minutes"] == ""
    assert page.fields()["activity_id"] != form.fields()["activity_id"]


def test_the_session_can_be_kept_from_ending(ada: Browser) -> None:
    page = ada.get("/my-day")
    holder = page.with_id("session")
    assert holder is not None
    headers = {"X-CSRFToken": holder.get("data-token", "")}
    assert ada.client.post(holder.get("data-stay", ""), headers=headers).status_code == 204


def test_the_store_seals_counts_versions_and_forgets(village: Village) -> None:
    desk, keys = village.house.where.engine("desk"), village.house.recorder.keys
    said = Draft(fields=[("children", str(RUBY)), ("note", "Sentinel words")], field="note")
    assert save_draft(desk, keys, "ada", "my-day", said, NOW) == 1
    with pytest.raises(NewerDraft):
        save_draft(desk, keys, "ada", "my-day", said, NOW)
    assert save_draft(desk, keys, "ada", "my-day", said, NOW, over=True) == 2
    held = draft(desk, keys, "ada", "my-day")
    assert held is not None
    assert (held.fields, held.field, held.version, held.saved_at) == (said.fields, "note", 2, NOW)
    with desk.connect() as connection:
        text = str(connection.exec_driver_sql("select * from drafts").all())
    assert "Sentinel" not in text
    assert str(RUBY) not in text
    assert forget_child_in_drafts(desk, keys, Naming(TOM)) == 0
    assert forget_child_in_drafts(desk, keys, Naming(RUBY)) == 1
    assert draft(desk, keys, "ada", "my-day") is None
    save_draft(desk, keys, "ada", "my-day", said, NOW)
    assert drop_old_drafts(desk, NOW + timedelta(days=14)) == 0
    assert drop_old_drafts(desk, NOW + timedelta(days=15)) == 1
    with pytest.raises(ValueError, match="too long"):
        save_draft(desk, keys, "ada", "my-day", Draft(fields=[("note", "x" * 300_000)]), NOW)


def test_drafts_that_nobody_came_back_to_go_when_another_begins(ada: Browser, village: Village) -> None:
    desk, keys = village.house.where.engine("desk"), village.house.recorder.keys
    long_ago = village.house.clock.now() - timedelta(days=15)
    save_draft(desk, keys, "ben", "my-day", Draft(fields=[("minutes", "5")]), long_ago)
    keep(ada, ada.get("/my-day"), {"minutes": "41"})
    assert draft(desk, keys, "ben", "my-day") is None
