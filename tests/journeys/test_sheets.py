"""Unit costs in a real browser: a sheet looked at line by line, published by name, and a time withdrawn."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_a_sheet_is_published_from_own_amounts_and_opened_line_by_line(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    page.goto(f"{priced_url}/method/prices")
    page.get_by_role("link", name="Unit costs").click()
    look.at(page, "sheets")
    page.get_by_role("link", name="Out of London, published", exact=True).click()
    page.get_by_text("Source: CLA 6: Review, Base case").click()
    expect(page.locator("details.govuk-details[open] .govuk-details__text")).to_contain_text("Loco Parent")
    look.at(page, "sheet")
    page.goto(f"{priced_url}/method/sheets")
    page.get_by_role("button", name="Publish a sheet").click()
    look.at(page, "sheet form")
    page.get_by_label("Lines from").select_option("file")
    text = "process,variations,effect,amount,price_year,source\nCLA6,,base,ten,2025/26,Cabinet paper\n"
    page.get_by_label("CSV file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Continue").click()
    look.accessible(page)
    look.errors(page)
    page.get_by_label("Name", exact=True).fill("Journey sheet")
    for part, value in (("Day", "1"), ("Month", "4"), ("Year", "2025")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Rows of the file").fill(text.replace("ten", "10"))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check before you publish")).to_be_visible()
    look.at(page, "sheet check")
    page.get_by_role("button", name="Publish this sheet").click()
    expect(page.get_by_text("The sheet is published: Journey sheet")).to_be_visible()
    page.get_by_role("link", name="Journey sheet").click()
    expect(page.get_by_text("£10.00")).to_be_visible()


def test_a_standard_time_is_withdrawn_without_script(
    without_script: Page, priced_url: str, look: Look, page: Page
) -> None:
    plain = without_script
    enter(plain, priced_url, "fin")
    plain.goto(f"{priced_url}/method/standard-times/new")
    plain.get_by_label("Process", exact=True).select_option("CLA8")
    plain.get_by_label("Type of worker").select_option("social_worker")
    plain.get_by_label("Hours", exact=True).fill("2")
    for part, value in (("Day", "7"), ("Month", "2"), ("Year", "2026")):
        plain.get_by_label(part, exact=True).fill(value)
    plain.get_by_label("Who agreed", exact=True).fill("South team")
    plain.get_by_role("button", name="Keep this time").click()
    plain.get_by_role("link", name="7 Feb 2026").click()
    enter(page, priced_url, "fin")
    page.goto(plain.url)
    look.at(page, "history of a time")
    plain.get_by_role("button", name="Withdraw the time that holds").click()
    page.goto(plain.url)
    look.at(page, "withdraw a time")
    plain.get_by_label("Why it is withdrawn").fill("Typed wrong")
    plain.get_by_role("button", name="Withdraw this time").click()
    expect(plain.get_by_text("The standard time is withdrawn")).to_be_visible()
    expect(plain.get_by_text("Typed wrong")).to_be_visible()
