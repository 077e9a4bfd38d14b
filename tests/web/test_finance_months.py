"""The books on pages: a month is looked at, closed, stays as it was, and is opened again with a reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from recorder.domain.ids import new_id
from recorder.domain.rate_changes import RateProposed
from recorder.domain.rates import FeeDetails
from recorder.rate_changes import propose_rates
from tests.web.pages import Browser, words
from tests.web.priced import correct_visit
from tests.web.test_finance import shown
from tests.web.village import BY, RUBY, Village
from tests.web.workbooks import read_workbook


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


def test_before_a_month_is_closed_its_coverage_and_what_waits_are_shown(fin: Browser, village: Village) -> None:
    page = fin.get("/finance/months/202603")
    # Three people of 37 hours a week over 22 working days; a visit of 50 minutes and 11 of travel.
    (team,) = shown(page, "coverage")
    assert team == ["North team", "1h 1m", "488h 24m", "0%"]
    assert "Rates that wait for approval 0" in page.main
    fee = FeeDetails(child=RUBY, valid_from=date(2026, 3, 1), place="U6", weekly=1_400_00, social_care=1_400_00)
    propose_rates(village.house.recorder, new_id(), RateProposed(fees=(fee,)), BY)
    assert "Rates that wait for approval 1" in fin.get("/finance/months/202603").main


def test_what_opening_a_month_again_would_move_is_shown_first(fin: Browser, village: Village) -> None:
    close(fin, village, 202603)
    assert "Nothing moves" in fin.get("/finance/months/202603").main
    correct_visit(village, 90)
    village.catch_up()
    page = fin.get("/finance/months/202603")
    moves = {(row[0], row[1]): row[2] for row in shown(page, "moves")}
    assert set(moves) == {("March 2026", "March 2026"), ("period 13 of 2025/26", "March 2026")}
    before = {row[0]: row[2] for row in shown(fin.get("/finance/months"), "periods")}
    assert fin.send(page, {"reason": "A visit was wrong"}).status_code == 303
    village.catch_up()
    after = {row[0]: row[2] for row in shown(fin.get("/finance/months"), "periods")}
    moved = Decimal(after["March 2026"][1:].replace(",", "")) - Decimal(before["March 2026"][1:].replace(",", ""))
    # Each figure is rounded on its own.
    assert abs(Decimal(moves["March 2026", "March 2026"].removeprefix("+£")) - moved) <= Decimal("0.01")


def test_the_trial_balance_and_workbook_of_a_closed_month_never_change(fin: Browser, village: Village) -> None:
    close(fin, village, 202603)
    page = fin.get("/finance/months/202603")
    assert shown(page, "trial")
    foot = page.with_id("trial").find("tfoot")  # type: ignore[union-attr]
    assert words(foot).endswith("£0.00")  # type: ignore[arg-type]
    names = ("/finance/months/202603.xlsx", "/finance/months/202603/trial-balance.csv")
    before = [fin.raw(name).get_data() for name in names]
    correct_visit(village, 90)
    village.catch_up()
    assert [fin.raw(name).get_data() for name in names] == before
    sheets = read_workbook(before[0])
    booked, trial = sheets["Booked"].rows, sheets["Trial balance"].rows
    assert not any(each.formulas for each in sheets.values())
    assert sheets["Booked"].frozen == "A2"
    assert booked[0][0] == "Month of service"
    assert booked[-1][0] == "All"
    assert isinstance(booked[-1][7], float)
    assert sum(float(row[7] or 0) for row in booked[1:-1]) == pytest.approx(booked[-1][7], abs=0.02)
    assert trial[-1][3] == 0
    assert before[1].decode().splitlines()[-1].endswith(",0.00")
    assert fin.raw("/finance/months/209901.xlsx").status_code == 404
    assert fin.raw("/finance/months/209901/trial-balance.csv").status_code == 404
