"""Recording with every aid: keyboard alone, a screen reader's names, large text, contrast, and without motion."""

# ruff: noqa: E501 -- what the browser is asked is read better unbroken

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Look, served_village

# A page that is closed leaves a file half sent, which the small server of the tests does not close.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
PAGES = ("/my-day", "/my-week", "/my-calendar", "/my-figures")
CUT_OFF = """() => {
  const wrong = [];
  for (const each of document.querySelectorAll("button, label, legend, h1, h2, h3, p, th, td, dt, dd, a, summary, input[type=text], select")) {
    const box = each.getBoundingClientRect();
    if (!box.width || each.closest(".govuk-visually-hidden, .govuk-skip-link, [hidden]")) continue;
    const style = getComputedStyle(each);
    const hides = style.overflowX !== "visible" && style.overflowX !== "auto";
    const scrolls = each.closest(".rec-chips, .wk-region, .db-scroll");
    if (hides && each.tagName !== "INPUT" && each.tagName !== "SELECT" && each.scrollWidth > each.clientWidth + 1) wrong.push(each.outerHTML.slice(0, 120));
    if (style.overflowY === "hidden" && each.scrollHeight > each.clientHeight + 2) wrong.push(each.outerHTML.slice(0, 120));
    if (!scrolls && box.right > innerWidth + 1) wrong.push(`beyond: ${each.outerHTML.slice(0, 120)}`);
    const size = parseFloat(style.fontSize);
    if (/INPUT|SELECT/.test(each.tagName) && box.height < size) wrong.push(`low: ${each.outerHTML.slice(0, 120)}`);
  }
  return wrong;
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((each) => {
  const style = getComputedStyle(each);
  const lasts = (text) => text.split(",").some((part) => parseFloat(part) > 0.01);
  return lasts(style.transitionDuration) || (style.animationName !== "none" && lasts(style.animationDuration));
}).map((each) => each.outerHTML.slice(0, 120))"""
FOCUS_SHOWN = """() => {
  const style = (each) => { const s = getComputedStyle(each); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.borderWidth, s.backgroundColor].join(" "); };
  const here = document.activeElement;
  const parts = [here, here.nextElementSibling && getComputedStyle(here.nextElementSibling, "::before")];
  const look = () => style(here) + (parts[1] ? [parts[1].boxShadow, parts[1].outlineStyle, parts[1].outlineWidth, parts[1].borderWidth].join(" ") : "");
  const focused = look();
  here.blur();
  const without = look();
  here.focus();
  return focused !== without;
}"""


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A village of its own: what other journeys record is not on these pages."""
    yield from served_village(tmp_path_factory)


def tab_to(page: Page, reached: Callable[[], bool], key: str = "Tab") -> None:
    """Press a key until the focus stands where it should; at each step it can be seen."""
    for _ in range(60):
        page.keyboard.press(key)
        assert page.evaluate(FOCUS_SHOWN), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if reached():
            return
    raise AssertionError("the keyboard does not lead there")


def test_an_entry_is_made_with_the_keyboard_alone(page: Page, sign_in: Callable[[Page, str], None]) -> None:
    sign_in(page, "ada")
    page.goto("/my-day")

    def on(name: str, value: str = "") -> bool:
        found = page.evaluate(
            "[document.activeElement.name ?? '', document.activeElement.id, document.activeElement.labels?.[0]?.textContent.trim() ?? document.activeElement.textContent.trim()]"
        )
        return name in found and (not value or value == found[2])

    tab_to(page, lambda: on("children", "Tom Briar"))
    page.keyboard.press("Space")
    tab_to(page, lambda: on("kind"))
    page.keyboard.press("Space")
    while not on("kind", "Recording and case notes"):
        page.keyboard.press("ArrowDown")
    tab_to(page, lambda: on("when"))
    page.keyboard.press("ArrowDown")
    tab_to(page, lambda: on("minutes"))
    page.keyboard.type("1.25h")
    tab_to(page, lambda: on("Record"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Recording and case notes – Tom Briar, 1h 15m")


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


@pytest.mark.parametrize("path", PAGES)
def test_text_of_twice_the_size_is_whole(page: Page, sign_in: Callable[[Page, str], None], path: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, "ada")
    page.goto(path)
    # A sheet of the browser itself, as a person's setting is: the site's own policy does not forbid it.
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate(CUT_OFF) == []


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


def test_high_contrast_keeps_borders_and_focus(
    browser: Browser, base_url: str, sign_in: Callable[[Page, str], None]
) -> None:
    context = browser.new_context(base_url=base_url, forced_colors="active")
    page = context.new_page()
    sign_in(page, "ada")
    for path, boxes in (("/my-day", ".rec-quick button, #minutes, .rec-chip"), ("/my-week", ".wk-box")):
        page.goto(path)
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
