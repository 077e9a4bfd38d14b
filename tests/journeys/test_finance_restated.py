"""A finance officer asks why a month does not cost what was said, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_why_a_month_costs_something_else_now(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    why(page, priced_url, look)


def test_why_a_month_costs_something_else_now_without_script(without_script: Page, priced_url: str) -> None:
    enter(without_script, priced_url, "fin")
    why(without_script, priced_url, None)


def why(page: Page, url: str, look: Look | None) -> None:
    page.goto(f"{url}/finance?from=2026-03-01&to=2026-03-31")
    page.get_by_role("link", name="Then and now", exact=True).click()
    page.get_by_label("As known on").fill("31/6/2026")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="must be a real date")).to_be_visible()
    if look is not None:
        look.errors(page)
        look.at(page, "then and now with an error")
    page.goto(f"{url}/finance/restated?from=2026-03-01&to=2026-03-31&as-at=12/3/2026")
    expect(page.locator("#causes")).to_contain_text("As known on 12 March 2026")
    page.locator("#causes").get_by_role("link", name="Late fact").click()
    expect(page.locator("#pieces")).to_contain_text("N00001")
    if look is not None:
        look.at(page, "then and now with the pieces of a cause")
    page.locator("#pieces").get_by_role("link", name="N00001").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("N00001")
