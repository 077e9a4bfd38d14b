"""The week grid: typed cell by cell, saved at once, corrected with a reason, absent days and gaps."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from recorder.activities import activity_state
from recorder.domain.activity import ActivityAmended, ActivityRecorded, ActivityWithdrawn
from recorder.store.log import LogRow
from tests.web.pages import PASSWORD, Browser, Page, words
from tests.web.test_my_day import VISIT, send
from tests.web.village import ADA, BEN, RUBY, TOM, Village
from web.record.opening import id_of

WEEK = "2026-03-30"  # Monday; the village's today is Thursday 2 April
MON, TUE, THU, FRI = 0, 1, 3, 4
RUBY_VISIT = f"D1H:{RUBY}"
TOM_VISIT = f"D1H:{TOM}"


def grid(browser: Browser, *rows: str, week: str = WEEK) -> Page:
    return browser.get(f"/my-week?week={week}" + "".join(f"&row={row}" for row in rows))


def box(page: Page, row: str, day: int) -> str:
    """The name of the box of a row and day."""
    place = page.fields().getlist("row").index(row)
    return f"c-{place}-{day}"


def id_in(page: Page, row: str, day: int) -> UUID:
    """The entry of a box."""
    return UUID(page.fields()[box(page, row, day).replace("c-", "i-")])


def last_reason(village: Village, entry: UUID) -> str:
    """Why the entry was changed or withdrawn last."""
    body = village.house.recorder.history(entry)[-1].body
    assert isinstance(body, ActivityAmended | ActivityWithdrawn)
    return body.reason


def saved_boxes(page: Page) -> list[str]:
    """The boxes that say that they were saved."""
    return [str(told.get("id")).replace("s-", "c-") for told in page.all("span", class_="wk-saved")]


def log_of(village: Village) -> list[LogRow]:
    """Every fact in the order of the log, as it lies there."""
    return [row for page in village.house.recorder.log_store.pages(0, 1_000) for row in page]


def mark(browser: Browser, village: Village, page: Page, done: str) -> Page:
    """Mark the week as done, or as not done after all."""
    form = next(f for f in page.all("form") if (f.get("action") or "").endswith("/done"))
    answer = browser.client.post("/my-week/done", data={**page.fields(form), "done": done})
    village.catch_up()
    return browser.get(answer.headers["Location"])


def save(browser: Browser, village: Village, page: Page, answers: dict[str, str]) -> Page:
    answer: TestResponse = browser.send(page, answers)
    assert answer.status_code == 303, words(Page(answer, "/my-week").all("main")[0])[:500]
    village.catch_up()
    return browser.get(answer.headers["Location"])


def test_minutes_are_typed_into_boxes_and_saved_at_once(ada: Browser, village: Village) -> None:
    page = grid(ada, RUBY_VISIT)
    answers = {box(page, RUBY_VISIT, MON): "1h15", box(page, RUBY_VISIT, TUE): "75", box(page, "N1:", TUE): "1:00"}
    after = save(ada, village, page, answers)
    assert "3 changes saved" in after.text
    assert [after.fields()[box(after, RUBY_VISIT, day)] for day in (MON, TUE)] == ["1h 15m", "1h 15m"]
    sums = [words(cell) for cell in after.all("td", class_="wk-sum")]
    assert sums[:2] == ["1h 15mgap", "2h 15mgap"]
    number = id_of(after.fields()[box(after, RUBY_VISIT, MON).replace("c-", "i-")])
    assert number is not None
    state = activity_state(village.house.recorder, number)
    assert state is not None
    assert (state.details.on, state.details.workers[0].minutes) == (date(2026, 3, 30), 75)


def test_a_week_sent_twice_is_one_week(ada: Browser, village: Village) -> None:
    page = grid(ada, RUBY_VISIT)
    answers = {box(page, RUBY_VISIT, MON): "45"}
    for _ in range(2):
        assert ada.send(page, answers).status_code == 303
    village.catch_up()
    assert len(ada.get(f"/my-day?week={WEEK}").all("li", class_="rec-entry")) == 1


def test_until_the_week_is_done_a_change_is_kept_with_the_usual_reason_or_the_one_said(
    ada: Browser, village: Village
) -> None:
    page = grid(ada, RUBY_VISIT, TOM_VISIT)
    page = save(
        ada, village, page,
        {box(page, RUBY_VISIT, MON): "45", box(page, RUBY_VISIT, TUE): "30", box(page, TOM_VISIT, TUE): "20"},
    )  # fmt: skip
    assert "is kept as “The time was wrong”, an entry whose box you clear as “It was entered by mistake”" in page.text
    changed, cleared, other = (
        id_in(page, row, day) for row, day in ((RUBY_VISIT, MON), (RUBY_VISIT, TUE), (TOM_VISIT, TUE))
    )
    after = save(ada, village, page, {box(page, RUBY_VISIT, MON): "50", box(page, RUBY_VISIT, TUE): ""})
    assert after.fields()[box(after, RUBY_VISIT, MON)] == "50m"
    assert after.fields()[box(after, RUBY_VISIT, TUE)] == ""
    save(ada, village, after, {box(after, TOM_VISIT, TUE): "", "gone": "did_not_happen"})
    reasons = [last_reason(village, each) for each in (changed, cleared, other)]
    assert reasons == ["wrong_time", "by_mistake", "did_not_happen"]
    assert "It was entered by mistake" in ada.get(f"/entries/{cleared}").main


def test_after_the_week_is_done_a_change_needs_a_reason_and_what_needs_none_is_saved(
    ada: Browser, village: Village
) -> None:
    page = grid(ada, RUBY_VISIT)
    page = save(ada, village, page, {box(page, RUBY_VISIT, MON): "45", box(page, RUBY_VISIT, TUE): "30"})
    mark(ada, village, page, "yes")
    page = grid(ada, RUBY_VISIT)
    assert "reason" not in page.fields()
    answers = {box(page, RUBY_VISIT, MON): "50", box(page, RUBY_VISIT, TUE): "", box(page, RUBY_VISIT, THU): "25"}
    asked = ada.submit(page, answers, 422)
    assert asked.errors()[:2] == [
        ("Select why you are changing what was recorded before", "#reason"),
        ("Select why you are taking away what was recorded before", "#gone"),
    ]
    assert [asked.fields()[box(asked, RUBY_VISIT, day)] for day in (MON, TUE, THU)] == ["50", "", "25m"]
    assert saved_boxes(asked) == [box(asked, RUBY_VISIT, THU)]
    after = save(ada, village, asked, {"reason": "left_out", "gone": "twice"})
    assert [after.fields()[box(after, RUBY_VISIT, day)] for day in (MON, TUE, THU)] == ["50m", "", "25m"]
    assert last_reason(village, id_in(after, RUBY_VISIT, MON)) == "left_out"


def test_a_change_after_week_done_is_a_fact_of_its_own_behind_it_and_the_first_stays(
    ada: Browser, village: Village
) -> None:
    page = grid(ada, RUBY_VISIT)
    page = save(ada, village, page, {box(page, RUBY_VISIT, MON): "45"})
    entry = id_in(page, RUBY_VISIT, MON)
    mark(ada, village, page, "yes")
    before = log_of(village)
    page = grid(ada)
    save(ada, village, page, {box(page, RUBY_VISIT, MON): "50", "reason": "left_out"})
    after = log_of(village)
    assert after[: len(before)] == before
    assert [row.topic for row in after[-3:]] == ["activity.recorded.v1", "week.done.v1", "activity.amended.v1"]
    recorded, amended = village.house.recorder.history(entry)
    was, now = recorded.body, amended.body
    assert isinstance(was, ActivityRecorded)
    assert isinstance(now, ActivityAmended)
    assert (was.workers[0].minutes, now.workers[0].minutes) == (45, 50)
    assert (now.reason, amended.provenance.by) == ("left_out", "ada")


def test_clearing_a_visit_made_with_a_colleague_takes_away_my_own_time_alone(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, {**VISIT, "colleagues": str(BEN)})
    page = grid(ada)
    save(ada, village, page, {box(page, RUBY_VISIT, THU): "", "reason": "wrong_time"})
    number = id_of(form.fields()["activity_id"])
    assert number is not None
    state = activity_state(village.house.recorder, number)
    assert state is not None
    assert not state.withdrawn
    assert [line.worker for line in state.details.workers] == [BEN]


def test_each_box_says_whether_it_was_saved_or_why_not_and_nothing_typed_is_lost(
    ada: Browser, village: Village
) -> None:
    page = grid(ada, RUBY_VISIT)
    answers = {box(page, RUBY_VISIT, MON): "ages", box(page, RUBY_VISIT, TUE): "40", box(page, "A1:", TUE): "soon"}
    wrong = ada.submit(page, answers, 422)
    said = wrong.errors()
    assert said[0][0].startswith("Ruby Ashworth, Visit at home or placement, Monday 30 Mar 2026: “ages”")
    assert said[1][0].startswith("Annual leave or bank holiday, Tuesday 31 Mar 2026: “soon”")
    assert [wrong.fields()[name] for name in answers] == ["ages", "40m", "soon"]
    assert saved_boxes(wrong) == [box(wrong, RUBY_VISIT, TUE)]
    assert "1 change saved, and marked so below" in wrong.main
    after = save(ada, village, wrong, {box(wrong, RUBY_VISIT, MON): "35", box(wrong, "A1:", TUE): ""})
    assert "1 change saved" in after.text
    assert saved_boxes(after) == [box(after, RUBY_VISIT, MON)]
    assert saved_boxes(grid(ada)) == []
    assert len(ada.get(f"/my-day?week={WEEK}").all("li", class_="rec-entry")) == 2


@pytest.mark.parametrize("change", [("", "1h15"), ("45", "50"), ("45", "")], ids=["new", "changed", "cleared"])
def test_what_was_saved_is_no_change_when_the_answer_was_lost_and_it_is_sent_again(
    ada: Browser, village: Village, change: tuple[str, str]
) -> None:
    first, then = change
    page = grid(ada, RUBY_VISIT)
    if first:
        page = save(ada, village, page, {box(page, RUBY_VISIT, MON): first})
    save(ada, village, page, {box(page, RUBY_VISIT, MON): then})
    position = village.house.recorder.log_store.position()
    again = save(ada, village, page, {box(page, RUBY_VISIT, MON): then})
    assert "Nothing was changed" in again.text
    assert village.house.recorder.log_store.position() == position


def test_days_to_come_have_no_box(ada: Browser) -> None:
    page = grid(ada, RUBY_VISIT)
    assert box(page, RUBY_VISIT, THU) in page.fields()
    assert box(page, RUBY_VISIT, FRI) not in page.fields()


def test_two_entries_of_a_row_and_day_are_a_sum_that_is_changed_elsewhere(ada: Browser, village: Village) -> None:
    for minutes in ("20", "25"):
        send(ada, village, ada.get("/my-day"), {**VISIT, "minutes": minutes, "another": "yes"})
    page = grid(ada)
    assert box(page, RUBY_VISIT, THU) not in page.fields()
    assert any(words(a) == "45m" for a in page.all("a"))


def test_absence_is_stated_for_a_day_and_a_gap_is_none_then(ada: Browser, village: Village) -> None:
    page = grid(ada)
    assert "gap" in words(page.all("td", class_="wk-sum")[MON])
    after = save(ada, village, page, {box(page, "A1:", MON): "day", box(page, "A2:", TUE): "2h"})
    assert (after.fields()[box(after, "A1:", MON)], after.fields()[box(after, "A2:", TUE)]) == ("day", "2h")
    assert "gap" not in words(after.all("td", class_="wk-sum")[MON])
    after = save(ada, village, after, {box(after, "A1:", MON): ""})
    assert after.fields()[box(after, "A1:", MON)] == ""


def test_what_somebody_changed_meanwhile_is_told_and_what_was_not_touched_stays(ada: Browser, village: Village) -> None:
    page = grid(ada, RUBY_VISIT)
    page = save(ada, village, page, {box(page, RUBY_VISIT, MON): "45", box(page, RUBY_VISIT, TUE): "30"})
    save(
        ada, village, page, {box(page, RUBY_VISIT, MON): "50", box(page, RUBY_VISIT, TUE): "35", "reason": "wrong_time"}
    )
    stale = ada.submit(page, {box(page, RUBY_VISIT, MON): "55", "reason": "wrong_time"}, 422)
    assert [href for _, href in stale.errors()] == [f"#{box(stale, RUBY_VISIT, MON)}"]
    assert stale.fields()[box(stale, RUBY_VISIT, TUE)] == "35m"


def test_last_week_s_rows_are_copied_without_their_minutes(ada: Browser, village: Village) -> None:
    both = f"D1H:{','.join(sorted(map(str, (RUBY, TOM))))}"
    before = grid(ada, both, week="2026-03-23")
    save(ada, village, before, {box(before, both, MON): "45"})
    page = ada.get(f"/my-week?week={WEEK}&copy=1")
    assert page.fields()[box(page, both, MON)] == ""


def test_rows_are_pasted_from_a_spreadsheet_and_looked_over_before_saving(ada: Browser, village: Village) -> None:
    page = grid(ada)
    block = "Child\tWork\tMon\tTue\nRuby\tHV\t45\t1h\n\tteam meeting\t\t60\n"
    answer = ada.client.post("/my-week/paste", data={**page.fields(), "pasted": block, "put": "1"})
    shown = Page(answer, "/my-week/paste")
    assert shown.fields()[box(shown, RUBY_VISIT, MON)] == "45m"
    assert shown.fields()[box(shown, "N1:", TUE)] == "1h"
    after = save(ada, village, shown, {})
    assert "3 changes saved" in after.text
    wrong = ada.client.post(
        "/my-week/paste", data={**page.fields(), "put": "1", "pasted": "Zebra\tHV\t45\nRuby\tHV\tages"}
    )
    assert wrong.status_code == 422
    told = Page(wrong, "/my-week/paste")
    assert [text.split(":")[0] for text, _ in told.errors()] == ["Line 1", "Line 2"]


def test_adding_a_row_keeps_what_was_typed_and_saves_nothing(ada: Browser, village: Village) -> None:
    page = grid(ada, RUBY_VISIT)
    typed = {**page.fields(), box(page, RUBY_VISIT, MON): "45", "add": "1", "kind": "D1H", "child": str(TOM)}
    for more in (typed, {**typed, "row": page.fields().getlist("row"), "copy": "1"}):
        answer = ada.client.post("/my-week/paste", data={**more, "row": page.fields().getlist("row")})
        assert answer.status_code == 200
        shown = Page(answer, "/my-week")
        assert shown.errors() == []
        assert shown.fields()[box(shown, RUBY_VISIT, MON)] == "45"
        assert shown.fields()[box(shown, f"D1H:{TOM}", MON)] == ""
    village.catch_up()
    assert RUBY_VISIT not in grid(ada).fields().getlist("row")


def test_a_week_is_marked_as_done_and_not_done(ada: Browser, village: Village) -> None:
    for done, shown in (("yes", True), ("no", False)):
        page = mark(ada, village, grid(ada), done)
        assert ("You marked this week as done" in page.main) is shown


def test_a_row_of_somebody_not_on_the_list_is_not_taken(ada: Browser) -> None:
    page = grid(ada, "D1H:01900000-0000-7000-8000-00000000dead", "ZZ:", f"A1:{ADA}")
    assert all(not key.startswith(("ZZ", "D1H")) for key in page.fields().getlist("row"))


def test_a_week_half_typed_is_there_again_after_the_session_ended(ada: Browser, village: Village) -> None:
    page = grid(ada, RUBY_VISIT)
    ada.client.delete_cookie("daybook")
    answer = ada.send(page, {box(page, RUBY_VISIT, MON): "45"})
    assert "kept=1" in answer.headers["Location"]
    back = ada.submit(ada.get(answer.headers["Location"]), {"username": "ada", "password": PASSWORD})
    assert back.fields()[box(back, RUBY_VISIT, MON)] == "45"
    after = save(ada, village, back, {})
    assert "1 change saved" in after.text
    assert "had begun" not in grid(ada).main
