"""The frameworks on pages: looked at, added to, replaced and withdrawn, with what it would have picked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.pages import Browser, Page
from tests.web.priced import price
from tests.web.test_finance import shown
from tests.web.test_method_sheets import stacked
from tests.web.village import Village

SignIn = Callable[[str], Browser]
DAY = {"valid_from-day": "1", "valid_from-month": "4", "valid_from-year": "2025"}
NINE = {"framework": "CLA", "number": "9", "code": "CLA9", "name": "Life story work", "unit": "day",
        "counted_from": "night_in_care", "starts": "Care starts", "repeats_by": "each day"} | DAY  # fmt: skip
YOUNG = {"process": "CLA3", "code": "young", "name": "Young child", "adds": "yes", "aspect": "age",
         "when": "under_six and placement_type=la_foster"} | DAY  # fmt: skip


@pytest.fixture
def fin(village: Village, signed_in: SignIn) -> Browser:
    price(village)
    return signed_in("fin")


def define(fin: Browser, village: Village, where: str, said: dict[str, str]) -> Page:
    """Through both steps; answers the list of processes."""
    checked = fin.submit(fin.get(f"/method/frameworks/{where}"), said | {"step": "check"})
    answer = fin.send(checked, {"step": "confirm"})
    assert answer.status_code == 303
    village.catch_up()
    return fin.get(answer.headers["Location"])


def test_the_three_frameworks_are_shown_whole(fin: Browser) -> None:
    page = fin.get("/method/frameworks")
    assert [len(stacked(page, name)) for name in ("cla", "cin", "caf")] == [8, 8, 6]
    review = next(row for row in stacked(page, "cla") if row[0] == "CLA 6: Review")
    assert review[1:] == [
        "statutory timetable", "An occurrence", "A review of a looked-after child is held", "5", "Shipped",
    ]  # fmt: skip


def test_a_process_says_what_it_covers_and_when_its_variations_apply(fin: Browser) -> None:
    page = fin.get("/method/frameworks/of/CIN3")
    assert "Starts The case is open after assessment Ends The case is closed" in page.main
    row = next(row for row in stacked(page, "variations") if row[0] == "Under six with a child protection plan")
    assert row[1].startswith("If the child is under six and there is a child protection plan")
    assert row[2:5] == ["Replaces the base case", "need", "Shipped"]
    fin.get("/method/frameworks/of/CLA9", 404)


def test_the_vocabulary_is_the_closed_one(fin: Browser) -> None:
    rows = stacked(fin.get("/method/frameworks/vocabulary"), "vocabulary")
    assert len(rows) == 20
    assert rows[5][:3] == [
        "cp_plan", "If there is a child protection plan",
        "From the day the plan starts, up to the day before it ends; or the need is recorded for that day.",
    ]  # fmt: skip


def test_an_own_process_is_counted_before_it_is_confirmed_and_kept_once(fin: Browser, village: Village) -> None:
    checked = fin.submit(fin.get("/method/frameworks/process"), NINE | {"step": "check"})
    # Ruby is the one child placed; the village's last day is 11 March 2026 and the year before it is looked at.
    assert "With this change" in checked.main
    assert "days of 1 child" in checked.main
    before = village.house.recorder.log_store.position()
    assert [fin.send(checked, {"step": "confirm"}).status_code for _ in range(2)] == [303, 303]
    assert village.house.recorder.log_store.position() == before + 1
    village.catch_up()
    page = fin.get("/method/frameworks")
    assert stacked(page, "cla")[-1][0] == "CLA 9: Life story work"
    assert stacked(page, "cla")[-1][-1] == "Own"
    assert "CLA 9: Life story work" in fin.get("/method/standard-times/new").text


def test_a_process_in_a_shipped_ones_place_and_withdrawn_again(fin: Browser, village: Village) -> None:
    form = fin.get("/method/frameworks/process?code=CLA6")
    assert form.fields()["counted_from"] == "review_held"
    page = define(fin, village, "process?code=CLA6", {"name": "Review as we do it"} | DAY)
    assert next(row for row in stacked(page, "cla") if row[0].startswith("CLA 6"))[0] == "CLA 6: Review as we do it"
    assert stacked(page, "own")[0][4:] == ["holds", "Withdraw"]
    ask = fin.get("/method/frameworks/withdraw?process=CLA6")
    wrong = fin.submit(ask, {"step": "check"}, 422)
    assert [href for _, href in wrong.errors()] == ["#valid_from-day", "#reason"]
    checked = fin.submit(ask, DAY | {"reason": "As before is better", "step": "check"})
    assert fin.send(checked, {"step": "confirm"}).status_code == 303
    village.catch_up()
    page = fin.get("/method/frameworks")
    assert "CLA 6: Review" in [row[0] for row in stacked(page, "cla")]
    assert [row[4] for row in stacked(page, "own")] == ["holds", "superseded"]
    assert "As before is better" in page.main


def test_a_variation_is_said_in_words_with_whom_it_would_have_picked(fin: Browser, village: Village) -> None:
    checked = fin.submit(fin.get("/method/frameworks/variation"), YOUNG | {"step": "check"})
    said = "If the child is under six and the placement is local authority foster care"
    assert said in checked.main
    assert "With this change" in checked.main
    page = define(fin, village, "variation", YOUNG)
    assert stacked(page, "own")[0][1].endswith(f"{said}. Adds to the rest")
    first = stacked(fin.get("/method/frameworks/of/CLA3"), "variations")[0]
    assert (first[0], first[4]) == ("Young child", "Own")


def test_a_condition_is_put_together_from_lists(fin: Browser) -> None:
    form = fin.get("/method/frameworks/variation")
    lines = {"term-0": "ebd", "join-1": "and", "term-1": "disability", "join-2": "or", "term-2": "ebd",
             "join-3": "and", "term-3": "under_six", "is-3": "not", "step": "build", "name": "Ours"}  # fmt: skip
    built = fin.submit(form, lines)
    text = "ebd and disability or ebd and not under_six"
    assert built.fields()["when"] == text
    assert built.fields()["name"] == "Ours"
    assert "it is not so that the child is under six" in built.main
    # The lines alone, without the button, say the same; and the writing changed afterwards holds.
    said = YOUNG | {"process": "CIN3", "when": ""}
    assert "it is not so that" in fin.submit(form, said | lines | {"step": "check", "name": "Ours"}).main
    changed = fin.submit(built, said | {"when": "ebd", "step": "check"})
    assert changed.fields()["when"] == "ebd"


def test_lines_and_writing_that_were_both_changed_have_to_agree(fin: Browser) -> None:
    form = fin.get("/method/frameworks/variation")
    page = fin.submit(form, YOUNG | {"when": "ebd", "term-0": "under_six", "step": "check"}, 422)
    assert [href for _, href in page.errors()] == ["#when"]
    assert (page.fields()["when"], page.fields()["term-0"]) == ("ebd", "under_six")


def test_every_problem_at_once_and_nothing_is_lost(fin: Browser) -> None:
    form = fin.get("/method/frameworks/variation")
    page = fin.submit(form, YOUNG | {"code": "a b", "aspect": "", "when": "yuong and order", "step": "check"}, 422)
    assert [href for _, href in page.errors()] == ["#code", "#when", "#when", "#aspect"]
    assert any("“yuong” is not in the vocabulary" in text for text, _ in page.errors())
    assert page.fields()["when"] == "yuong and order"
    form = fin.get("/method/frameworks/process")
    page = fin.submit(form, NINE | {"number": "nine", "unit": "occurrence", "name": "", "step": "check"}, 422)
    assert [href for _, href in page.errors()] == ["#number", "#name", "#unit"]
    assert page.fields()["starts"] == "Care starts"


def test_what_a_process_can_never_know_is_refused(fin: Browser) -> None:
    page = fin.submit(
        fin.get("/method/frameworks/variation"), YOUNG | {"when": "strategy_meeting", "step": "check"}, 422
    )
    assert page.errors() == [("“strategy_meeting” is never known for this process", "#when")]


def test_a_day_to_come_holds_later(fin: Browser, village: Village) -> None:
    later = NINE | {"valid_from-year": "2046"}
    page = define(fin, village, "process", later)
    assert len(stacked(page, "cla")) == 8
    assert stacked(page, "own")[0][4] == "to come"
    assert "until then nothing is counted" in fin.get("/method/frameworks/of/CLA9").main


def test_social_workers_see_none_of_it(ada: Browser) -> None:
    ada.get("/method/frameworks", 403)
    ada.get("/method/frameworks/process", 403)


def test_no_table_of_ones_own_until_there_is_one(fin: Browser) -> None:
    assert "None yet" in shown(fin.get("/method/frameworks"), "own")[0][0]


def test_a_long_shipped_condition_comes_back_from_its_lines_as_it_was(fin: Browser) -> None:
    form = fin.get("/method/frameworks/variation?process=CIN3&code=ebd_and_another")
    before = form.fields()["when"]
    assert form.fields()["term-9"] == "cp_plan"
    assert fin.submit(form, {"step": "build"}).fields()["when"] == before
