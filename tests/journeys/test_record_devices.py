"""The week, the calendar, a session that ends, and work done again: on a desktop, on a phone and without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Look, served_village, watch
from tests.journeys.test_record_journey import Hand
from tests.journeys.test_record_together import DEVICES
from tests.recorder.intake.test_calendar_file import file as calendar_file
from tests.web.pages import PASSWORD
from tests.web.village import Village

# The devices share a village: each has a week and a day of its own.
WEEKS = {"desktop": ("2026-02-02", "2026-02-09"), "phone": ("2026-02-16", "2026-02-23"), "no script": ("2026-03-09", "2026-03-16")}  # fmt: skip # noqa: E501
DAYS = {"desktop": "20260330", "phone": "20260331", "no script": "20260401"}
AGAIN_AT_MOST = 3
SEEN: list[Village] = []


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A village of its own: what other journeys record is not on these pages."""
    yield from served_village(tmp_path_factory, before=SEEN.append)


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shown(device: str, browser: Browser, base_url: str) -> Iterator[Page]:
    """A page on the device, which fails its test on errors of script and missing files."""
    complaints: list[str] = []
    context = browser.new_context(base_url=base_url, **DEVICES[device])  # type: ignore[arg-type]
    page = context.new_page()
    watch(page, complaints)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def looked_at(device: str, shown: Page, look: Look) -> Callable[[str], None]:
    """Looks at a state; the looking itself needs script, so without it only the width is checked."""

    def at(name: str) -> None:
        if device != "no script":
            look.at(shown, name)

    return at


def save(page: Page) -> None:
    page.locator(".rec-send").get_by_role("button", name="Save the week").click()


def test_a_week_is_copied_pasted_added_up_done_and_then_amended_with_a_reason(
    device: str, shown: Page, sign_in: Callable[[Page, str], None], looked_at: Callable[[str], None]
) -> None:
    page, (before, week) = shown, WEEKS[device]
    notes = "Kit Cole, Recording and case notes"

    def box(row: str, day: str) -> Locator:
        return page.get_by_role("textbox", name=re.compile(f"^{row}.*{day}"))

    # The week before: a row for a child, and one for none.
    sign_in(page, "ben")
    page.goto(f"/my-week?week={before}")
    if not box(notes, "Monday").count():
        page.get_by_label("What you did").select_option("Recording and case notes")
        page.get_by_label("For", exact=True).select_option("Kit Cole")
        page.get_by_role("button", name="Add the row").click()
    box(notes, "Monday").fill("30")
    box("Team meeting", "Tuesday").fill("1h")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("2 changes saved")

    # Its rows are copied without their minutes; a spreadsheet's are put in, and looked over before they are saved.
    page.goto(f"/my-week?week={week}")
    page.get_by_role("button", name="Copy last week’s rows").click()
    expect(box(notes, "Monday")).to_have_value("")
    page.get_by_text("Paste rows from a spreadsheet").click()
    page.get_by_label("Rows", exact=True).fill("Kit Cole\tRecording and case notes\t60\t30\t\t1:15")
    page.get_by_role("button", name="Put them into the grid").click()
    expect(box(notes, "Monday")).to_have_value("1h")
    expect(box(notes, "Thursday")).to_have_value("1h 15m")
    if device == "no script":
        box("Team meeting", "Tuesday").fill("45")
    else:
        box(notes, "Tuesday").focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        expect(box(notes, "Wednesday")).to_be_focused()
        page.keyboard.type("10h")
        box("Team meeting", "Tuesday").fill("45")
    looked_at("a week pasted")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("saved")

    # Totals by row, day and week, beside the contracted hours; a day with too little is a gap.
    total = "3h 30m" if device == "no script" else "13h 30m"
    expect(page.locator("#week-grid tfoot .wk-total")).to_have_text(total)
    expect(page.get_by_text(f"{total} of 37h contracted recorded")).to_be_visible()
    gaps = page.locator("#week-grid tfoot .wk-gap")
    expect(gaps).to_have_count(5 if device == "no script" else 4)
    looked_at("a week with gaps")

    # Done; from then on a change of what is recorded is an amendment with its reason.
    page.get_by_role("button", name="This week is done").click()
    expect(page.get_by_text("You marked this week as done on")).to_be_visible()
    box(notes, "Monday").fill("50")
    save(page)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(box(notes, "Monday")).to_have_value("50")
    looked_at("a week done, changed without a reason")
    page.get_by_label("The time was wrong").check()
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("1 change saved")
    expect(box(notes, "Monday")).to_have_value("50m")
    page.goto(f"/my-day?week={week}")
    page.locator(".rec-entry").filter(has_text="50m").locator(".rec-entry__kind a").click()
    expect(page.get_by_text("The time was wrong.")).to_be_visible()
    expect(page.get_by_text("Ben Hale: 50m").first).to_be_visible()


