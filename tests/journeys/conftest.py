"""A real site on a loopback port with its follower at work, and Debian's own Chromium looking at it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.served import serving
from tests.web.pages import PASSWORD
from tests.web.village import Village, found_village, open_village, patient
from web import create_app

CHROMIUM_FLAGS = [
    "--no-sandbox",  # needed where tests run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
# Several sites may be served at once on a busy machine: looking waits for things to happen, not for time to pass.
LOOKING = 20_000
expect.set_options(timeout=LOOKING)
CHECKED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    assert chromium is not None, "These journeys need Chromium: apt-get install chromium fonts-liberation"
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Each context has the address of its own test's site: kept for a session, the first site would get them all."""
    return {**browser_context_args, "base_url": base_url}


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site over a village of its own, with a follower that catches up all the time."""
    yield from served_village(tmp_path_factory)


def served_village(
    tmp_path_factory: pytest.TempPathFactory, *, today: bool = False, before: Callable[[Village], None] | None = None
) -> Iterator[str]:
    """A village on a site of its own; at the village's own time, or ``today`` as the browser's clock has it.

    ``before`` is done to the village before it is served.
    """
    founded, folder = tmp_path_factory.mktemp("founded"), tmp_path_factory.mktemp("live")
    found_village(founded)
    village = open_village(founded, folder)
    if before is not None:
        before(village)
    with serving(village, create_app(patient(village.settings), clock=None if today else village.house.clock)) as url:
        yield url


def watch(page: Page, complaints: list[str]) -> None:
    """Gather script errors, blocked content and files that are missing."""
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("requestfailed", lambda r: None if "ERR_ABORTED" in (r.failure or "") else complaints.append(r.url))
    page.on("response", lambda r: complaints.append(f"{r.status} {r.url}") if r.status in {404, 500} else None)


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that fails its test on script errors, blocked content or missing files."""
    complaints: list[str] = []
    watch(page, complaints)
    yield page
    assert complaints == []


class Look:
    """What a person with any device or aid should find on every page."""

    def at(self, page: Page, name: str) -> None:
        """Accessible by every rule that can be checked, and no sideways scrolling at 320 pixels."""
        self.accessible(page)
        size = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{name} scrolls sideways"
        self.accessible(page)
        if size:
            page.set_viewport_size(size)

    def accessible(self, page: Page) -> None:
        page.wait_for_load_state("load")
        # Only what is wrong is brought back whole: the rest is most of the time that looking takes.
        asked = {"runOnly": {"type": "tag", "values": CHECKED}, "resultTypes": ["violations"]}
        found = Axe().run(page, options=asked).response["violations"]
        assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found] == []

    def errors(self, page: Page) -> None:
        """Every link of the error summary leads into an input, and the title says that there is an error."""
        expect(page).to_have_title(re.compile("^Error: "))
        links = page.locator(".govuk-error-summary a")
        assert links.count() > 0
        for number in range(links.count()):
            links.nth(number).click()
            assert page.evaluate("document.activeElement.tagName") in {"INPUT", "SELECT", "TEXTAREA"}


@pytest.fixture
def look() -> Look:
    return Look()


@pytest.fixture
def sign_in(base_url: str) -> Callable[[Page, str], None]:
    def enter(page: Page, username: str) -> None:
        page.goto(f"{base_url}/sign-in")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    return enter


@pytest.fixture
def without_script(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    yield context.new_page()
    context.close()
