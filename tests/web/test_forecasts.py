"""The pages of forecasts: what is ahead, how well it did, scenarios kept and compared, files, and clear refusals."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from recorder.forecasts import kept_scenarios
from tests.web.pages import Browser, Page
from tests.web.test_finance import shown
from tests.web.village import Village
from web.forecasts import asked, making

ASKED = "origin=31/3/2026&until=31/3/2027&uplift=4"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few futures, and pages that wait for them."""
    monkeypatch.setattr(asked, "SIMULATIONS", 200)
    monkeypatch.setattr(making, "PATIENCE_SECONDS", 30.0)
    monkeypatch.setattr(making, "GLANCE_SECONDS", 30.0)


def test_what_is_ahead_by_year_month_and_type(fin: Browser) -> None:
    page = fin.get(f"/forecasts?{ASKED}")
    assert "From the end of 31 March 2026 to 31 March 2027; fees rise by 4% every April" in page.main
    assert "In 2026/27 placements are expected to cost" in page.main
    (year,) = shown(page, "years")
    assert year[:2] == ["2026/27", "£0"]
    amounts = [int(cell.replace("£", "").replace(",", "")) for cell in year[1:]]
    assert abs(sum(amounts[:3]) - amounts[3]) <= 1
    assert amounts[6] <= amounts[4] <= amounts[5] <= amounts[7]
    months = shown(page, "children")
    assert [row[0] for row in months][-13:] == [
        "March 2026", "April 2026", "May 2026", "June 2026", "July 2026", "August 2026", "September 2026",
        "October 2026", "November 2026", "December 2026", "January 2027", "February 2027", "March 2027",
    ]  # fmt: skip
    assert months[-13][1:3] == ["1", ""]
    assert shown(page, "types")[0][:2] == ["Local authority foster care", "1"]
    assert "How well it did on your own past" in page.main


def test_the_fan_opens_where_what_came_ends(fin: Browser) -> None:
    drawn = fin.raw(f"/forecasts?{ASKED}").get_data(as_text=True).split('<g class="db-series-')[3:0:-1]
    assert [each[0] for each in drawn] == ["1", "2", "3"], "the first chart, of children"

    def points(group: str, what: str) -> list[str]:
        (path,) = re.findall(rf'class="db-chart__{what}"[^>]*? d="M([^"]*?)z?"', group)
        return path.split("L")

    came, expected = points(drawn[0], "line"), points(drawn[1], "line")
    assert came[-1] == expected[0]
    for group in drawn[1:]:
        edge = points(group, "band")
        assert edge[0] == edge[-1] == came[-1], "no range before anything is expected"
        assert edge[1] != edge[-2], "and one from then on"


def test_the_usual_forecast_runs_to_the_end_of_the_next_financial_year(fin: Browser) -> None:
    page = fin.get("/forecasts")
    assert "From the end of 1 April 2026 to 31 March 2028; fees do not rise" in page.main


def test_what_cannot_be_read_is_said_at_its_field(fin: Browser) -> None:
    page = fin.get("/forecasts?origin=31/2/2026&until=1/1/2020&uplift=lots", 422)
    assert page.errors() == [
        ("“From the end of” must be a real date, like 31/3/2025", "#origin"),
        ("The rise of fees must be a number of per cent, like 3.8", "#uplift"),
        ("The last day of the forecast must be after the day it is made from", "#until"),
    ]
    later = fin.get("/forecasts?origin=1/5/2026", 422)
    assert later.errors()[0][0] == "A forecast is made from 1 April 2026 or earlier, the last day that has ended"
    before = fin.get("/forecasts?origin=1/4/2025&until=1/4/2026")
    assert (before.h1, "No child had been placed by that day" in before.main) == ("There is no forecast", True)


def test_the_file_has_every_day_and_month(fin: Browser) -> None:
    rows = list(csv.DictReader(io.StringIO(fin.raw(f"/forecasts/forecast.csv?{ASKED}").get_data(as_text=True))))
    assert list(rows[0]) == ["date", "measure", "placement_type", "mean", "p2_5", "p10", "p50", "p90", "p97_5"]
    totals = [row for row in rows if row["placement_type"] == "total"]
    assert len([row for row in totals if row["measure"] == "children"]) == 365
    assert len([row for row in totals if row["measure"] == "cost"]) == 12
    fin.get("/forecasts/forecast.csv?origin=31/2/2026", 404)