def test_a_calendar_is_accepted_singly_then_in_a_sweep_and_proposes_nothing_twice(
    device: str,
    shown: Page,
    sign_in: Callable[[Page, str], None],
    looked_at: Callable[[str], None],
    tmp_path: Path,
) -> None:
    page, day, name = shown, DAYS[device], device.split(maxsplit=1)[0]

    def event(number: int, words: str, hour: int, more: str = "") -> str:
        times = f"DTSTART:{day}T{hour:02}0000Z\nDTEND:{day}T{hour:02}4500Z"
        return f"UID:{name}-{number}\nSUMMARY:{words}\n{more}{times}"

    calendar = tmp_path / "work.ics"
    calendar.write_bytes(
        calendar_file(
            event(1, "HV Kit Cole", 0),
            event(2, "Team meeting", 2),
            event(3, "Training", 3),
            event(4, "Sentinel", 4, "CLASS:PRIVATE\n"),
        )
    )

    def read() -> None:
        page.goto("/my-calendar")
        page.get_by_label("Calendar file").set_input_files(calendar)
        page.get_by_role("button", name="Read the calendar").click()

    sign_in(page, "ben")
    read()
    cards = page.locator(".rec-card")
    expect(cards).to_have_count(3)
    looked_at("a calendar that waits")

    # One by itself, then the rest together.
    page.get_by_role("checkbox", name="HV Kit Cole").check()
    for other in ("Team meeting", "Training"):
        page.get_by_role("checkbox", name=other).uncheck()
    page.get_by_role("button", name="Record the ticked ones").click()
    expect(page.get_by_role("alert")).to_contain_text("1 entry recorded from your calendar")
    expect(cards).to_have_count(2)
    for other in ("Team meeting", "Training"):
        page.get_by_role("checkbox", name=other).check()
    page.get_by_role("button", name="Record the ticked ones").click()
    expect(page.get_by_role("alert")).to_contain_text("2 entries recorded from your calendar")
    expect(cards).to_have_count(0)
    looked_at("a calendar swept")

    # The same file again proposes nothing, and the private one is nowhere but as a time.
    read()
    expect(page.get_by_role("heading", name="Private appointments")).to_be_visible()
    expect(cards).to_have_count(0)
    expect(page.get_by_text("Sentinel")).to_have_count(0)
    page.goto("/my-day")
    expect(page.get_by_text("Sentinel")).to_have_count(0)


def test_a_session_that_ended_comes_back_to_what_was_typed(
    device: str, shown: Page, sign_in: Callable[[Page, str], None], looked_at: Callable[[str], None]
) -> None:
    page = shown
    sign_in(page, "ada")
    page.goto("/my-day")
    page.get_by_role("checkbox", name="Tom Briar").first.check()
    page.get_by_label("How long did it take?").fill("1h 5")
    if device != "no script":
        expect(page.get_by_text("Saved as a draft at")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    looked_at("signed out with something typed")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("How long did it take?")).to_have_value("1h 5")
    expect(page.get_by_role("checkbox", name="Tom Briar").first).to_be_checked()
    if device != "no script":
        expect(page.get_by_label("How long did it take?")).to_be_focused()
    looked_at("typed before the session ended")
    page.get_by_role("button", name="Start afresh").click()


