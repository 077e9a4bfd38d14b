"""A run in a real browser: asked for, looked at, copied with another basis, and checked by making it again."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_a_run_is_made_seen_copied_and_checked(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_text("No run is kept yet")).to_be_visible()
    look.at(page, "no runs")
    page.get_by_role("button", name="New run").click()
    look.at(page, "form of a run")
    for section in ("Children", "Prices and inflation", "What counts", "As it was known", "How a pathway is read"):
        page.locator("summary", has_text=re.compile(f"^{section}$")).click()
    look.at(page, "form of a run, opened")
    page.get_by_label("From age").fill("old")
    page.get_by_role("button", name="Make this run").click()
    look.errors(page)
    expect(page.get_by_label("From age")).to_have_value("old")
    page.get_by_label("From age").fill("")
    page.get_by_label("Title").fill("The whole of 2025/26")
    page.get_by_role("button", name="Make this run").click()
    expect(page.get_by_role("heading", name="The whole of 2025/26")).to_be_visible(timeout=30_000)
    look.at(page, "report of a run")
    _outcomes_are_seen(page, look)
    page.get_by_role("link", name="Copy to a new run").click()
    page.get_by_label("Title").fill("As recorded")
    page.get_by_label("Recorded", exact=True).check()
    page.get_by_role("button", name="Make this run").click()
    expect(page.get_by_role("heading", name="As recorded")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Make it again and check").click()
    expect(page.get_by_role("heading", name="the same to the byte")).to_be_visible(timeout=30_000)
    look.at(page, "checked run")
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("link", name="The whole of 2025/26")).to_be_visible()
    look.at(page, "runs")


def _outcomes_are_seen(page: Page, look: Look) -> None:
    report = page.url
    page.get_by_role("link", name="Outcomes", exact=True).click()
    look.at(page, "outcomes of a run")
    page.get_by_label("Outcome", exact=True).select_option("moves")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("img", name="Placement moves in the period")).to_be_visible()
    look.at(page, "cost by placement moves")
    page.goto(report)
