"""Comparing runs on a page: parts re-add, what-ifs are explained change by change, and files and looks are noted."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote
from uuid import UUID

import pytest
from flask import Flask

from recorder.desk import looks
from tests.web.pages import Browser, Page
from tests.web.test_runs import made, runs_of
from tests.web.village import Village
from web import state

FEE = '[[change]]\nkind = "fee"\nplacement_type = "la_foster"\npercent = 10\n'
MENTOR = '\n[[change]]\nkind = "new_service"\nname = "Mentor"\namount = 25\nevery = "week"\n'


def supposed(fin: Browser, run: Page, changes: str) -> Page:
    """The comparison that making the run with these changes leads to."""
    page = fin.get(f"{run.response.request.path}/what-if?changes={quote(changes)}")
    form = next(each for each in page.all("form") if (each.get("action") or "").endswith("/what-if/run"))
    answer = fin.client.post(form.get("action"), data=page.fields(form))
    assert answer.status_code == 303
    for _ in range(30):
        found = fin.client.get(answer.headers["Location"])
        if found.status_code == 303:
            return fin.get(found.headers["Location"])
    raise AssertionError("the run was not made")


@pytest.fixture
def pair(fin: Browser, village: Village) -> tuple[UUID, UUID]:
    supposed(fin, made(fin), FEE + MENTOR)
    (first, _), (second, _) = runs_of(village)
    return first, second


def test_each_change_has_its_part_and_the_parts_re_add(fin: Browser, village: Village, pair: tuple[UUID, UUID]) -> None:
    page = fin.get(f"/runs/{pair[0]}/compare?with={pair[1]}")
    assert "1. Local authority foster care costs 10% more" in page.main
    assert "2. Mentor is added at £25.00 a week for every child" in page.main
    assert "What if" in page.main
    file = fin.raw(f"/runs/{pair[0]}/compare.csv?with={pair[1]}").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(file)))
    (_, before), (_, after) = runs_of(village)
    difference = after.total_units - before.total_units
    assert difference > 0
    for part in ("cause", "change", "process", "placement-type", "need", "month", "child"):
        assert sum(int(row["change_units"]) for row in rows if row["part"] == part) == difference, part


def test_the_other_way_round_nothing_is_supposed(fin: Browser, pair: tuple[UUID, UUID]) -> None:
    page = fin.get(f"/runs/{pair[1]}/compare?with={pair[0]}")
    assert "Change by change" not in page.main
    assert "less" in page.main


def test_a_what_if_offers_the_run_it_came_from_first(fin: Browser, pair: tuple[UUID, UUID]) -> None:
    page = fin.get(f"/runs/{pair[1]}/compare")
    chosen = [each.get("value") for each in page.all("option") if each.get("selected") is not None]
    assert chosen == [str(pair[0])]


def test_what_a_change_alters_is_marked_in_the_report(fin: Browser, pair: tuple[UUID, UUID]) -> None:
    page = fin.get(f"/runs/{pair[1]}")
    assert "Added, what if" in page.main
    assert "Mentor is added" in page.main
    lines = fin.raw(f"/runs/{pair[1]}/lines.csv").get_data(as_text=True)
    assert ",what if," in lines
    assert ",what if" not in fin.raw(f"/runs/{pair[0]}/lines.csv").get_data(as_text=True)


def test_a_copy_of_a_what_if_supposes_the_same(fin: Browser, village: Village, pair: tuple[UUID, UUID]) -> None:
    page = fin.get(f"/runs/new?from={pair[1]}")
    assert "Mentor is added" in page.main
    fin.submit(page, {"title": "The same again"})
    assert "Mentor" in runs_of(village)[-1][1].settings


def test_a_child_that_is_shown_is_noted(fin: Browser, app: Flask, pair: tuple[UUID, UUID]) -> None:
    fin.get(f"/runs/{pair[0]}/compare?with={pair[1]}")
    with app.app_context():
        assert looks(state.state().desk)[0].what == "run comparison"


def test_what_cannot_be_compared_is_not_found(fin: Browser, pair: tuple[UUID, UUID]) -> None:
    fin.get(f"/runs/{pair[0]}/compare?with=anything", 404)
    fin.get(f"/runs/{pair[0]}/compare?with=00000000-0000-0000-0000-000000000000", 404)


@pytest.mark.parametrize(
    ("kind", "typed", "problem"),
    [
        ("fee", {"by": "weekly", "weekly": "", "placement_type": "residential"}, "one of the two"),
        ("frequency", {"by": "months", "months": "many", "process": "CLA6"}, "whole number"),
        ("placement_mix", {"from_type": "residential", "to_type": "residential", "percent": "5"}, "two different"),
        (
            "new_service",
            {"name": "", "amount": "5", "first-day": "40/1/2025"},
            "date",
        ),
        ("removed_process", {"process": ""}, "Choose the process"),
        ("standard_time", {"line": "", "worker_type": "", "by": "added", "added": "1"}, "worker type"),
    ],
)
def test_a_change_that_says_too_little_is_told_so(fin: Browser, kind: str, typed: dict[str, str], problem: str) -> None:
    run = made(fin)
    wrong = fin.submit(fin.get(f"{run.response.request.path}/what-if?kind={kind}"), typed, 422)
    assert problem in " ".join(text for text, _ in wrong.errors())


def test_an_address_that_holds_no_changes_is_told(fin: Browser) -> None:
    run = made(fin)
    page = fin.get(f"{run.response.request.path}/what-if?changes=%5B%5Bchange", 422)
    assert "not TOML" in page.main


def test_a_run_that_cannot_suppose_so_says_why(fin: Browser) -> None:
    run = made(fin)
    none = '[[change]]\nkind = "fee"\nplacement_type = "custody"\npercent = 10\n'
    page = fin.get(f"{run.response.request.path}/what-if?changes={quote(none)}")
    form = next(each for each in page.all("form") if (each.get("action") or "").endswith("/what-if/run"))
    answer = fin.client.post(form.get("action"), data=page.fields(form))
    text = answer.get_data(as_text=True)
    if answer.status_code == 303:
        text = fin.client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Change 1: The run has no night in custody" in text


def test_others_are_not_let_in(fin: Browser, ada: Browser, pair: tuple[UUID, UUID]) -> None:
    ada.get(f"/runs/{pair[0]}/compare?with={pair[1]}", 403)
    ada.get(f"/runs/{pair[0]}/what-if", 403)
