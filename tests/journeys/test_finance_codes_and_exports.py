"""A finance officer gives postings their codes, ends a row, and takes the ledger as a file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_codes_and_a_file(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    code_and_export(page, priced_url, look, "C100")


def test_codes_and_a_file_without_script(without_script: Page, priced_url: str) -> None:
    enter(without_script, priced_url, "fin")
    code_and_export(without_script, priced_url, None, "C200")


def code_and_export(page: Page, url: str, look: Look | None, centre: str) -> None:
    page.goto(f"{url}/finance?year=2025")
    page.get_by_role("link", name="Codes", exact=True).click()
    see(look, page, "codes before any row")
    page.get_by_role("button", name="Add a row").click()
    page.get_by_role("button", name="Add the row").click()
    expect(page.get_by_role("link", name="Enter a cost centre")).to_be_visible()
    if look is not None:
        look.errors(page)
    see(look, page, "a row with errors")
    page.get_by_label("Kind of cost").select_option("staff")
    page.get_by_label("Cost centre").fill(centre)
    day = page.get_by_role("group", name="First day of service")
    for part, text in (("Day", "1"), ("Month", "4"), ("Year", "2020")):
        day.get_by_label(part).fill(text)
    page.get_by_role("button", name="Add the row").click()
    expect(page.locator("#mapping")).to_contain_text(centre)
    see(look, page, "codes with a row")

    page.get_by_role("link", name="Exports", exact=True).click()
    see(look, page, "exports")
    page.get_by_role("link", name="Which S251 line work goes to").click()
    page.get_by_label("Line of the statement").select_option("3.1.9")
    page.get_by_label("From the month of service").select_option("202604")
    page.get_by_role("button", name="State it").click()
    expect(page.locator("#held")).to_contain_text("3.1.9 Leaving care support services")
    see(look, page, "a line of the outturn for work")
    page.get_by_role("link", name="Back to exports").click()
    page.get_by_label("First month").select_option("202506")
    page.get_by_label("Last month").select_option("202603")
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("button", name="Download the file")).to_be_visible()
    see(look, page, "a file that is made")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the file").click()
    content = Path(taken.value.path()).read_bytes()
    assert centre in content.decode()
    with page.expect_download() as beside:
        page.get_by_role("link", name="Download its manifest").click()
    said = json.loads(Path(beside.value.path()).read_text())
    assert said["sha256"] == hashlib.sha256(content).hexdigest()

    page.get_by_role("link", name="Codes", exact=True).click()
    page.get_by_role("link", name="End row 1").click()
    see(look, page, "ending a row")
    page.get_by_role("button", name="Take it out: it should never have held").click()
    expect(page.get_by_text("No row yet: no posting has a code.")).to_be_visible()


def see(look: Look | None, page: Page, name: str) -> None:
    """Look at the page where it is looked at."""
    if look is not None:
        look.at(page, name)
