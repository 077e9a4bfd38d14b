"""Runs on pages: asked for, made, kept as they were, found again, copied and checked."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from costing.calculator_file import read_run_settings
from recorder.desk import fail_job, job, start_job
from recorder.desk_tables import run_child, run_report
from recorder.domain.care import EpisodeStated
from recorder.domain.ids import derived_id, new_id
from recorder.domain.runs import RunMade
from recorder.runs import kept_runs
from tests.web.pages import Browser, Page, words
from tests.web.priced import _state, correct_visit
from tests.web.village import RUBY, TOM, Village
from web import state
from web.runs import jobs
from web.runs.held import open_run

SignIn = Callable[[str], Browser]
FILE = 'title = "Young"\n[period]\nfirst = 2025-06-01\nlast = 2025-12-31\n[population]\nage_to = 10\n'


def made(fin: Browser, **answers: object) -> Page:
    """The page of a run that was asked for on the form."""
    return fin.submit(fin.get("/runs/new"), {"title": "All of 2025/26", **answers})


def runs_of(village: Village) -> list[tuple[UUID, RunMade]]:
    found = kept_runs(village.house.recorder)
    return [(event.originator_id, event.body) for event in found if isinstance(event.body, RunMade)]


def test_a_run_is_made_and_found_in_the_list(fin: Browser) -> None:
    page = made(fin)
    assert page.h1.endswith("All of 2025/26")
    assert "How this run was made" in page.main
    kept = fin.get("/runs")
    assert fin.get(kept.link("All of 2025/26")).h1 == page.h1


def test_a_run_says_how_it_was_made(fin: Browser, village: Village) -> None:
    page = made(fin, basis="recorded")
    ((_, fact),) = runs_of(village)
    for said in (fact.checksum, "1 April 2025 to 31 March 2026", "Recorded", "Everybody", "Fin Moss"):
        assert said in page.main
    assert set(fact.versions) == {
        "product", "method", "frameworks", "sheet", "inflation", "vocabulary", "inference", "placement_map",
    }  # fmt: skip


def test_the_form_sent_twice_makes_one_run(fin: Browser, village: Village) -> None:
    form = fin.get("/runs/new")
    first, second = fin.submit(form), fin.submit(form)
    assert first.h1 == second.h1
    assert len(runs_of(village)) == 1


def test_the_form_gone_back_to_and_changed_makes_another_run(fin: Browser, village: Village) -> None:
    form = fin.get("/runs/new")
    fin.submit(form, {"title": "One"})
    assert fin.submit(form, {"title": "Other"}).h1.endswith("Other")
    assert len(runs_of(village)) == 2


def test_all_problems_at_once_and_nothing_typed_is_lost(fin: Browser, village: Village) -> None:
    answers = {"year": "dates", "first-day": "31", "first-month": "2", "first-year": "2025", "last-day": "",
               "last-month": "", "last-year": "", "age_from": "old",
               "title": "Kept", "needs": ["ebd"], "frameworks": None, "with_placements": None}  # fmt: skip
    page = fin.submit(fin.get("/runs/new"), answers, status=422)
    assert [href for _, href in page.errors()] == ["#first-day", "#last-day", "#age_from", "#frameworks"]
    sent = page.fields()
    assert (sent["title"], sent["age_from"], sent["first-day"], sent["needs"]) == ("Kept", "old", "31", "ebd")
    opened = [e.get("id") for e in page.all("details") if e.get("open") is not None]
    assert opened == ["more-children", "more-counts"]
    assert runs_of(village) == []


def test_what_only_the_calculation_finds_is_said_on_the_form(fin: Browser) -> None:
    page = fin.submit(fin.get("/runs/new"), {"sheet": "own:lost", "title": "Kept"}, status=422)
    assert [href for _, href in page.errors()] == ["#sheet"]
    assert page.fields()["title"] == "Kept"


def test_a_file_fills_in_the_form_and_the_form_gives_the_file(fin: Browser) -> None:
    form = fin.get("/runs/new")
    sent = {"csrf_token": form.fields()["csrf_token"], "step": "upload"}
    answer = fin.raw("/runs/new", method="POST", data={**sent, "file": (io.BytesIO(FILE.encode()), "young.toml")})
    page = Page(answer, "/runs/new")
    assert (page.fields()["age_to"], page.fields()["first-month"], page.fields()["title"]) == ("10", "6", "Young")
    given = fin.send(page, path="/runs/new/settings.toml")
    assert given.headers["Content-Disposition"] == 'attachment; filename="run-young.toml"'
    assert read_run_settings(given.get_data(as_text=True)) == read_run_settings(FILE)
    wrong = fin.raw("/runs/new", method="POST", data={**sent, "file": (io.BytesIO(b"[weather]\n"), "x.toml")})
    assert [href for _, href in Page(wrong, "/runs/new").errors()] == ["#file"] * 3


def test_a_run_is_copied_with_all_its_settings(fin: Browser, village: Village) -> None:
    page = made(fin, basis="recorded", needs=["ebd"], pathway_plan_every_days="90")
    village.catch_up()
    copy = fin.get(page.link("Copy to a new run"))
    again = fin.submit(copy)
    assert again.h1 == page.h1
    first, second = (read_run_settings(fact.settings) for _, fact in runs_of(village))
    assert first == second
    assert first.pathway.plan_every_days == 90


def check(fin: Browser, page: Page) -> Page:
    return fin.submit(page)


def test_made_again_it_is_the_same_after_later_facts(fin: Browser, village: Village) -> None:
    page = made(fin, basis="recorded")
    path = fin.get("/runs").link("All of 2025/26")
    correct_visit(village, 120)
    episode = EpisodeStated(child=TOM, decom=date(2025, 7, 1), rne="S", ls="C2", cin="N1", place="K2",
                            provider="PR4", return_year="2025/26")  # fmt: skip
    _state(village, derived_id(TOM, "episode", "late"), episode, TOM)
    village.catch_up()
    assert "the same to the byte" in check(fin, fin.get(path)).h1
    later = made(fin, basis="recorded", title="Later")
    assert figure(later) != figure(page)


def figure(page: Page) -> str:
    return words(page.all("p", class_="db-stat__figure")[0])


def test_an_issued_report_stays_as_it_was_after_an_erasure(fin: Browser, village: Village, app: Flask) -> None:
    made(fin)
    path = fin.get("/runs").link("All of 2025/26")
    ((run_id, fact),) = runs_of(village)
    village.house.recorder.keys.destroy(RUBY, village.house.clock.now())
    with app.app_context():
        held = open_run(state.state(), run_id)
    assert held is not None
    assert (held.report.checksum, held.report.total) == (fact.checksum, fact.total_units)
    assert "the same to the byte" in check(fin, fin.get(path)).h1


def test_figures_that_come_out_otherwise_are_told(
    fin: Browser, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(fin)
    path = fin.get("/runs").link("All of 2025/26")
    monkeypatch.setattr("web.runs.versions.version", lambda _: "9.9")
    real = jobs.made_run

    def other(*given: object, **named: object) -> object:
        found = real(*given, **named)  # type: ignore[arg-type]
        object.__setattr__(found.report, "checksum", "0" * 64)
        return found

    monkeypatch.setattr(jobs, "made_run", other)
    page = check(fin, fin.get(path))
    assert page.h1.endswith("it is not the same")
    assert "9.9" in page.main


def test_a_report_that_is_not_on_the_desk_is_made_again(fin: Browser, village: Village, app: Flask) -> None:
    made(fin)
    ((run_id, fact),) = runs_of(village)
    correct_visit(village, 120)
    with app.app_context():
        here = state.state()
        with here.desk.begin() as connection:
            connection.execute(run_report.delete())
            connection.execute(run_child.delete())
        held = open_run(here, run_id)
    assert held is not None
    assert held.report.checksum == fact.checksum


def test_a_report_that_cannot_be_had_as_it_was_says_so(fin: Browser, app: Flask) -> None:
    made(fin)
    path = fin.get("/runs").link("All of 2025/26")
    app.extensions.pop("daybook_runs")
    with app.app_context(), state.state().desk.begin() as connection:
        connection.execute(run_child.delete())
    page = fin.get(path, 409)
    assert "cannot be shown as it was issued" in page.h1


def test_a_run_that_was_interrupted_can_be_made_again(fin: Browser, village: Village, app: Flask) -> None:
    with app.app_context():
        here = state.state()
        job_id = new_id()
        long_ago = village.house.clock.now() - timedelta(hours=1)
        start_job(here.desk, jobs.RUN, "Lost", "fin", long_ago, job_id=job_id)
        with here.desk.begin() as connection:
            row = {"job_id": job_id.bytes, "settings": FILE, "title": "Lost"}
            connection.execute(jobs.run_asked.insert(), row)
    page = fin.get(f"/runs/making/{job_id}")
    assert page.h1.endswith("The run is not made")
    assert fin.get(page.link("Change the settings")).fields()["age_to"] == "10"
    assert fin.submit(page).h1.endswith("Lost")
    assert fin.get(f"/runs/making/{job_id}").h1.endswith("Lost")
    assert len(runs_of(village)) == 1


def test_a_run_in_the_making_elsewhere_is_seen(fin: Browser, village: Village, app: Flask) -> None:
    with app.app_context():
        desk, now = state.state().desk, village.house.clock.now()
        job_id = start_job(desk, jobs.RUN, "Long", "max", now, 4)
    page = fin.get(f"/runs/making/{job_id}")
    assert page.h1.endswith("Making the run")
    assert page.response.headers["Refresh"] == "2"
    fail_job(desk, job_id, now, "The period is odd.")
    assert "The period is odd." in fin.get(f"/runs/making/{job_id}").main
    assert job(desk, job_id) is not None


def test_the_list_is_searched_and_only_two_are_compared(fin: Browser) -> None:
    made(fin, title="First look")
    made(fin, title="Second look", basis="recorded")
    found = fin.get("/runs?q=recorded+look+moss").main
    assert ("Second look" in found, "First look" in found) == (True, False)
    assert "No run says that" in fin.get("/runs?q=nothing+like+it").main
    fin.app.view_functions.setdefault("runs.comparison", lambda run_id: "")
    assert [href for _, href in fin.get("/runs/compare", 422).errors()] == ["#run-1"]


def test_who_may_see_runs(fin: Browser, signed_in: SignIn) -> None:
    made(fin)
    path = fin.get("/runs").link("All of 2025/26")
    for username, status in (("ada", 403), ("cam", 403), ("gil", 403), ("max", 200)):
        other = signed_in(username)
        assert other.get("/runs", status).status == status
        assert other.get(path, status).status == status
    assert fin.get(f"/runs/{UUID(int=5)}", 404).status == 404
