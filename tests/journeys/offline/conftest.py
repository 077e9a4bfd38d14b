"""A phone with its own site, whose network can be cut, and what it keeps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from projections.follow import position_reached
from tests.journeys.conftest import LOOKING, served_village
from tests.web.village import Village

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
# As long as a machine may take that does much else; nothing here waits for time to pass, only for things to happen.
PATIENCE = 30.0
_served: list[Village] = []


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Looking for something on a page is as patient as everything else here."""
    expect.set_options(timeout=PATIENCE * 1_000)
    yield
    expect.set_options(timeout=LOOKING)


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own, as late in the day as the browser: what waits is dated by the device."""
    yield from served_village(tmp_path_factory, today=True, before=_served.append)


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
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        page.wait_for_timeout(50)


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


def show_my_day(page: Page) -> None:
    """My day with everything that the site has answered for.

    What was sent may have been sent by an earlier page, which told of it and is gone; and the tables may be a moment
    behind the answer. So this waits for the tables themselves and loads the page anew: what it then shows once
    is there once.
    """
    house = _served[-1].house
    until(page, lambda: position_reached(house.tables) >= house.recorder.log_store.position())
    page.goto("/my-day")