def test_work_done_again_and_a_favourite_take_four_presses_or_fewer(
    device: str, shown: Page, sign_in: Callable[[Page, str], None], looked_at: Callable[[str], None]
) -> None:
    page, minutes = shown, {"desktop": "25", "phone": "35", "no script": "55"}[device]
    # The devices share a village: the same work on the same day would be asked about.
    work = {"desktop": "Recording and case notes", "phone": "Call or message with child or family",
            "no script": "Visit at home or placement"}[device]  # fmt: skip
    sign_in(page, "ada")
    page.goto("/my-day")
    page.get_by_role("checkbox", name="Ruby Ashworth").first.check()
    page.get_by_label(work).check()
    page.get_by_label("How long did it take?").fill(minutes)
    page.get_by_role("group", name="When?").get_by_label("Another day").check()
    for part, value in (("Day", minutes[0]), ("Month", "3"), ("Year", "2026")):
        page.get_by_role("group", name="Which day?").get_by_label(part).fill(value)
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_role("button", name="Keep as a favourite").click()

    for way, when in ((".rec-chip:not(.rec-chip--kept)", "Yesterday"), (".rec-chip--kept", "Today")):
        page.goto("/my-day")
        hand = Hand(page)
        hand.count += 1
        page.locator(way).filter(has_text="Ruby Ashworth").filter(has_text=work).first.click()
        expect(page.get_by_role("group", name="When?").get_by_label("Today")).to_be_checked()
        minutes = page.get_by_label("How long did it take?").input_value()
        if when != "Today":
            hand.press(when, "radio")
        hand.press("Record", exact=True)
        expect(page.get_by_role("alert")).to_contain_text(f"{work} – Ruby Ashworth, {minutes}")
        assert minutes
        assert hand.count <= AGAIN_AT_MOST
    looked_at("recorded again")


@pytest.mark.parametrize("device", ["phone", "no script"])
def test_a_timer_goes_on_while_the_browser_is_closed_and_its_minutes_go_into_the_form(
    device: str, browser: Browser, base_url: str, sign_in: Callable[[Page, str], None]
) -> None:
    clock = SEEN[-1].house.clock

    @contextmanager
    def opened() -> Iterator[Page]:
        """The browser started, somebody signed in, and closed at the end: nothing of it is left."""
        context = browser.new_context(base_url=base_url, **DEVICES[device])  # type: ignore[arg-type]
        page = context.new_page()
        # A timer for each device: one that fails leaves nothing running in the other.
        sign_in(page, {"phone": "ada", "no script": "ben"}[device])
        page.goto("/my-day")
        yield page
        context.close()

    def press(page: Page, name: str) -> None:
        """Pressed, and answered: a browser closed while the press is on its way may never have pressed."""
        with page.expect_navigation(wait_until="load"):
            page.get_by_role("button", name=name).click()

    def shows(page: Page, minutes: int, *, running: bool) -> None:
        counting = re.compile(rf"^0:{minutes:02}:\d\d$") if running and device != "no script" else f"{minutes}m"
        expect(page.get_by_role("timer")).to_have_text(counting)

    with opened() as page:
        press(page, "Start a timer")
        shows(page, 0, running=True)
    clock.advance(timedelta(minutes=25))
    with opened() as page:
        shows(page, 25, running=True)
        press(page, "Pause")
        shows(page, 25, running=False)
    clock.advance(timedelta(hours=1))
    with opened() as page:
        shows(page, 25, running=False)
        press(page, "Go on")
    clock.advance(timedelta(minutes=11))
    with opened() as page:
        shows(page, 36, running=True)
        press(page, "Stop and use the time")
        expect(page.get_by_label("How long did it take?")).to_have_value("36m")
        expect(page.get_by_role("button", name="Start a timer")).to_be_visible()
