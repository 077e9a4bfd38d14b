"""A social worker's day in a real browser: record, see, correct, withdraw."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Look
from tests.recorder.intake.test_calendar_file import file as calendar_file
from tests.web.pages import PASSWORD


def test_a_social_worker_records_corrects_and_withdraws(
    page: Page, sign_in: Callable[[Page, str], None], look: Look, base_url: str
) -> None:
    page.goto(f"{base_url}/my-day")
    look.at(page, "sign-in")
    page.get_by_role("button", name="Sign in").click()
    look.at(page, "sign-in with errors")
    look.errors(page)

    sign_in(page, "ada")
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    look.at(page, "my day")

    # An empty form: every problem, each link into an answer, nothing lost.
    page.get_by_role("group", name="When?").get_by_label("Another day").check()
    page.get_by_role("button", name="Record", exact=True).click()
    look.at(page, "my day with errors")
    look.errors(page)
    expect(page.get_by_label("Another day")).to_be_checked()

    # Other work is typed into a box; the form follows it.
    page.get_by_role("checkbox", name="Ruby Ashworth").check()
    page.get_by_label("Something else").check()
    page.get_by_role("combobox", name="Other work").fill("court")
    page.get_by_role("option", name="Court hearing").click()
    expect(page.get_by_role("status").filter(has_text="This time goes to")).to_contain_text("legal", ignore_case=True)
    expect(page.locator("#seen")).to_be_hidden()

    # The four answers; the process is told before anything is sent.
    page.get_by_role("radio", name="Today").check()
    page.get_by_role("checkbox", name="Ruby Ashworth").check()
    page.get_by_label("Visit at home or placement").check()
    expect(page.get_by_role("status").filter(has_text="This time goes to")).to_contain_text("Maintain")
    page.get_by_role("button", name="45m").click()
    page.locator("#seen").get_by_label("Ruby Ashworth").select_option("Seen alone")
    look.accessible(page)
    page.get_by_role("button", name="Record", exact=True).click()

    # Seen at once: nobody waits, and nobody is shown an older day.
    expect(page.get_by_role("alert")).to_contain_text("Visit at home or placement – Ruby Ashworth, 45m")
    entry = page.get_by_role("listitem").filter(has_text="Seen alone")
    expect(entry).to_contain_text("45m")
    look.at(page, "my day with an entry")

    entry.get_by_role("link", name=re.compile("^Change")).click()
    expect(page.get_by_label("How long did it take?")).to_have_value("45m")
    look.at(page, "change")
    page.get_by_label("How long did it take?").fill("much")
    page.get_by_role("button", name="Save the change").click()
    look.at(page, "change with errors")
    look.errors(page)
    page.get_by_label("How long did it take?").fill("1h 10")
    page.get_by_label("The time was wrong").check()
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_text("Ada Osei: 1h 10m").first).to_be_visible()
    look.at(page, "entry")

    page.get_by_role("link", name="Withdraw it").click()
    look.at(page, "withdraw")
    page.get_by_role("button", name="Withdraw this entry").click()
    look.errors(page)
    page.get_by_label("It is recorded twice").check()
    page.get_by_role("button", name="Withdraw this entry").click()
    expect(page.get_by_text("no longer counts in any figure")).to_be_visible()
    look.at(page, "withdrawn entry")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()


def test_it_works_without_script(without_script: Page) -> None:
    page = without_script
    page.goto("/my-day")
    page.get_by_label("Username").fill("ben")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("checkbox", name="Kit Cole").check()
    page.get_by_label("Something else").check()
    page.get_by_label("Other work").select_option("Court hearing")
    page.get_by_label("How long did it take?").fill("")  # a draft may have brought a time back
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("checkbox", name="Kit Cole")).to_be_checked()
    page.get_by_label("How long did it take?").fill("2h")
    page.get_by_label("Another day").check()
    day = page.get_by_role("group", name="Which day?")
    for part, value in (("Day", "31"), ("Month", "3"), ("Year", "2026")):
        day.get_by_label(part).fill(value)
    page.get_by_text("Who was seen").click()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Court hearing – Kit Cole, 2h")
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_two_people_changing_one_entry_lose_nothing(
    page: Page, sign_in: Callable[[Page, str], None], look: Look
) -> None:
    sign_in(page, "ada")
    page.get_by_role("checkbox", name="Tom Briar").check()
    page.get_by_label("Recording and case notes").check()
    page.get_by_label("How long did it take?").fill("20")
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_role("alert").get_by_role("link", name="Change this entry").click()
    other = page.context.new_page()
    other.goto(page.url)
    for each, time in ((other, "25"), (page, "35")):
        each.get_by_label("How long did it take?").fill(time)
        each.get_by_label("The time was wrong").check()
        each.get_by_role("button", name="Save the change").click()
    expect(other.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_role("heading", name="Somebody else changed this entry")).to_be_visible()
    expect(page.get_by_label("How long did it take?")).to_have_value("35")
    look.at(page, "conflict")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_text("Ada Osei: 35m").first).to_be_visible()


class Hand:
    """What a person does with the page, counted: each press, each box typed into, each choice."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, name: str, role: str = "button", *, exact: bool = False) -> None:
        """Press a button, tick a box, follow a link."""
        self.count += 1
        self.page.get_by_role(role, name=name, exact=exact).first.click()  # type: ignore[arg-type]

    def type(self, label: str, text: str) -> None:
        """Go to a box and type."""
        self.count += 1
        self.page.get_by_label(label).press_sequentially(text)

    def key(self, name: str) -> None:
        """Press a key where one is."""
        self.count += 1
        self.page.keyboard.press(name)


