"""A finance officer sets a budget, sees the year beside it, and prints two pages for the director."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_the_budget_and_two_pages_for_the_director(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    monitor(page, priced_url, look)
    page.goto(f"{priced_url}/forecasts/budget/director?month=2026-01")
    expect(page.get_by_role("heading", level=1)).to_contain_text("budget 2025/26")
    look.at(page, "two pages for the director")
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"))
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 2


def test_the_budget_without_script(without_script: Page, priced_url: str) -> None:
    enter(without_script, priced_url, "fin")
    monitor(without_script, priced_url, None)


def monitor(page: Page, url: str, look: Look | None) -> None:
    page.goto(f"{url}/forecasts/budget?month=2026-01")
    expect(page.get_by_role("heading", level=1)).to_have_text("Budget 2025/26")
    page.get_by_role("link", name="the budget of 2025/26").click()
    page.get_by_label("Local authority foster care").fill("lots")
    page.get_by_role("button", name="Set the budget").click()
    expect(page.get_by_role("link", name="is not an amount of pounds")).to_be_visible()
    if look is not None:
        look.errors(page)
        look.at(page, "a budget with an error")
    page.get_by_label("Local authority foster care").fill("28,000")
    page.get_by_role("button", name="Set the budget").click()
    page.goto(f"{url}/forecasts/budget?month=2026-01")
    expect(page.locator("#lines")).to_contain_text("£28,000")
    if look is not None:
        look.at(page, "the budget")
