"""The pages of a child: found, logged, added up, and every figure taken apart to its facts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from recorder.desk import reads_of_child
from tests.web.pages import Browser, words
from tests.web.priced import correct_visit, price
from tests.web.village import KIT, RUBY, TOM, Village

SignIn = Callable[[str], Browser]


def reads(village: Village, child: object) -> list[tuple[str, str]]:
    return [(read.who, read.what) for read in reads_of_child(village.house.where.engine("desk"), child)]  # type: ignore[arg-type]


def test_the_caseload_is_listed_and_the_reading_noted(village: Village, ada: Browser) -> None:
    page = ada.get("/children")
    assert page.link("Ruby Ashworth") == f"/children/{RUBY}"
    assert "Kit Cole" not in page.main
    assert ("ada", "list") in reads(village, TOM)
    assert reads(village, KIT) == []


def test_a_leader_sees_the_team_s_children(signed_in: SignIn) -> None:
    assert {"Ruby Ashworth", "Tom Briar", "Kit Cole"} <= {words(a) for a in signed_in("cam").get("/children").all("a")}


def test_a_child_is_found_by_identifier_and_the_search_is_noted(village: Village, ada: Browser) -> None:
    page = ada.submit(ada.get("/children"), {"identifier": " n00003 "})
    assert page.h1 == "Kit Cole"
    assert reads(village, KIT)[:2] == [("ada", "child, costs, not on caseload"), ("ada", "search")]
    again = ada.submit(ada.get("/children"), {"identifier": "N99999"}, 422)
    assert again.errors()[0][1] == "#identifier"
    blank = ada.submit(ada.get("/children"), {"identifier": ""}, 422)
    assert blank.errors() == [("Enter an identifier", "#identifier")]


def test_finance_sees_the_identifier_and_never_the_name(village: Village, signed_in: SignIn) -> None:
    price(village)
    fin = signed_in("fin")
    for path in (f"/children/{RUBY}", f"/children/{RUBY}/timeline"):
        page = fin.get(path)
        assert page.h1 == "Child N00001"
        assert "Ruby" not in page.text
        assert "Ashworth" not in page.text
    assert ("fin", "child, timeline, not on caseload") in reads(village, RUBY)


def test_an_id_that_is_no_child_s_is_not_found(ada: Browser) -> None:
    assert ada.get("/children/01900000-0000-7000-8000-000000000009", 404).h1 == "Page not found"


def test_a_child_with_nothing_posted_says_so(ada: Browser) -> None:
    assert "Nothing has been posted for this child yet" in ada.get(f"/children/{TOM}").main


def test_the_ledger_adds_up_and_every_figure_opens(village: Village, ada: Browser) -> None:
    price(village)
    page = ada.get(f"/children/{RUBY}?year=2025")
    table = page.with_id("ledger")
    assert table is not None
    footer = [words(cell) for cell in table.find("tfoot").iter() if cell.tag in {"th", "td"}]  # type: ignore[union-attr]
    # 303 nights at £700 a week, and two thirds of 61 minutes at £45.71.
    assert footer == ["Total", "£30,330.98", "£30,330.98", "£30,330.98"]
    links = [a.get("href", "") for a in table.iter("a")]
    assert len(links) == 10
    for href in links:
        opened = ada.get(href)
        units = [int(n.replace(",", "")) for n in _column(opened, "parts", 3)]
        assert sum(units[:-1]) == units[-1]
        assert opened.h1 in page.main


def _column(page: object, table_id: str, number: int) -> list[str]:
    table = page.with_id(table_id)  # type: ignore[attr-defined]
    rows = [tr for tr in table.iter("tr") if tr.find("th") is not None and tr.findall("td")]
    texts = [words(row.findall("td")[number - 1]) for row in rows]
    return [re.sub(r"[^0-9,]", "", text) for text in texts if "unpriced" not in text]


def test_a_figure_is_taken_apart_to_fact_price_and_split(village: Village, ada: Browser) -> None:
    price(village)
    text = ada.get(f"/children/{RUBY}/explain?year=2025&month=202603&process=CLA3").main
    # The placement: both funders, nights and sevenths.
    assert "31 × £500.00 ÷ 7 = £2,214.28 4/7p" in text
    assert "Education pays £200.00 of the fee of £700.00 a week" in text
    # The visit: minutes, the hour, the share by weight, the schema and its sum.
    assert "50m of work and 11m of travel by Ada Osei, social worker." in text
    assert "61 × £45.71 ÷ 60 = £46.47" in text
    assert "Shared among 2 children by weight: this child’s 2 of 3" in text
    assert "£69,157.00 ÷ 1,513 = £45.71" in text
    assert "left out of the schema" in text
    # The facts: who recorded what, and when it was known.
    assert "Recorded" in text
    assert "test (test)" in text
    assert "2 April 2026 at 10:30am" in text


def test_what_has_no_price_is_shown_and_never_zero(village: Village, ada: Browser) -> None:
    price(village)
    page = ada.get(f"/children/{RUBY}?year=2025")
    assert "1 unpriced" in page.main
    opened = ada.get(next(a.get("href", "") for a in page.with_id("ledger").iter("a") if "202603" in a.get("href", "")))  # type: ignore[union-attr]
    assert "The time is not known, so it has no price. It is never taken as zero." in opened.main
    assert "1 posting has no price" in opened.main


def test_without_a_fee_the_nights_are_unpriced(ada: Browser) -> None:
    page = ada.get(f"/children/{RUBY}?year=2025")
    assert "£0.00" in page.main
    assert "10" in page.main
    assert "unpriced" in page.main


def test_the_record_as_it_was_known(village: Village, ada: Browser) -> None:
    price(village)
    village.house.clock.advance(timedelta(days=2))
    correct_visit(village, 110)
    ada.app.extensions["daybook"]._clock = village.house.clock
    now = ada.get(f"/children/{RUBY}/explain?year=2025&month=202603&process=CLA3").main
    then = ada.get(f"/children/{RUBY}/explain?year=2025&month=202603&process=CLA3&as-at=2026-04-02").main
    assert "121 × £45.71" in now
    assert "Amended: wrong time" in now
    assert "61 × £45.71" in then
    assert "Amended" not in then
    assert "As known at the end of 2 April 2026" in ada.get(f"/children/{RUBY}?year=2025&as-at=2/4/2026").main


@pytest.mark.parametrize(
    ("query", "said", "where"),
    [
        ("from=banana", "“From” must be a real date, like 1/4/2024", "#from"),
        ("from=1/3/2026&to=1/2/2026", "The period must end on or after the day it starts", "#to"),
        ("to=1/1/2027", "Costs can be worked out up to 1 April 2026, the last day that has ended", "#to"),
    ],
)
def test_a_period_that_cannot_be_shown_is_refused_in_words(ada: Browser, query: str, said: str, where: str) -> None:
    page = ada.get(f"/children/{RUBY}?{query}", 422)
    assert page.errors() == [(said, where)]
    assert "1 April 2025 to 31 March 2026" in page.main or "1 April 2026" in page.main


def test_a_part_of_a_month_is_cut_exactly(village: Village, ada: Browser) -> None:
    price(village)
    page = ada.get(f"/children/{RUBY}?from=2025-06-10&to=2025-06-12")
    assert "£300.00" in page.main
    assert "Brought forward" in page.main
    assert "£800.00" in page.main


def test_the_timeline_tells_what_was_known_when(village: Village, ada: Browser) -> None:
    price(village)
    text = ada.get(f"/children/{RUBY}/timeline").main
    for said in (
        "In care: Foster, other carer",
        "Fee: £700.00 a week",
        "Allocated to Ada Osei",
        "2 activities recorded",
    ):
        assert said in text
    assert text.index("2 activities recorded") < text.index("In care:")


def test_explanations_of_nothing_are_not_found(village: Village, ada: Browser) -> None:
    price(village)
    for query in ("month=202603&process=CLA8", "month=20&process=CLA3", "process=CLA3", "month=202001&process=CLA3"):
        ada.get(f"/children/{RUBY}/explain?year=2025&{query}", 404)
