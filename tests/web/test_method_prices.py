"""Prices of an hour on pages: shown item by item, published once, with what they change said before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.pages import Browser
from tests.web.test_finance import shown
from tests.web.village import Village
from web.rates import effect
from web.rates.effect import Going
from web.working import Working

SignIn = Callable[[str], Browser]
NEW = {
    "worker_type": "social_worker", "contract": "employed", "valid_from-day": "1", "valid_from-month": "3",
    "valid_from-year": "2026", "price_base": "2025/26", "salary": "40,000", "oncosts": "12000",
    "qualifications": "2456", "overheads": "14000", "capital": "3011.50", "travel": "", "hours_per_year": "1513",
    "indirect_ratio": "1.5", "source": "Budget book", "step": "check",
}  # fmt: skip


def test_the_price_in_force_with_and_without_qualifications_and_with_the_client(fin: Browser) -> None:
    page = fin.get("/method/prices")
    row = shown(page, "in-force")[0]
    assert row[0] == "Social worker, employed"
    # 69,157 / 1,513; less 2,456; times 1 + 1.5.
    assert row[4:7] == ["£45.71", "£44.09", "£114.27"]
    items = {r[0]: r[1] for r in shown(fin.get(page.link("Social worker, employed")), "history")}
    assert items["G Cost of a year, A to F"] == "£69,157.00"
    assert items["F Travel"] == "left out"


def test_what_it_changes_is_shown_first_and_a_double_submit_is_one_fact(fin: Browser, village: Village) -> None:
    check = fin.submit(fin.get("/method/prices/new"), NEW)
    # 61 minutes, of two children, at 7146750 / 1513 = 4724 pence instead of 4571.
    assert "£46.47 becomes £48.03" in check.main
    assert shown(check, "effect") == [["March 2026", "2", "£46.47", "£48.03", "£1.56"]]
    log = village.house.recorder.log_store
    before = log.position()
    first, second = fin.send(check, {"step": "publish"}), fin.send(check, {"step": "publish"})
    assert (first.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert log.position() == before + 1
    village.catch_up()
    assert "£48.03" in fin.get("/finance?year=2025").main
    history = fin.get("/method/prices/of/social_worker/employed")
    assert shown(history, "history")[0] == ["In force", "now", "until the next"]


def test_a_price_whose_effect_takes_longer_than_a_moment_keeps_what_was_typed(
    fin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    going: Going = Working(done=1, total=2)
    real = effect.work_on
    monkeypatch.setattr(effect, "work_on", lambda *_, **__: going)
    page = fin.submit(fin.get("/method/prices/new"), NEW)
    assert "50% so far. Nothing is stated yet" in page.main
    monkeypatch.setattr(effect, "work_on", real)
    assert "£46.47 becomes £48.03" in fin.submit(page).main


def test_each_item_may_have_a_source_and_a_date_of_its_own(fin: Browser, village: Village) -> None:
    own = {
        "salary_source": "Pay scales, point 33",
        "salary_date": "April 2026",
        "hours_per_year_source": "Working year",
    }
    check = fin.submit(fin.get("/method/prices/new"), NEW | own)
    items = {row[0]: row[1] for row in shown(check, "items")}
    assert items["A Salary"] == "£40,000.00Pay scales, point 33, April 2026"
    assert items["B Oncosts"] == "£12,000.00"
    assert fin.submit(check, {"step": "change"}).fields()["salary_date"] == "April 2026"
    fin.send(check, {"step": "publish"})
    village.catch_up()
    history = {row[0]: row[1:] for row in shown(fin.get("/method/prices/of/social_worker/employed"), "history")}
    assert history["A Salary"][0] == "£40,000.00Pay scales, point 33, April 2026"
    assert history["H Hours worked in a year"][0] == "1,513.00Working year"
    assert history["Source"][0] == "Budget book"
    assert "Pay scales" not in " ".join(row[1] for row in history.values())  # the price before has its own
    follows = fin.get("/method/prices/new?type=social_worker&contract=employed").fields()
    assert (follows["salary"], follows["salary_source"]) == ("40000.00", "")


def test_every_problem_at_once_and_nothing_typed_is_lost(fin: Browser) -> None:
    wrong = NEW | {"worker_type": "", "valid_from-month": "13", "salary": "", "oncosts": "-4", "hours_per_year": "x"}
    page = fin.submit(fin.get("/method/prices/new"), wrong, 422)
    assert page.errors() == [
        ("Select a type of worker", "#worker_type"),
        ("The first day must be a real date", "#valid_from-day"),
        ("Enter A, the salary of a year", "#salary"),
        ("“-4” is less than nothing. Write it like 1119.36", "#oncosts"),
        ("“x” is not an amount. Write it like 1119.36", "#hours_per_year"),
    ]
    assert {name: page.fields()[name] for name in wrong if name != "step"} == {
        name: value for name, value in wrong.items() if name != "step"
    }


def test_going_back_from_the_check_keeps_what_was_typed(fin: Browser) -> None:
    check = fin.submit(fin.get("/method/prices/new"), NEW)
    back = fin.submit(check, {"step": "change"})
    assert back.fields()["capital"] == "3011.50"
    assert back.fields()["event_id"] == check.fields()["event_id"]


def test_a_new_price_begins_with_the_last_one(fin: Browser) -> None:
    page = fin.get("/method/prices/new?type=social_worker&contract=employed")
    assert (page.fields()["salary"], page.fields()["valid_from-year"]) == ("38223.00", "")


def test_the_working_year_feeds_h(fin: Browser) -> None:
    page = fin.get("/method/working-year?year=2025/26&hours=37&days=5&leave=29&training=8&sickness=8")
    # 52 x 37 less (29 + 8 + 8 + 8 bank holidays) x 7.4
    assert shown(page, "parts")[0] == ["The year", "52 weeks", "52.00", "1,924.00"]
    assert fin.get(page.link("Use ")).fields()["hours_per_year"] == "1531.8"
    bad = fin.get("/method/working-year?hours=&leave=lots", 422)
    assert [href for _, href in bad.errors()] == ["#hours", "#leave"]


def test_a_working_year_tells_what_cannot_be_read_and_what_is_too_much_at_once(fin: Browser) -> None:
    bad = fin.get("/method/working-year?hours=abc&days=9&leave=-1", 422)
    assert [href for _, href in bad.errors()] == ["#hours", "#days", "#leave"]
    kept = {each.get("id"): each.get("value") for each in bad.all("input")}
    assert (kept["hours"], kept["days"], kept["leave"]) == ("abc", "9", "-1")


@pytest.mark.parametrize("path", ["/method/prices", "/method/prices/new", "/method/working-year"])
def test_only_finance_and_administrators_may_see_prices(village: Village, signed_in: SignIn, path: str) -> None:
    for username, status in (("ada", 403), ("cam", 403), ("max", 200)):
        assert signed_in(username).get(path, status).status == status


def test_nothing_published_yet_says_so(village: Village, signed_in: SignIn) -> None:
    assert "No price is published yet" in signed_in("fin").get("/method/prices").main
    signed_in("fin").get("/method/prices/of/social_worker/employed", 404)
