"""The team's hours: told apart, beside the contracted hours, by name and never ranked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id
from recorder.domain.weeks import AbsenceStated
from recorder.weeks import mark_week, state_absence
from tests.web.pages import Browser, words
from tests.web.priced import price
from tests.web.village import ADA, Village

SignIn = Callable[[str], Browser]


def table(page: object, name: str) -> list[list[str]]:
    found = page.with_id(name)  # type: ignore[attr-defined]
    rows = [[words(c) for c in tr if c.tag in {"th", "td"}] for tr in found.iter("tr")]
    return rows[1:]


def test_hours_by_worker_and_week(village: Village, signed_in: SignIn) -> None:
    price(village)
    page = signed_in("cam").get("/team?from=2026-03-02&to=2026-03-15")
    people = table(page, "people")
    assert [row[0] for row in people] == ["Ada Osei1 with no time", "Ben Hale", "Cam Lyle", "Team"]
    assert people[0][1:] == ["50m", "0m", "11m", "1h 1m", "82%", "74h", "1%"]
    assert people[1][1:] == ["0m", "0m", "0m", "0m", "none recorded", "74h", "0%"]
    assert people[-1][-2:] == ["222h", "0%"]
    assert table(page, "weeks")[0] == ["Ada Osei", "0m", "1h 1m1 with no time"]
    assert "net of bank holidays and of the absence" in page.main


def test_contracted_hours_are_net_of_absence_and_bank_holidays(village: Village, signed_in: SignIn) -> None:
    price(village)
    by = Provenance(by="ada", source="grid")
    away = ((date(2026, 3, 9), "A1", None), (date(2026, 3, 10), "A2", 60), (date(2026, 3, 14), "A1", None))
    for on, kind, minutes in away:
        said = AbsenceStated(worker=ADA, on=on, kind=kind, minutes=minutes)
        state_absence(village.house.recorder, new_id(), said, by)
    village.catch_up()
    page = signed_in("cam").get("/team?from=2026-03-02&to=2026-03-15")
    # A fifth of 37 hours for the Monday, one hour of the Tuesday, nothing for the Saturday.
    assert [row[-2] for row in table(page, "people")] == ["65h 36m", "74h", "74h", "213h 36m"]
    easter = signed_in("cam").get("/team?from=2026-03-30&to=2026-04-05")
    assert table(easter, "people")[0][-2] == "29h 36m"  # Good Friday


def test_a_week_that_its_worker_marked_as_done_says_so_until_it_is_opened_again(
    village: Village, signed_in: SignIn
) -> None:
    price(village)
    monday, by = date(2026, 3, 9), Provenance(by="ada", source="grid")
    cam = signed_in("cam")
    for done, told in ((True, "1h 1m1 with no time, done"), (False, "1h 1m1 with no time")):
        mark_week(village.house.recorder, new_id(), ADA, monday, by, done=done)
        village.catch_up()
        page = cam.get("/team?from=2026-03-02&to=2026-03-15")
        weeks = table(page, "weeks")
        assert weeks[0] == ["Ada Osei", "0m", told]
        assert weeks[1] == ["Ben Hale", "0m", "0m"]
    assert "no mark for anybody" in page.main


def test_nothing_recorded_leads_to_where_something_was(village: Village, signed_in: SignIn) -> None:
    price(village)
    cam = signed_in("cam")
    page = cam.get("/team?from=2025-06-02&to=2025-06-08")
    assert "Nobody in the team recorded anything in these weeks." in page.main
    assert "1h 1m" in cam.get(page.link("Show the eight weeks up to then")).main


def test_weeks_that_cannot_be_shown_are_refused_in_words(signed_in: SignIn) -> None:
    cam = signed_in("cam")
    assert cam.get("/team?from=soon", 422).errors() == [("“From” must be a real date, like 1/4/2024", "#from")]
    assert cam.get("/team?from=2026-03-02&to=2026-03-01", 422).errors()[0][1] == "#to"
    assert cam.get("/team?from=2020-03-02&to=2026-03-01", 422).errors()[0][1] == "#from"


def test_only_leaders_see_it(signed_in: SignIn) -> None:
    for username in ("ada", "fin", "max"):
        signed_in(username).get("/team", 403)
