"""A leader and an administrator in a real browser: the team's hours, and what a description means."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_the_team_s_hours(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "cam")
    expect(page.get_by_role("heading", name="North team")).to_be_visible()
    look.at(page, "team")
    page.get_by_label("From").fill("sometime")
    page.get_by_role("button", name="Show", exact=True).click()
    look.at(page, "team with errors")
    look.errors(page)


def test_the_visits_due_on_a_phone(page: Page, priced_url: str, look: Look) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, priced_url, "ada")
    page.goto(f"{priced_url}/my-day")
    due = page.get_by_role("listitem").filter(has_text="Rule: within a week of the start of the placement")
    expect(due).to_contain_text("Ruby Ashworth overdue by")
    look.at(page, "my day with visits due")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Username")).to_be_visible()
    enter(page, priced_url, "cam")
    page.get_by_role("link", name="Visits due").click()
    expect(page.get_by_role("row").filter(has_text="Ruby Ashworth")).to_contain_text("regulation 28(2)(a)")
    look.at(page, "visits due to a team's children")


def test_a_description_is_settled(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "max")
    expect(page.get_by_role("heading", name="tel chat w mum")).to_be_visible()
    look.at(page, "waiting descriptions")
    page.get_by_role("button", name="Settle").click()
    look.at(page, "waiting descriptions with errors")
    look.errors(page)
    page.get_by_label("Something else").check()
    page.get_by_label("Another kind of work").select_option(label="Call or message with child or family")
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_role("alert")).to_contain_text("2 waiting rows loaded")
    expect(page.get_by_text("No description waits")).to_be_visible()
    page.get_by_role("link", name="Past imports").click()
    look.at(page, "past imports")
