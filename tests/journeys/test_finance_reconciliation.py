"""A finance officer reconciles March with payroll and the ledger in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]

PAYROLL = b"month,team,amount\n2026-03,North team,4200.00\n"
LEDGER = b"month,code,amount,child\n2026-03,4100,3000.00,N00001\n"


def test_march_is_reconciled(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    reconcile(page, priced_url, look)


def test_march_is_reconciled_without_script(without_script: Page, priced_url: str) -> None:
    enter(without_script, priced_url, "fin")
    reconcile(without_script, priced_url, None)


def reconcile(page: Page, url: str, look: Look | None) -> None:
    page.goto(f"{url}/finance")
    page.get_by_role("link", name="Reconciliation", exact=True).click()
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("link", name="Choose a CSV file")).to_be_visible()
    if look is not None:
        look.at(page, "reconciliation with errors")
    page.get_by_label("Payroll").check()
    wrong = PAYROLL.replace(b"4200.00", b"lots")
    page.get_by_label("CSV file").set_input_files({"name": "pay.csv", "mimeType": "text/csv", "buffer": wrong})
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("link", name="Row 2: amount")).to_be_visible()
    page.get_by_label("Rows of the file").fill(PAYROLL.decode())
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reconciliation of March 2026")

    page.get_by_role("link", name="Reconciliation", exact=True).click()
    page.get_by_label("Placement ledger").check()
    page.get_by_label("CSV file").set_input_files({"name": "gl.csv", "mimeType": "text/csv", "buffer": LEDGER})
    page.get_by_role("button", name="Take it in").click()
    expect(page.locator("#children")).to_contain_text("N00001")
    if look is not None:
        look.at(page, "a month reconciled")
    if page.get_by_role("button", name="Sign off payroll").count():
        page.get_by_label("How the difference in payroll is explained").fill("Half the team is paid by the hospital")
        page.get_by_role("button", name="Sign off payroll").click()
    expect(page.get_by_text("Half the team is paid by the hospital").first).to_be_visible()
