"""Who looked: every look at a record is listed for information governance, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.pages import Browser
from tests.web.village import RUBY, TOM

SignIn = Callable[[str], Browser]


@pytest.fixture
def gil(signed_in: SignIn) -> Browser:
    return signed_in("gil")


def test_a_look_at_a_child_is_listed_with_who_and_what(ada: Browser, gil: Browser) -> None:
    ada.get(f"/children/{RUBY}")
    page = gil.get("/reads")
    assert "Ada Osei" in page.main
    assert "Child, costs" in page.main
    assert "Ruby" not in page.main


def test_looks_are_narrowed_to_one_person_or_one_child(ada: Browser, gil: Browser, signed_in: SignIn) -> None:
    signed_in("cam").get(f"/children/{TOM}/timeline")
    ada.get(f"/children/{RUBY}")
    assert "Ada Osei" not in gil.get("/reads?person=cam").main.split("Looks, the latest first")[1]
    assert "Cam Lyle" in gil.get("/reads?person=cam").main.split("Looks, the latest first")[1]


def test_an_identifier_nobody_has_is_said_and_kept(gil: Browser) -> None:
    page = gil.get("/reads?child=X99999")
    assert "No child has this identifier" in page.main
    assert 'value="X99999"' in page.text


def test_an_empty_list_says_so(gil: Browser) -> None:
    assert "Nobody has looked at a record like this" in gil.get("/reads?person=nobody").main


def test_nobody_else_may_see_it(ada: Browser) -> None:
    assert ada.raw("/reads").status_code == 403
