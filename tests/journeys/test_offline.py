"""Without signal, in a real browser: the network is cut in mid-entry, in mid-send and while signing out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.conftest import Look, served_village

LEFT = """async () => {
  const asked = indexedDB.open("daybook-device");
  const base = await new Promise((good) => { asked.onsuccess = () => good(asked.result); });
  const count = (store) => new Promise((good) => {
    const all = base.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => good(all.result.length);
  });
  const left = {};
  for (const store of ["keys", "sealed", "queue"]) left[store] = await count(store);
  base.close();
  return left;
}"""
PLAIN = """async () => {
  const asked = indexedDB.open("daybook-device");
  const base = await new Promise((good) => { asked.onsuccess = () => good(asked.result); });
  const rows = (store) => new Promise((good) => {
    const all = base.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => good(all.result);
  });
  const read = (bytes) => new TextDecoder().decode(bytes);
  const sealed = [...await rows("queue"), ...await rows("sealed")];
  const keys = (await rows("keys")).map((held) => held.key.extractable);
  base.close();
  return { text: sealed.map((row) => JSON.stringify(Object.keys(row)) + read(row.text)).join(""), keys };
}"""
EMPTY = {"keys": 0, "sealed": 0, "queue": 0}


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own, as late in the day as the browser: what waits is dated by the device."""
    yield from served_village(tmp_path_factory, today=True)


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    """A phone of its own: what it keeps is gone with it."""
    context = browser.new_context(base_url=base_url, viewport={"width": 390, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def ready(phone: Page, sign_in: Callable[[Page, str], None]) -> Page:
    """A phone on which Ada is signed in, and which has what it needs without signal."""
    begin(phone, sign_in, "ada")
    return phone


def begin(page: Page, sign_in: Callable[[Page, str], None], username: str) -> None:
    sign_in(page, username)
    page.goto("/my-day")
    until(page, lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    until(page, lambda: page.evaluate(LEFT)["sealed"] == 1)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds that no element of the page shows."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to hold")


def cut(page: Page, off: bool = True) -> None:
    page.context.set_offline(off)


def keep(page: Page, child: str, kind: str, minutes: str) -> None:
    """Fill in the short form."""
    if child:
        page.get_by_role("checkbox", name=child, exact=True).check()
    page.get_by_role("radio", name=kind).check()
    page.get_by_role("textbox", name="How long did it take?").fill(minutes)
    page.get_by_role("button", name="Keep on this device").click()


def waiting(page: Page) -> Any:
    return page.locator("#waiting > li")


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
    page.goto("/my-day")
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
    page.goto("/my-day")
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
    page.goto("/my-day")
    mine = page.locator(".rec-entry").filter(has_text="Recording and case notes").filter(has_text="25m")
    expect(mine).to_have_count(1)


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
    page.goto("/my-day")
    expect(page.locator(".rec-entry").filter(has_text="55m")).to_have_count(1)


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
    page.goto("/my-day")
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
