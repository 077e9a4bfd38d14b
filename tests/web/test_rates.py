"""Rates on pages: the effect shown before they are confirmed, a second person above the limits, files whole or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from projections import tables as t
from projections.database import read_frame
from recorder.domain.ids import new_id
from recorder.periods import close_month
from recorder.rate_changes import proposals
from tests.web.pages import Browser, Page
from tests.web.test_finance import shown
from tests.web.village import BY, Village
from web.rates import effect, proposal_page
from web.rates.effect import Going
from web.working import Working

FEE = {
    "child": "N00001", "valid_from-day": "16", "valid_from-month": "2", "valid_from-year": "2026", "weekly": "770.00",
    "education": "200", "provider": "PR1", "place": "U6",
}  # fmt: skip


def amounts(village: Village) -> dict[tuple[int, int], int]:
    """Units by accounting period and service month of placements."""
    with village.house.tables.reader().connect() as connection:
        rows = read_frame(connection, t.posting).to_dicts()
    found: dict[tuple[int, int], int] = {}
    for row in rows:
        if row["cost_kind"] == "placement":
            key = row["accounting_month"], row["service_month"]
            found[key] = found.get(key, 0) + (row["amount"] or 0)
    return found


def confirm(browser: Browser, village: Village, page: Page) -> str:
    """Confirm what a page shows; the address it leads to."""
    answer = browser.send(page, {"step": "confirm"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    village.catch_up()
    return str(answer.headers["Location"])


def test_a_back_dated_fee_shows_its_effect_and_then_has_it_to_the_penny(fin: Browser, village: Village) -> None:
    # given: February is closed
    close_month(village.house.recorder, new_id(), 202602, BY)
    village.catch_up()
    before = amounts(village)
    # when: £70 a week more from 16 February, which is below the limit
    page = fin.submit(fin.get("/rates/fees/new?child=N00001"), {**FEE, "step": "check"})
    rows = {(row[0], row[2]): row for row in shown(page, "effect")}
    assert rows["February 2026", "Put right in March 2026"][4] == "+£130.00"
    assert rows["March 2026", "Restated"][4] == "+£310.00"
    assert amounts(village) == before
    confirm(fin, village, page)
    # then
    after = amounts(village)
    changed = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}
    assert changed[202603, 202602] == 13 * 10_00 * 420
    assert changed[202603, 202603] == 31 * 10_00 * 420
    assert (202602, 202602) not in changed


def test_above_the_limit_it_waits_until_somebody_else_approves_it(fin: Browser, fay: Browser, village: Village) -> None:
    # given: £700 a week more
    before = amounts(village)
    page = fin.submit(fin.get("/rates/fees/new"), {**FEE, "weekly": "1,400", "step": "check", "note": "New contract"})
    assert "A fee changes by more than £500.00 a week" in page.main
    where = confirm(fin, village, page)
    assert amounts(village) == before
    # the proposer cannot approve it, on the page or past it
    own = fin.get(where)
    assert "Approve it" not in own.main
    number = proposals(village.house.recorder)[0].proposal_id
    others = fay.get(f"/rates/approval/{number}")
    sent = {"csrf_token": own.fields()["csrf_token"], "seen": others.fields()["seen"], "event_id": str(new_id())}
    refused = fin.client.post(f"/rates/approval/{number}/approve", data=sent)
    assert refused.status_code == 422
    assert "You proposed these rates" in refused.get_data(as_text=True)
    assert amounts(village) == before
    # when: somebody else approves it
    assert "For approval (1)" in others.main
    expected = {row[0]: row[4] for row in shown(others, "effect") if row[0] != "All"}
    assert fay.send(others).status_code == 303
    village.catch_up()
    # then
    after = amounts(village)
    assert after[202603, 202603] - before[202603, 202603] == 31 * 100_00 * 420
    assert expected["March 2026"] == "+£3,100.00"
    assert "Approved" in fin.get(where).main
    assert shown(fin.get("/rates/approval"), "settled")[0][2:4] == ["Approved", "fay"]


def test_a_refusal_needs_a_reason_and_posts_nothing(fin: Browser, fay: Browser, village: Village) -> None:
    page = fin.submit(fin.get("/rates/fees/new"), {**FEE, "weekly": "1400", "step": "check"})
    where = confirm(fin, village, page)
    before = amounts(village)
    form = fay.get(where).all("form")[-1]
    fields = fay.get(where).fields(form)
    address = f"{where.split('?')[0]}/refuse"
    again = fay.client.post(address, data={**fields, "reason": " "})
    assert again.status_code == 422
    assert "Enter why they are refused" in again.get_data(as_text=True)
    assert fay.client.post(address, data={**fields, "reason": "Not agreed"}).status_code == 303
    village.catch_up()
    assert amounts(village) == before
    assert "Not agreed" in fin.get(where).main


def test_an_effect_that_takes_longer_than_a_moment_says_how_far_it_is_and_keeps_what_was_typed(
    fin: Browser, fay: Browser, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    going: Going = Working(done=30_000, total=120_000)
    real = effect.work_on

    def busy(*said: Any, **more: Any) -> Any:
        return going

    monkeypatch.setattr(effect, "work_on", busy)
    page = fin.submit(fin.get("/rates/fees/new"), {**FEE, "weekly": "1,400", "step": "check"})
    assert "25% so far. Nothing is stated yet" in page.main
    assert page.fields()["weekly"] == "1,400"
    monkeypatch.setattr(effect, "work_on", real)
    page = fin.submit(page)
    assert "+£3,100.00" in page.main
    where = confirm(fin, village, page)
    # the same for whoever is to approve it, and for what an hour costs
    monkeypatch.setattr(effect, "work_on", busy)
    waits = fay.get(where)
    assert "25% so far" in waits.main
    assert waits.response.headers["Refresh"] == "2"
    going.failed = True
    waits = fay.get(where, status=503)
    assert "could not be worked out, and nothing was stated" in waits.main
    assert "Refresh" not in waits.response.headers


def test_what_is_wrong_with_a_refusal_is_told_however_long_the_effect_takes(
    fin: Browser, fay: Browser, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = fin.submit(fin.get("/rates/fees/new"), {**FEE, "weekly": "1400", "step": "check"})
    where = confirm(fin, village, page)
    fields = fay.get(where).fields()
    monkeypatch.setattr(proposal_page, "effect_or_wait", lambda _: Working(done=1, total=4))
    again = fay.client.post(f"{where.split('?')[0]}/refuse", data={**fields, "reason": " "})
    assert again.status_code == 422
    assert "Enter why they are refused" in again.get_data(as_text=True)


def test_what_was_looked_at_is_what_is_confirmed(fin: Browser, village: Village) -> None:
    page = fin.submit(fin.get("/rates/fees/new"), {**FEE, "step": "check"})
    close_month(village.house.recorder, new_id(), 202602, BY)
    village.catch_up()
    again = fin.submit(page, {"step": "confirm"})
    assert "changed since you looked" in again.main
    confirm(fin, village, again)


def test_every_problem_of_a_fee_is_told_and_nothing_typed_is_lost(fin: Browser) -> None:
    wrong = {**FEE, "child": "N99999", "valid_from-day": "31", "weekly": "a lot"}
    page = fin.submit(fin.get("/rates/fees/new"), wrong, status=422)
    assert [href for _, href in page.errors()] == ["#child", "#valid_from-day", "#weekly"]
    assert page.fields()["provider"] == "PR1"
    more = fin.submit(page, {**FEE, "weekly": "100", "education": "200"}, status=422)
    assert more.errors() == [("Education and health pay more than the fee", "#weekly")]


def test_all_fees_of_a_provider_rise_by_a_percentage(fin: Browser, village: Village) -> None:
    asked = {
        "provider": "PR1", "type": "", "how": "percent", "percent": "3.5", "valid_from-day": "1",
        "valid_from-month": "3", "valid_from-year": "2026",
    }  # fmt: skip
    page = fin.submit(fin.get("/rates/fees/provider"), {**asked, "step": "check"})
    assert shown(page, "fees")[0][4:] == ["£700.00", "£724.50", "+£24.50"]
    before = amounts(village)
    confirm(fin, village, page)
    assert amounts(village)[202603, 202603] - before[202603, 202603] == 31 * 3_50 * 420
    wrong = fin.submit(fin.get("/rates/fees/provider"), {**asked, "provider": "", "percent": "much"}, status=422)
    assert [href for _, href in wrong.errors()] == ["#provider", "#percent"]


def test_a_file_with_one_wrong_row_is_not_taken_and_all_is_told(fin: Browser, village: Village) -> None:
    head = b"placement_ref,child,valid_from,total_weekly_cost\n"
    bad = head + b"P1,N00001,2026-02-16,770\nP2,N4,x,\nP3,N00009,2026-02-16,1\n"
    before = amounts(village)
    page = fin.get("/rates/file")
    assert "Columns: placement_ref, child" in page.main
    assert "{" not in page.main
    sent = {**page.fields(), "what": "fees", "file": (BytesIO(bad), "fees.csv"), "step": "check"}
    answer = fin.client.post("/rates/file", data=sent)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Row 3: “x” is not a date we can read" in text
    assert "Row 3: Enter the weekly cost" in text
    assert "Row 4: No child is registered with the number “N00009”" in text
    good = "placement_ref,child,valid_from,total_weekly_cost,education\nP1,N00001,2026-02-16,770,200"
    checked = fin.submit(page, {"what": "fees", "csv": good, "step": "check"})
    assert amounts(village) == before
    confirm(fin, village, checked)
    assert amounts(village)[202603, 202603] - before[202603, 202603] == 31 * 10_00 * 420


def test_a_file_of_prices_of_an_hour_restates_recorded_work(fin: Browser, village: Village) -> None:
    head = "worker_type,contract,valid_from,price_base,salary,oncosts,overheads,capital,hours_per_year\n"
    row = "social_worker,employed,2025-04-01,2025/26,40000,11467,14000,3011,1513"
    page = fin.submit(fin.get("/rates/file?what=prices"), {"what": "prices", "csv": head + row, "step": "check"})
    assert len(shown(page, "prices")) == 1
    assert shown(page, "effect")
    confirm(fin, village, page)


def test_a_price_of_an_hour_above_the_limit_waits_too(fin: Browser, village: Village) -> None:
    page = fin.get("/method/prices/new?type=social_worker&contract=employed")
    typed = {
        "valid_from-day": "1", "valid_from-month": "3", "valid_from-year": "2026", "price_base": "2025/26",
        "salary": "60000", "step": "check",
    }  # fmt: skip
    checked = fin.submit(page, typed)
    assert "Somebody else has to approve it" in checked.main
    answer = fin.send(checked, {"step": "publish"})
    assert answer.status_code == 303
    assert "/rates/approval/" in answer.headers["Location"]
    (waits,) = proposals(village.house.recorder)
    assert waits.rates.above == ("hour",)
    assert waits.rates.schemas[0].valid_from == date(2026, 3, 1)


def test_administrators_set_the_limits_from_a_day(fin: Browser, signed_in: Callable[[str], Browser]) -> None:
    max_ = signed_in("max")
    page = max_.get("/rates/limits")
    assert page.fields()["week"] == "500.00"
    assert max_.submit(page, {"week": "lots"}, status=422).errors()[0][1] == "#week"
    assert max_.send(page, {"week": "50", "hour": ""}).status_code == 303
    held = {row[0]: row[1] for row in shown(fin.get("/rates/limits"), "held")}
    assert held["A fee changes by more than, a week"] == "£50.00"
    assert held["A price of an hour changes by more than"] == "no limit"
    assert held["A rate of an allowance changes by more than, a week"] == "£50.00"
    checked = fin.submit(fin.get("/rates/fees/new"), {**FEE, "step": "check"})
    assert "A fee changes by more than £50.00 a week" in checked.main
    sent = {"csrf_token": checked.fields()["csrf_token"], "week": "1"}
    assert fin.client.post("/rates/limits", data=sent).status_code == 403


def test_rates_at_a_glance(fin: Browser) -> None:
    page = fin.get("/rates")
    assert shown(page, "fees")[0][:4] == ["PR1", "Local authority foster care", "1", "£700.00"]
    listed = fin.get(page.link("PR1"))
    assert shown(listed, "held")[0][0] == "N00001"
    assert "The fee since 2 June 2025 is £700.00 a week, education £200.00." in fin.get(listed.link("N00001")).main


def test_only_finance_and_administrators_see_rates(ada: Browser) -> None:
    for address in ("/rates", "/rates/fees", "/rates/fees/new", "/rates/file", "/rates/approval", "/rates/limits"):
        ada.get(address, 403)
