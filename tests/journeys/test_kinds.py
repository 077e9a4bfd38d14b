"""A kind of work from its first day to its last: added, found by what people call it, recorded, retired, still read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Look, served_village, watch

WIDTHS = {1280: ("SIB", "Visit with siblings", "SV9"), 390: ("GRP", "Visit in a group", "GV9")}


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of their own: what is recorded here is on nobody else's day."""
    yield from served_village(tmp_path_factory)


@pytest.fixture
def person(
    browser: Browser, base_url: str, sign_in: Callable[[Page, str], None]
) -> Iterator[Callable[[str, int], Page]]:
    """Signs somebody in, in a browser of their own of some width."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def signed_in(username: str, width: int) -> Page:
        contexts.append(browser.new_context(base_url=base_url, viewport={"width": width, "height": 900}))
        page = contexts[-1].new_page()
        watch(page, complaints)
        sign_in(page, username)
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_kind_is_added_found_recorded_retired_and_still_read(
    person: Callable[[str, int], Page], look: Look, base_url: str, width: int
) -> None:
    mark, label, synonym = WIDTHS[width]
    admin, worker = person("max", width), person("ada", width)

    # The administrator adds it, with what it means, an example, what people write, and the clock it may satisfy.
    page = admin
    page.goto(f"{base_url}/method/kinds")
    look.at(page, "kinds")
    page.get_by_role("button", name="Add a kind of work").click()
    page.get_by_label("Part of").select_option("Visit at home or placement")
    page.get_by_label("Short code").fill(mark)
    page.get_by_label("What it is called").fill(label)
    page.get_by_label("What it covers").fill("Brothers and sisters are seen together")
    page.get_by_label("Examples").fill("tea with all three")
    page.get_by_label("Also called").fill(f"{synonym}; all together {mark}")
    page.get_by_role("group", name="Clock it may satisfy").get_by_label("A visit, if the child was seen").check()
    page.get_by_role("button", name="Keep this kind").click()
    look.at(page, "a kind with errors")
    look.errors(page)
    page.get_by_role("group", name="Ask whether the child was seen").get_by_label("Yes").check()
    on(page, "1", "3")
    look.at(page, "a kind, filled in")
    page.get_by_role("button", name="Keep this kind").click()
    expect(page.get_by_role("heading", name=label, level=1)).to_be_visible()
    expect(page.get_by_text("by Max Reid")).to_be_visible()
    look.at(page, "the page of a kind")

    # A worker finds it by what people write, and records it.
    page = worker
    page.goto(f"{base_url}/my-day")
    page.get_by_role("checkbox", name="Ruby Ashworth").check()
    page.get_by_label("Something else").check()
    page.get_by_role("combobox", name="Other work").fill(synonym.lower())
    expect(page.locator("ul[role=listbox] li")).to_have_text([label])
    look.accessible(page)
    shoot(page, f"kinds-found-{width}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("How long did it take?").fill("50")
    page.locator("#seen").get_by_label("Ruby Ashworth").select_option("Seen alone")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(f"{label} – Ruby Ashworth, 50m")
    page.get_by_role("alert").get_by_role("link", name="Change this entry").click()
    entry = page.url.removesuffix("/change")
    page.goto(entry)
    counts = page.get_by_text("Yes, as a visit to looked-after children, because the child was seen alone")
    expect(counts).to_be_visible()
    look.at(page, "an entry that counts")
    shoot(page, f"kinds-entry-{width}")

    # It is retired, with a reason; nobody is offered it, and the entry reads as it did.
    page = admin
    page.goto(f"{base_url}/method/kinds?q={synonym}")
    shoot(page, f"kinds-search-{width}")
    page.get_by_role("link", name=label).click()
    page.get_by_role("link", name="Retire it").click()
    page.get_by_role("button", name="Retire this kind").click()
    look.at(page, "retiring with errors")
    look.errors(page)
    on(page, "2", "4")
    page.get_by_label("Why it is retired").fill("Two words for one thing")
    page.get_by_role("button", name="Retire this kind").click()
    expect(page.get_by_text("Retired from 2 April 2026: Two words for one thing.")).to_be_visible()
    look.at(page, "a retired kind")
    shoot(page, f"kinds-page-{width}")
    page = worker
    page.goto(entry)
    expect(page.get_by_text(label).first).to_be_visible()
    expect(counts).to_be_visible()
    page.goto(f"{base_url}/my-day")
    expect(page.locator("select[name=other_kind] option", has_text=label)).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text=label).first).to_be_visible()


def on(page: Page, day: str, month: str) -> None:
    """The first day, in 2026."""
    for part, value in (("Day", day), ("Month", month), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
