"""Without signal, in a real browser: the network is cut in mid-entry, in mid-send and while signing out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Look
from tests.journeys.offline.conftest import EMPTY, LEFT, PLAIN, begin, cut, keep, show_my_day, until, waiting


def test_two_entries_wait_encrypted_and_are_each_recorded_once(ready: Page, look: Look) -> None:
    page = ready
    cut(page)
    page.goto("/my-day")
    expect(page.get_by_role("heading", name="Record without signal")).to_be_visible()
    expect(page.get_by_role("checkbox", name="R.A.")).to_be_visible()
    assert "Ruby" not in page.content()
    look.accessible(page)

    # An empty form: every problem, each link into an answer.
    page.get_by_role("button", name="Keep on this device").click()
    expect(page.locator(".govuk-error-summary li")).to_have_count(2)
    look.errors(page)
    look.accessible(page)

    keep(page, "R.A.", "Visit at home or placement", "45")
    expect(waiting(page)).to_have_count(1)
    expect(page).not_to_have_title("Error: ")
    keep(page, "T.B.", "Call or message", "10")
    expect(waiting(page)).to_have_count(2)
    expect(page.locator("#device")).to_contain_text("2 entries wait on this device")
    look.at(page, "without signal, with entries that wait")
    kept = page.evaluate(PLAIN)
    assert kept["keys"] == [False]
    assert [word for word in ("R.A.", "minutes", "D1H", "children") if word in kept["text"]] == []

    # They are there after the page was closed, and go when the signal is back: the server hears of them
    # but its answer is lost, so they are sent again.
    lost = []

    def hear_and_lose(route: Route) -> None:
        lost.append(route.fetch().json())
        route.abort("connectionreset")

    page.reload()
    expect(waiting(page)).to_have_count(2)
    page.context.route("**/my-day/entries", hear_and_lose, times=1)
    cut(page, off=False)
    until(page, lambda: len(lost) == 1)
    assert [each["state"] for each in lost[0]["entries"]] == ["recorded", "recorded"]
    expect(waiting(page)).to_have_count(2)
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#device-state")).to_contain_text("2 entries are recorded")
    expect(waiting(page)).to_have_count(0)
    page.locator("#device").get_by_role("link", name="Show my day with what was sent").click()
    page.wait_for_url("**/my-day?at=*")
    entries = page.get_by_role("listitem").filter(has_text="Visit at home or placement").filter(has_text="45m")
    expect(entries.filter(has_text="Ruby Ashworth").locator(".rec-entry__kind")).to_have_count(1)
    calls = page.locator(".rec-entry").filter(has_text="Call or message").filter(has_text="Tom Briar")
    expect(calls).to_have_count(1)


def test_a_connection_cut_in_mid_entry_loses_nothing(ready: Page) -> None:
    page = ready
    page.get_by_role("checkbox", name="Tom Briar").check()
    page.get_by_label("Visit at home or placement").check()
    page.get_by_role("button", name="1h", exact=True).click()
    cut(page)
    expect(page.locator("#device")).to_contain_text("What you record now waits on this device")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#device-state")).to_contain_text("The connection was cut before this was recorded")
    expect(waiting(page)).to_have_count(1)
    expect(waiting(page)).to_contain_text("T.B.")
    cut(page, off=False)
    expect(waiting(page)).to_have_count(0)
    show_my_day(page)
    mine = page.locator(".rec-entry").filter(has_text="Tom Briar").filter(has_text="1h")
    expect(mine).to_have_count(1)


def test_an_entry_that_the_site_had_heard_of_when_the_connection_went_is_one(ready: Page) -> None:
    page = ready
    page.get_by_role("checkbox", name="Ruby Ashworth").check()
    page.get_by_label("Recording and case notes").check()
    page.get_by_label("How long did it take?").fill("25")
    heard = []

    def hear_and_lose(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        heard.append(route.fetch(max_redirects=0).status)
        route.abort("connectionreset")

    page.context.route("**/my-day", hear_and_lose)
    page.get_by_role("button", name="Record", exact=True).click()
    until(page, lambda: heard == [303])
    page.context.unroute("**/my-day")
    page.goto("/my-day")
    until(page, lambda: page.evaluate(LEFT)["queue"] == 0)
    show_my_day(page)
    mine = page.locator(".rec-entry").filter(has_text="Recording and case notes").filter(has_text="25m")
    expect(mine).to_have_count(1)


def test_an_answer_that_comes_after_a_wipe_brings_nothing_back(ready: Page) -> None:
    page, late = ready, list[Route]()
    page.context.route("**/my-day/offer", lambda route: late.append(route))  # noqa: PLW0108 - it sets names on it
    page.goto("/my-day")
    until(page, lambda: len(late) == 1)
    page.evaluate("globalThis.daybookDevice.wipe()")
    assert page.evaluate(LEFT) == EMPTY
    with page.expect_response("**/my-day/offer"):
        late[0].continue_()
    # What waits is told of once the answer has been seen to: nothing is kept after that.
    page.wait_for_timeout(500)
    assert page.evaluate(LEFT) == EMPTY


def test_signing_out_without_signal_wipes_the_device_and_is_made_good(
    ready: Page, sign_in: Callable[[Page, str], None]
) -> None:
    page = ready
    cut(page)
    page.goto("/my-day")
    keep(page, "R.A.", "Recording and case notes", "15")
    expect(waiting(page)).to_have_count(1)
    page.get_by_role("button", name="Sign out of this device").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 entry is on this device and not recorded")
    dialog.get_by_role("button", name="Keep them").click()
    expect(waiting(page)).to_have_count(1)
    page.get_by_role("button", name="Sign out of this device").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove it and sign out").click()
    expect(page.locator("#device-state")).to_contain_text("You have signed out")
    assert page.evaluate(LEFT) == EMPTY
    expect(page.locator("#offline-form")).to_be_hidden()
    # Back in reach, the site hears of it before it shows anything.
    cut(page, off=False)
    page.goto("/my-day")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, "ada")
    expect(page.locator(".rec-entry").filter(has_text="15m")).to_have_count(0)


def test_another_person_on_the_same_device_finds_nothing(ready: Page, sign_in: Callable[[Page, str], None]) -> None:
    page = ready
    cut(page)
    page.goto("/my-day")
    keep(page, "T.B.", "Recording and case notes", "35")
    expect(waiting(page)).to_have_count(1)
    # Her session ends by itself: what waits is kept for her, and says that she has to sign in.
    page.context.clear_cookies()
    cut(page, off=False)
    expect(page.locator("#device-state")).to_contain_text("Sign in to send what waits")
    assert page.evaluate(LEFT)["queue"] == 1
    # Somebody else signs in.
    begin(page, sign_in, "ben")
    page.goto("/my-day/offline")
    expect(page.get_by_role("checkbox", name="K.C.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="T.B.")).to_have_count(0)
    expect(waiting(page)).to_have_count(0)
    assert page.evaluate(LEFT)["queue"] == 0


def test_the_same_person_signs_in_again_and_it_is_sent(ready: Page, sign_in: Callable[[Page, str], None]) -> None:
    page = ready
    cut(page)
    page.goto("/my-day")
    keep(page, "T.B.", "Recording and case notes", "55")
    expect(waiting(page)).to_have_count(1)
    page.context.clear_cookies()
    cut(page, off=False)
    expect(page.locator("#device-state")).to_contain_text("Sign in to send what waits")
    begin(page, sign_in, "ada")
    until(page, lambda: page.evaluate(LEFT)["queue"] == 0)
    show_my_day(page)
    expect(page.locator(".rec-entry").filter(has_text="55m")).to_have_count(1)


def test_a_connection_cut_while_signing_out_still_empties_the_device(ready: Page) -> None:
    page = ready
    assert page.evaluate(LEFT)["keys"] == 1
    cut(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#device-state")).to_contain_text("You have signed out")
    assert page.evaluate(LEFT) == EMPTY
    assert [each["name"] for each in page.context.cookies()] == ["daybook"]
    cut(page, off=False)
    page.goto("/my-day")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    # The session is over for good, not only for this page.
    page.goto("/children")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    # And the page that opens without signal has nothing to tell.
    cut(page)
    page.goto("/my-day")
    expect(page.locator("#device-state")).to_contain_text("Nothing is kept on this device")
    expect(page.locator("#offline-form")).to_be_hidden()


def test_a_page_that_cannot_wait_is_not_sent_into_nowhere(ready: Page, look: Look) -> None:
    page = ready
    page.goto("/my-day")
    cut(page)
    page.get_by_label("Say it in a line").fill("home visit Ruby 20m")
    page.get_by_role("button", name="Start a timer").click()
    expect(page.locator("#not-sent")).to_contain_text("this was not sent")
    expect(page.locator("#not-sent")).to_be_focused()
    expect(page.get_by_label("Say it in a line")).to_have_value("home visit Ruby 20m")
    look.accessible(page)
    cut(page, off=False)
    expect(page.locator("#not-sent")).to_have_count(0)
    page.get_by_role("button", name="Start a timer").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
