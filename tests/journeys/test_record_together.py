"""Three siblings visited by two workers: shares, a line each, accepted or put right, and counted once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from projections.queries.my_figures import cost_of_entry
from recorder.activities import activity_state
from recorder.domain.activity import ActivityState
from recorder.domain.care import AllocationStated
from recorder.domain.ids import derived_id
from tests.journeys.conftest import Look, served_village, watch
from tests.web.priced import price
from tests.web.village import ADA, BEN, BY, KIT, Village
from web.design.formats import pounds

SIBLINGS = ("Ruby Ashworth", "Tom Briar", "Kit Cole")
SEEN: list[Village] = []
DEVICES = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "no script": {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
}


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The village with prices, all three children Ada's."""

    def prepare(village: Village) -> None:
        price(village)
        recorder = village.house.recorder
        stream = derived_id(KIT, "allocation", "with ada")
        stated = AllocationStated(child=KIT, worker=ADA, starts=date(2026, 3, 30))
        event = derived_id(stream, "fact", "1")
        recorder.state_once(recorder.event(stream, 1, event, stated, BY, subject=KIT))
        village.catch_up()
        SEEN.append(village)

    yield from served_village(tmp_path_factory, before=prepare)


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Callable[[], Page]]:
    """Opens pages of separate people on one kind of device."""
    contexts, complaints = [], []

    def opened() -> Page:
        contexts.append(browser.new_context(base_url=base_url, **DEVICES[request.param]))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        watch(page, complaints)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def test_three_siblings_and_a_colleague_are_one_visit_with_a_line_each(
    device: Callable[[], Page], sign_in: Callable[[Page, str], None], look: Look, request: pytest.FixtureRequest
) -> None:
    page = device()
    sign_in(page, "ada")
    page.goto("/my-day")
    scripted = "no script" not in request.node.name
    length = {"desktop": "70", "phone": "80"}.get(request.node.callspec.params["device"], "90")

    # The siblings ticked at once, shared 2 to 1 to 1, Ben there for 30 minutes of it.
    for name in SIBLINGS:
        page.get_by_role("checkbox", name=name, exact=True).first.check()
    page.get_by_label("Visit at home or placement").check()
    page.get_by_label("How long did it take?").fill(length)
    on_a_day_of_its_own(page, request)
    page.get_by_text("Travel, who else was there").click()
    page.get_by_role("checkbox", name="Ben Hale").check()
    page.get_by_label("Time of Ben Hale").fill("30")
    page.get_by_text("Share the time between the children").click()
    for name, parts in zip(SIBLINGS, ("2", "1", "1"), strict=True):
        page.get_by_label(f"{name}, parts").fill(parts)
    if scripted:
        look.at(page, "three siblings and a colleague")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Visit at home or placement")
    page.get_by_role("alert").get_by_role("link", name="Change this entry").click()
    number = UUID(re.findall(r"entries/([0-9a-f-]+)", page.url)[0])
    page.goto(f"/entries/{number}")
    for name, share in zip(SIBLINGS, ("2 of 4", "1 of 4", "1 of 4"), strict=True):
        expect(page.locator(".govuk-summary-list")).to_contain_text(f"{name}: {share}")
    before = cost(number)

    # Ben sees his minutes on his own day and puts them right; the cost is that of both lines, once.
    page = device()
    sign_in(page, "ben")
    page.goto("/my-day")
    waiting = page.get_by_role("listitem").filter(has_text="A colleague recorded this time for you").first
    expect(waiting).to_contain_text("30m")
    if scripted:
        look.at(page, "a line to accept")
    waiting.get_by_role("link", name="Put it right").click()
    page.get_by_label("How long did it take?").fill("40")
    page.get_by_label("The time was wrong").check()
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("Ben Hale: 40m").first).to_be_visible()
    page.goto("/my-day")
    expect(
        page.get_by_role("listitem").filter(has_text="A colleague recorded this time").filter(has_text="40m")
    ).to_have_count(0)
    worked = {line.worker: line.minutes for line in stated(number).details.workers}
    assert worked == {ADA: int(length), BEN: 40}
    assert cost(number) * (int(length) + 30) == before * (int(length) + 40)