MOST_INTERACTIONS = 6


def test_an_ordinary_entry_takes_six_interactions_or_fewer(
    page: Page, sign_in: Callable[[Page, str], None], look: Look, base_url: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "ada")
    page.goto(f"{base_url}/my-day")
    hand = Hand(page)
    hand.press("Tom Briar", "checkbox")
    hand.press("Call or message with child or family", "radio")
    hand.press("15m", exact=True)
    hand.press("Record", exact=True)
    expect(page.get_by_role("alert")).to_contain_text("Call or message with child or family – Tom Briar, 15m")
    assert hand.count <= MOST_INTERACTIONS

    # The same in a line of words: the form is filled while one types, and confirmed with one more key.
    hand = Hand(page)
    hand.type("Say it in a line", "hv ruby and tom 50m travel 20m yesterday")
    expect(page.get_by_label("How long did it take?")).to_have_value("50m")
    look.at(page, "a sentence in the form")
    hand.key("Enter")
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_focused()
    hand.key("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("50m and 20m travel")
    assert hand.count <= MOST_INTERACTIONS

    # What it leaves open is said, and the same work twice is asked about.
    page.get_by_label("Say it in a line").press_sequentially("zebra hv ruby tom 50m yesterday")
    expect(page.locator("#told")).to_contain_text("zebra")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("You may have recorded this already")
    look.at(page, "recorded already?")
    look.errors(page)

    # A favourite is one press from then on.
    page.goto(f"{base_url}/my-day")
    page.get_by_role("link", name=re.compile("^Visit at home.*Ruby Ashworth and Tom Briar")).first.click()
    expect(page.get_by_label("How long did it take?")).to_have_value("50m")
    look.at(page, "the same again")


def test_a_sentence_is_read_without_script_too(
    without_script: Page, sign_in: Callable[[Page, str], None], base_url: str
) -> None:
    page = without_script
    sign_in(page, "ada")
    page.goto(f"{base_url}/my-day")
    page.get_by_label("Say it in a line").fill("case notes tom 25m 3 march")
    page.get_by_role("button", name="Fill in").click()
    expect(page.get_by_label("How long did it take?")).to_have_value("25m")
    expect(page.get_by_role("checkbox", name="Tom Briar")).to_be_checked()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Tom Briar, 25m")


def test_what_is_typed_is_kept_and_a_session_that_ends_loses_nothing(
    page: Page, sign_in: Callable[[Page, str], None], look: Look, base_url: str
) -> None:
    page.clock.install()
    sign_in(page, "ada")
    page.goto(f"{base_url}/my-day")
    page.get_by_role("checkbox", name="Tom Briar").check()
    page.get_by_label("How long did it take?").fill("1h 5")
    page.clock.run_for(3_000)
    expect(page.get_by_text("Saved as a draft at")).to_be_visible()

    # Two minutes ahead one is told, and can stay.
    page.clock.run_for(8 * 3600 * 1000 - 119_000)
    dialog = page.get_by_role("dialog", name="You will be signed out soon")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_focused()
    look.accessible(page)
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()

    # Not staying leads to the sign-in page, and from there to the very answer.
    page.clock.run_for(8 * 3600 * 1000 - 60_000)
    expect(dialog).to_be_visible()
    page.context.clear_cookies()
    page.clock.run_for(61_000)
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("How long did it take?")).to_have_value("1h 5")
    expect(page.get_by_label("How long did it take?")).to_be_focused()
    expect(page.get_by_role("checkbox", name="Tom Briar")).to_be_checked()
    look.at(page, "begun before")
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("How long did it take?")).to_have_value("")


