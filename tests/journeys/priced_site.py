"""A site over a village with prices, for the journeys of those who read costs rather than record work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from recorder.intake.activities import import_activities
from tests.journeys.served import serving
from tests.web.pages import PASSWORD
from tests.web.priced import price
from tests.web.village import found_village, open_village, patient
from web import create_app

ACTIVITIES = """ref,client,worker,date,description,time
A1,N00001,W1,2026-03-02,tel chat w mum,20
A2,N00001,W1,2026-03-03,tel chat w mum,25
"""


@pytest.fixture(scope="module")
def priced_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site, its follower catching up all the time; two rows of a file wait for their description."""
    founded, folder = tmp_path_factory.mktemp("priced"), tmp_path_factory.mktemp("priced-live")
    found_village(founded)
    village = open_village(founded, folder)
    price(village)
    _import(village.house.recorder, village.house.where.engine("desk"), folder / "activities.csv")
    with serving(village, create_app(patient(village.settings), clock=village.house.clock)) as url:
        yield url


def _import(recorder: object, desk: object, path: Path) -> None:
    path.write_text(ACTIVITIES)
    import_activities(recorder, desk, path, by="max")  # type: ignore[arg-type]


def enter(page: Page, url: str, username: str) -> None:
    """Sign in and stand on the first page of the role."""
    page.goto(f"{url}/sign-in")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
