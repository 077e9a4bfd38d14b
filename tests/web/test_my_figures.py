"""A worker's own figures, for that worker alone; and how quick recording is, of nobody in particular."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recorder.entry_measures import Measure, keep_measure, measures
from tests.web.pages import Browser, Page, words
from tests.web.priced import price
from tests.web.test_my_day import VISIT, send
from tests.web.village import RUBY, Village


def rows(page: Page, table: str) -> list[list[str]]:
    found = page.with_id(table)
    assert found is not None
    return [[words(cell) for cell in row if cell.tag in {"td", "th"}] for row in found.iter("tr")][1:]


def test_my_weeks_and_my_time_by_process_add_up(ada: Browser, village: Village) -> None:
    send(ada, village, ada.get("/my-day"), {**VISIT, "minutes": "60", "travel": "30"})
    send(ada, village, ada.get("/my-day"), {**VISIT, "kind": "I3", "minutes": "30", "when": "yesterday"})
    send(ada, village, ada.get("/my-day"), {"kind": "other", "other_kind": "N1", "minutes": "60", "children": []})
    page = ada.get("/my-figures")
    assert rows(page, "weeks")[0][1:4] == ["3h", "1h 30m", "50%"]
    by_process = {row[0]: row[1:] for row in rows(page, "processes")}
    assert by_process["Not for one child"] == ["1h", "33%", "0%"]
    assert sum(int(row[1].rstrip("%")) for row in by_process.values()) in {99, 100, 101}
    assert "67%" in page.main  # two of three on the day itself
    assert "Who sees what" in page.main


def test_nobody_else_s_work_is_in_it(ada: Browser, village: Village, signed_in: Callable[[str], Browser]) -> None:
    send(ada, village, ada.get("/my-day"), VISIT)
    assert rows(signed_in("ben").get("/my-figures"), "weeks")[0][1] == "0m"


def test_how_quick_recording_is_is_kept_without_a_name_and_shown_from_five_on(
    ada: Browser, village: Village, signed_in: Callable[[str], Browser]
) -> None:
    desk = village.house.where.engine("desk")
    counted = {"measure_seconds": "14", "measure_interactions": "4", "measure_device": "phone"}
    for day in range(1, 6):
        answers = {**VISIT, **counted, "when": "another", "day-day": str(day), "day-month": "3", "day-year": "2026"}
        send(ada, village, ada.get("/my-day"), answers)
        held = measures(desk, date(2026, 4, 1), date(2026, 4, 30))
        assert held == [Measure("my-day", "phone", 14, 4)] * day
        page = signed_in("max").get("/recording-figures")
        assert ("been measured" in page.main) is (day < 5)
    assert rows(page, "devices") == [
        ["Phone", "5", "14 s", "14 s", "4", "100%"],
        ["All", "5", "14 s", "14 s", "4", "100%"],
    ]
    with desk.connect() as connection:
        text = str(connection.exec_driver_sql("select * from entry_measures").all())
    assert "ada" not in text
    assert str(RUBY) not in text


def test_what_is_no_sound_figure_is_not_kept(village: Village) -> None:
    desk, on = village.house.where.engine("desk"), date(2026, 4, 2)
    for said in (
        Measure("my-day", "fridge", 5, 4),
        Measure("my-day", "phone", 0, 4),
        Measure("my-day", "phone", 9999, 4),
    ):
        assert not keep_measure(desk, on, said)
    assert measures(desk, on, on) == []


def test_a_change_shows_what_it_does_to_the_cost(ada: Browser, village: Village) -> None:
    form = ada.get("/my-day")
    send(ada, village, form, VISIT)
    address = f"/entries/{form.fields()['activity_id']}"
    assert "Cost" not in ada.get(address).main  # nobody has published a price here: not known is not nothing
    price(village)
    before = cost(ada.get(address))
    page = ada.submit(ada.get(f"{address}/change"), {"minutes": "15", "reason": "wrong_time"})
    assert f"Before, it cost {before}" in page.text
    village.catch_up()
    assert cost(ada.get(address)) != before


def cost(page: Page) -> str:
    """The cost that an entry's page shows."""
    keys = [words(each) for each in page.all("dt")]
    return [words(each) for each in page.all("dd")][keys.index("Cost")]
