"""A social worker and a child's record in a real browser: found, read, taken apart."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_a_child_s_costs_and_timeline(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "ada")
    page.get_by_role("link", name="Children", exact=True).click()
    look.at(page, "children")
    page.get_by_role("button", name="Find").click()
    look.at(page, "children with errors")
    look.errors(page)

    page.get_by_role("link", name="Ruby Ashworth").click()
    page.get_by_label("April year").select_option("2025/26")
    page.get_by_role("button", name="Show", exact=True).click()
    look.at(page, "costs of a child")
    fieldsets = page.locator("fieldset > legend").all_inner_texts()
    assert all(text.strip() for text in fieldsets)

    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_role("heading", name="Fee: £700.00 a week")).to_be_visible()
    look.at(page, "timeline")

    page.goto(page.url.replace("/timeline", "").split("?")[0] + "?from=nonsense")
    look.at(page, "costs of a child with errors")
    look.errors(page)


def test_another_child_is_found_by_its_identifier(page: Page, priced_url: str) -> None:
    enter(page, priced_url, "ada")
    page.goto(f"{priced_url}/children")
    page.get_by_label("Identifier").fill("N00003")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="Kit Cole")).to_be_visible()
    assert "N00003" not in page.url
