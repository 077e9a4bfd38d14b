"""Work done together: a colleague's line is accepted or put right; one journey shared; and the timer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from recorder.activities import activity_state
from recorder.domain.activity import ActivityState
from tests.web.pages import Browser, words
from tests.web.test_my_day import VISIT, send
from tests.web.village import ADA, BEN, RUBY, TOM, Village

DAY = {"when": "today"}


def stands(village: Village, number: str) -> ActivityState:
    state = activity_state(village.house.recorder, UUID(number))
    assert state is not None
    return state


def test_a_colleague_accepts_the_time_recorded_for_them_with_one_press(
    ada: Browser, village: Village, signed_in: Callable[[str], Browser]
) -> None:
    form = ada.get("/my-day")
    number = form.fields()["activity_id"]
    send(ada, village, form, {**VISIT, "colleagues": str(BEN)})
    ben = signed_in("ben")
    page = ben.get("/my-day")
    assert "A colleague recorded this time for you" in page.main
    accept = next(f for f in page.all("form") if (f.get("action") or "").endswith("/accept"))
    for _ in range(2):
        assert ben.client.post(accept.get("action"), data=page.fields(accept)).status_code == 303
    state = stands(village, number)
    assert state.version == 2
    assert {line.worker: line.accepted for line in state.details.workers} == {ADA: True, BEN: True}
    village.catch_up()
    assert "recorded this time for you" not in ben.get("/my-day").main
    assert "The worker says that it is so" in ben.get(f"/entries/{number}").main


def test_who_recorded_sees_in_the_history_what_a_colleague_put_right_and_when(
    ada: Browser, village: Village, signed_in: Callable[[str], Browser]
) -> None:
    form = ada.get("/my-day")
    number = form.fields()["activity_id"]
    send(ada, village, form, {**VISIT, "colleagues": str(BEN), f"their-minutes-{BEN}": "30"})
    village.house.clock.advance(timedelta(hours=1))
    ben = signed_in("ben")
    page = ben.get("/my-day")
    right = next(a.get("href", "") for a in page.all("a") if words(a).startswith("Put it right"))
    send(ben, village, ben.get(right), {"minutes": "40", "reason": "wrong_time"})

    seen = ada.get(f"/entries/{number}")
    last, first = (" ".join(" ".join(each.itertext()).split()) for each in seen.all("div", class_="moj-timeline__item"))
    assert last == (
        "Changed by Ben Hale 2 April 2026 at 11:30am The time was wrong. "
        "Time was Ada Osei: 1h 15m; Ben Hale: 30m now Ada Osei: 1h 15m; Ben Hale: 40m"
    )
    assert first == "Recorded on this form by Ada Osei 2 April 2026 at 10:30am"
    assert "Ben Hale: 40m" in seen.main
    lines = {line.worker: (line.minutes, line.accepted) for line in stands(village, number).details.workers}
    assert lines == {ADA: (75, True), BEN: (40, True)}


def test_nobody_accepts_for_somebody_else(ada: Browser, village: Village, signed_in: Callable[[str], Browser]) -> None:
    form = ada.get("/my-day")
    number = form.fields()["activity_id"]
    send(ada, village, form, {**VISIT, "colleagues": str(BEN)})
    cam = signed_in("cam")
    token = cam.get("/my-day").fields()["csrf_token"]
    assert cam.client.post(f"/entries/{number}/accept", data={"csrf_token": token}).status_code == 403


def test_one_journey_is_shared_between_the_visits_and_adds_up(ada: Browser, village: Village) -> None:
    numbers = []
    for child in (RUBY, TOM):
        form = ada.get("/my-day")
        numbers.append(form.fields()["activity_id"])
        send(ada, village, form, {**VISIT, "children": [str(child)], "travel": "20"})
    page = ada.get("/my-day/trip?day=2026-04-02")
    assert "Ruby Ashworth" in page.main
    wrong = ada.submit(page, {"visits": [numbers[0]], "travel": "soon", "miles": "far"}, 422)
    assert {href for _, href in wrong.errors()} == {"#visits", "#travel", "#miles"}
    assert wrong.fields()["travel"] == "soon"
    assert ada.send(page, {"visits": numbers, "travel": "45", "miles": "12.5"}).status_code == 303
    lines = [stands(village, number).details.workers[0] for number in numbers]
    assert sorted(line.travel_minutes or 0 for line in lines) == [22, 23]
    assert sum(line.miles_tenths or 0 for line in lines) == 125
    assert [line.minutes for line in lines] == [75, 75]


def test_a_timer_counts_on_the_server_and_its_minutes_go_into_the_form(ada: Browser, village: Village) -> None:
    def press(action: str) -> str:
        page = ada.get("/my-day")
        form = next(f for f in page.all("form") if (f.get("action") or "").endswith("/timer"))
        answer = ada.client.post("/my-day/timer", data={**page.fields(form), "action": action})
        assert answer.status_code == 303
        return str(answer.headers["Location"])

    clock = village.house.clock
    press("start")
    clock.advance(timedelta(minutes=10))
    press("pause")
    clock.advance(timedelta(hours=1))
    press("start")
    clock.advance(timedelta(minutes=14, seconds=5))
    assert "25m" in ada.get(press("stop")).fields()["minutes"]
    assert ada.get("/my-day").fields()["minutes"] == ""
    press("start")
    assert press("clear") == "/my-day"
