"""The method in a real browser: a price published, a time agreed, and both where they are used."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_a_price_of_an_hour_is_worked_out_checked_and_published(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    page.get_by_role("link", name="Method", exact=True).click()
    expect(page.get_by_role("heading", name="Prices of an hour")).to_be_visible()
    look.at(page, "prices")
    page.get_by_role("link", name="working-year calculator").click()
    look.at(page, "working year")
    page.goto(f"{priced_url}/method/prices/of/social_worker/employed")
    look.at(page, "price history")
    page.get_by_role("button", name="Publish a new price").click()
    look.at(page, "price form")
    page.get_by_role("button", name="Continue").click()
    look.accessible(page)
    look.errors(page)
    page.get_by_label("Day", exact=True).fill("1")
    page.get_by_label("Month", exact=True).fill("3")
    page.get_by_label("Year", exact=True).fill("2026")
    page.get_by_label("Year of the prices").fill("2025/26")
    page.get_by_label("A  Salary").fill("40000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check before you publish")).to_be_visible()
    look.at(page, "price check")
    page.get_by_role("button", name="Publish this price").click()
    expect(page.get_by_text("The price of an hour is published")).to_be_visible()


def test_a_standard_time_without_script(without_script: Page, priced_url: str, look: Look, page: Page) -> None:
    plain = without_script
    enter(plain, priced_url, "max")
    plain.goto(f"{priced_url}/method/standard-times/new")
    plain.get_by_label("Process", exact=True).select_option("CLA3")
    plain.get_by_label("Type of worker").select_option("social_worker")
    plain.get_by_label("Hours", exact=True).fill("4:30")
    plain.get_by_label("Day", exact=True).fill("2")
    plain.get_by_label("Month", exact=True).fill("2")
    plain.get_by_label("Year", exact=True).fill("2026")
    plain.get_by_label("Who agreed", exact=True).fill("North team focus group")
    plain.get_by_role("button", name="Keep this time").click()
    expect(plain.get_by_text("The standard time is kept")).to_be_visible()
    enter(page, priced_url, "fin")
    for path, name in (
        ("/method/standard-times", "standard times"),
        ("/method/standard-times/new", "standard time form"),
        ("/method/time?year=2025", "time per process"),
    ):
        page.goto(f"{priced_url}{path}")
        look.at(page, name)
    expect(page.locator("#counted").get_by_text("4h 30m").first).to_be_visible()


def test_time_per_process_from_the_table_to_a_row_of_its_own(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    page.goto(f"{priced_url}/method/time?year=2025")
    look.at(page, "time per process, all")
    page.get_by_role("link", name="variation and team", exact=True).click()
    look.at(page, "time per process, split")
    page.locator("#counted a").first.click()
    expect(page.get_by_role("heading", name="What the records say")).to_be_visible()
    look.at(page, "time of a row")
    page.get_by_role("link", name="Time per process", exact=True).first.click()
    expect(page.locator("#counted")).to_be_visible()


def test_an_index_of_prices_and_a_rate_of_an_allowance_are_typed(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    page.goto(f"{priced_url}/rates")
    page.get_by_role("link", name="An index of prices").click()
    page.get_by_role("button", name="State it").click()
    look.errors(page)
    page.get_by_label("Name").fill("Pay award")
    page.get_by_label("Where the figures are from").fill("Pay policy")
    page.get_by_label("Years and their indices").fill("2024/25, 100\n2025/26, 104.2")
    page.get_by_role("button", name="State it").click()
    page.get_by_text("Pay award, our own: 2024/25 to 2025/26").click()
    look.at(page, "an index of our own")
    page.goto(f"{priced_url}/rates")
    page.get_by_role("link", name="Rates of allowances, typed or as a file").click()
    rows = page.get_by_label("Rows of the file")
    rows.fill(f"{rows.input_value().strip()}\nadoption,London,5-10,70.00,2026-01-01")
    look.at(page, "rates of allowances")
    page.get_by_role("button", name="Continue").click()
    look.at(page, "what a rate of an allowance changes")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("It holds: A rate of an allowance from 1 January 2026.")).to_be_visible()
