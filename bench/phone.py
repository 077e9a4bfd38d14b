"""The entry form on a slow phone: from asking for My day until its first field can be used, in a real browser."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bench.measures import Measure
from bench.pages import load_demonstration
from bench.recording import PORT, served
from bench.stores import folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

__all__ = ["measure_phone"]

AIM_MS = 1_000
SLOWER_PROCESSOR = 4
ROUND_TRIP_MS = 150
DOWN_KBIT, UP_KBIT = 1_600, 750
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
_PHONE: ViewportSize = {"width": 390, "height": 844}
_FIRST_FIELD = "#entry [name=children], #entry input:not([type=hidden])"

# Scripts of the type "module" have run when the document's content is loaded; what is not painted cannot be used.
_USABLE = """() => {
  const opened = performance.getEntriesByType('navigation')[0];
  const painted = performance.getEntriesByName('first-contentful-paint')[0];
  if (!painted || !opened.domContentLoadedEventEnd) return null;
  return Math.max(painted.startTime, opened.domContentLoadedEventEnd);
}"""


def measure_phone(say: Callable[[str], None], visits: int = 5) -> Iterator[Measure]:
    """The median over visits, with nothing kept by the browser and with what an earlier page left; to the aim.

    The profile: 150 ms for each round trip, 1.6 Mbit/s down and 0.75 Mbit/s up, and a processor four times slower
    than this one. The site and the browser share the machine, so the site's own time is in the figures.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this part needs a browser

    with folder() as scratch:
        say("loading the demonstration")
        load_demonstration(scratch)
        with served(scratch), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
            both = [_cold_and_warm(browser) for _ in range(visits)]
            browser.close()
    for which, times in (("nothing kept", [cold for cold, _ in both]), ("again", [warm for _, warm in both])):
        median = statistics.median(times)
        beside = f"{median:.0f} ms, slowest {max(times):.0f} ms"
        what = f"first field of the entry form usable on a slow phone, {which}"
        yield Measure(what, "sqlite", median / AIM_MS, "≤ 1 (1 s)", median <= AIM_MS, beside)


def _cold_and_warm(browser: Browser) -> tuple[float, float]:
    """Milliseconds until the form can be used: the styles and scripts fetched, then with them at hand."""
    # Without the service worker, which would answer from what signing in has left on the device.
    context = browser.new_context(viewport=_PHONE, has_touch=True, is_mobile=True, service_workers="block")
    page = context.new_page()
    _sign_in(page)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    _slow(session)
    # Emptying the cache on the disk would leave what the page in hand keeps in memory.
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    cold = _until_usable(page)
    session.send("Network.setCacheDisabled", {"cacheDisabled": False})
    warm = _until_usable(page)
    context.close()
    return cold, warm


def _sign_in(page: Page) -> None:
    from web.cli.demonstration import PASSWORD  # noqa: PLC0415

    page.goto(f"http://127.0.0.1:{PORT}/sign-in")
    page.locator("[name=username]").fill("demo-worker")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit], main button:not([type])").first.click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def _slow(session: CDPSession) -> None:
    profile = {
        "offline": False,
        "latency": ROUND_TRIP_MS,
        "downloadThroughput": DOWN_KBIT * 1_000 / 8,
        "uploadThroughput": UP_KBIT * 1_000 / 8,
    }
    session.send("Network.emulateNetworkConditions", profile)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})


def _until_usable(page: Page) -> float:
    page.goto("about:blank")
    page.goto(f"http://127.0.0.1:{PORT}/my-day", wait_until="load")
    field = page.locator(_FIRST_FIELD).first
    field.focus()
    assert field.evaluate("field => field === document.activeElement"), "the first field takes no focus"
    took: float = page.wait_for_function(_USABLE).json_value()
    return took
