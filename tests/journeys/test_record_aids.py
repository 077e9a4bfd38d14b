"""Recording with every aid: keyboard alone, a screen reader's names, large text, contrast, and without motion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.journeys.asked_of_pages import CUT_OFF, FOCUS_SHOWN, MOVING, OVERLAPS, WHERE
from tests.journeys.conftest import Look, served_village
from tests.journeys.test_record_journey import MOST_INTERACTIONS

PAGES = ("/my-day", "/my-week", "/my-calendar", "/my-figures")


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A village of its own: what other journeys record is not on these pages."""
    yield from served_village(tmp_path_factory)


class Keys:
    """A keyboard and nothing else. ``acts`` are keys that do something (a text typed is one); Tab only goes on."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts = page, 0

    def to(self, name: str, value: str = "") -> None:
        """Tab to an answer of a name, or a button of a text; at each step one sees where one is."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            self._seen()
            if self.on(name, value):
                return
        raise AssertionError(f"the keyboard does not lead to {name}")

    def press(self, key: str) -> None:
        """Press a key where one is."""
        self.acts += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write where one is."""
        self.acts += 1
        self.page.keyboard.type(text)

    def on(self, name: str, value: str = "") -> bool:
        """Is one at an answer of this name or this text, where told with this label?"""
        found = self.page.evaluate(WHERE)
        return name in found and (not value or value == found[-1])

    def _seen(self) -> None:
        assert self.page.evaluate(FOCUS_SHOWN), self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_an_entry_is_made_with_the_keyboard_alone(page: Page, sign_in: Callable[[Page, str], None]) -> None:
    sign_in(page, "ada")
    page.goto("/my-day")
    keys = Keys(page)
    keys.to("children", "Tom Briar")
    keys.press("Space")
    keys.to("kind")
    keys.press("Space")
    while not keys.on("kind", "Call or message with child or family"):
        keys.press("ArrowDown")
    keys.to("45m")
    keys.press("Space")
    keys.to("Record")
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Call or message with child or family – Tom Briar, 45m")
    assert keys.acts <= MOST_INTERACTIONS

    # Another day, and a time that is written.
    keys = Keys(page)
    page.goto("/my-day")
    keys.to("children", "Tom Briar")
    keys.press("Space")
    keys.to("kind")
    keys.press("Space")
    keys.to("when")
    keys.press("ArrowDown")
    keys.to("minutes")
    keys.type("1.25h")
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Tom Briar, 1h 15m")
    assert keys.acts <= MOST_INTERACTIONS


def test_a_week_is_filled_in_and_done_with_the_keyboard_alone(page: Page, sign_in: Callable[[Page, str], None]) -> None:
    sign_in(page, "ben")
    page.goto("/my-week")
    keys = Keys(page)
    keys.to("kind")
    keys.type("Recording and")
    keys.to("child")
    keys.type("Kit")
    keys.to("Add the row")
    keys.press("Enter")
    row = "Kit Cole, Recording and case notes, {}"
    monday, tuesday = (page.get_by_role("textbox", name=re.compile(f"^{row.format(d)}")) for d in ("Monday", "Tuesday"))
    expect(monday).to_be_visible()
    while not monday.evaluate("box => box === document.activeElement"):
        keys.page.keyboard.press("Tab")
    keys.type("45")
    keys.press("ArrowRight")
    expect(tuesday).to_be_focused()
    keys.type("1h15")
    keys.press("ArrowDown")
    keys.type("30")
    keys.to("Save the week")
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("3 changes saved")
    expect(monday).to_have_value("45m")
    expect(tuesday).to_have_value("1h 15m")
    assert keys.acts == 9  # a row added with three, then a key or a text for each box and step, and one to save
    keys.to("This week is done")
    keys.press("Enter")
    expect(page.get_by_text("You marked this week as done on")).to_be_visible()
    keys.to("This week is not done after all")
    keys.press("Enter")
    expect(page.get_by_role("button", name="This week is done")).to_be_visible()


def test_a_screen_reader_is_told_child_day_and_kind(page: Page, sign_in: Callable[[Page, str], None]) -> None:
    sign_in(page, "ada")
    page.goto("/my-day")
    page.get_by_role("checkbox", name="Ruby Ashworth").check()
    page.get_by_role("checkbox", name="Tom Briar").check()
    page.get_by_label("Visit at home or placement").check()
    for shut in page.locator("#entry summary").all():
        if shut.is_visible() and shut.evaluate("one => !one.parentElement.open"):
            shut.click()
    said = page.locator("#entry").aria_snapshot()
    for told in (
        'group "Which children?"', 'checkbox "Ruby Ashworth" [checked]', 'group "What did you do?"',
        'radio "Visit at home or placement" [checked]', 'group "When?"', 'radio "Yesterday"',
        'textbox "How long did it take?"', 'group "Usual times"', 'textbox "Travel time"', 'checkbox "Ben Hale"',
        'combobox "Ruby Ashworth"', 'textbox "Tom Briar, parts"', 'combobox "Process"', 'button "Record"',
    ):  # fmt: skip
        assert told in said, (told, said)
    assert nameless(said) == []
    page.get_by_role("button", name="Record", exact=True).click()
    page.goto("/my-week")
    said = page.locator("#week-grid").aria_snapshot()
    boxes = re.findall(r'textbox "([^"]+)"', said)
    assert len(boxes) >= 20
    for name in boxes:
        assert re.fullmatch(r"(.+), (\w+day) .*|(.+)", name)
        assert re.search(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", name), name
    assert nameless(said) == []


def nameless(said: str) -> list[str]:
    """Controls of an accessibility tree that say nothing of themselves."""
    return re.findall(r"^\s*- (?:textbox|combobox|checkbox|radio|button|link)(?::| \[|$).*", said, re.MULTILINE)


@pytest.fixture(scope="module")
def large(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """A browser set to text of twice the usual size: rem and em follow it, the widths at which pages change too."""
    flags = [*browser_type_launch_args["args"], "--blink-settings=defaultFontSize=32"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": flags})
    yield browser
    browser.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_text_of_twice_the_size_is_whole_and_scrolls_one_way(
    large: Browser, base_url: str, sign_in: Callable[[Page, str], None], width: int
) -> None:
    page = large.new_context(base_url=base_url, viewport={"width": width, "height": 844}).new_page()
    sign_in(page, "ada")
    page.goto("/my-day")
    page.get_by_role("checkbox", name="Ruby Ashworth").first.check()
    page.get_by_role("checkbox", name="Tom Briar").first.check()
    page.get_by_label("Recording and case notes").check()
    page.get_by_label("How long did it take?").fill("10h 45m")
    if width == 390:
        page.get_by_role("radio", name="Yesterday").check()
    whole(page, width)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("10h 45m")
    whole(page, width)
    page.get_by_role("alert").get_by_role("link", name="Change this entry").click()
    whole(page, width)
    page.get_by_label("How long did it take?").fill("10h 50m")
    page.get_by_label("The time was wrong").check()
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.locator(".rec-changes")).to_contain_text("10h 50m")
    whole(page, width)
    for path in PAGES:
        page.goto(path)
        whole(page, width)
    page.context.close()


def whole(page: Page, width: int) -> None:
    """Nothing is cut off or lies over something else, and the page scrolls downwards alone."""
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(CUT_OFF)
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(OVERLAPS) == []


def test_nothing_moves_for_those_who_ask_for_that(
    browser: Browser, base_url: str, sign_in: Callable[[Page, str], None]
) -> None:
    context = browser.new_context(base_url=base_url, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, "ada")
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(MOVING) == []
    context.close()


def test_forced_colours_without_motion_keep_borders_focus_and_what_is_chosen(
    browser: Browser, base_url: str, sign_in: Callable[[Page, str], None], look: Look
) -> None:
    context = browser.new_context(base_url=base_url, forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, "ada")
    for path, boxes in (("/my-day", ".rec-quick button, #minutes, .rec-chip"), ("/my-week", ".wk-box")):
        page.goto(path)
        look.accessible(page)
        widths = page.locator(boxes).evaluate_all(
            "all => all.map(e => [getComputedStyle(e).borderTopStyle, parseFloat(getComputedStyle(e).borderTopWidth)])"
        )
        assert widths
        assert all(style == "solid" and width >= 1 for style, width in widths)
        for each in (page.locator(boxes).first, page.locator("main a").first):
            each.focus()
            assert each.evaluate(
                "e => getComputedStyle(e).outlineStyle !== 'none' && parseFloat(getComputedStyle(e).outlineWidth) >= 2"
            )

    # A child, a kind and a time that are chosen look other than those that are not, with nothing in focus.
    page.goto("/my-day")
    if page.get_by_role("button", name="Start afresh").is_visible():
        page.get_by_role("button", name="Start afresh").click()
    looks = {}
    for chosen in (False, True):
        if chosen:
            page.get_by_role("checkbox", name="Tom Briar").first.check()
            page.get_by_label("Recording and case notes").check()
            page.get_by_role("button", name="45m", exact=True).click()
            look.accessible(page)
            outline = page.locator(":focus").evaluate("e => getComputedStyle(e).outlineColor")
            assert outline != "rgba(0, 0, 0, 0)", "a time that is chosen and in focus has an outline that is seen"
        page.evaluate("document.activeElement.blur()")
        ticked = (page.get_by_role("checkbox", name="Tom Briar").first, page.get_by_label("Recording and case notes"))
        parts = [box.locator("xpath=..") for box in ticked] + [page.get_by_role("button", name="45m", exact=True)]
        looks[chosen] = [part.screenshot() for part in parts]
    same = [place for place, (before, after) in enumerate(zip(*looks.values(), strict=True)) if before == after]
    assert same == []
    context.close()


def test_every_state_of_the_day_is_accessible(page: Page, sign_in: Callable[[Page, str], None], look: Look) -> None:
    sign_in(page, "ben")
    page.goto("/my-day")
    look.accessible(page)
    page.get_by_role("button", name="Start a timer").click()
    look.at(page, "a timer that runs")
    page.get_by_role("button", name="Pause").click()
    look.accessible(page)
    page.get_by_role("button", name="Clear").click()

    # Begun, left, and found again.
    page.get_by_role("checkbox", name="Kit Cole").check()
    page.get_by_label("How long did it take?").fill("1h 5")
    expect(page.get_by_text("Saved as a draft at")).to_be_visible()
    page.goto("/my-day")
    expect(page.get_by_text("You had begun this at")).to_be_visible()
    look.at(page, "a draft restored")

    # No signal: said on the page, and nothing typed is lost.
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    look.accessible(page)
    page.context.set_offline(False)

    page.goto("/my-week")
    page.get_by_role("button", name="This week is done").click()
    expect(page.get_by_text("You marked this week as done on")).to_be_visible()
    look.at(page, "a week that is done")
