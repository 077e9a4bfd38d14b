"""A week whose connection goes while it is saved, and the whole form without signal, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Look
from tests.journeys.offline.conftest import EMPTY, LEFT, PLAIN, cut, show_my_day, until, waiting


def box(page: Page, row: str, day: int) -> str:
    """The selector of a box of the week that shows, by a word of its row."""
    place = page.locator("#week-grid tbody tr", has_text=row).locator("input[name=row]").first
    number = page.locator("#week-grid input[name=row]").evaluate_all(
        "(all, mine) => all.map((each) => each.value).indexOf(mine)", place.input_value()
    )
    return f"#c-{number}-{day}"


def last_week(page: Page) -> None:
    page.goto("/my-week")
    page.get_by_role("link", name="Week before").click()
    expect(page.get_by_role("link", name="Week after")).to_be_visible()


def save(page: Page) -> None:
    page.locator(".rec-send").get_by_role("button", name="Save the week").click()


def row_name(page: Page) -> str:
    """What the first row for no child is called."""
    return page.locator("#week-grid th[scope=row]", has=page.locator('input[value="N2:"]')).inner_text().strip()


def test_a_week_whose_connection_goes_in_mid_send_waits_encrypted_and_is_saved_once(ready: Page, look: Look) -> None:
    page = ready
    last_week(page)
    name = row_name(page)
    page.locator(box(page, name, 1)).fill("1h15")
    page.locator(box(page, name, 2)).fill("50")
    heard: list[int] = []

    def hear_and_lose(route: Route) -> None:
        if route.request.method == "POST":
            heard.append(route.fetch(max_redirects=0).status)
        route.abort("connectionreset")

    # The site hears of it, and its answer is lost; then there is no connection at all.
    page.context.route("**/my-week", hear_and_lose, times=1)
    page.context.route("**/my-day/offer", lambda route: route.abort("connectionreset"))
    save(page)
    expect(page.locator("#device-state")).to_contain_text("The connection was cut before this was recorded")
    assert heard == [303]
    expect(waiting(page)).to_have_count(1)
    expect(waiting(page)).to_contain_text("My week, from")
    table = page.get_by_role("table", name="What was changed in the week")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table).to_contain_text("1h15")
    look.at(page, "a week that waits on the device")
    kept = page.evaluate(PLAIN)
    assert [word for word in ("1h15", "N2:", '"row"') if word in kept["text"]] == []
    page.context.unroute("**/my-day/offer")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#device-state")).to_contain_text("1 week is recorded")
    expect(waiting(page)).to_have_count(0)
    show_my_day(page)
    last_week(page)
    expect(page.locator(box(page, name, 1))).to_have_value("1h 15m")
    expect(page.locator(box(page, name, 2))).to_have_value("50m")

    # Changed on the way by another window, one box is told beside what stands; put right in the week, it leaves.
    page.locator(box(page, name, 1)).fill("20")
    page.locator(box(page, name, 2)).fill("")
    other = page.context.new_page()
    last_week(other)
    other.locator(box(other, name, 1)).fill("30")
    save(other)
    expect(other.locator(".wk-saved")).to_have_count(1)
    other.close()
    cut(page)
    save(page)
    expect(waiting(page)).to_have_count(1)
    cut(page, off=False)
    expect(waiting(page)).to_contain_text("Not all of it is saved")
    table = page.get_by_role("table", name="What was changed in the week")
    rows = table.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("30m")
    expect(rows.nth(1)).to_contain_text("Not saved. This was changed elsewhere meanwhile")
    expect(rows.nth(2)).to_contain_text("Taken away")
    expect(rows.nth(2)).to_contain_text("Saved")
    look.at(page, "a week that was saved in part")
    waiting(page).get_by_role("button", name="Open in the week").click()
    expect(page.get_by_role("heading", name="My week")).to_be_visible()
    look.errors(page)
    expect(page.locator(box(page, name, 1))).to_have_value("20")
    save(page)
    expect(page.locator(".wk-saved")).to_have_count(1)
    expect(page.locator(box(page, name, 1))).to_have_value("20m")
    until(page, lambda: page.evaluate(LEFT)["queue"] == 0)


def test_where_nothing_may_wait_the_week_stays_open_with_what_was_typed(ready: Page) -> None:
    page = ready
    last_week(page)
    name = row_name(page)
    page.locator(box(page, name, 3)).fill("35")
    page.evaluate("globalThis.daybookDevice.wipe()")
    assert page.evaluate(LEFT) == EMPTY
    for gone in ("**/my-week", "**/my-day/offer"):
        page.context.route(gone, lambda route: route.abort("connectionreset"))
    save(page)
    expect(page.locator("#not-sent")).to_contain_text("this was not sent")
    expect(page.locator(box(page, name, 3))).to_have_value("35")
    page.context.unroute_all()
    page.wait_for_timeout(1_100)  # a second press within a second is taken for a double click
    save(page)
    expect(page.locator(box(page, name, 3))).to_have_value("35m")


def test_the_form_without_signal_asks_what_the_ordinary_form_asks(ready: Page, look: Look) -> None:
    page = ready
    cut(page)
    page.goto("/my-day")
    for child in ("R.A.", "T.B."):
        page.get_by_role("checkbox", name=child, exact=True).check()
    page.get_by_role("radio", name="Something else").check()
    page.get_by_label("Other work").select_option("Visit elsewhere")
    expect(page.locator("#offline-seen")).to_be_visible()
    page.get_by_role("textbox", name="How long did it take?").fill("half an hour")
    page.get_by_text("Travel, who else was there, or nobody was in").click()
    page.get_by_label("Travel time").fill("20")
    page.get_by_label("Miles").fill("far")
    page.get_by_role("checkbox", name="B.H.").check()
    page.get_by_label("Time of B.H.").fill("25")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note", exact=True).fill("Left a card")
    look.at(page, "the whole form without signal")
    page.get_by_role("button", name="Keep on this device").click()
    expect(page.locator(".govuk-error-summary li")).to_have_count(2)
    look.errors(page)
    page.get_by_label("Miles").fill("7.5")
    page.get_by_label("Which child is the note about?").select_option("T.B.")
    page.get_by_role("radio", name="Nobody was in").check()
    expect(page.locator("#offline-seen")).to_be_hidden()
    page.get_by_role("button", name="Keep on this device").click()
    expect(waiting(page)).to_have_count(1)
    for words in ("With B.H.", "Nobody was in", "A note", "+ 20 minutes travel, 7.5 miles"):
        expect(waiting(page)).to_contain_text(words)
    assert "card" not in page.evaluate(PLAIN)["text"]
    cut(page, off=False)
    expect(waiting(page)).to_have_count(0)
    show_my_day(page)
    entry = page.locator(".rec-entry").filter(has_text="Nobody was in").filter(has_text="Tom Briar")
    expect(entry).to_have_count(1)
    entry.get_by_role("link").first.click()
    for words in ("Ben Hale: 25m", "Ada Osei: 30m", "Left a card", "Recorded without signal"):
        expect(page.get_by_role("main")).to_contain_text(words)
