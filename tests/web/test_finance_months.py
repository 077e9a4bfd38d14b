"""The books on pages: a month is looked at, closed, stays as it was, and is opened again with a reason."""

from __future__ import annotations

from tests.web.pages import Browser
from tests.web.priced import correct_visit
from tests.web.test_finance import shown
from tests.web.village import Village


def close(fin: Browser, village: Village, period: int) -> None:
    answer = fin.send(fin.get(f"/finance/months/{period}"))
    assert answer.status_code == 303
    village.catch_up()


def test_a_month_that_is_over_is_closed_and_its_file_never_changes(fin: Browser, village: Village) -> None:
    page = fin.get("/finance/months/202603")
    assert "Before you close it" in page.main
    close(fin, village, 202603)
    assert "Closed" in fin.get("/finance/months/202603").main
    before = fin.raw("/finance/months/202603.csv").get_data()
    correct_visit(village, 90)
    village.catch_up()
    assert fin.raw("/finance/months/202603.csv").get_data() == before
    late = fin.get("/finance/months/202613")
    assert late.h1 == "Books of period 13 of 2025/26"
    assert {row[4] for row in shown(late, "late")} == {"Reversal", "Put right"}
    listed = {row[0]: row for row in shown(fin.get("/finance/months"), "periods")}
    assert listed["March 2026"][1] == "Closed"
    assert listed["March 2026"][5] != "£0.00"


def test_a_month_is_opened_again_with_a_reason_only(fin: Browser, village: Village) -> None:
    close(fin, village, 202603)
    page = fin.get("/finance/months/202603")
    refused = fin.submit(page, {"reason": " "}, status=422)
    assert refused.errors() == [("Enter why it is opened again", "#reason")]
    assert fin.send(page, {"reason": "A return came late"}).status_code == 303
    village.catch_up()
    assert "A return came late" in fin.get("/finance/months").main
    assert "Before you close it" in fin.get("/finance/months/202603").main


def test_a_month_out_of_turn_or_still_running_offers_no_closing(fin: Browser, village: Village) -> None:
    close(fin, village, 202602)
    assert "Before you close it" not in fin.get("/finance/months/202601").main
    assert "Before you close it" in fin.get("/finance/months/202603").main
    fin.get("/finance/months/203001", 404)
