"""What waited on a device and was not simply recorded, a week filled in without signal, and labels of one’s own."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.journeys.offline.conftest import EMPTY, LEFT, PLAIN, cut, keep, show_my_day, until, waiting


def test_what_is_refused_asked_or_differs_stays_with_the_reason(ready: Page, look: Look) -> None:
    page = ready
    cut(page)
    page.goto("/my-day")
    keep(page, "R.A.", "Writing an assessment", "9 ages")
    expect(waiting(page)).to_have_count(1)
    cut(page, off=False)
    expect(waiting(page)).to_contain_text("Not recorded.")
    look.at(page, "without signal, with an entry that was refused")
    # Put right in the ordinary form, it leaves the device.
    waiting(page).get_by_role("button", name="Open in the form").click()
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    look.errors(page)
    expect(page.get_by_role("checkbox", name="Ruby Ashworth")).to_be_checked()
    page.get_by_label("How long did it take?").fill("90")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Writing an assessment")
    until(page, lambda: page.evaluate(LEFT)["queue"] == 0)

    # The same again is asked about; said to be another piece of work, it is recorded.
    page.goto("/my-day/offline")
    keep(page, "R.A.", "Writing an assessment", "20")
    expect(waiting(page)).to_contain_text("You may have recorded this already")
    waiting(page).get_by_role("button", name="Record it as another piece of work").click()
    expect(waiting(page)).to_have_count(0)

    # An id that stands for something else: both, beside each other; thrown away only after a question.
    keep(page, "T.B.", "Writing an assessment", "30")
    expect(page.locator("#device-state")).to_contain_text("1 entry is recorded")
    differing = """async () => {
      const said = await (await fetch("/my-day/offer")).json();
      const { day, entry, id, put } = globalThis.daybookDevice;
      const child = said.offer.children.find((each) => each.label === "T.B.").id;
      const fields = (minutes) => [["children", child], ["kind", "I3"], ["when", "today"], ["minutes", minutes]];
      const mine = entry(id(), fields("40"));
      const headers = { "Content-Type": "application/json", "X-CSRFToken": said.token };
      const sent = { id: mine.id, entered_at: mine.entered_at, fields: [...mine.fields, ["another", "yes"]] };
      const body = JSON.stringify({ owner: said.owner, entries: [sent] });
      await fetch("/my-day/entries", { method: "POST", headers, body });
      await put({ ...entry(mine.id, fields("41")) });
    }"""
    page.evaluate(differing)
    page.get_by_role("button", name="Send now").click()
    table = page.get_by_role("table", name="What is recorded, beside what is on this device")
    expect(table.get_by_role("row", name="Time")).to_contain_text("40m")
    expect(table.get_by_role("row", name="Time")).to_contain_text("41 minutes")
    look.at(page, "without signal, with a conflict")
    waiting(page).get_by_role("button", name="Throw mine away").click()
    page.get_by_role("dialog").get_by_role("button", name="Throw it away").click()
    expect(waiting(page)).to_have_count(0)


def test_a_week_is_filled_in_without_signal(ready: Page, look: Look) -> None:
    page = ready
    cut(page)
    page.goto("/my-week")
    page.get_by_text("Fill in a week").click()
    page.get_by_label("Week", exact=True).select_option("1")
    grid = page.get_by_role("group", name="Line 1")
    grid.get_by_role("textbox").nth(1).fill("50")
    grid.get_by_role("textbox").nth(3).fill("1h 20")
    page.get_by_role("button", name="Keep the week on this device").click()
    look.errors(page)
    grid.get_by_label("Child").select_option("R.A.")
    grid.get_by_label("What you did").select_option("Visit at home or placement")
    look.at(page, "a week without signal")
    page.get_by_role("button", name="Keep the week on this device").click()
    expect(waiting(page)).to_have_count(2)
    cut(page, off=False)
    expect(waiting(page)).to_have_count(0)
    show_my_day(page)
    page.get_by_role("link", name="Week before").click()
    expect(page.locator(".rec-entry").filter(has_text="1h 20m")).to_have_count(1)


def test_nicknames_stay_on_the_device_and_time_wipes_it(ready: Page, look: Look) -> None:
    page = ready
    page.goto("/my-day/device")
    page.get_by_label("Nickname for Ruby Ashworth").fill("Blue door")
    page.get_by_role("button", name="Keep the nicknames on this device").click()
    expect(page.locator("#nicknames-said")).to_have_text("Kept on this device.")
    look.at(page, "labels on this device")
    assert "Blue door" not in page.evaluate(PLAIN)["text"]
    cut(page)
    page.goto("/my-day")
    keep(page, "Blue door", "Recording and case notes", "5")
    expect(waiting(page)).to_contain_text("Blue door")
    # Its time over, nothing is left, whatever waited.
    page.clock.set_fixed_time("2099-01-01T00:00:00Z")
    page.reload()
    expect(page.locator("#device-state")).to_contain_text("Nothing is kept on this device")
    assert page.evaluate(LEFT) == EMPTY


def test_a_page_that_the_service_worker_did_not_take_over_asks_it_to_stand_by(ready: Page) -> None:
    page = ready
    # Loaded past the service worker, as a page is whose way here began before there was one.
    with page.expect_navigation():
        page.context.new_cdp_session(page).send("Page.reload", {"ignoreCache": True})
    until(page, lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    cut(page)
    page.get_by_role("checkbox", name="Ruby Ashworth").check()
    page.get_by_label("How long did it take?").fill("15")
    page.get_by_role("radio", name="Writing an assessment").check()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(waiting(page)).to_have_count(1)
