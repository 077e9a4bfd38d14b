"""Recording quickly: a sentence, the same again, favourites, groups, shares, and not twice."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from recorder.activities import activity_state
from recorder.recording_tables import favourites as table
from tests.web.pages import Browser, Page
from tests.web.test_my_day import VISIT, send
from tests.web.village import ADA, BEN, RUBY, TOM, Village

BOTH = {**VISIT, "children": [str(RUBY), str(TOM)], "minutes": "50"}


def told(page: Page) -> str:
    block = page.with_id("told")
    assert block is not None
    return " ".join(" ".join(block.itertext()).split())


def say(browser: Browser, text: str) -> Page:
    page = browser.get("/my-day")
    form = page.with_id("say-form")
    assert form is not None
    answer = browser.client.post("/my-day/say", data={**page.fields(form), "say": text})
    assert answer.status_code == 200
    return Page(answer, "/my-day/say")


def test_a_sentence_fills_the_form_and_records_nothing(ada: Browser, village: Village) -> None:
    position = village.house.recorder.log_store.position()
    page = say(ada, "home visit Ruby and Tom 50m travel 20m yesterday")
    fields = page.fields()
    assert set(fields.getlist("children")) == {str(RUBY), str(TOM)}
    assert (fields["kind"], fields["minutes"], fields["travel"], fields["when"]) == ("D1H", "50m", "20m", "yesterday")
    assert told(page) == ""
    assert village.house.recorder.log_store.position() == position
    send(ada, village, page, {})


def test_what_a_sentence_leaves_open_is_said(ada: Browser) -> None:
    page = say(ada, "zebra Ruby")
    assert "“zebra”" in told(page)
    assert "does not say what you did" in told(page)
    assert "how long" in told(page)
    assert page.fields().getlist("children") == [str(RUBY)]


def test_the_script_gets_the_same_answers(ada: Browser) -> None:
    page = ada.get("/my-day")
    form = page.with_id("say-form")
    assert form is not None
    data = {**page.fields(form), "say": "HV Tom 1h with Ben"}
    said = ada.client.post("/my-day/say", data=data, headers={"Accept": "application/json"}).get_json()
    assert (said["kind"], said["children"], said["minutes"]) == ("D1H", [str(TOM)], "1h")
    assert said["colleagues"] == [str(BEN)]
    assert said["told"] == []


def test_the_same_again_gives_the_answers_but_not_who_was_seen(ada: Browser, village: Village) -> None:
    send(ada, village, ada.get("/my-day"), {**BOTH, f"seen-{RUBY}": "alone", "note": "x", "note_child": str(RUBY)})
    page = ada.get("/my-day")
    link = next(a.get("href", "") for a in page.all("a") if "again=" in a.get("href", ""))
    assert page.link("Visit at home or placement – Ruby Ashworth and Tom Briar, 50m") == link
    fields = ada.get(link).fields()
    assert set(fields.getlist("children")) == {str(RUBY), str(TOM)}
    assert (fields["kind"], fields["minutes"], fields["when"]) == ("D1H", "50m", "today")
    assert fields[f"seen-{RUBY}"] == ""
    assert fields["note"] == ""


def test_nobody_repeats_an_entry_of_others(ada: Browser, village: Village, signed_in: object) -> None:
    send(ada, village, ada.get("/my-day"), VISIT)
    link = next(a.get("href", "") for a in ada.get("/my-day").all("a") if "again=" in a.get("href", ""))
    ben = signed_in("ben")  # type: ignore[operator]
    ben.get(link, 403)


def test_children_recorded_together_twice_are_offered_together(ada: Browser, village: Village) -> None:
    send(ada, village, ada.get("/my-day"), BOTH)
    assert not ada.get("/my-day").all("a", **{"data-children": f"{RUBY} {TOM}"})
    send(ada, village, ada.get("/my-day"), {**BOTH, "when": "yesterday"})
    page = ada.get("/my-day")
    (chip,) = page.all("a", **{"data-children": f"{RUBY} {TOM}"})
    assert set(ada.get(chip.get("href", "")).fields().getlist("children")) == {str(RUBY), str(TOM)}


def test_a_favourite_is_kept_used_and_removed_by_its_owner_alone(
    ada: Browser, village: Village, signed_in: object
) -> None:
    page = send(ada, village, ada.get("/my-day"), BOTH)
    keep = next(f for f in page.all("form") if (f.get("action") or "").endswith("/favourites"))
    ada.client.post("/my-day/favourites", data=page.fields(keep))
    page = ada.get("/my-day")
    link = next(a.get("href", "") for a in page.all("a") if "favourite=" in a.get("href", ""))
    assert set(ada.get(link).fields().getlist("children")) == {str(RUBY), str(TOM)}
    ben = signed_in("ben")  # type: ignore[operator]
    ben.get(link, 404)
    with village.house.where.engine("desk").connect() as connection:
        sealed = connection.execute(select(table.c.sealed)).scalar_one()
    assert str(RUBY) not in sealed
    drop = next(f for f in page.all("form") if (f.get("action") or "").endswith("/favourites/remove"))
    ada.client.post("/my-day/favourites/remove", data=page.fields(drop))
    assert not [a for a in ada.get("/my-day").all("a") if "favourite=" in a.get("href", "")]


def test_the_same_work_on_the_same_day_is_asked_about_before_it_is_saved(ada: Browser, village: Village) -> None:
    send(ada, village, ada.get("/my-day"), VISIT)
    position = village.house.recorder.log_store.position()
    page = ada.submit(ada.get("/my-day"), {**VISIT, "minutes": "20"}, 422)
    assert "may have recorded this already" in page.errors()[0][0]
    assert page.fields()["minutes"] == "20"
    assert "your time 1h 15m" in page.main
    assert village.house.recorder.log_store.position() == position
    send(ada, village, page, {"another": "yes"})
    assert len(ada.get("/my-day").all("li", class_="rec-entry")) == 2


def test_other_days_kinds_and_children_are_not_asked_about(ada: Browser, village: Village) -> None:
    send(ada, village, ada.get("/my-day"), VISIT)
    for other in ({"when": "yesterday"}, {"kind": "D3"}, {"children": [str(TOM)]}):
        send(ada, village, ada.get("/my-day"), {**VISIT, **other})
    assert len(ada.get("/my-day").all("li", class_="rec-entry")) == 4


def test_a_colleague_joins_a_visit_instead_of_recording_it_twice(
    ada: Browser, village: Village, signed_in: object
) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, VISIT)
    ben = signed_in("ben")  # type: ignore[operator]
    theirs = {**VISIT, "minutes": "40"}
    page = ben.submit(ben.get(f"/my-day?child={RUBY}"), theirs, 422)
    assert "A colleague has recorded this already" in page.errors()[0][0]
    entry = UUID(form.fields()["activity_id"])
    for _ in range(2):  # sent twice it is one line
        assert ben.send(page, {"join": str(entry)}).status_code == 303
    state = activity_state(village.house.recorder, entry)
    assert state is not None
    assert state.version == 2
    assert {line.worker: line.minutes for line in state.details.workers} == {ADA: 75, BEN: 40}
    village.catch_up()
    assert len(ben.get("/my-day").all("li", class_="rec-entry")) == 1


def test_time_is_shared_in_the_parts_that_were_typed(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, {**BOTH, f"weight-{RUBY}": "2"})
    state = activity_state(village.house.recorder, UUID(form.fields()["activity_id"]))
    assert state is not None
    assert {line.child: line.weight for line in state.details.children} == {RUBY: 2, TOM: 1}
    page = ada.submit(ada.get("/my-day"), {**BOTH, f"weight-{RUBY}": "half"}, 422)
    assert page.errors() == [("Enter a child’s part as a whole number from 1 to 100", f"#weight-{RUBY}")]


def test_miles_are_kept_in_tenths(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, {**VISIT, "miles": "3.5 miles"})
    state = activity_state(village.house.recorder, UUID(form.fields()["activity_id"]))
    assert state is not None
    assert [line.miles_tenths for line in state.details.workers] == [35]
    page = ada.submit(ada.get("/my-day"), {**VISIT, "miles": "far"}, 422)
    assert page.errors()[0][1] == "#miles"
