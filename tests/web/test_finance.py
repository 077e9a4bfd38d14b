"""The pages of finance: three ways of adding up one period, files that match the page, and the way down."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from recorder.desk import reads_of_child
from tests.web.pages import Browser, Page, words
from tests.web.village import RUBY, Village

SignIn = Callable[[str], Browser]
YEAR = "year=2025"


def shown(page: Page, table: str) -> list[list[str]]:
    """The body rows of a table, the note under a first cell left out."""
    found = page.with_id(table)
    assert found is not None
    rows = [[c for c in tr if c.tag in {"th", "td"}] for tr in found.find("tbody").iter("tr")]  # type: ignore[union-attr]
    return [[words(cell[0] if len(cell) and cell[0].tag == "a" else cell) for cell in row] for row in rows]


def file(browser: Browser, href: str) -> list[dict[str, str]]:
    answer = browser.raw(href)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Cache-Control"] == "no-store"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def pence(text: str) -> Decimal:
    return Decimal(text.replace("£", "").replace(",", ""))


def test_the_first_page_of_finance(fin: Browser) -> None:
    page = fin.get("/")
    assert page.h1 == "What it cost"
    assert "1 April 2026" in page.main


@pytest.mark.parametrize(("by", "table"), [("month", "months"), ("placement-type", "types"), ("process", "processes")])
def test_a_file_holds_the_rows_of_the_page(fin: Browser, by: str, table: str) -> None:
    page = fin.get(f"/finance?{YEAR}")
    rows = file(fin, f"/finance/costs.csv?by={by}&{YEAR}")
    on_page = shown(page, table)
    assert sorted(pence(row[-1]) for row in on_page) == sorted(Decimal(row["total"]) for row in rows)
    assert sorted(int(row[1].replace(",", "")) for row in on_page) == sorted(int(row["nights"]) for row in rows)
    # 303 nights at £700 a week, and a visit of 61 minutes at £45.71.
    assert "£30,346.47" in page.main
    assert "£30,300.00 for 303 nights" in page.main


def test_what_has_no_price_stands_on_the_page(fin: Browser) -> None:
    page = fin.get(f"/finance?{YEAR}")
    assert re.search(r"Unpriced\s*1\s*postings without a time, rate or fee", page.main)


def test_the_way_down_from_a_month_to_a_child_s_ledger(fin: Browser, village: Village) -> None:
    month = fin.get(fin.get(f"/finance?{YEAR}").link("March 2026"))
    assert "1 March 2026 to 31 March 2026, by the day of service" in month.main
    children = fin.get(month.link("Local authority foster care"))
    assert "Only: Local authority foster care" in children.main
    assert [row[0] for row in shown(children, "children")] == ["N00001"]
    child = fin.get(children.link("N00001"))
    assert child.h1 == "Child N00001"
    opened = fin.get(child.link("£3,130.98"))
    assert "31 × £500.00 ÷ 7" in opened.main
    assert ("fin", "finance list") in [
        (r.who, r.what) for r in reads_of_child(village.house.where.engine("desk"), RUBY)
    ]


def test_the_file_of_children_goes_by_the_identifier_and_is_noted(fin: Browser, village: Village) -> None:
    rows = file(fin, f"/finance/costs.csv?by=child&{YEAR}")
    assert [row["child"] for row in rows] == ["N00001", "N00002"]
    assert [row["total"] for row in rows] == ["30330.98", "15.49"]
    assert [row["staff_minutes"] for row in rows] == ["41", "20"]
    assert "finance file" in [r.what for r in reads_of_child(village.house.where.engine("desk"), RUBY)]


def test_teams_and_their_file(fin: Browser) -> None:
    page = fin.get(f"/finance/teams?{YEAR}")
    assert [row[0] for row in shown(page, "teams")] == ["North team1 unpriced"]
    assert [row["team"] for row in file(fin, f"/finance/costs.csv?by=team&{YEAR}")] == ["North team"]


def test_the_trial_balance_is_zero(fin: Browser) -> None:
    page = fin.get(f"/finance/trial-balance?{YEAR}")
    table = page.with_id("accounts")
    footer = [words(c) for c in table.find("tfoot").iter() if c.tag in {"th", "td"}]  # type: ignore[union-attr]
    assert footer == ["Sum", "£30,346.47", "£30,346.47", "£0.00"]


def test_a_filter_that_fits_nothing_says_so(fin: Browser) -> None:
    assert "Nothing was posted" in fin.get(f"/finance?{YEAR}&type=custody").main


def test_days_that_have_not_ended_are_refused(fin: Browser) -> None:
    page = fin.get("/finance?to=1/1/2027", 422)
    assert page.errors() == [("Costs can be worked out up to 1 April 2026, the last day that has ended", "#to")]
    assert fin.raw("/finance/costs.csv?by=month&to=2027-01-01").status_code == 404
    assert fin.raw("/finance/costs.csv?by=nonsense").status_code == 404


@pytest.mark.parametrize("path", ["/finance", "/finance/children", "/finance/teams", "/finance/trial-balance"])
def test_only_finance_and_administrators_may_see_costs(village: Village, signed_in: SignIn, path: str) -> None:
    for username, status in (("ada", 403), ("cam", 403), ("max", 200)):
        assert signed_in(username).get(path, status).status == status
