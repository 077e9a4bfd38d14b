"""The vocabulary on its page: every kind with what it means, found by what people write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from costing.vocabulary import CLASSES, kinds
from tests.web.pages import Browser, Page
from tests.web.test_method_sheets import stacked
from tests.web.village import RUBY, Village

SignIn = Callable[[str], Browser]


def test_every_kind_stands_under_its_class(signed_in: SignIn) -> None:
    page = signed_in("fin").get("/method/kinds")
    shown = {name: [row[0] for row in stacked(page, name)] for name in CLASSES}
    assert {name: len(rows) for name, rows in shown.items()} == {
        name: sum(each.kind_class == name for each in kinds()) for name in CLASSES
    }
    visit = next(row for row in stacked(page, "direct") if row[0].startswith("Visit at home or placement"))
    assert visit[3:] == ["Direct", "Yes", "A visit, if the child was seen", "Yes", "Change"]


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
    assert row[3:7] == ["Direct", "Yes", "A visit, if the child was seen", "Yes"]
    ask = fin.get("/method/kinds/retire?code=D1H.SIB")
    assert fin.send(ask, {"reason": "", **DAY}).status_code == 422
    assert fin.send(ask, {"reason": "Not used", **DAY}).status_code == 303
    village.catch_up()
    assert stacked(fin.get("/method/kinds?q=SV"), "found")[0][6] == "No"


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


def keep(fin: Browser, village: Village, where: str, said: dict[str, str]) -> Page:
    answer = fin.send(fin.get(f"/method/kinds/{where}"), said)
    assert answer.status_code == 303
    village.catch_up()
    return fin.get(answer.headers["Location"])


def test_the_page_of_a_kind_says_who_said_what_when_and_why(signed_in: SignIn, village: Village) -> None:
    fin = signed_in("fin")
    page = keep(fin, village, "new", SIBLINGS | {"synonyms": "SV"})
    assert page.h1 == "Visit with siblings"
    assert "Added" in page.main
    said = {"synonyms": "SV; sib visit", "valid_from-day": "12", "valid_from-month": "3", "valid_from-year": "2026"}
    keep(signed_in("max"), village, "new?code=D1H.SIB", said)
    page = keep(fin, village, "retire?code=D1H.SIB", DAY | {"valid_from-day": "20", "reason": "Nobody used it"})
    assert "Retired from 20 March 2026: Nobody used it." in page.main
    history = page.main[page.main.index("History") :]
    told = [history.index(each) for each in ("Retired", "Changed", "Added")]
    assert told == sorted(told)
    assert "From 12 March 2026. Also called: was SV now SV, sib visit" in history
    assert "From 20 March 2026. Nobody used it. Offered when recording: was Yes now No" in history
    assert (history.count("by Fin Moss"), history.count("by Max Reid")) == (2, 1)


def test_a_kind_to_come_is_shown_and_can_be_changed(signed_in: SignIn, village: Village) -> None:
    fin = signed_in("fin")
    page = keep(fin, village, "new", SIBLINGS | {"valid_from-month": "5"})
    assert "It holds from 10 May 2026" in page.main
    assert stacked(fin.get("/method/kinds?q=siblings"), "found")[0][6] == "Not yet"
    assert fin.get("/method/kinds/new?code=D1H.SIB").fields()["label"] == "Visit with siblings"


def test_a_kind_that_is_to_be_retired_says_so_and_can_be_left_out_before(signed_in: SignIn, village: Village) -> None:
    fin = signed_in("fin")
    keep(fin, village, "new", SIBLINGS)
    may = {"valid_from-day": "10", "valid_from-month": "5", "valid_from-year": "2026"}
    page = keep(fin, village, "retire?code=D1H.SIB", may | {"reason": "Not used."})
    assert "To be retired from 10 May 2026: Not used. What it is called" in page.main
    page = keep(fin, village, "new?code=D1H.SIB", DAY | {"valid_from-day": "15", "offered": "no"})
    assert "etired from" not in page.main.partition("History")[0]


def test_a_shipped_kind_has_a_page_and_a_code_that_is_none_has_not(signed_in: SignIn) -> None:
    fin = signed_in("fin")
    assert "as it is shipped" in fin.get("/method/kinds/of/D1H").main
    fin.get("/method/kinds/of/Z9", 404)


def test_what_cannot_be_retired_that_day_is_told_at_the_day(signed_in: SignIn, village: Village) -> None:
    fin = signed_in("fin")
    keep(fin, village, "new", SIBLINGS)
    page = fin.submit(fin.get("/method/kinds/retire?code=D1H.SIB"), DAY | {"valid_from-day": "9", "reason": ""}, 422)
    assert page.errors() == [
        ("There is no such kind of work on that day", "#valid_from-day"),
        ("Say why it is retired", "#reason"),
    ]


def test_a_kind_that_can_never_be_a_visit_is_refused_as_one(signed_in: SignIn) -> None:
    said = SIBLINGS | {"parent": "D6C", "asks_seen": "yes", "may_satisfy_visit_rule": "if_seen"}
    fin = signed_in("fin")
    page = fin.submit(fin.get("/method/kinds/new"), said, 422)
    assert "can never count as a visit" in page.main


def test_retiring_a_kind_changes_no_figure_and_no_word_of_what_was_recorded(
    fin: Browser, signed_in: SignIn, village: Village
) -> None:
    keep(fin, village, "new", SIBLINGS | {"asks_seen": "yes"})
    ada = signed_in("ada")
    answers = {"children": [str(RUBY)], "kind": "D1H.SIB", "minutes": "40", "when": "another"}
    day = {"day-day": "20", "day-month": "3", "day-year": "2026"}
    assert ada.send(ada.get("/my-day"), answers | day).status_code == 303
    village.catch_up()
    pages = {
        "explained": f"/children/{RUBY}/explain?year=2025&month=202603&process=CLA3",
        "timeline": f"/children/{RUBY}/timeline",
        "time": "/method/time.csv?year=2025&split=both",
        "week": "/my-day?week=2026-03-20",
    }

    def read() -> dict[str, str]:
        readers = {"time": fin}
        return {name: readers.get(name, ada).raw(path).get_data(as_text=True) for name, path in pages.items()}

    before = read()
    for name in ("explained", "week"):
        assert "Visit with siblings" in before[name], name
    assert "Maintain" in before["time"] or "CLA3" in before["time"]
    keep(fin, village, "retire?code=D1H.SIB", DAY | {"valid_from-day": "11", "reason": "Not used"})
    after = read()
    assert after["time"] == before["time"]
    assert [Counter(told(after[name])) for name in ("explained", "timeline")] == [
        Counter(told(before[name])) for name in ("explained", "timeline")
    ]
    assert "Visit with siblings" in after["week"]


_EACH_TIME = ("nonce", "csrf", "data-token", "at=")


def told(page: str) -> list[str]:
    """What a page says, line by line, but for what differs each time it is made."""
    return [line for line in page.splitlines() if not any(each in line for each in _EACH_TIME)]
