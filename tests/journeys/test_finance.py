"""Finance in a real browser: from the year down to the fact, and the file that matches."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def test_from_the_year_down_to_the_fact(page: Page, priced_url: str, look: Look, tmp_path: Path) -> None:
    enter(page, priced_url, "fin")
    page.get_by_label("April year").select_option("2025/26")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="What it cost")).to_be_visible()
    look.at(page, "costs")

    with page.expect_download() as loading:
        page.get_by_role("link", name="Download these rows (CSV)").first.click()
    kept = tmp_path / "costs.csv"
    loading.value.save_as(kept)
    rows = list(csv.DictReader(kept.read_text(encoding="utf-8").splitlines()))
    shown = page.locator("#months tbody tr td:last-child").all_inner_texts()
    assert [text.replace("£", "").replace(",", "") for text in shown] == [row["total"] for row in rows]

    page.get_by_role("link", name="March 2026").click()
    expect(page.get_by_text("1 March 2026 to 31 March 2026").first).to_be_visible()
    page.get_by_role("link", name="Local authority foster care").click()
    look.at(page, "children by cost")
    page.get_by_role("link", name="N00001").click()
    expect(page.get_by_role("heading", name="Child N00001")).to_be_visible()
    look.at(page, "a child's costs")
    assert "Ruby" not in page.content()
    page.locator("#ledger").get_by_role("link").first.click()
    look.at(page, "explanation")
    page.get_by_text("The price of the hour").first.click()
    expect(page.get_by_text("£69,157.00 ÷ 1,513 = £45.71").first).to_be_visible()
    look.accessible(page)

    page.goto(f"{priced_url}/finance/teams")
    look.at(page, "teams")
    page.goto(f"{priced_url}/finance/trial-balance")
    look.at(page, "trial balance")
    page.goto(f"{priced_url}/finance?from=soon&to=1/1/2030")
    look.at(page, "costs with errors")
    look.errors(page)


def test_it_all_works_without_script(without_script: Page, priced_url: str) -> None:
    page = without_script
    enter(page, priced_url, "fin")
    page.get_by_label("April year").select_option("2025/26")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#months")).to_be_visible()
    page.get_by_role("link", name="Children", exact=True).last.click()
    expect(page.get_by_role("heading", name="Children by cost")).to_be_visible()
