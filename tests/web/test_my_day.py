"""Recording what one did, and seeing it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from recorder.accounts import change_account
from recorder.activities import activity_state
from recorder.desk import reads_of_child
from recorder.domain.activity import ActivityState
from recorder.domain.ids import new_id
from tests.house import open_house
from tests.web.pages import Browser, Page, words
from tests.web.village import ADA, BEN, CAM, KIT, RUBY, TOM, Village, people_village, settings_for
from web import create_app, state
from web.record import noted

VISIT = {"children": [str(RUBY)], "kind": "D1H", "minutes": "1h 15"}


def recorded(village: Village, page: Page) -> ActivityState:
    """The entry that the form of a page was made for."""
    state = activity_state(village.house.recorder, UUID(page.fields()["activity_id"]))
    assert state is not None
    return state


def send(browser: Browser, village: Village, page: Page, answers: dict[str, object]) -> Page:
    """Send the form, let the follower catch up, and open where it leads."""
    answer = browser.send(page, answers)
    assert answer.status_code == 303
    village.catch_up()
    return browser.get(answer.headers["Location"])


def test_the_caseload_is_offered_by_name_and_nobody_else(ada: Browser) -> None:
    page = ada.get("/my-day")
    labels = [words(label) for label in page.all("label", class_="govuk-checkboxes__label")]
    assert labels[:2] == ["Ruby Ashworth", "Tom Briar"]
    assert "Kit Cole" not in page.text


def test_four_answers_are_enough(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    page = send(ada, village, form, VISIT)
    state = recorded(village, form)
    assert (state.details.kind, state.details.on, state.details.direct) == ("D1H", date(2026, 4, 2), True)
    assert [(line.worker, line.minutes, line.travel_minutes) for line in state.details.workers] == [(ADA, 75, None)]
    assert [(line.child, line.process, line.seen) for line in state.details.children] == [(RUBY, None, None)]
    assert "Recorded Visit at home or placement – Ruby Ashworth, 1h 15m" in page.main
    assert "worked out" in page.main


def test_the_process_follows_from_the_work_and_the_childs_care(ada: Browser) -> None:
    ask = "/my-day/process?kind=D1H&child={}&on={}"
    cared_for = ada.raw(ask.format(RUBY, "2026-04-02")).get_json()["text"]
    before_care = ada.raw(ask.format(RUBY, "2025-01-02")).get_json()["text"]
    assert cared_for
    assert cared_for != before_care
    assert ada.raw("/my-day/process?kind=N1&child=&on=").get_json() == {"text": ""}
    assert ada.raw("/my-day/process?kind=D1H&child=x&on=y").get_json() == {"text": ""}


def test_everything_the_form_asks_is_recorded(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    answers = {
        "children": [str(RUBY), str(TOM)],
        "kind": "D1H",
        "when": "another",
        "day-day": "31",
        "day-month": "3",
        "day-year": "2026",
        "minutes": "45",
        "travel": "0:40",
        "colleagues": [str(BEN), str(CAM)],
        f"their-minutes-{CAM}": "20",
        f"seen-{RUBY}": "alone",
        f"seen-{TOM}": "no",
        "process": "CLA2",
        "note": "Asked about school",
        "note_child": str(TOM),
    }
    page = send(ada, village, form, answers)
    details = recorded(village, form).details
    assert details.on == date(2026, 3, 31)
    said = {line.worker: (line.minutes, line.travel_minutes, line.accepted) for line in details.workers}
    assert said == {ADA: (45, 40, True), BEN: (45, None, False), CAM: (20, None, False)}
    seen = {line.child: (line.seen, line.seen_alone, line.process) for line in details.children}
    assert seen == {RUBY: (True, True, "CLA2"), TOM: (False, None, "CLA2")}
    assert details.note is not None
    assert "school" not in details.note
    assert village.house.recorder.keys.decrypt(TOM, details.note) == {"note": "Asked about school"}
    assert "Seen alone: Ruby Ashworth" in page.main
    assert "Ben Hale (45m)" in page.main
    assert "(chosen)" in page.main


def test_sending_twice_is_one_entry_with_the_same_answer(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    first, second = ada.send(form, VISIT), ada.send(form, VISIT)
    assert first.headers["Location"] == second.headers["Location"]
    village.catch_up()
    page = ada.get("/my-day")
    assert len(page.all("li", class_="rec-entry")) == 1


def test_a_form_used_for_something_else_keeps_what_was_typed(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, VISIT)
    page = ada.submit(form, {**VISIT, "minutes": "20"}, 409)
    assert "was recorded from this form already" in page.errors()[0][0]
    assert page.fields()["minutes"] == "20"
    assert page.fields()["activity_id"] != form.fields()["activity_id"]
    send(ada, village, page, {"another": "yes"})
    assert len(ada.get("/my-day").all("li", class_="rec-entry")) == 2


def test_all_problems_are_said_at_once_in_the_order_of_the_page(ada: Browser) -> None:
    page = ada.submit(ada.get("/my-day"), {"kind": "D1H"}, 422)
    assert page.errors() == [
        ("Select at least one child", "#children"),
        ("Enter how long it took, like 45 or 1h 15", "#minutes"),
    ]
    page = ada.submit(ada.get("/my-day"), {"children": [str(RUBY)], "minutes": "5"}, 422)
    assert page.errors() == [("Select what you did", "#kind")]


@pytest.mark.parametrize(
    ("answers", "field", "said"),
    [
        ({"minutes": "soon"}, "#minutes", "not a time we can read"),
        ({"minutes": "0"}, "#minutes", "more than 0"),
        ({"minutes": "25h"}, "#minutes", "more than 24 hours"),
        ({"travel": "1.5"}, "#travel", "hours or minutes"),
        ({"when": "another"}, "#day-day", "Enter the date"),
        ({"when": "another", "day-day": "3", "day-month": "4", "day-year": "2026"}, "#day-day", "today or in the past"),
        ({"when": "another", "day-day": "31", "day-month": "2", "day-year": "2026"}, "#day-day", "real date"),
        ({"when": "another", "day-day": "3", "day-month": "2"}, "#day-year", "must include a year"),
        ({"when": "tomorrow"}, "#when", "Select when it was"),
        ({"kind": "other", "other_kind": "N1"}, "#kind", "not work for one child"),
        ({"kind": "A1"}, "#kind", "Select what you did"),
        ({"kind": "XX"}, "#kind", "Select what you did"),
        ({"process": "CLA99"}, "#process", "Select a process"),
        ({"outcome": "perhaps"}, "#outcome", "Select whether it took place"),
        ({"outcome": "not_in", f"seen-{RUBY}": "alone"}, f"#seen-{RUBY}", "Ruby Ashworth was seen, but also"),
        ({f"seen-{RUBY}": "maybe"}, f"#seen-{RUBY}", "Select whether"),
        ({"note": "x" * 501}, "#note", "500 characters"),
        ({"children": [str(RUBY), str(TOM)], "note": "x"}, "#note_child", "which of the children"),
        ({"colleagues": [str(BEN)], f"their-minutes-{BEN}": "ages"}, f"#their-minutes-{BEN}", "Ben Hale: “ages”"),
    ],
)
def test_nothing_typed_is_lost_on_an_error(ada: Browser, answers: dict[str, object], field: str, said: str) -> None:
    form = ada.get("/my-day")
    typed = {**VISIT, "travel": "20", "note": "Something", **answers}
    page = ada.submit(form, typed, 422)
    assert page.errors()[0][1] == field
    assert said in page.errors()[0][0]
    sent = page.fields()
    for name, value in typed.items():
        if value not in {"XX", "A1", "tomorrow", "CLA99", "perhaps", "maybe"} if isinstance(value, str) else True:
            assert sent.getlist(name) == (value if isinstance(value, list) else [value]), name
    assert sent["activity_id"] == form.fields()["activity_id"]


def test_ids_nobody_knows_are_refused_in_words(ada: Browser, village: Village) -> None:
    before = village.house.recorder.log_store.position()
    for answers in ({"children": [str(new_id())]}, {"children": ["x"]}, {"colleagues": [str(new_id())]}):
        page = ada.submit(ada.get("/my-day"), {**VISIT, **answers}, 422)
        assert "not known here" in page.errors()[0][0]
    assert village.house.recorder.log_store.position() == before


def test_a_child_found_elsewhere_can_be_recorded_for(ada: Browser, village: Village) -> None:
    form = ada.get(f"/my-day?child={KIT}")
    assert "Kit Cole" in form.main
    page = send(ada, village, form, {"kind": "I1", "minutes": "10"})
    assert "Kit Cole" in page.main


def test_work_that_is_not_for_a_child_names_none(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, {"kind": "other", "other_kind": "N1", "minutes": "30"})
    state = recorded(village, form)
    assert (state.details.kind, state.details.direct, state.details.children) == ("N1", False, ())


def test_other_work_can_be_chosen_without_the_radio(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, {**VISIT, "kind": None, "other_kind": "D9"})
    assert recorded(village, form).details.kind == "D9"


def test_the_week_adds_up_with_travel_and_against_contracted_hours(ada: Browser, village: Village) -> None:
    send(ada, village, ada.get("/my-day"), {**VISIT, "travel": "30"})
    send(ada, village, ada.get("/my-day"), {"children": [str(TOM)], "kind": "I3", "minutes": "45", "when": "yesterday"})
    page = ada.get("/my-day")
    figures = {
        words(p): words(f)
        for p, f in zip(page.all("p", class_="db-stat__label"), page.all("p", class_="db-stat__figure"), strict=True)
    }
    assert figures == {"Today": "1h 45m", "This week": "2h 30m"}
    assert "2h 30m of 37h contracted; 70% of what is recorded is direct" in page.main
    days = [words(h) for h in page.all("h3", class_="rec-day")]
    assert days == ["Today, Thursday 2 April 2026 1h 45m", "Yesterday, Wednesday 1 April 2026 45m"]
    before = ada.get("/my-day?week=2026-03-25")
    assert "Nothing is recorded in this week" in before.main


def test_what_one_does_most_comes_first(ada: Browser, village: Village) -> None:
    for _ in range(2):
        send(ada, village, ada.get("/my-day"), {**VISIT, "kind": "other", "other_kind": "D9", "another": "yes"})
    page = ada.get("/my-day")
    assert next(e.get("value") for e in page.all("input", name="kind")) == "D9"


def test_a_page_that_cannot_show_it_yet_says_that_it_is_recorded(ada: Browser) -> None:
    page = ada.submit(ada.get("/my-day"), VISIT)
    assert "What you did is recorded" in page.main


def test_reading_names_is_noted_once_a_quarter_of_an_hour(
    ada: Browser, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = village.house.where.engine("desk")
    for _ in range(3):
        ada.get("/my-day")
    (read,) = reads_of_child(desk, RUBY)
    assert (read.who, read.what) == ("ada", "my day")
    assert reads_of_child(desk, KIT) == []
    ada.get(f"/my-day?child={KIT}")  # a name not seen before is noted at once
    assert len(reads_of_child(desk, KIT)) == 1
    later = noted.time.monotonic() + noted.QUARTER
    monkeypatch.setattr(noted.time, "monotonic", lambda: later)
    ada.get("/my-day")
    assert len(reads_of_child(desk, RUBY)) == 2


def test_an_erased_child_is_called_erased(ada: Browser, village: Village) -> None:
    send(ada, village, ada.get("/my-day"), VISIT)
    ada.get("/my-day")
    village.house.recorder.keys.destroy(RUBY, village.house.clock.now())
    page = ada.get("/my-day")
    assert "Ruby" not in page.main
    assert "Erased" in page.main


def test_an_account_without_a_worker_is_told_so(village: Village, signed_in: Callable[[str], Browser]) -> None:
    change_account(village.house.where.engine("desk"), "ada", worker_id=None)
    assert "does not say which worker you are" in signed_in("ada").get("/my-day").main


def test_the_same_day_on_postgresql(tmp_path: Path) -> None:
    house = open_house("postgresql", tmp_path)
    settings = settings_for(tmp_path, database_url=house.where.url)
    people_village(house, settings)
    app = create_app(settings, clock=house.clock)
    app.testing = True
    ada = Browser(app)
    form = ada.sign_in("ada")
    answer = ada.send(form, {**VISIT, "travel": "10", "note": "Shoes", "colleagues": [str(BEN)]})
    house.follower.catch_up()
    page = ada.get(answer.headers["Location"])
    assert "Recorded Visit at home or placement – Ruby Ashworth, 1h 15m" in page.main
    entry = form.fields()["activity_id"]
    answer = ada.send(ada.get(f"/entries/{entry}/change"), {"minutes": "20", "reason": "wrong_time"})
    house.follower.catch_up()
    assert "Ada Osei: 20m" in ada.get(answer.headers["Location"]).main
    answer = ada.send(ada.get(f"/entries/{entry}/withdraw"), {"reason": "twice"})
    house.follower.catch_up()
    assert "no longer counts" in ada.get(answer.headers["Location"]).main
    app.extensions[state.EXTENSION].close()
    house.close()
