"""What if, in a real browser: a run copied with a dearer fee and more reviews, and the difference looked at."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_a_fee_and_the_frequency_of_reviews_are_supposed_and_compared(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    page.goto(f"{priced_url}/runs/new")
    page.get_by_label("Title").fill("As it was")
    page.get_by_role("button", name="Make this run").click()
    expect(page.get_by_role("heading", name="As it was")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="What if", exact=True).click()
    look.at(page, "what if")
    page.get_by_label("A fee", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("More, in per cent").fill("a lot")
    page.get_by_role("button", name="Add this change").click()
    look.errors(page)
    look.at(page, "what if, a fee")
    page.get_by_label("Type of placement").select_option("la_foster")
    page.get_by_label("More, in per cent").fill("10")
    page.get_by_role("button", name="Add this change").click()
    page.get_by_label("How often", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Process").select_option("CLA6")
    page.get_by_label("Reviews every so many months").check()
    page.get_by_label("Months between reviews").fill("3")
    page.get_by_role("button", name="Add this change").click()
    expect(page.get_by_text("CLA 6: Review happens every 3 months")).to_be_visible()
    look.at(page, "what if, two changes")
    page.get_by_role("button", name="Make this run").click()
    expect(page.get_by_role("heading", name="Comparison of two runs")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", name="Change by change")).to_be_visible()
    look.at(page, "comparison")
    page.set_viewport_size({"width": 390, "height": 844})
    look.accessible(page)


def test_a_change_is_added_and_removed_without_scripts(without_script: Page, priced_url: str) -> None:
    page = without_script
    enter(page, priced_url, "fin")
    page.goto(f"{priced_url}/runs")
    page.goto(f"{priced_url}/runs/new")
    page.get_by_role("button", name="Make this run").click()
    expect(page.get_by_role("heading", name="By process", exact=True)).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="What if", exact=True).click()
    page.get_by_label("A process that is not done").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Process").select_option("CLA6")
    page.get_by_role("button", name="Add this change").click()
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
