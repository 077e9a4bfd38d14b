"""The mapping on pages: a row is added, ended, taken out; a file takes the place of all; nothing typed is lost."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from projections import tables as t
from recorder.coding import stated_mapping
from recorder.intake.ledger_mapping import MappingFileRefused, read_mapping, write_mapping
from tests.web.pages import Browser, Page
from tests.web.test_finance import shown
from tests.web.village import Village

STARTS = {"valid_from-day": "1", "valid_from-month": "4", "valid_from-year": "2020"}
HEAD = "cost_kind,process,place_type,sector,worker_type,team,s251_line,cost_centre,subjective,valid_from,valid_to"


def centres(village: Village) -> dict[str, set[str]]:
    """The cost centres of postings by kind of cost."""
    found: dict[str, set[str]] = {}
    with village.house.tables.reader().connect() as connection:
        for kind, centre in connection.execute(select(t.posting.c.cost_kind, t.posting.c.cost_centre)):
            found.setdefault(kind, set()).add(centre)
    return found


def add(fin: Browser, village: Village, **said: str) -> None:
    answer = fin.send(fin.get("/finance/mapping/add"), STARTS | said)
    assert answer.status_code == 303
    village.catch_up()


def send_file(fin: Browser, page: Page, text: str) -> Page:
    fields = page.fields().to_dict() | {"file": (io.BytesIO(text.encode()), "mapping.csv")}
    answer = fin.client.post("/finance/mapping/file", data=fields, content_type="multipart/form-data")
    if answer.status_code == 303:
        return fin.get(answer.headers["Location"].split("?")[0])
    return Page(answer, "/finance/mapping/file")


def test_a_row_codes_postings_and_what_has_no_code_is_counted(fin: Browser, village: Village) -> None:
    before = fin.get("/finance/mapping?year=2025")
    assert "No row yet: no posting has a code." in before.main
    kinds = {row[0] for row in shown(before, "uncoded")}
    assert kinds == {"Placement", "Staff time"}
    add(fin, village, cost_kind="staff", team="North team", cost_centre="C100", subjective="S1")
    page = fin.get("/finance/mapping?year=2025")
    assert shown(page, "mapping")[0][:10] == [
        "1", "Staff time", "any", "any", "any", "any", "North team", "any", "C100", "S1",
    ]  # fmt: skip
    assert {row[0] for row in shown(page, "uncoded")} == {"Placement"}
    assert centres(village) == {"staff": {"C100"}, "placement": {""}}


def test_what_is_wrong_with_a_row_is_shown_at_once_and_nothing_typed_is_lost(fin: Browser, village: Village) -> None:
    page = fin.get("/finance/mapping/add")
    refused = fin.submit(page, {"process": "CLA3", "subjective": "S" * 21, "valid_to-day": "40"}, status=422)
    assert {text for text, _ in refused.errors()} >= {
        "Enter a cost centre",
        "The subjective code must be 20 characters or fewer",
        "Enter the first day of service it holds for",
    }
    assert refused.fields()["process"] == "CLA3"
    assert refused.fields()["subjective"] == "S" * 21
    add(fin, village, cost_kind="staff", cost_centre="C1")
    same = fin.submit(fin.get("/finance/mapping/add"), STARTS | {"cost_kind": "staff", "cost_centre": "C2"}, status=422)
    assert same.errors() == [("It names the same as row 1, from the same day", "#valid_from-day")]


def test_a_row_is_ended_or_taken_out(fin: Browser, village: Village) -> None:
    add(fin, village, cost_kind="staff", cost_centre="C1")
    page = fin.get("/finance/mapping/1/end")
    early = fin.submit(page, {"valid_to-day": "1", "valid_to-month": "4", "valid_to-year": "2019"}, status=422)
    assert early.errors()[0][0] == "The last day must be 1 April 2020 or after, its first"
    assert fin.send(page, {"valid_to-day": "9", "valid_to-month": "3", "valid_to-year": "2026"}).status_code == 303
    village.catch_up()
    assert centres(village)["staff"] == {""}
    assert "1 Apr 2020 to 9 Mar 2026" in fin.get("/finance/mapping").main
    # A form that was shown before this was said changes nothing.
    assert fin.send(page, {"step": "remove"}).status_code in {303, 409}
    fin.send(fin.get("/finance/mapping/1/end"), {"step": "remove"})
    assert stated_mapping(village.house.recorder)[0] == ()
    fin.get("/finance/mapping/1/end", 404)


def test_two_who_change_the_mapping_at_once_do_not_undo_each_other(fin: Browser, village: Village) -> None:
    mine = fin.get("/finance/mapping/add")
    add(fin, village, cost_kind="staff", cost_centre="C1")
    late = fin.submit(mine, STARTS | {"cost_kind": "placement", "cost_centre": "C2"}, status=409)
    assert "Somebody else changed the mapping" in late.main
    assert late.fields()["cost_centre"] == "C2"
    assert len(stated_mapping(village.house.recorder)[0]) == 1


def test_a_file_takes_the_place_of_every_row_and_comes_back_as_it_was(fin: Browser, village: Village) -> None:
    add(fin, village, cost_centre="OLD")
    page = fin.get("/finance/mapping")
    text = f"{HEAD}\nstaff,,,,,,,C1,S1,01/04/2020,\nplacement,,la_fostering,,,,,C2,,2020-04-01,2026-03-31\n"
    done = send_file(fin, page, text)
    assert "The mapping has 2 rows. Not known to Daybook: la_fostering." in done.main
    village.catch_up()
    assert centres(village) == {"staff": {"C1"}, "placement": {""}}
    kept = fin.raw("/finance/mapping.csv").get_data()
    assert read_mapping(kept) == stated_mapping(village.house.recorder)[0]


def test_a_file_with_problems_changes_nothing_and_names_them_all(fin: Browser, village: Village) -> None:
    add(fin, village, cost_centre="OLD")
    text = f"{HEAD}\nwages,,,,,,,C1,S1,01/04/2020,\nstaff,,,,,,,,,32/04/2020,\nstaff,,,,,,,C1,,,\n"
    refused = send_file(fin, fin.get("/finance/mapping"), text)
    said = [each for each, _ in refused.errors()]
    assert any(each.startswith("Line 2: “wages” is not a kind of cost") for each in said)
    assert "Line 3: “32/04/2020” is not a date, for the first day" in said
    assert "Line 3: Enter a cost centre" in said
    assert "Line 4: Enter the first day it holds for" in said
    assert stated_mapping(village.house.recorder)[0][0].cost_centre == "OLD"
    wrong = send_file(fin, fin.get("/finance/mapping"), "cost_centre,colour\nC1,red\n")
    assert [each for each, _ in wrong.errors()][:1] == ["The file has no column “valid_from”"]
    none = fin.client.post("/finance/mapping/file", data=fin.get("/finance/mapping").fields())
    assert none.status_code == 422


def test_a_code_that_looks_like_a_formula_goes_out_and_comes_back_the_same() -> None:
    rows = read_mapping(f"{HEAD}\nstaff,,,,,,,'=1+1,-2,2020-04-01,\n".encode())
    assert (rows[0].cost_centre, rows[0].subjective) == ("=1+1", "-2")
    assert "'=1+1,'-2" in write_mapping(rows)
    assert read_mapping(write_mapping(rows).encode()) == rows


@pytest.mark.parametrize("text", ["", HEAD, "\x00\xff"])
def test_a_file_that_states_nothing_is_refused(text: str) -> None:
    with pytest.raises(MappingFileRefused):
        read_mapping(text.encode())
