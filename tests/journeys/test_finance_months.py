"""A finance officer closes March in a real browser, sees that it stays, and opens it again."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_march_is_closed_and_opened_again(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    close_and_open(page, priced_url, look)


def test_march_is_closed_without_script(without_script: Page, priced_url: str) -> None:
    enter(without_script, priced_url, "fin")
    close_and_open(without_script, priced_url, None)


def close_and_open(page: Page, url: str, look: Look | None) -> None:
    page.goto(f"{url}/finance")
    page.get_by_role("link", name="Months", exact=True).click()
    see(look, page, "months")
    page.get_by_role("link", name="March 2026").click()
    expect(page.get_by_text("closes every month before it too")).to_be_visible()
    see(look, page, "a month before it is closed")
    page.get_by_role("button", name="Close the books of March 2026").click()
    expect(page.get_by_text("The books of March 2026 are closed.")).to_be_visible()
    booked = page.locator("#booked").inner_text()

    # On a day of its own in each journey: the same visit twice would be asked about.
    late_visit(page, url, "12" if look is None else "13")
    page.goto(f"{url}/finance/months/202603")
    assert page.locator("#booked").inner_text() == booked
    page.goto(f"{url}/finance/months/202613")
    expect(page.locator("#late")).to_contain_text("March 2026")
    expect(page.locator("#late")).to_contain_text("Put right")
    see(look, page, "what came late, in the open period")
    page.goto(f"{url}/finance/months/202603")

    page.get_by_role("button", name="Open the books of March 2026 again").click()
    expect(page.get_by_role("link", name="Enter why it is opened again")).to_be_visible()
    if look is not None:
        look.errors(page)
    see(look, page, "a closed month with an error")
    page.get_by_label("Why it is opened again").fill("A return came late")
    page.get_by_role("button", name="Open the books of March 2026 again").click()
    expect(page.get_by_text("The books of March 2026 are open again.")).to_be_visible()
    page.get_by_role("link", name="Months", exact=True).click()
    expect(page.locator("#closings")).to_contain_text("A return came late")


def late_visit(finance: Page, url: str, day_of_march: str) -> None:
    """A worker writes up a visit of March, on a machine of her own, once March is closed."""
    browser = finance.context.browser
    assert browser is not None
    context = browser.new_context()
    page = context.new_page()
    enter(page, url, "ada")
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    page.get_by_role("checkbox", name="Ruby Ashworth").check()
    page.get_by_label("Visit at home or placement").check()
    page.get_by_role("group", name="When?").get_by_label("Another day").check()
    day = page.get_by_role("group", name="Which day?")
    for part, value in (("Day", day_of_march), ("Month", "3"), ("Year", "2026")):
        day.get_by_label(part).fill(value)
    page.get_by_label("How long did it take?").fill("50m")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Visit at home or placement")
    context.close()


def see(look: Look | None, page: Page, name: str) -> None:
    """Look at the page where it is looked at."""
    if look is not None:
        look.at(page, name)
