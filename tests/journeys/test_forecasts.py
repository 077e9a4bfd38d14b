"""A finance officer looks ahead, and supposes that fees fall, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_the_forecast_and_a_scenario(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    look_ahead(page, priced_url, look, "Fees fall")


def test_the_forecast_and_a_scenario_without_script(without_script: Page, priced_url: str) -> None:
    enter(without_script, priced_url, "fin")
    look_ahead(without_script, priced_url, None, "Fees fall without script")


def look_ahead(page: Page, url: str, look: Look | None, title: str) -> None:
    page.goto(f"{url}/finance")
    page.get_by_role("link", name="Forecast", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Forecast")
    page.get_by_label("Fees rise each April by (%)").fill("lots")
    page.get_by_role("button", name="Forecast").click()
    expect(page.get_by_role("link", name="must be a number of per cent")).to_be_visible()
    if look is not None:
        look.errors(page)
    page.get_by_label("Fees rise each April by (%)").fill("3.8")
    page.get_by_role("button", name="Forecast").click()
    expect(page.get_by_text("fees rise by 3.8% every April")).to_be_visible()
    expect(page.locator("#years")).to_contain_text("2026/27")
    if look is not None:
        look.at(page, "forecast")

    page.get_by_role("link", name="Scenarios", exact=True).click()
    page.get_by_role("button", name="New scenario").click()
    page.get_by_role("button", name="Keep and compare").click()
    expect(page.get_by_role("link", name="Suppose at least one thing")).to_be_visible()
    if look is not None:
        look.at(page, "a scenario with errors")
    page.get_by_label("Title").fill(title)
    page.locator("#fee_negotiation-starts").fill("1/5/2026")
    page.locator("#fee_negotiation-percent").fill("-10")
    page.get_by_role("button", name="Keep and compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("#causes")).to_contain_text("Price")
    if look is not None:
        look.at(page, "a scenario compared")