def test_a_long_forecast_says_how_far_it_is_and_a_failed_one_is_made_again(
    fin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun, real = threading.Event(), threading.Event(), making.forecast

    def slow(facts: Any, settings: Any, origin: Any, progress: Any) -> Any:
        progress(40, 100)
        begun.set()
        assert gate.wait(20)
        return real(facts, settings, origin, progress)

    monkeypatch.setattr(making, "forecast", slow)
    monkeypatch.setattr(making, "PATIENCE_SECONDS", 0.3)
    fin.get(f"/forecasts?{ASKED}")
    assert begun.wait(20)
    page = fin.get(f"/forecasts?{ASKED}")
    assert (page.h1, "40% of the futures are drawn" in page.main) == ("The forecast is being made", True)
    assert page.response.headers["Refresh"] == "2"
    gate.set()
    monkeypatch.setattr(making, "PATIENCE_SECONDS", 30.0)
    assert fin.get(f"/forecasts?{ASKED}").h1 == "Forecast"


def kept(fin: Browser, **said: str) -> Page:
    form = fin.get("/forecasts/scenarios/new")
    return fin.submit(form, {name.replace("__", "-"): value for name, value in said.items()})


def test_a_scenario_is_kept_and_compared_and_its_difference_explained(fin: Browser, village: Village) -> None:
    page = kept(fin, title="Fees fall", fee_negotiation__starts="1/4/2026", fee_negotiation__percent="-10")
    assert page.h1 == "Fees fall"
    (event,) = kept_scenarios(village.house.recorder)
    page = fin.get(f"/forecasts/scenarios/{event.originator_id}?{ASKED}")
    assert "It supposes that fees of all placements change by -10% from 1 April 2026" in page.main
    causes = {row[0]: row[1] for row in shown(page, "causes")}
    assert (causes["Volume"], causes["Mix"]) == ("£0", "£0")
    (year,) = shown(page, "years")
    without, given = (int(cell.replace("£", "").replace(",", "")) for cell in year[1:3])
    assert abs(without * 9 - given * 10) <= 20
    assert causes["Price"] == year[3] == f"−£{without - given:,}"
    listed = shown(fin.get("/forecasts/scenarios"), "scenarios")
    assert "Fees fall" in listed[0][0]
    fin.get(f"/forecasts/scenarios/{UUID(int=1)}", 404)


def test_every_problem_of_a_scenario_is_said_and_nothing_typed_is_lost(fin: Browser, village: Village) -> None:
    form = fin.get("/forecasts/scenarios/new")
    bad = {
        "title": "", "entrants-percent": "some", "edge_of_care-starts": "1/4/2026", "edge_of_care-percent_fewer": "120",
        "edge_of_care-from_age": "10", "edge_of_care-to_age": "17", "new_home-beds": "4",
    }  # fmt: skip
    page = fin.submit(form, bad, 422)
    said = {href: text for text, href in page.errors()}
    assert said["#title"] == "Enter what the scenario is called"
    assert said["#entrants-starts"] == "More or fewer children come into care: enter the day it starts, like 1/4/2026"
    assert said["#entrants-percent"] == "More or fewer children come into care: enter “Change in per cent” as a number"
    assert "between 0 and 100 per cent" in said["#edge_of_care-percent_fewer"]
    assert said["#new_home-placement_type"] == "A new home: enter “Placement type”"
    assert page.fields()["entrants-percent"] == "some"
    assert kept_scenarios(village.house.recorder) == []
    empty = fin.submit(fin.get("/forecasts/scenarios/new"), {"title": "Nothing"}, 422)
    assert empty.errors() == [("Suppose at least one thing", "#entrants-starts")]


def test_every_kind_can_be_supposed_at_once(fin: Browser) -> None:
    page = kept(
        fin, title="Everything", entrants__starts="1/5/2026", entrants__percent="-10", edge_of_care__starts="1/5/2026",
        edge_of_care__percent_fewer="15", edge_of_care__from_age="10", edge_of_care__to_age="17",
        fee_negotiation__starts="1/5/2026", fee_negotiation__percent="-5", new_home__starts="1/6/2026",
        new_home__beds="1", new_home__weekly_units="3,500.00", new_home__placement_type="la_foster",
        new_home__empty_units="2,900",
    )  # fmt: skip
    for words in (
        "10% fewer children come into care",
        "15% fewer children aged 10 to 17",
        "a new home",
        "£3,500.00 a week, and £2,900.00 while empty, from",
    ):
        assert words in page.main


def test_others_are_not_let_in(signed_in: Callable[[str], Browser]) -> None:
    for username in ("ada", "cam", "gil"):
        signed_in(username).get("/forecasts", 403)
