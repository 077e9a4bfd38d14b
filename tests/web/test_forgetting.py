"""A child is erased: whatever named it on the desk is gone, and what is about others stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from recorder.children import read_child
from recorder.desk import reads_of_child
from recorder.desk_tables import metadata
from recorder.drafts import Draft, save_draft
from recorder.forgetting import Forgotten, forget_child
from recorder.naming import Naming
from recorder.recording_tables import drafts, favourites, proposals
from recorder.waiting import WaitingRow, put_waiting, waiting
from tests.recorder.intake.test_calendar_file import file
from tests.web.pages import Browser
from tests.web.test_calendar import LATER, PANEL, upload
from tests.web.test_my_day import VISIT, send
from tests.web.village import RUBY, TOM, Village

NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)
VISIT_BY_NAME = "UID:9\nSUMMARY:hv ruby\nDTSTART:20260330T090000Z\nDTEND:20260330T100000Z"


def opened(village: Village) -> str:
    """Every table of the desk but the read log, with what is sealed in it opened."""
    desk, keys = village.house.where.engine("desk"), village.house.recorder.keys
    seals: dict[str, Callable[[dict[str, object]], str]] = {
        "drafts": lambda row: f"draft\x00{row['owner']}\x00{row['page']}",
        "favourites": lambda row: "favourite",
        "proposals": lambda row: "proposal",
        "waiting_rows": lambda row: "waiting row",
    }
    text = []
    with desk.connect() as connection:
        for table in metadata.sorted_tables:
            for found in connection.execute(select(table)).mappings():
                row = dict(found)
                if row.get("sealed"):
                    assert table.name in seals, f"{table.name} holds something sealed that nobody looks through here"
                    row["sealed"] = keys.authority_open(seals[table.name](row), str(row["sealed"]))
                if table.name != "read_log":
                    text.append(f"{table.name}: {row}")
    desk.dispose()
    return "\n".join(text)


def row(client: str, phrase: str, number: int) -> WaitingRow:
    return WaitingRow(
        what="activity", reason="phrase", reference=f"A{number}", client=client, phrase=phrase, batch="b",
        row={"description": phrase, "child": client}, row_number=number, known_at=NOW,
    )  # fmt: skip


@pytest.fixture
def full(ada: Browser, village: Village) -> Village:
    """A desk on which Ruby is named in every way there is, and Tom as well."""
    form = ada.get("/my-day")
    send(ada, village, form, VISIT)
    made = form.fields()["activity_id"]
    page = ada.get("/my-day")
    for name in ("Visit to Ruby", "Something else"):
        said = {"csrf_token": page.fields()["csrf_token"], "entry": made, "name": name}
        assert ada.client.post("/my-day/favourites", data=said).status_code == 303
    for sort, child, note in (("my-day", RUBY, "Shoes"), ("week:2026-03-30", TOM, "Saw ASHWORTH too")):
        fields = [("children", str(child)), ("note", note)]
        from_page(village, sort, fields)
    from_page(village, "week:2026-03-23", [("children", str(TOM)), ("note", "Rubyx")])
    upload(ada, file(VISIT_BY_NAME, PANEL, LATER))
    desk, keys = village.house.where.engine("desk"), village.house.recorder.keys
    put_waiting(desk, keys, [row("N00001", "home visit", 1), row("N00002", "with Ruby and Tom", 2)], NOW)
    desk.dispose()
    return village


def from_page(village: Village, page: str, fields: list[tuple[str, str]]) -> None:
    desk = village.house.where.engine("desk")
    save_draft(desk, village.house.recorder.keys, "ada", page, Draft(fields=fields), NOW)
    desk.dispose()


def named(text: str) -> list[str]:
    return [word for word in (str(RUBY), "ruby", "ashworth", "n00001") if word in text.casefold().replace("rubyx", "")]


def test_after_an_erasure_no_table_of_the_desk_names_the_child(full: Village, ada: Browser) -> None:
    house, desk = full.house, full.house.where.engine("desk")
    assert len(named(opened(full))) == 4
    gone = forget_child(house.recorder, desk, RUBY, NOW)
    assert gone == Forgotten(favourites=2, drafts=2, proposals=1, waiting_rows=1, masked_rows=1)
    assert named(opened(full)) == []
    assert read_child(house.recorder, RUBY).erased
    # What is about others is still there, and the pages open.
    (other,) = waiting(desk, house.recorder.keys)
    assert (other.client, other.phrase) == ("N00002", "with [erased] and Tom")
    with desk.connect() as connection:
        counts = [len(connection.execute(select(table)).all()) for table in (favourites, drafts, proposals)]
    assert counts == [0, 1, 1]
    assert "Tom Briar" in ada.get("/my-day").main
    # Done again, as after a crash, there is nothing left to do.
    assert forget_child(house.recorder, desk, RUBY, NOW) == Forgotten()
    desk.dispose()


def test_who_looked_stays_known_by_an_id_that_leads_to_nobody(full: Village) -> None:
    desk = full.house.where.engine("desk")
    before = len(reads_of_child(desk, RUBY))
    assert before > 0
    forget_child(full.house.recorder, desk, RUBY, NOW)
    assert len(reads_of_child(desk, RUBY)) == before
    desk.dispose()


def test_nobody_cannot_be_erased(village: Village) -> None:
    with pytest.raises(LookupError):
        forget_child(village.house.recorder, village.house.where.engine("desk"), UUID(int=7), NOW)


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("HV Ruby and Tom", True),
        ("hv ruby", True),
        ("ASHWORTH case", True),
        ("Ruby’s review", True),
        ("rubys", False),
        ("UPN a12345678", True),
        ("45 minutes", False),
        (str(RUBY), True),
        (f"D1H:{TOM},{RUBY}", True),
        (str(TOM), False),
    ],
)
def test_a_child_is_named_by_id_identifier_or_a_whole_word(text: str, is_named: bool) -> None:
    naming = Naming(RUBY, ("Ruby", "Ashworth"), ("A12345678", "45"))
    assert naming.within([text]) is is_named
    assert naming.within(["", text]) is is_named


def test_a_name_that_is_an_everyday_word_needs_its_capital() -> None:
    naming = Naming(RUBY, ("Will", "May"))
    assert naming.within(["HV Will"])
    assert not naming.within(["it will be so, may I say"])
    assert naming.masked("Will saw willow") == "[erased] saw willow"
    assert Naming(RUBY).masked("Will") == "Will"


def test_nothing_is_sealed_on_the_desk_that_is_not_looked_through() -> None:
    sealed = {table.name for table in metadata.sorted_tables if "sealed" in table.c}
    # The timer's is always blank: it holds a time and nothing else.
    assert sealed == {"drafts", "favourites", "proposals", "waiting_rows", "timers"}