def test_a_calendar_is_read_and_swept_into_the_day(
    page: Page, sign_in: Callable[[Page, str], None], look: Look, base_url: str, tmp_path: Path
) -> None:
    today = date(2026, 4, 1)
    visit = f"UID:v\nSUMMARY:HV Kit Cole\nDTSTART:{today:%Y%m%d}T010000Z\nDTEND:{today:%Y%m%d}T014500Z"
    private = f"UID:p\nSUMMARY:Sentinel\nCLASS:PRIVATE\nDTSTART:{today:%Y%m%d}T020000Z\nDTEND:{today:%Y%m%d}T030000Z"
    calendar = tmp_path / "work.ics"
    calendar.write_bytes(calendar_file(visit, private))
    sign_in(page, "ben")
    page.goto(f"{base_url}/my-calendar")
    page.get_by_label("Calendar file").set_input_files(calendar)
    page.get_by_role("button", name="Read the calendar").click()
    expect(page.get_by_role("checkbox", name="HV Kit Cole")).to_be_checked()
    expect(page.get_by_text("Sentinel")).to_have_count(0)
    look.at(page, "my calendar")
    page.get_by_role("button", name="Record the ticked ones").click()
    expect(page.get_by_role("alert")).to_contain_text("1 entry recorded from your calendar")
    page.goto(f"{base_url}/my-day")
    expect(page.get_by_role("listitem").filter(has_text="Kit Cole").filter(has_text="45m")).to_be_visible()


def test_a_week_is_typed_with_the_keyboard_and_pasted_from_a_spreadsheet(
    page: Page, sign_in: Callable[[Page, str], None], look: Look, base_url: str
) -> None:

    sign_in(page, "ben")
    page.goto(f"{base_url}/my-week")
    page.get_by_label("What you did").select_option("Recording and case notes")
    page.get_by_label("For", exact=True).select_option("Kit Cole")
    page.get_by_role("button", name="Add the row").click()

    monday = page.get_by_role("textbox", name=re.compile("^Kit Cole, Recording and case notes, Monday"))
    monday.fill("1:15")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("75")
    tuesday = page.get_by_role("textbox", name=re.compile("^Kit Cole, Recording and case notes, Tuesday"))
    expect(tuesday).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(tuesday).not_to_be_focused()
    expect(page.locator(".wk-box:focus")).to_have_count(1)
    page.get_by_role("textbox", name=re.compile("^Team meeting.*Tuesday")).focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "60\\t30\\n\\t15");
            const pasting = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", pasting));
        }"""
    )
    expect(page.get_by_role("textbox", name=re.compile("^Team meeting.*Wednesday"))).to_have_value("30")
    look.at(page, "my week, typed")
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_role("alert")).to_contain_text("5 changes saved")
    expect(monday).to_have_value("1h 15m")

    # What is recorded is changed with a reason; a problem is told by row and day, and nothing typed is lost.
    monday.fill("ages")
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_role("alert")).to_contain_text("Kit Cole, Recording and case notes, Monday")
    look.at(page, "my week with errors")
    look.errors(page)
    monday.fill("50")
    page.get_by_label("The time was wrong").check()
    page.get_by_role("button", name="Save the week").click()
    expect(monday).to_have_value("50m")
    page.get_by_role("button", name="This week is done").click()
    expect(page.get_by_text("You marked this week as done on")).to_be_visible()


def test_a_week_is_saved_without_script_too(
    without_script: Page, sign_in: Callable[[Page, str], None], base_url: str
) -> None:
    page = without_script
    sign_in(page, "ada")
    page.goto(f"{base_url}/my-week")
    away = page.get_by_role("textbox", name=re.compile("^Annual leave.*Monday"))
    away.fill("day")
    page.get_by_role("button", name="Save the week").click()
    expect(away).to_have_value("day")
