"""One finance officer's whole spring: March closed, a late visit, a back-dated fee, reconciled, forecast, exported."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url
from tests.journeys.test_finance_months import late_visit
from tests.journeys.test_finance_reconciliation import reconcile
from tests.journeys.test_forecasts import look_ahead

__all__ = ["priced_url"]


def test_march_is_closed_and_everything_after_it_adds_up(page: Page, priced_url: str, look: Look) -> None:
    url = priced_url
    # given: the books of March are closed
    enter(page, url, "fin")
    page.goto(f"{url}/finance/months/202603")
    page.get_by_role("button", name="Close the books of March 2026").click()
    expect(page.get_by_text("The books of March 2026 are closed.")).to_be_visible()
    booked = page.locator("#booked").inner_text()

    # when: a visit of March is written up late, and a fee is put up from February on
    late_visit(page, url, "20")
    page.goto(f"{url}/rates/fees/new?child=N00001")
    for part, number in zip(("Day", "Month", "Year"), ("16", "2", "2026"), strict=True):
        page.get_by_role("group", name="First day the fee holds").get_by_label(part).fill(number)
    page.get_by_label("Fee for a week, all payers together", exact=True).fill("770")
    page.get_by_label("Of it, education pays", exact=True).fill("200")
    page.get_by_label("Why", exact=True).fill("Agreed in April")
    page.get_by_role("button", name="Continue").click()
    effect = page.locator("#effect")
    expect(effect.get_by_role("row", name=re.compile("March 2026.*Put right"))).to_contain_text("+£310.00")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("It holds: A fee from 16 February 2026")).to_be_visible()

    # then: March stays as it was booked, and both are put right in period 13
    page.goto(f"{url}/finance/months/202603")
    assert page.locator("#booked").inner_text() == booked
    page.goto(f"{url}/finance/months/202613")
    expect(page.locator("#late")).to_contain_text("Put right")
    look.at(page, "period 13 with a late visit and a fee")

    # and: it is reconciled, looked ahead from, and taken as a file
    reconcile(page, url, None)
    look_ahead(page, url, None, "Fees fall after March")
    page.goto(f"{url}/finance?year=2025")
    page.get_by_role("link", name="Exports", exact=True).click()
    page.get_by_label("First month").select_option("202506")
    page.get_by_label("Last month").select_option("202603")
    page.get_by_role("button", name="Make the file").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the file").click()
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text(encoding="utf-8-sig"))))
    late = [row for row in rows if row["accounting_month"].startswith("2026-13") or row["accounting_month"] == "202613"]
    assert {row["cost_kind"] for row in late} >= {"staff", "placement"}
    nights = [row for row in late if row["cost_kind"] == "placement"]
    # £10 a night for the 13 nights of February and 31 of March, however it was reversed and booked anew
    assert sum(Decimal(row["amount"] or 0) for row in nights) == Decimal("440.00")
