"""Budget monitoring: a budget set, a year beside it, the month explained, the children counted to the money."""

from __future__ import annotations

import re
from datetime import date

import pytest

from projections.queries.budget import children_priced
from recorder.budgets import budget_history, budget_of
from recorder.domain.ids import new_id
from recorder.periods import close_month
from tests.web.pages import Browser
from tests.web.test_finance import shown
from tests.web.village import BY, Village
from web.forecasts import asked, budget

PAGE = "/forecasts/budget?month=2026-01&uplift=0"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few futures, and pages that wait for them."""
    monkeypatch.setattr(asked, "SIMULATIONS", 200)
    monkeypatch.setattr(budget, "PATIENCE_SECONDS", 30.0)


def pounds(text: str) -> int:
    return int(text.replace("£", "").replace(",", "").replace("−", "-").replace("+", ""))


def set_budget(fin: Browser, **said: str) -> None:
    page = fin.get("/forecasts/budget/2025")
    assert page.h1 == "Budget of 2025/26"
    answer = fin.send(page, said)
    assert answer.status_code == 303


def test_a_year_beside_its_budget(fin: Browser, village: Village) -> None:
    set_budget(fin, la_foster="30,000", staff="500.50")
    assert budget_of(village.house.recorder, 2025) == {"la_foster": 30_000_00, "staff": 500_50}
    page = fin.get(PAGE)
    foster, staff = shown(page, "lines")
    assert foster[:2] == ["Local authority foster care", "£30,000"]
    actual, committed, simulated, expected, low, high, variance = map(pounds, foster[2:])
    # From 2 June to 31 January: 244 nights at £100.
    assert actual == 24_400
    assert abs(actual + committed + simulated - expected) <= 1
    assert committed <= 59 * 100
    assert low <= expected
    assert low <= high
    assert variance == expected - 30_000
    assert staff[0] == "Staff time"
    assert "Since 31 December 2025 what placements are expected to cost" in page.main
    # The sentence's amounts stay with their signs at the end of a line.
    (told,) = re.findall(r"expected to cost (?:rose|fell) by [^:]+: (.*?)\.\s", page.main)
    assert re.search("[+−]\u2060£", told)
    assert not re.search("[+−]£", told)
    causes = [pounds(row[2]) for row in shown(page, "changed")]
    assert len(causes) == 3
    assert "1 child is in placement on 31 January 2026: 1 with a fee of their own." in page.main
    (counted,) = shown(page, "counted")
    assert counted == ["Local authority foster care", "1", "1", "0", "0", "0", "31", "£3,100", "£700"]


def test_a_year_that_is_over_stands_as_it_came(fin: Browser) -> None:
    page = fin.get("/forecasts/budget?month=2026-03")
    assert "The cost of 2025/26 is £30.3k" in page.main
    foster = shown(page, "lines")[0]
    assert [foster[2], foster[5], foster[6]] == ["£30,300", "£30,300", ""]


def test_a_budget_is_set_again_and_every_problem_is_said(fin: Browser, village: Village) -> None:
    set_budget(fin, la_foster="30000")
    page = fin.get("/forecasts/budget/2025")
    bad = fin.submit(page, {"la_foster": "lots", "staff": "1.234"}, 422)
    assert bad.errors() == [
        ("“lots” is not an amount of pounds, like 1,250,000", "#la_foster"),
        ("“1.234” is not an amount of pounds, like 1,250,000", "#staff"),
    ]
    assert bad.fields()["la_foster"] == "lots"
    none = fin.submit(page, {"la_foster": ""}, 422)
    assert none.errors() == [("Enter at least one amount", "#la_foster")]
    fin.send(page, {"la_foster": "31000"})
    assert [event.provenance.by for event in budget_history(village.house.recorder, 2025)] == ["fin", "fin"]
    late = fin.submit(page, {"la_foster": "32000"}, 409)
    assert late.errors()[0][0].startswith(("Somebody else set this budget", "This"))
    assert budget_of(village.house.recorder, 2025) == {"la_foster": 31_000_00}


def test_the_children_are_counted_once_also_after_a_month_was_closed(fin: Browser, village: Village) -> None:
    close_month(village.house.recorder, new_id(), 202602, BY)
    village.catch_up()
    with village.house.tables.reader().connect() as connection:
        (row,) = children_priced(connection, date(2026, 2, 10))
    assert (row.placement_type, row.children, row.own) == ("la_foster", 1, 1)


def test_two_pages_for_the_director_and_who_may_set(fin: Browser, signed_in) -> None:  # type: ignore[no-untyped-def]
    page = fin.get("/forecasts/budget/director?month=2026-01")
    assert page.h1 == "Children’s placements: budget 2025/26"
    assert len([each for each in page.all("div") if each.get("class") == "db-sheet"]) == 2
    admin = signed_in("max")
    assert "Set the budget" not in admin.get(PAGE).main
    admin.get("/forecasts/budget/2025", 403)
    signed_in("ada").get(PAGE, 403)
