"""A run's report in a real browser: down from its groups to a child's eight processes, and out as files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Look, served_village
from tests.journeys.priced_site import enter
from tests.web.priced import price
from tests.web.village import Village


def priced(village: Village) -> None:
    price(village)
    village.catch_up()


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own: another journey starts where no run is kept yet."""
    yield from served_village(tmp_path_factory, before=priced)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_opens_from_its_groups_to_a_child_and_its_files(page: Page, url: str, look: Look, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    report_opened(page, url, look)


def test_a_report_opens_without_script(browser: Browser, url: str) -> None:
    context = browser.new_context(base_url=url, java_script_enabled=False)
    report_opened(context.new_page(), url, None)
    context.close()


def report_opened(page: Page, url: str, look: Look | None) -> None:
    def see(name: str) -> None:
        if look is not None:
            look.at(page, name)

    enter(page, url, "fin")
    page.goto(f"{url}/runs/new")
    page.get_by_label("Title").fill("All of 2025/26")
    page.get_by_role("button", name="Make this run").click()
    expect(page.get_by_role("heading", name="All of 2025/26")).to_be_visible(timeout=30_000)
    see("report")
    report = page.url

    # Each grouping opens to its children, who add up to the row.
    tabs = page.get_by_role("navigation", name="Run")
    for by in ("placement type", "process", "month", "year", "need combination"):
        page.goto(report)
        tabs.get_by_role("link", name="Groups", exact=True).click()
        if by != "need combination":
            page.get_by_role("main").get_by_role("link", name=by, exact=True).click()
        see(f"groups by {by}")
        row = page.locator("#groups tbody tr").first
        amount = row.locator("td").last.inner_text()
        row.get_by_role("link").first.click()
        footer = page.locator("#children tfoot td")
        expect(footer.last if by == "need combination" else footer.nth(-2)).to_have_text(amount)
        see(f"children of a row by {by}")

    with page.expect_download() as came:
        page.get_by_role("link", name="Download").click()
    rows = list(csv.DictReader(came.value.path().read_text("utf-8").splitlines()))
    assert len(rows) == page.locator("#children tbody tr").count()

    page.locator("#children tbody a").first.click()
    expect(page.get_by_role("table", name="CLA 3: Maintain the placement")).to_be_visible()
    if look is not None:
        page.locator("summary", has_text="What these rest on").first.click()
    see("a child's report")
    with page.expect_download() as came:
        page.get_by_role("link", name="Download this report (Excel)").click()
    assert "xl/worksheets/sheet1.xml" in ZipFile(BytesIO(came.value.path().read_bytes())).namelist()

    tabs.get_by_role("link", name="Month by month", exact=True).click()
    expect(page.get_by_role("heading", name="Cost by month in care")).to_be_visible()
    see("month by month")