def test_a_line_that_is_right_is_accepted_with_one_press(
    device: Callable[[], Page], sign_in: Callable[[Page, str], None], request: pytest.FixtureRequest
) -> None:
    page = device()
    sign_in(page, "ada")
    page.goto("/my-day")
    page.get_by_role("checkbox", name="Tom Briar", exact=True).first.check()
    page.get_by_label("Recording and case notes").check()
    page.get_by_label("How long did it take?").fill("12")
    on_a_day_of_its_own(page, request)
    page.get_by_text("Travel, who else was there").click()
    page.get_by_role("checkbox", name="Ben Hale").check()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Tom Briar, 12m")
    page = device()
    sign_in(page, "ben")
    page.goto("/my-day")
    accept = page.get_by_role("button", name="Yes, that is right")
    accept.first.click()
    expect(accept).to_have_count(0)


def test_an_entry_is_asked_about_when_twice_then_changed_and_withdrawn_with_its_cost(
    device: Callable[[], Page], sign_in: Callable[[Page, str], None], look: Look, request: pytest.FixtureRequest
) -> None:
    page = device()
    sign_in(page, "ada")
    scripted = "no script" not in request.node.name

    def looked_at(name: str) -> None:
        if scripted:
            look.at(page, name)

    def record() -> None:
        page.goto("/my-day")
        page.get_by_role("checkbox", name="Tom Briar", exact=True).first.check()
        page.get_by_label("Call or message with child or family").check()
        page.get_by_label("How long did it take?").fill("15")
        on_a_day_of_its_own(page, request)
        page.get_by_role("button", name="Record", exact=True).click()

    # The same twice is asked about before anything is saved, and what was typed is there still.
    record()
    expect(page.get_by_role("alert")).to_contain_text("Tom Briar, 15m")
    page.get_by_role("alert").get_by_role("link", name="Change this entry").click()
    entry = page.url.removesuffix("/change")
    number = UUID(entry.rsplit("/", 1)[1])
    before = cost(number)
    record()
    expect(page.get_by_role("alert")).to_contain_text("You may have recorded this already")
    expect(page.get_by_label("How long did it take?")).to_have_value("15")
    looked_at("recorded already?")

    # Changed, for a reason from the list: the history says what, who and why, and the cost is shown before and after.
    page.goto(f"{entry}/change")
    page.get_by_label("How long did it take?").fill("45")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("alert")).to_contain_text("Select why you are changing this entry")
    expect(page.get_by_label("How long did it take?")).to_have_value("45")
    page.get_by_label("The time was wrong").check()
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Before, it cost {pounds(before)}")
    expect(page.locator(".govuk-summary-list")).to_contain_text(pounds(3 * before))
    for words in ("The time was wrong.", "Ada Osei: 45m", "by Ada Osei"):
        expect(page.get_by_text(words).first).to_be_visible()
    looked_at("changed")

    # Withdrawn, for a reason: it counts in no figure, and what it said stays.
    page.get_by_role("link", name="Withdraw it").click()
    expect(page.locator(".govuk-summary-list")).to_contain_text(pounds(3 * before))
    page.get_by_role("button", name="Withdraw this entry").click()
    expect(page.get_by_role("alert")).to_contain_text("Select why you are withdrawing this entry")
    page.get_by_label("It is recorded twice").check()
    looked_at("withdrawing")
    page.get_by_role("button", name="Withdraw this entry").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Its cost of {pounds(3 * before)} no longer counts")
    expect(page.get_by_text("no longer counts in any figure")).to_be_visible()
    expect(page.get_by_text("It is recorded twice.")).to_be_visible()
    assert stated(number).withdrawn
    looked_at("withdrawn")


def on_a_day_of_its_own(page: Page, request: pytest.FixtureRequest) -> None:
    """The devices share a village: the same work on one day would be asked about."""
    device = request.node.callspec.params["device"]
    if device == "phone":
        page.get_by_role("radio", name="Yesterday").check()
    if device == "no script":
        page.get_by_label("Another day").check()
        day = page.get_by_role("group", name="Which day?")
        for part, value in (("Day", "31"), ("Month", "3"), ("Year", "2026")):
            day.get_by_label(part).fill(value)


def stated(number: UUID) -> ActivityState:
    """The entry as its facts have it."""
    found = activity_state(SEEN[-1].house.recorder, number)
    assert found is not None
    return found


def cost(number: UUID) -> int:
    """What the ledger holds for the entry: one posting run over its workers and children, each once."""
    for _ in range(100):
        with SEEN[-1].house.tables.reader().connect() as connection:
            found = cost_of_entry(connection, number.bytes)
        if found is not None:
            return found
        time.sleep(0.02)
    raise AssertionError("the entry has no cost")
