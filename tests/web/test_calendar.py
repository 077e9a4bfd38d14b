"""A worker's own calendar becomes entries only where the worker says so, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from uuid import UUID

from sqlalchemy import select

from recorder.activities import activity_state
from recorder.recording_tables import proposals as table
from tests.recorder.intake.test_calendar_file import file
from tests.web.pages import Browser, Page
from tests.web.village import RUBY, TOM, Village

VISIT = "UID:1\nSUMMARY:HV Ruby and Tom\nLOCATION:14 High Street\nDTSTART:20260330T090000Z\nDTEND:20260330T100000Z"
PANEL = "UID:2\nSUMMARY:Something\nDTSTART:20260331T130000Z\nDTEND:20260331T140000Z"
PRIVATE = "UID:3\nSUMMARY:Dentist sentinel\nCLASS:PRIVATE\nDTSTART:20260331T150000Z\nDTEND:20260331T160000Z"
LATER = "UID:4\nSUMMARY:HV Ruby\nDTSTART:20260430T090000Z\nDTEND:20260430T100000Z"


def upload(browser: Browser, content: bytes, name: str = "work.ics") -> Page:
    page = browser.get("/my-calendar")
    data = {"csrf_token": page.fields()["csrf_token"], "file": (BytesIO(content), name)}
    answer = browser.client.post("/my-calendar/file", data=data)
    if answer.status_code == 303:
        return browser.get(answer.headers["Location"])
    return Page(answer, "/my-calendar/file")


def sweep(page: Page) -> dict[str, str]:
    """What the form of the waiting ones would send."""
    form = next(f for f in page.all("form") if f.get("action") == "/my-calendar")
    return dict(page.fields(form).items(multi=True))


def cards(page: Page) -> list[str]:
    return [" ".join("".join(each.itertext()).split()) for each in page.all("label", class_="rec-card__title")]


def test_events_are_proposed_understood_and_recorded_in_a_sweep(ada: Browser, village: Village) -> None:
    page = upload(ada, file(VISIT, PANEL, LATER))
    assert cards(page) == [
        "Something 31 March 2026, 2:00pm",
        "HV Ruby and Tom 30 March 2026, 10:00am, 14 High Street",
    ]
    sent = sweep(page)
    (ticked,) = [value for name, value in sent.items() if name == "accept"]
    assert set(sent[f"children-{ticked}"].split()) == {str(RUBY), str(TOM)}
    assert (sent[f"kind-{ticked}"], sent[f"minutes-{ticked}"]) == ("D1H", "1h")
    answer = ada.client.post("/my-calendar", data=sent)
    assert answer.status_code == 303
    village.catch_up()
    page = ada.get(answer.headers["Location"])
    assert len(cards(page)) == 1
    with village.house.where.engine("desk").connect() as connection:
        accepted = connection.execute(select(table.c.activity_id, table.c.sealed).where(table.c.state == "accepted"))
        activity, sealed = accepted.one()
    assert sealed == ""
    state = activity_state(village.house.recorder, UUID(bytes=bytes(activity)))
    assert state is not None
    assert (state.details.on, state.details.start, state.details.workers[0].minutes) == (date(2026, 3, 30), "10:00", 60)


def test_the_same_calendar_again_proposes_nothing_twice(ada: Browser, village: Village) -> None:
    page = upload(ada, file(VISIT, PANEL))
    ada.client.post("/my-calendar", data=sweep(page))
    page = upload(ada, file(VISIT, PANEL))
    assert "2 appointments known before" in page.text
    assert len(cards(page)) == 1
    waiting = next(name.split("-", 1)[1] for name in sweep(page) if name.startswith("kind-"))
    ada.client.post("/my-calendar", data={**sweep(page), "dismiss": waiting})
    assert cards(ada.get("/my-calendar")) == []
    assert cards(upload(ada, file(VISIT, PANEL))) == []


def test_one_that_moved_is_brought_up_to_date_and_a_cancelled_one_goes(ada: Browser) -> None:
    upload(ada, file(VISIT, PANEL))
    moved = VISIT.replace("T090000Z", "T110000Z").replace("T100000Z", "T113000Z")
    page = upload(ada, file(moved, PANEL + "\nSTATUS:CANCELLED"))
    assert cards(page) == ["HV Ruby and Tom 30 March 2026, 12:00pm, 14 High Street"]


def test_a_private_event_never_leaves_the_list(ada: Browser, village: Village) -> None:
    page = upload(ada, file(PRIVATE))
    assert cards(page) == []
    assert "Private appointments" in page.main
    assert "Dentist" not in page.text
    with village.house.where.engine("desk").connect() as connection:
        number = UUID(bytes=bytes(connection.execute(select(table.c.proposal_id)).scalar_one()))
    forced = {
        "csrf_token": page.fields()["csrf_token"],
        "accept": str(number),
        f"kind-{number}": "N1",
        f"minutes-{number}": "60",
    }
    position = village.house.recorder.log_store.position()
    ada.client.post("/my-calendar", data=forced)
    assert village.house.recorder.log_store.position() == position


def test_a_problem_keeps_the_card_as_it_was_typed_and_the_others_are_recorded(ada: Browser, village: Village) -> None:
    page = upload(ada, file(VISIT, PANEL))
    sent = sweep(page)
    other = next(name.split("-", 1)[1] for name in sent if name.startswith("kind-") and not sent[name])
    answer = ada.client.post(
        "/my-calendar", data={**sent, "accept": [sent["accept"], other], f"minutes-{other}": "ages"}
    )
    assert answer.status_code == 422
    again = Page(answer, "/my-calendar")
    assert {href for _, href in again.errors()} == {f"#kind-{other}", f"#minutes-{other}"}
    assert sweep(again)[f"minutes-{other}"] == "ages"
    assert len(cards(again)) == 1


def test_nobody_else_sees_the_list(ada: Browser, signed_in: Callable[[str], Browser]) -> None:
    upload(ada, file(VISIT))
    assert cards(signed_in("ben").get("/my-calendar")) == []


def test_what_is_no_calendar_is_said(ada: Browser) -> None:
    page = upload(ada, b"a,b\n1,2\n", "rows.csv")
    assert page.errors() == [
        ("This is not a calendar file. Export your calendar as an .ics file and choose that.", "#file")
    ]


def test_what_was_recorded_by_hand_is_not_ticked(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    day = {"when": "another", "day-day": "30", "day-month": "3", "day-year": "2026"}
    ada.send(form, {"children": [str(RUBY)], "kind": "D1H", "minutes": "60", **day})
    village.catch_up()
    page = upload(ada, file(VISIT))
    assert "You may have recorded this already" in page.main
    assert "accept" not in sweep(page)
