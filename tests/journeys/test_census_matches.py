"""An administrator says, in a real browser, who the waiting children of a census are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from recorder.children import NewChild, identifier, register_children
from recorder.intake.cin_census import CensusFile
from recorder.intake.cin_census.loading import load_census
from tests.journeys.conftest import Look, served_village
from tests.journeys.priced_site import enter
from tests.recorder.intake_cin.censuses import child, referral, write
from tests.web.village import BY, Village

BORN = {"M1": "2012-05-01", "M2": "2013-05-01"}


@pytest.fixture(scope="module")
def census_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A village in which two children of a census wait: M1 may be one of two known children, M2 a third."""
    folder = tmp_path_factory.mktemp("census")

    def before(village: Village) -> None:
        house, desk = village.house, village.house.where.engine("desk")
        known = [
            NewChild(
                identifiers=(identifier("ssda903", number),),
                personal={"first_name": name, "dob": born},
                sex="M",
                ethnicity="WBRI",
            )
            for number, name, born in (
                ("1001", "Robin", BORN["M1"]),
                ("1002", "Alex", BORN["M1"]),
                ("1003", "Sam", BORN["M2"]),
            )
        ]
        register_children(house.recorder, known, house.clock.now(), BY)
        file = write(folder / "census.xml", *(child(n, referral("2023-05-02"), born=b) for n, b in BORN.items()))
        load_census(house.recorder, desk, [CensusFile(file, date(2024, 7, 31))])
        desk.dispose()
        village.catch_up()

    yield from served_village(tmp_path_factory, before=before)


@pytest.mark.parametrize("width", [390, 1280])
def test_what_waits_is_seen_and_a_blank_answer_leads_to_the_question(
    page: Page, census_url: str, look: Look, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, census_url, "max")
    page.goto(f"{census_url}/imports/children")
    expect(page.get_by_text("2 children wait.")).to_be_visible()
    look.at(page, "children of the census")
    page.get_by_role("button", name="Settle those answered").click()
    look.at(page, "children of the census with errors")
    look.errors(page)


def test_who_they_are_is_said_in_one_go(page: Page, census_url: str, look: Look) -> None:
    enter(page, census_url, "max")
    page.get_by_role("link", name="Children of the census", exact=True).click()
    page.get_by_role("group", name="Who is child M1?").get_by_label("Alex (1002)").check()
    page.get_by_role("group", name="Who is child M2?").get_by_label("Another child").check()
    page.get_by_role("button", name="Settle those answered").click()
    expect(page.get_by_role("alert")).to_contain_text("2 children of the census settled, 4 rows taken in.")
    expect(page.get_by_text("No child of the census waits")).to_be_visible()
    look.at(page, "no child of the census")
