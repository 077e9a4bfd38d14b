"""Rules for the process of work on pages: shipped and own, looked at with what they move, kept, withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from projections import tables as t
from tests.web.pages import Browser
from tests.web.priced import price
from tests.web.test_finance import shown
from tests.web.test_method_frameworks import NINE, define
from tests.web.test_method_sheets import stacked
from tests.web.village import Village

SignIn = Callable[[str], Browser]
DAY = {"valid_from-day": "10", "valid_from-month": "3", "valid_from-year": "2026"}
VISITS = {"kind": "D1H", "open_framework": "CLA", "process": "CLA2"} | DAY


@pytest.fixture
def fin(village: Village, signed_in: SignIn) -> Browser:
    price(village)
    return signed_in("fin")


def processes(village: Village) -> set[tuple[str, str, str | None]]:
    """Kind, process and the version of its rule, of each child's part of the work."""
    with village.house.tables.reader().connect() as connection:
        c, a = t.activity_child.c, t.activity.c
        query = select(a.kind, c.process, c.rule).join(t.activity, a.activity_no == c.activity_no)
        return {tuple(row) for row in connection.execute(query)}


def keep(fin: Browser, village: Village, said: dict[str, str], where: str = "new") -> None:
    checked = fin.submit(fin.get(f"/method/inference/{where}"), said | {"step": "check"})
    assert fin.send(checked, {"step": "confirm"}).status_code == 303
    village.catch_up()


def test_the_shipped_rules_are_shown(fin: Browser) -> None:
    page = fin.get("/method/inference")
    rows = stacked(page, "rules")
    assert len(rows) == 36
    assert {tuple(row[3:5]) for row in rows} == {("Shipped", "2026.1")}
    assert "None yet" in shown(page, "own")[0][0]


def test_a_rule_shows_what_it_moves_and_moves_just_that(fin: Browser, village: Village) -> None:
    before = processes(village)
    assert ("D1H", "CLA3", "2026.1") in before
    checked = fin.submit(fin.get("/method/inference/new"), VISITS | {"step": "check"})
    # Ruby's part of the visit of 50 minutes, 2 to 1: 33 minutes.
    assert [row[:4] for row in stacked(checked, "moved")] == [
        ["CLA 3: Maintain the placement", "CLA 2: Care planning", "1", "1"]
    ]
    assert processes(village) == before
    position = village.house.recorder.log_store.position()
    assert [fin.send(checked, {"step": "confirm"}).status_code for _ in range(2)] == [303, 303]
    assert village.house.recorder.log_store.position() == position + 1
    village.catch_up()
    rule = f"own {position + 1}"
    assert ("D1H", "CLA2", rule) in processes(village)
    assert {each for each in processes(village) if each[0] == "D5"} == {each for each in before if each[0] == "D5"}
    page = fin.get("/method/inference")
    assert ["Ownfrom 10 Mar 2026", rule] in [row[3:5] for row in stacked(page, "rules")]
    assert "2026.1 with rules of the authority" in page.main


def test_a_day_to_come_is_looked_at_as_if_it_had_held(fin: Browser, village: Village) -> None:
    checked = fin.submit(fin.get("/method/inference/new"), VISITS | {"valid_from-year": "2046", "step": "check"})
    assert "as if the rule had held" in checked.main
    assert stacked(checked, "moved")[0][:2] == ["CLA 3: Maintain the placement", "CLA 2: Care planning"]
    before = processes(village)
    fin.send(checked, {"step": "confirm"})
    village.catch_up()
    assert processes(village) == before
    assert stacked(fin.get("/method/inference"), "own")[0][4] == "to come"


def test_a_rule_withdrawn_gives_way_to_the_shipped_one(fin: Browser, village: Village) -> None:
    before = processes(village)
    keep(fin, village, VISITS)
    ask = fin.get("/method/inference/withdraw?kind=D1H&open_framework=CLA")
    wrong = fin.submit(ask, {"step": "check"}, 422)
    assert [href for _, href in wrong.errors()] == ["#valid_from-day", "#reason"]
    keep(fin, village, DAY | {"reason": "Wrong"}, "withdraw?kind=D1H&open_framework=CLA")
    assert processes(village) == before
    rows = stacked(fin.get("/method/inference"), "own")
    assert [row[4] for row in rows] == ["withdrawal", "superseded"]
    fin.get("/method/inference/withdraw?kind=D5&open_framework=CLA", 404)


def test_work_can_go_to_an_own_process(fin: Browser, village: Village) -> None:
    define(fin, village, "process", NINE)
    keep(fin, village, VISITS | {"process": "CLA9"})
    assert "CLA9" in {process for _, process, _ in processes(village)}
    assert "CLA 9: Life story work" in fin.get("/method/inference").main


def test_every_problem_at_once_and_nothing_is_lost(fin: Browser) -> None:
    form = fin.get("/method/inference/new")
    page = fin.submit(form, {"kind": "D1H", "valid_from-day": "40", "step": "check"}, 422)
    assert [href for _, href in page.errors()] == ["#open_framework", "#process", "#valid_from-day"]
    assert (page.fields()["kind"], page.fields()["valid_from-day"]) == ("D1H", "40")


def test_social_workers_see_none_of_it(ada: Browser) -> None:
    ada.get("/method/inference", 403)


OWN_KIND = {"parent": "D1H", "mark": "SIB", "label": "Visit with siblings", "definition": "All seen together"}


def test_an_own_kind_has_a_rule_from_the_day_it_holds(fin: Browser, village: Village) -> None:
    fin.send(fin.get("/method/kinds/new"), OWN_KIND | DAY)
    village.catch_up()
    form = fin.get("/method/inference/new")
    option = next(each for each in form.all("option") if each.get("value") == "D1H.SIB")
    assert "".join(option.itertext()) == "Visit with siblings (visit at home or placement)"
    early = fin.submit(form, VISITS | {"kind": "D1H.SIB", "valid_from-day": "9", "step": "check"}, 422)
    assert early.errors() == [("Visit with siblings is no kind of work on 9 March 2026", "#kind")]
    keep(fin, village, VISITS | {"kind": "D1H.SIB"})
    assert any(row[0].startswith("Visit with siblings") for row in stacked(fin.get("/method/inference"), "rules"))
    # A retired kind keeps its place: what was recorded with it is still work of a process.
    fin.send(fin.get("/method/kinds/retire?code=D1H.SIB"), {"reason": "Not used", **DAY, "valid_from-day": "11"})
    village.catch_up()
    assert "D1H.SIB" in {each.get("value") for each in fin.get("/method/inference/new").all("option")}
