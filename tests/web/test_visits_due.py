"""The visits that are due, on My day and on the page of a team: by which day, how long is left, and by which rule."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Connection, event

from projections.queries.names import child_numbers
from projections.queries.visits_due import ChildDue, visits_due
from recorder.desk import looks
from recorder.domain.ids import derived_id
from recorder.domain.services import CpPlanStated
from tests.web.pages import Browser, Page, words
from tests.web.village import BEN, BY, KIT, RUBY, TOM, Village
from web.record import due
from web.record.history import WITHDRAW_REASONS

TODAY = date(2026, 4, 2)
SEEN = {"children": [str(RUBY)], "kind": "D1H", "minutes": "60", f"seen-{RUBY}": "alone"}


def record(browser: Browser, village: Village, **answers: object) -> UUID:
    form = browser.get("/my-day")
    assert browser.send(form, {**SEEN, **answers}).status_code == 303
    village.catch_up()
    return UUID(form.fields()["activity_id"])


def on_plan(village: Village, child: UUID) -> None:
    stream = derived_id(child, "cp_plan", "1")
    stated = CpPlanStated(child=child, referred_on=date(2026, 2, 1), starts=date(2026, 3, 1))
    recorder = village.house.recorder
    fact = derived_id(stream, "fact", "1")
    recorder.state_once(recorder.event(stream, 1, fact, stated, BY, subject=child))
    village.catch_up()


def lines(page: Page) -> list[str]:
    return [words(each) for each in page.all("li", class_="rec-due")]


def test_a_child_never_visited_is_overdue_from_a_week_after_the_placement_began(ada: Browser) -> None:
    assert lines(ada.get("/my-day")) == [
        "Ruby Ashworth overdue by 297 days Looked after. Visit by 9 June 2025; last visit: none recorded "
        "Rule: within a week of the start of the placement (Care Planning Regulations 2010, regulation 28(2)(a))"
    ]


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"day": "today"}, "Visit by 14 May 2026; last visit: 2 April 2026"),
        ({"workers": [str(BEN)]}, "Visit by 14 May 2026; last visit: 2 April 2026"),
        ({f"seen-{RUBY}": "no"}, "Visit by 9 June 2025; last visit: none recorded"),
        ({"kind": "D3"}, "Visit by 9 June 2025; last visit: none recorded"),
        ({"outcome": "not_in", f"seen-{RUBY}": ""}, "Visit by 9 June 2025; last visit: none recorded"),
    ],
)
def test_what_counts_as_a_visit_moves_the_day(
    ada: Browser, village: Village, answers: dict[str, object], left: str
) -> None:
    record(ada, village, **answers)
    assert left in lines(ada.get("/my-day"))[0]


def test_without_an_interval_of_law_no_day_is_shown_and_the_page_says_why(ada: Browser, village: Village) -> None:
    on_plan(village, TOM)
    said = lines(ada.get("/my-day"))[-1]
    assert said.startswith("Tom Briar no date Child protection plan. Last visit: none recorded Rule: no law sets")


def test_withdrawn_work_is_no_visit(ada: Browser, village: Village) -> None:
    entry = record(ada, village)
    form = ada.get(f"/entries/{entry}/withdraw")
    assert ada.send(form, {"reason": next(iter(WITHDRAW_REASONS))}).status_code == 303
    village.catch_up()
    assert "last visit: none recorded" in lines(ada.get("/my-day"))[0]


def test_as_many_questions_to_the_database_for_many_children_as_for_one(village: Village) -> None:
    on_plan(village, TOM)

    def asked(*children: UUID) -> tuple[int, list[ChildDue]]:
        count = []
        with village.house.tables.reader().connect() as connection:
            numbers = list(child_numbers(connection, children).values())
            event.listen(connection.engine, "before_cursor_execute", lambda *_: count.append(1))
            found = visits_due(connection, numbers, TODAY)
        return len(count), found

    few, _ = asked(RUBY, KIT)
    many, found = asked(RUBY, TOM, KIT)
    assert len(found) == 2
    assert many == few


def stacked(*cells: str) -> list[str]:
    """Cells as they are read where rows stack: each after the name of its column."""
    names = ("Why visited", "Last visit", "Next due by", "Days")
    return [name + cell for name, cell in zip(names, cells, strict=True)]


def test_a_leader_sees_the_visits_to_the_children_of_the_team(
    ada: Browser, village: Village, signed_in: Callable[[str], Browser]
) -> None:
    on_plan(village, KIT)
    cam = signed_in("cam")
    page = cam.get("/team/visits")
    rows = [[words(cell) for cell in row if cell.tag in {"th", "td"}] for row in page.with_id("visits").iter("tr")][1:]
    assert [row[:5] for row in rows] == [
        ["Ruby Ashworth", *stacked("Looked after", "none recorded", "9 June 2025", "overdue by 297 days")],
        ["Kit Cole", *stacked("Child protection plan", "none recorded", "no date", "no date")],
    ]
    assert rows[0][5].startswith("Rulewithin a week of the start of the placement")
    for told in ("Children to visit 2of 3 allocated", "Visits overdue 1", "Without a date 1"):
        assert told in page.main
    noted = looks(village.house.where.engine("desk"), who="cam", child_id=KIT)
    assert [each.what for each in noted] == ["list"]
    record(ada, village)
    assert "14 May 2026" in cam.get("/team/visits?page=9").main
    ada.get("/team/visits", 403)


def test_it_is_worked_out_again_once_something_is_recorded_and_not_before(
    ada: Browser, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[date] = []

    def counted(connection: Connection, children: Sequence[int], today: date) -> list[ChildDue]:
        worked_out.append(today)
        return visits_due(connection, children, today)

    monkeypatch.setattr(due, "visits_due", counted)
    monkeypatch.setattr(due, "_held", OrderedDict())
    for _ in range(3):
        ada.get("/my-day")
    assert worked_out == [TODAY]
    record(ada, village, kind="D3")
    ada.get("/my-day")
    assert worked_out == [TODAY] * 2
