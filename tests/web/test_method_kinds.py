"""The vocabulary on its page: every kind with what it means, found by what people write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from costing.vocabulary import CLASSES, kinds
from tests.web.pages import Browser
from tests.web.test_method_sheets import stacked
from tests.web.village import Village

SignIn = Callable[[str], Browser]


def test_every_kind_stands_under_its_class(signed_in: SignIn) -> None:
    page = signed_in("fin").get("/method/kinds")
    shown = {name: [row[0] for row in stacked(page, name)] for name in CLASSES}
    assert {name: len(rows) for name, rows in shown.items()} == {
        name: sum(each.kind_class == name for each in kinds()) for name in CLASSES
    }
    visit = next(row for row in stacked(page, "direct") if row[0].startswith("Visit at home or placement"))
    assert visit[3:] == ["Direct", "Yes", "A visit, if the child was seen", "Offered", "Change"]


@pytest.mark.parametrize(
    ("words", "label"),
    [("T/C", "Phone"), ("HV", "Visit at home"), ("h/v", "Visit at home"), ("DW", "Direct work")],
)
def test_a_kind_is_found_by_what_people_write(signed_in: SignIn, words: str, label: str) -> None:
    found = stacked(signed_in("fin").get(f"/method/kinds?q={words}"), "found")
    assert label.casefold() in found[0][0].casefold() or words.casefold() in found[0][2].casefold()


def test_words_that_fit_nothing_are_said_to(signed_in: SignIn) -> None:
    page = signed_in("fin").get("/method/kinds?q=xyzzy")
    assert "No kind of work has these words" in page.main


DAY = {"valid_from-day": "10", "valid_from-month": "3", "valid_from-year": "2026"}
SIBLINGS = {"parent": "D1H", "mark": "sib", "label": "Visit with siblings", "definition": "All seen together"} | DAY


def test_an_own_kind_is_kept_once_found_changed_and_retired(signed_in: SignIn, village: Village) -> None:
    fin = signed_in("fin")
    form = fin.get("/method/kinds/new")
    said = SIBLINGS | {"synonyms": "SV; sib visit", "asks_seen": "yes", "may_satisfy_visit_rule": "if_seen"}
    assert [fin.send(form, said).status_code for _ in range(2)] == [303, 303]
    village.catch_up()
    row = stacked(fin.get("/method/kinds?q=SV"), "found")[0]
    assert row[0].startswith("Visit with siblings")
    assert row[3:7] == ["Direct", "Yes", "A visit, if the child was seen", "Offered"]
    ask = fin.get("/method/kinds/retire?code=D1H.SIB")
    assert fin.send(ask, {"reason": "", **DAY}).status_code == 422
    assert fin.send(ask, {"reason": "Not used", **DAY}).status_code == 303
    village.catch_up()
    assert stacked(fin.get("/method/kinds?q=SV"), "found")[0][6] == "Heading or old records"


def test_every_problem_is_said_at_once_and_nothing_typed_is_lost(signed_in: SignIn) -> None:
    fin = signed_in("fin")
    page = fin.submit(fin.get("/method/kinds/new"), {"examples": "two sisters", "label": ""}, 422)
    for words in (
        "Select the kind of work it belongs to",
        "Enter what it is called",
        "Say what it covers",
    ):
        assert words in page.main
    assert 'value="two sisters"' in page.response.get_data(as_text=True)
