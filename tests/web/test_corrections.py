"""Changing and withdrawing an entry, and its history."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from recorder.activities import AmendActivity, WithdrawActivity, activity_state, amend, withdraw
from recorder.desk import reads_of_child
from recorder.domain.activity import ActivityState
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id
from tests.web.pages import Browser, Page
from tests.web.village import ADA, BEN, KIT, RUBY, TOM, Village

BY_BEN = Provenance(by="ben", source="form")


@pytest.fixture
def entry(ada: Browser, village: Village) -> UUID:
    """A visit of Ada and Ben to Ruby, recorded by Ada."""
    form = ada.get("/my-day")
    answers = {
        "children": [str(RUBY)],
        "kind": "D1H",
        "minutes": "60",
        "travel": "20",
        "colleagues": [str(BEN)],
        "note": "Ask about shoes",
        f"seen-{RUBY}": "alone",
    }
    assert ada.send(form, answers).status_code == 303
    village.catch_up()
    return UUID(form.fields()["activity_id"])


def stands(village: Village, entry: UUID) -> ActivityState:
    state = activity_state(village.house.recorder, entry)
    assert state is not None
    return state


def minutes_of(state: ActivityState, worker: UUID) -> int | None:
    return next(line.minutes for line in state.details.workers if line.worker == worker)


def follow(browser: Browser, village: Village, page: Page, answers: dict[str, object]) -> Page:
    answer = browser.send(page, answers)
    assert answer.status_code == 303
    village.catch_up()
    return browser.get(answer.headers["Location"])


def test_the_form_holds_the_entry_as_it_stands(ada: Browser, entry: UUID) -> None:
    sent = ada.get(f"/entries/{entry}/change").fields()
    assert sent.getlist("children") == [str(RUBY)]
    assert sent.getlist("colleagues") == [str(BEN)]
    said = {name: sent[name] for name in ("kind", "when", "minutes", "travel", "note", f"seen-{RUBY}", "version")}
    assert said == {
        "kind": "D1H",
        "when": "today",
        "minutes": "1h",
        "travel": "20m",
        "note": "Ask about shoes",
        f"seen-{RUBY}": "alone",
        "version": "1",
    }


def test_sending_it_unchanged_changes_only_the_version(ada: Browser, village: Village, entry: UUID) -> None:
    before = stands(village, entry).details
    follow(ada, village, ada.get(f"/entries/{entry}/change"), {"reason": "other"})
    after = stands(village, entry)
    assert after.version == 2
    for name in before.__struct_fields__:
        if name != "reason":
            assert getattr(after.details, name) == getattr(before, name), name


def test_a_change_needs_a_reason_and_keeps_what_was_typed(ada: Browser, village: Village, entry: UUID) -> None:
    page = ada.submit(ada.get(f"/entries/{entry}/change"), {"minutes": "90"}, 422)
    assert page.errors() == [("Select why you are changing this entry", "#reason")]
    assert page.fields()["minutes"] == "90"
    page = follow(ada, village, page, {"reason": "wrong_time"})
    assert page.h1 == "Entry"
    assert minutes_of(stands(village, entry), ADA) == 90
    assert "The time was wrong" in page.main
    assert "Ada Osei: 1h" in page.main
    assert "Ada Osei: 1h 30m" in page.main


def test_problems_and_a_missing_reason_are_said_together(ada: Browser, entry: UUID) -> None:
    page = ada.submit(ada.get(f"/entries/{entry}/change"), {"minutes": "", "children": None}, 422)
    assert [href for _, href in page.errors()] == ["#children", "#minutes", "#reason"]


def test_a_change_sent_twice_is_one(ada: Browser, village: Village, entry: UUID) -> None:
    form = ada.get(f"/entries/{entry}/change")
    answers = {"minutes": "30", "reason": "wrong_time"}
    first, second = ada.send(form, answers), ada.send(form, answers)
    assert first.headers["Location"] == second.headers["Location"]
    assert stands(village, entry).version == 2


def test_a_note_can_be_rewritten_and_cleared(ada: Browser, village: Village, entry: UUID) -> None:
    follow(ada, village, ada.get(f"/entries/{entry}/change"), {"note": "Shoes bought", "reason": "other"})
    details = stands(village, entry).details
    assert village.house.recorder.keys.decrypt(RUBY, details.note or "") == {"note": "Shoes bought"}
    page = follow(ada, village, ada.get(f"/entries/{entry}/change"), {"note": "", "reason": "other"})
    details = stands(village, entry).details
    assert (details.note, details.note_child) == (None, None)
    assert "Shoes bought" in page.main


def test_what_the_form_does_not_ask_stays(ada: Browser, village: Village, entry: UUID) -> None:
    follow(ada, village, ada.get(f"/entries/{entry}/change"), {"children": [str(RUBY), str(TOM)], "reason": "left_out"})
    details = stands(village, entry).details
    said = {line.worker: (line.minutes, line.accepted) for line in details.workers}
    assert said == {ADA: (60, True), BEN: (60, False)}
    assert [line.child for line in details.children] == sorted([RUBY, TOM])


def test_a_colleague_who_was_there_may_change_it_and_accepts_their_own_time(
    signed_in: Callable[[str], Browser], village: Village, entry: UUID
) -> None:
    ben = signed_in("ben")
    assert "Ruby Ashworth" in ben.get("/my-day").main
    form = ben.get(f"/entries/{entry}/change")
    assert form.fields()["minutes"] == "1h"
    page = follow(ben, village, form, {"minutes": "40", "reason": "wrong_time"})
    assert "by Ben Hale" in page.main
    said = {line.worker: (line.minutes, line.accepted) for line in stands(village, entry).details.workers}
    assert said == {ADA: (60, True), BEN: (40, True)}


@pytest.mark.parametrize("page", ["", "/change", "/withdraw"])
def test_others_may_not_open_it(signed_in: Callable[[str], Browser], village: Village, entry: UUID, page: str) -> None:
    refused = signed_in("cam").get(f"/entries/{entry}{page}", 403)
    assert "Only those who recorded an entry or took part" in refused.main
    assert "Ruby" not in refused.text


def test_others_may_not_change_it_by_sending_the_form(
    ada: Browser, signed_in: Callable[[str], Browser], village: Village, entry: UUID
) -> None:
    cam = signed_in("cam")
    token = cam.get("/my-day").fields()["csrf_token"]
    for page in ("change", "withdraw"):
        answers = ada.get(f"/entries/{entry}/{page}").fields()
        answers["csrf_token"] = token
        assert cam.raw(f"/entries/{entry}/{page}", method="POST", data=answers).status_code == 403
    assert stands(village, entry).version == 1


def test_what_is_no_entry_is_not_found(ada: Browser) -> None:
    assert ada.get(f"/entries/{uuid4()}", 404).h1 == "Page not found"
    assert ada.get(f"/entries/{RUBY}", 404).h1 == "Page not found"


def test_both_versions_are_shown_when_somebody_was_first(ada: Browser, village: Village, entry: UUID) -> None:
    form = ada.get(f"/entries/{entry}/change")
    details = stands(village, entry).details
    other = AmendActivity(
        activity_id=entry,
        event_id=new_id(),
        version=1,
        details=type(details)(**{**{n: getattr(details, n) for n in details.__struct_fields__}, "kind": "D1O"}),
        reason="wrong_kind",
        provenance=BY_BEN,
    )
    amend(village.house.recorder, other)
    page = ada.submit(form, {"minutes": "1h 30", "reason": "wrong_time"}, 409)
    assert page.h1 == "Somebody else changed this entry"
    assert "Ben Hale changed it" in page.main
    assert "Visit elsewhere" in page.main
    assert "Visit at home or placement" in page.main
    sent = page.fields()
    assert (sent["minutes"], sent["reason"], sent["version"]) == ("1h 30", "wrong_time", "2")
    follow(ada, village, page, {})
    state = stands(village, entry)
    assert (state.version, state.details.kind, minutes_of(state, ADA)) == (3, "D1H", 90)


def test_an_entry_withdrawn_meanwhile_cannot_be_changed(ada: Browser, village: Village, entry: UUID) -> None:
    form = ada.get(f"/entries/{entry}/change")
    away = WithdrawActivity(activity_id=entry, event_id=new_id(), version=1, reason="twice", provenance=BY_BEN)
    withdraw(village.house.recorder, away)
    page = ada.submit(form, {"reason": "wrong_time"}, 409)
    assert "Ben Hale withdrew it" in page.main
    assert not list(page.all("main")[0].iter("form"))
    assert ada.get(f"/entries/{entry}/change", 409).h1 == "Somebody else changed this"


def test_withdrawing_needs_a_reason_and_takes_it_off_the_day(ada: Browser, village: Village, entry: UUID) -> None:
    form = ada.get(f"/entries/{entry}/withdraw")
    page = ada.submit(form, {}, 422)
    assert page.errors() == [("Select why you are withdrawing this entry", "#reason")]
    page = follow(ada, village, page, {"reason": "twice"})
    assert "no longer counts in any figure" in page.main
    assert "It is recorded twice" in page.main
    assert ada.get("/my-day").all("li", class_="rec-entry") == []
    assert stands(village, entry).withdrawn


def test_withdrawing_what_somebody_changed_shows_it_first(ada: Browser, village: Village, entry: UUID) -> None:
    form = ada.get(f"/entries/{entry}/withdraw")
    details = stands(village, entry).details
    change = AmendActivity(
        activity_id=entry, event_id=new_id(), version=1, details=details, reason="other", provenance=BY_BEN
    )
    amend(village.house.recorder, change)
    page = ada.submit(form, {"reason": "twice"}, 409)
    assert "Ben Hale changed this entry" in page.main
    assert page.fields()["reason"] == "twice"
    assert not stands(village, entry).withdrawn
    follow(ada, village, page, {})
    assert stands(village, entry).withdrawn


def test_opening_an_entry_is_logged(ada: Browser, village: Village, entry: UUID) -> None:
    ada.get(f"/entries/{entry}")
    latest = reads_of_child(village.house.where.engine("desk"), RUBY)[0]
    assert (latest.who, latest.what) == ("ada", "entry")


def test_an_entry_of_an_erased_child_can_be_corrected_and_keeps_its_sealed_note(
    ada: Browser, village: Village, entry: UUID
) -> None:
    sealed = stands(village, entry).details.note
    village.house.recorder.keys.destroy(RUBY, village.house.clock.now())
    form = ada.get(f"/entries/{entry}/change")
    assert "Ruby" not in form.text
    page = follow(ada, village, form, {"minutes": "50", "reason": "wrong_time"})
    assert "Erased" in page.main
    assert stands(village, entry).details.note == sealed


def test_changing_it_for_a_child_on_another_caseload_is_kept(ada: Browser, village: Village, entry: UUID) -> None:
    page = ada.submit(ada.get(f"/entries/{entry}/change"), {"children": [str(KIT)], "minutes": "x"}, 422)
    assert page.fields().getlist("children") == [str(KIT)]
