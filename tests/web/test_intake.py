"""Settling what descriptions mean: the rows that waited are loaded, and the page says how many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from recorder.desk import waiting_phrases
from recorder.intake.activities import import_activities
from tests.web.pages import Browser
from tests.web.village import RUBY, Village

SignIn = Callable[[str], Browser]
FILE = """ref,client,worker,date,description,time
A1,N00001,W1,2026-03-02,tel chat w mum,20
A2,N00001,W1,2026-03-03,tel chat w mum,25
A3,N00001,W1,2026-03-04,zzz qqq,10
A4,N77777,W1,2026-03-04,home visit,10
"""


@pytest.fixture
def max_(village: Village, signed_in: SignIn, tmp_path: Path) -> Browser:
    path = tmp_path / "activities.csv"
    path.write_text(FILE)
    import_activities(village.house.recorder, village.house.where.engine("desk"), path, by="max")
    village.catch_up()
    return signed_in("max")


def waiting(village: Village) -> list[tuple[str, int]]:
    return [(each.phrase, each.rows) for each in waiting_phrases(village.house.where.engine("desk"))]


def test_what_waits_is_grouped_with_suggestions(village: Village, max_: Browser) -> None:
    page = max_.get("/imports")
    assert waiting(village)[0] == ("tel chat w mum", 2)
    assert page.main.index("tel chat w mum") < page.main.index("zzz qqq")
    assert "2 rows" in page.main
    assert "% alike" in page.main


def test_settling_loads_the_rows_that_waited(village: Village, max_: Browser) -> None:
    page = max_.submit(max_.get("/imports"), {"means": "other", "other": "D5"})
    assert "2 waiting rows loaded" in page.main
    assert waiting(village)[0][0] == "zzz qqq"
    village.catch_up()
    assert "2 activities recorded" in max_.get(f"/children/{RUBY}/timeline").main


def test_an_answer_that_is_missing_is_asked_for_again(village: Village, max_: Browser) -> None:
    page = max_.get("/imports")
    empty = max_.submit(page, {"means": None}, 422)
    assert empty.errors() == [("Choose what the description means", "#means-0")]
    half = max_.submit(page, {"means": "other", "other": ""}, 422)
    assert half.errors() == [("Choose another kind of work from the list", "#other-0")]
    assert waiting(village)[0] == ("tel chat w mum", 2)


def test_settled_twice_is_said(max_: Browser) -> None:
    page = max_.get("/imports")
    max_.submit(page, {"means": "other", "other": "D5"})
    assert "settled already" in max_.submit(page, {"means": "other", "other": "D5"}).main


def test_past_imports_are_listed(max_: Browser) -> None:
    page = max_.get("/imports/past")
    assert "Activities" in page.main
    assert "Read 4" in page.main


def test_nothing_waits_at_first(signed_in: SignIn) -> None:
    cam = signed_in("cam")
    assert "No description waits" in cam.get("/imports").main
    assert "Nothing has been imported yet" in cam.get("/imports/past").main
    signed_in("ada").get("/imports", 403)
    signed_in("fin").get("/imports", 403)
