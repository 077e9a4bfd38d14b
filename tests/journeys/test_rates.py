"""A fee is put right back to February in a real browser: its effect first, a second person, then the books."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from recorder.accounts import add_account
from recorder.domain.ids import new_id
from recorder.periods import close_month
from tests.journeys.conftest import Look, served_village
from tests.journeys.priced_site import enter
from tests.web.pages import PASSWORD
from tests.web.priced import price
from tests.web.village import BY, Village
from web.account.people import password_hasher
from web.rates import effect
from web.rates.effect import Going
from web.working import Working

TYPED = {"Fee for a week, all payers together": "1400", "Of it, education pays": "200", "Why": "New contract"}


def priced_and_closed(village: Village) -> None:
    """The village with prices, February closed, and a second finance officer."""
    price(village)
    close_month(village.house.recorder, new_id(), 202602, BY)
    desk = village.house.where.engine("desk")
    hasher = password_hasher(village.settings)
    add_account(desk, "fay", PASSWORD, "finance", village.house.clock.now(), name="Fay Lund", hasher=hasher)
    desk.dispose()
    village.catch_up()


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from served_village(tmp_path_factory, before=priced_and_closed)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_back_dated_fee_is_approved_by_a_second_person(page: Page, url: str, look: Look, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    back_dated(page, url, look)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_long_effect_is_waited_for_with_what_was_typed(
    browser: Browser, url: str, look: Look, monkeypatch: pytest.MonkeyPatch, script: bool
) -> None:
    context = browser.new_context(base_url=url, java_script_enabled=script, viewport={"width": 390, "height": 900})
    page, real = context.new_page(), effect.work_on
    going: Going = Working(done=1, total=4)
    monkeypatch.setattr(effect, "work_on", lambda *_, **__: going)
    enter(page, url, "fin")
    page.goto(f"{url}/rates/fees/new?child=N00001")
    for part, number in zip(("Day", "Month", "Year"), ("16", "2", "2026"), strict=True):
        page.get_by_role("group", name="First day the fee holds").get_by_label(part).fill(number)
    for label, text in TYPED.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("status").filter(has_text="25% so far")).to_be_visible()
    if script:
        look.accessible(page)
    monkeypatch.setattr(effect, "work_on", real)
    if not script:
        page.get_by_role("button", name="Look again").click()
    expect(page.get_by_role("heading", name="Check what it changes")).to_be_visible()
    expect(page.locator("#effect")).to_contain_text("+£3,100.00")
    context.close()


def test_a_back_dated_fee_is_approved_without_script(browser: Browser, url: str) -> None:
    context = browser.new_context(base_url=url, java_script_enabled=False)
    back_dated(context.new_page(), url, None)
    context.close()


def back_dated(page: Page, url: str, look: Look | None) -> None:
    # given: £700 a week since June, February closed; a finance officer enters £1,400 from 16 February
    enter(page, url, "fin")
    page.goto(f"{url}/rates")
    see(look, page, "rates")
    page.get_by_role("link", name="PR1").click()
    see(look, page, "fees")
    page.get_by_role("link", name="N00001").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Enter the first day the fee holds")).to_be_visible()
    if look is not None:
        look.errors(page)
        look.at(page, "a fee with errors")
    for part, number in zip(("Day", "Month", "Year"), ("16", "2", "2026"), strict=True):
        page.get_by_role("group", name="First day the fee holds").get_by_label(part).fill(number)
    for label, text in TYPED.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Continue").click()

    # then: the effect is shown, and that somebody else has to approve it
    effect = page.locator("#effect")
    expect(effect.get_by_role("row", name=re.compile("March 2026.*Restated"))).to_contain_text("+£3,100.00")
    put_right = re.compile("February 2026.*Put right in March 2026")
    expect(effect.get_by_role("row", name=put_right)).to_contain_text("+£1,300.00")
    expect(page.get_by_text("Somebody else has to approve it")).to_be_visible()
    see(look, page, "the effect")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_text("You proposed it. Somebody else has to approve it.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve it")).to_have_count(0)
    see(look, page, "one's own proposal")
    assert booked(page, url) == {}

    # when: somebody else approves it
    page.context.clear_cookies()
    enter(page, url, "fay")
    page.goto(f"{url}/rates")
    page.get_by_role("link", name="Look at what waits for approval").click()
    see(look, page, "what waits")
    page.get_by_role("link", name="A fee from 16 February 2026").click()
    page.get_by_role("button", name="Approve it").click()
    expect(page.get_by_text("Approved. It holds")).to_be_visible()
    see(look, page, "an approved proposal")

    # then: March holds what was put right of February, February as booked stays
    assert booked(page, url) == {"Reversal": "−£", "Put right": "£"}
    page.goto(f"{url}/finance/months")
    row = page.locator("#periods").get_by_role("row", name=re.compile("February 2026"))
    expect(row).to_contain_text("Closed")
    expect(row).to_contain_text("£1,300.00")


def booked(page: Page, url: str) -> dict[str, str]:
    """What March holds for February: the kind of entry, and the sign of its amount."""
    page.goto(f"{url}/finance/months/202603")
    expect(page.get_by_role("heading", name="Books of March 2026")).to_be_visible()
    rows = page.locator("#late tbody tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return {each[4]: each[5].rstrip("0123456789,.") for each in cells}


def see(look: Look | None, page: Page, name: str) -> None:
    """Look at the page where it is looked at."""
    if look is not None:
        look.at(page, name)
