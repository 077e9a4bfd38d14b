"""The vocabulary on its page: every kind with what it means, found by what people write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from costing.vocabulary import CLASSES, kinds
from tests.web.pages import Browser
from tests.web.test_method_sheets import stacked

SignIn = Callable[[str], Browser]


def test_every_kind_stands_under_its_class(signed_in: SignIn) -> None:
    page = signed_in("fin").get("/method/kinds")
    shown = {name: [row[0] for row in stacked(page, name)] for name in CLASSES}
    assert {name: len(rows) for name, rows in shown.items()} == {
        name: sum(each.kind_class == name for each in kinds()) for name in CLASSES
    }
    visit = next(row for row in stacked(page, "direct") if row[0].startswith("Visit at home or placement"))
    assert visit[3:] == ["Direct", "Yes", "A visit, if the child was seen", "Offered"]


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
