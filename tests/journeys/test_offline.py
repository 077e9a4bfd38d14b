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
