"""Sheets of unit costs on pages: every line with where it is from, published by name, never overwritten."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.pages import Browser, Page, words
from tests.web.priced import price
from tests.web.test_finance import shown
from tests.web.test_method_standard_times import TIME
from tests.web.village import Village

SignIn = Callable[[str], Browser]
SHEET = {"name": "Ours 2026", "valid_from-day": "1", "valid_from-month": "4", "valid_from-year": "2025",
         "note": "Agreed at cabinet"}  # fmt: skip
AMOUNTS = """process,variations,effect,amount,price_year,source
CLA6,,base,500,2025/26,Cabinet paper 7
CLA6,first_review,adds,20,2025/26,Cabinet paper 7
"""


@pytest.fixture
def fin(village: Village, signed_in: SignIn) -> Browser:
    price(village)
    browser = signed_in("fin")
    browser.send(browser.get("/method/standard-times/new"), TIME)
    village.catch_up()
    return browser


def stacked(page: Page, table: str) -> list[list[str]]:
    """The body rows of a table that says its columns again in each cell on a small screen."""
    found = page.with_id(table)
    assert found is not None
    heads = [words(th) for th in found.find("thead").iter("th")]  # type: ignore[union-attr]
    return [[cell.removeprefix(head) for cell, head in zip(row, heads, strict=False)] for row in shown(page, table)]


def line(page: Page, table: str, start: str) -> list[str]:
    return next(row for row in stacked(page, table) if row[0].startswith(start))


def check(fin: Browser, text: str, **more: str) -> Page:
    """The form with a file of own amounts, as answered; the page shows what it changes, or what is wrong."""
    form = fin.get("/method/sheets/new")
    data: dict[str, Any] = {**form.fields().to_dict(), **SHEET, "from": "file", **more}
    data["file"] = (io.BytesIO(text.encode()), "ours.csv")
    return Page(fin.raw("/method/sheets/new", method="POST", data=data), "/method/sheets/new")


def test_every_line_of_a_sheet_says_where_it_is_from(fin: Browser) -> None:
    mixed = fin.get("/method/sheets/lines?sheet=mixed:out_of_london")
    # 1.25 hours at £45.71.
    review = line(mixed, "cla", "CLA 6: ReviewBase case")
    assert review[1:5] == ["an occurrence", "£57.14", "2025/26", "Own"]
    assert "Social worker: 1.25 hours × £45.71 = £57.14" in review[5]
    assert line(mixed, "cin", "CIN 1")[1:5] == ["an occurrence", "£186.00", "2008/09", "Published"]
    kept = fin.get("/method/sheets/lines?sheet=out_of_london")
    assert any("fee included: never added to nights" in row[2] for row in stacked(kept, "cla"))
    assert any("fee in it" in row[1] for row in shown(kept, "unpriced"))


def test_a_sheet_is_brought_to_the_prices_of_a_year_or_says_why_not(fin: Browser) -> None:
    at = "/method/sheets/lines?sheet=out_of_london&series=GDP_DEFLATOR_UCD_v1.2&year="
    # The published check SS5.0.2: £271 at 2008/09 prices is £303 at those of 2013/14.
    assert line(fin.get(f"{at}2013/14"), "cin", "CIN 2")[2].startswith("£303.")
    assert fin.get(f"{at}2099/00", 422).errors()[0][1] == "#year"


def test_a_sheet_comes_as_a_file_that_can_be_taken_in_again(fin: Browser) -> None:
    text = fin.raw("/method/sheets/lines.csv?sheet=mixed:out_of_london").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text)))
    mine = next(row for row in rows if row["process"] == "CLA6" and not row["variations"])
    assert (mine["amount"], mine["origin"], mine["made_of"]) == ("57.14", "own", "social_worker 1.25 h x 45.71")
    page = check(fin, text)
    assert (page.status, page.h1) == (200, "Check before you publish")


def test_a_sheet_is_looked_at_and_then_published_once(fin: Browser, village: Village) -> None:
    page = check(fin, AMOUNTS)
    assert line(page, "changes", "CLA 6: ReviewBase case")[1:3] == ["no line", "£500.00"]
    before = village.house.recorder.log_store.position()
    assert [fin.send(page, {"step": "publish"}).status_code for _ in range(2)] == [303, 303]
    assert village.house.recorder.log_store.position() == before + 1
    village.catch_up()
    listed = fin.get("/method/sheets")
    assert "Agreed at cabinet" in listed.main
    held = stacked(listed, "published")
    assert held == [["Ours 2026", "1 Apr 2025", "now", "Own", "2", "published:Ours 2026"]]
    later = check(fin, AMOUNTS.replace("500", "550"))
    assert shown(later, "changes")[0][1:4] == ["£500.00", "£550.00", "+£50.00"]
    fin.send(later, {"step": "publish"})
    village.catch_up()
    assert [row[2] for row in stacked(fin.get("/method/sheets"), "published")] == ["now", "superseded"]
    kept = fin.get(f"/method/sheets/lines?no={before + 1}")
    assert line(kept, "cla", "CLA 6: ReviewBase case")[2] == "£500.00"


def test_the_own_sheet_is_frozen_as_it_was_looked_at(fin: Browser, village: Village) -> None:
    form = fin.get("/method/sheets/new")
    page = fin.submit(form, SHEET | {"from": "own"})
    fin.send(fin.get("/method/standard-times/new"), TIME | {"hours": "2", "date-day": "4"})
    village.catch_up()
    again = fin.submit(page, {"step": "publish"})
    assert "The lines have changed since you looked" in again.main
    assert fin.send(again, {"step": "publish"}).status_code == 303
    village.catch_up()
    fin.send(fin.get("/method/standard-times/new"), TIME | {"hours": "9", "date-day": "5"})
    village.catch_up()
    frozen = fin.get("/method/sheets/lines?sheet=published:Ours 2026")
    assert line(frozen, "cla", "CLA 6")[2] == "£91.42"


def test_every_problem_at_once_and_nothing_is_lost(fin: Browser) -> None:
    page = check(
        fin, AMOUNTS.replace("500", "many").replace("first_review", "soon"), name="own", **{"valid_from-day": ""}
    )
    assert page.status == 422
    assert [href for _, href in page.errors()] == ["#name", "#valid_from-day", "#csv", "#csv"]
    assert "many" in page.fields()["csv"]
    assert page.fields()["note"] == "Agreed at cabinet"


def test_a_time_is_withdrawn_with_a_reason_and_stays_in_the_history(fin: Browser, village: Village) -> None:
    where = "process=CLA6&variations=&worker_type=social_worker"
    ask = fin.get(f"/method/standard-times/withdraw?{where}")
    wrong = fin.submit(ask, {"reason": " "}, 422)
    assert wrong.errors() == [("Say why the time is withdrawn", "#reason")]
    before = village.house.recorder.log_store.position()
    assert [fin.send(ask, {"reason": "Typed wrong"}).status_code for _ in range(2)] == [303, 303]
    assert village.house.recorder.log_store.position() == before + 1
    village.catch_up()
    assert "No time has been entered" in fin.get("/method/standard-times").main
    rows = shown(fin.get(f"/method/standard-times/history?{where}"), "history")
    assert [row[3:] for row in rows] == [["withdrawal", "Typed wrong"], ["withdrawn", "North team focus group"]]
    fin.get(f"/method/standard-times/withdraw?{where}", 404)


@pytest.mark.parametrize("path", ["/method/sheets", "/method/sheets/lines", "/method/sheets/new"])
def test_only_finance_and_administrators_may_see_sheets(signed_in: SignIn, path: str) -> None:
    for username, status in (("ada", 403), ("max", 200)):
        assert signed_in(username).get(path, status).status == status


def test_a_sheet_that_there_is_not_is_not_found(fin: Browser) -> None:
    for where in ("sheet=wales", "no=999999", "on=soon"):
        fin.get(f"/method/sheets/lines?{where}", 404)
