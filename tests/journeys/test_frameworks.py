"""The frameworks in a real browser: a process and a variation of one’s own, looked at, stated and withdrawn."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.priced_site import enter, priced_url

__all__ = ["priced_url"]


def day(page: Page) -> None:
    for part, value in (("Day", "1"), ("Month", "4"), ("Year", "2025")):
        page.get_by_label(part, exact=True).fill(value)


def test_an_own_process_is_added_and_withdrawn(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    page.goto(f"{priced_url}/method/prices")
    page.get_by_role("link", name="Processes", exact=True).click()
    look.at(page, "frameworks")
    page.get_by_role("link", name="CIN 3: Ongoing support").click()
    look.at(page, "process")
    page.get_by_role("link", name="What each condition means").click()
    look.at(page, "vocabulary")
    page.goto(f"{priced_url}/method/frameworks")
    page.get_by_role("button", name="Add a process").click()
    page.get_by_role("button", name="Continue").click()
    look.accessible(page)
    look.errors(page)
    page.get_by_label("Children looked after").check()
    page.get_by_label("Number").fill("9")
    page.get_by_label("Code").fill("CLA9")
    page.get_by_label("Name", exact=True).fill("Life story work")
    page.get_by_label("Counted from").select_option("night_in_care")
    page.get_by_label("A month in process").check()
    day(page)
    look.at(page, "process form")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("days of 1 child")).to_be_visible()
    look.at(page, "process check")
    page.get_by_role("button", name="Define this process").click()
    expect(page.get_by_text("The process is defined: Life story work")).to_be_visible()
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_label("Why it is withdrawn").fill("Not ours after all")
    day(page)
    look.at(page, "withdraw")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_text("Not ours after all")).to_be_visible()
    look.at(page, "frameworks with own")


def test_a_condition_is_put_together_without_script(
    without_script: Page, priced_url: str, look: Look, page: Page
) -> None:
    plain = without_script
    enter(plain, priced_url, "fin")
    plain.goto(f"{priced_url}/method/frameworks/variation?process=CLA3")
    plain.get_by_label("Code").fill("young_fostered")
    plain.get_by_label("Name", exact=True).fill("Young and fostered")
    plain.locator("#term-0").select_option("under_six")
    plain.locator("#term-1").select_option("placement_type=la_foster")
    plain.locator("#is-1").select_option("not")
    plain.get_by_role("button", name="Write it from these lines").click()
    said = "If the child is under six and it is not so that the placement is local authority foster care"
    expect(plain.get_by_text(said)).to_be_visible()
    plain.get_by_label("Adds to the rest").check()
    plain.get_by_label("Aspect").fill("age")
    day(plain)
    plain.get_by_role("button", name="Continue").click()
    plain.get_by_role("button", name="Define this variation").click()
    expect(plain.get_by_text("The variation is defined: Young and fostered")).to_be_visible()
    enter(page, priced_url, "fin")
    page.goto(f"{priced_url}/method/frameworks/variation?process=CLA3&code=young_fostered")
    look.at(page, "variation form")


def test_a_rule_for_the_process_of_work_is_set_and_withdrawn(page: Page, priced_url: str, look: Look) -> None:
    enter(page, priced_url, "fin")
    page.goto(f"{priced_url}/method/prices")
    page.get_by_role("link", name="Process of work").click()
    look.at(page, "rules")
    page.get_by_role("button", name="Set a rule").click()
    page.get_by_role("button", name="Continue").click()
    look.accessible(page)
    look.errors(page)
    page.get_by_label("Kind of work").select_option("D1H")
    page.get_by_label("The child is looked after").check()
    page.get_by_label("Goes to").select_option("CLA2")
    day(page)
    look.at(page, "rule form")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#moved")).to_contain_text("CLA 3: Maintain the placement")
    look.at(page, "rule check")
    page.get_by_role("button", name="Keep this rule").click()
    expect(page.get_by_text("2026.1 with rules of the authority")).to_be_visible()
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_label("Why it is withdrawn").fill("As shipped is better")
    day(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Withdraw this rule").click()
    expect(page.get_by_text("Withdrawn: As shipped is better")).to_be_visible()
    look.at(page, "rules with own")
