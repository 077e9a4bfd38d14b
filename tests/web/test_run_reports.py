"""The reports of a run: what is shown adds up, opens, is noted in the read log, and goes out as files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from costing.calculator_report import Line, TeamMonth
from costing.money import round_half_up_pence
from recorder.desk import looks
from recorder.runs import kept_runs
from tests.web.pages import Browser, Page, words
from tests.web.priced import price
from tests.web.village import RUBY, Village
from tests.web.workbooks import read_workbook
from web import state
from web.runs.figures import group_words
from web.runs.held import HeldRun, open_run
from web.runs.workbook import WorkbookOf, child_workbook, run_workbook

SignIn = Callable[[str], Browser]
_LINE = Line("Care planning", "base case", Fraction(42_000), Fraction(1), "occurrence", 42_000, "standard")


@pytest.fixture
def fin(village: Village, signed_in: SignIn) -> Browser:
    price(village)
    browser = signed_in("fin")
    browser.submit(browser.get("/runs/new"), {"title": "All of 2025/26", "basis": "recorded"})
    return browser


@pytest.fixture
def held(fin: Browser, village: Village, app: Flask) -> HeldRun:
    (event,) = kept_runs(village.house.recorder)
    with app.app_context():
        found = open_run(state.state(), UUID(str(event.originator_id)))
    assert found is not None
    return found


def pence(text: str) -> int:
    return int(re.sub(r"[£,.]", "", text).replace("−", "-"))


def last_cell(row: str) -> int:
    return pence(re.findall(r"£[\d,]+\.\d\d", row)[-1])


def test_the_report_says_what_makes_most_of_the_total_and_what_has_no_price(fin: Browser, held: HeldRun) -> None:
    page = fin.get(f"/runs/{held.run_id}")
    assert "What makes most of it" in page.main
    assert "Placements make" in page.main
    assert "no time, rate or roster post" in page.main  # the call without a time
    assert f"£{held.report.total // 42_000:,}" in page.main


@pytest.mark.parametrize("by", ["need", "placement-type", "process", "month", "year"])
def test_each_grouping_adds_up_to_the_total(fin: Browser, held: HeldRun, by: str) -> None:
    assert sum(row.amount for row in held.report.group(by)) == held.report.total
    page = fin.get(f"/runs/{held.run_id}/groups?by={by}")
    rows = list(csv.DictReader(io.StringIO(fin.raw(f"/runs/{held.run_id}/groups.csv?by={by}").get_data(as_text=True))))
    assert sum(int(row["total_units"]) for row in rows) == held.report.total
    for row in held.report.group(by):
        assert f"{row.children}" in page.main


@pytest.mark.parametrize("by", ["need", "placement-type", "process", "month", "year"])
def test_a_row_of_a_grouping_opens_to_its_children_who_add_up_to_it(fin: Browser, held: HeldRun, by: str) -> None:
    page = fin.get(f"/runs/{held.run_id}/groups?by={by}")
    for row in held.report.group(by):
        opened = fin.get(page.link(group_words(by, row.key)))
        link = opened.link(f"Download {'all' if row.children == len(held.report.children) else 'these'}")
        rows = list(csv.DictReader(io.StringIO(fin.raw(link).get_data(as_text=True))))
        of_it = "total" if by == "need" else "part"
        assert len(rows) == row.children
        assert sum(int(each[f"{of_it}_units"]) for each in rows) == row.amount
        assert sum(int(each["nights" if by == "need" else "part_nights"]) for each in rows) == row.nights
        footer = shown_footer(opened)
        assert footer[3] == f"{row.nights:,}"
        assert pence(footer[4]) == round_half_up_pence(row.amount)


def test_two_parts_narrow_each_other_and_a_part_there_is_not_is_not_found(fin: Browser, held: HeldRun) -> None:
    month = held.report.group("month")[0].key
    kinds = held.report.group("placement-type")
    link = f"/runs/{held.run_id}/children.csv?month={month}"
    of_month = _units(fin.raw(link).get_data(as_text=True))
    by_kind = [_units(fin.raw(f"{link}&placement-type={each.key}").get_data(as_text=True)) for each in kinds]
    assert of_month == sum(by_kind) == held.report.group("month")[0].amount
    fin.get(f"/runs/{held.run_id}/children?month=190001", 404)
    fin.get(f"/runs/{held.run_id}/children?placement-type=castle", 404)


def test_pages_worked_out_anew_say_where_they_depart_from_the_report_as_issued(
    fin: Browser, held: HeldRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = held.report.children[0].child_no
    month = held.report.group("month")[0].key
    pages = ("months", f"children/{child}", f"children?month={month}")
    for path in pages:
        assert "is kept as it was issued" not in fin.get(f"/runs/{held.run_id}/{path}").main
    monkeypatch.setattr("web.runs.held.departures", lambda pieces, report: ("by month", "in all"))
    fin.app.extensions.pop("daybook_runs")
    for path in pages:
        page = fin.get(f"/runs/{held.run_id}/{path}").main
        assert "comes out otherwise by month, in all" in page


def shown_footer(page: Page) -> list[str]:
    table = page.with_id("children")
    assert table is not None
    (row,) = table.find("tfoot").iter("tr")  # type: ignore[union-attr]
    return [words(cell) for cell in row if cell.tag in {"th", "td"}]


def _units(text: str) -> int:
    return sum(int(row["part_units"]) for row in csv.DictReader(io.StringIO(text)))


def test_a_grouping_there_is_not_is_not_found(fin: Browser, held: HeldRun) -> None:
    fin.get(f"/runs/{held.run_id}/groups?by=weather", 404)
    assert fin.raw(f"/runs/{held.run_id}/groups.csv?by=weather").status_code == 404


def test_children_are_found_by_number_and_what_is_shown_is_noted(
    fin: Browser, held: HeldRun, village: Village, app: Flask
) -> None:
    number = held.report.children[0].child_no
    assert f"Child {number}" in fin.get(f"/runs/{held.run_id}/children?q={number}").main
    assert "No child of this run fits" in fin.get(f"/runs/{held.run_id}/children?q=nobody-of-that-name").main
    with app.app_context():
        assert looks(state.state().desk)[0].what == "run list"


def test_a_child_shows_each_line_and_the_facts_behind_it(fin: Browser, held: HeldRun, app: Flask) -> None:
    child = max(held.report.children, key=lambda each: each.total)
    page = fin.get(f"/runs/{held.run_id}/children/{child.child_no}")
    for block in child.blocks:
        assert block.name in page.main
    assert "Fee of £" in page.main
    assert "Episode of care" in page.main
    assert "Ruby" not in page.main  # finance knows children by their identifier
    with app.app_context():
        seen = looks(state.state().desk, child_id=RUBY)[0]
    assert (seen.who, seen.what) == ("fin", "run report")
    fin.get(f"/runs/{held.run_id}/children/999999", 404)


def test_files_add_up_to_the_total_and_are_noted(fin: Browser, held: HeldRun, app: Flask) -> None:
    lines = fin.raw(f"/runs/{held.run_id}/lines.csv").get_data()
    assert lines == held.report.csv_bytes
    rows = csv.DictReader(io.StringIO(fin.raw(f"/runs/{held.run_id}/children.csv").get_data(as_text=True)))
    assert sum(int(row["total_units"]) for row in rows) == held.report.total
    with app.app_context():
        assert looks(state.state().desk)[0].what == "run file"


def test_the_file_of_children_holds_those_that_the_page_shows(fin: Browser, held: HeldRun) -> None:
    number = held.report.children[-1].child_no
    page = fin.get(f"/runs/{held.run_id}/children?q={number}")
    rows = csv.DictReader(io.StringIO(fin.raw(page.link("Download these 1 child")).get_data(as_text=True)))
    assert [int(row["child"]) for row in rows] == [number]
    assert len(held.report.children) > 1


def test_a_workbook_has_the_same_bytes_each_time_and_no_formula_or_link(fin: Browser, held: HeldRun) -> None:
    number = held.report.children[0].child_no
    for path in ("report.xlsx", f"children/{number}/report.xlsx"):
        first, second = (fin.raw(f"/runs/{held.run_id}/{path}").get_data() for _ in range(2))
        assert first == second
        with zipfile.ZipFile(io.BytesIO(first)) as book:
            sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
            texts = book.read("xl/sharedStrings.xml").decode()
        assert sheets
        assert not any("<f>" in each or "<hyperlink" in each for each in sheets)
        assert "All of 2025/26" in texts


def test_a_workbook_made_at_another_time_has_the_same_bytes(fin: Browser, held: HeldRun) -> None:
    of = WorkbookOf(held.title, held.made_at, held.made.checksum, held.report)
    child = held.report.children[0]
    books = []
    for moment in (datetime(2030, 1, 1, tzinfo=UTC), datetime(2031, 7, 9, 13, 5, tzinfo=UTC)):
        with time_machine.travel(moment, tick=False):
            books.append((run_workbook(of), child_workbook(of, child)))
    assert books[0] == books[1]


def test_a_childs_workbook_holds_typed_cells_and_keeps_its_headings_in_view(fin: Browser, held: HeldRun) -> None:
    child = held.report.children[0]
    line = replace(child.blocks[0].lines[0] if child.blocks[0].lines else _LINE, what="=1+1", variation="@home")
    child = replace(child, blocks=(replace(child.blocks[0], lines=(line,)), *child.blocks[1:]))
    book = child_workbook(WorkbookOf("-2+3", held.made_at, held.made.checksum, held.report), child)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        texts, styles = parts.read("xl/sharedStrings.xml").decode(), parts.read("xl/styles.xml").decode()
    assert 'state="frozen"' in sheet
    assert sheet.count("<col ") == 7
    assert "<f>" not in sheet
    for text in ("=1+1", "@home", "-2+3"):
        assert text in texts
    numbers = re.findall(r'<c r="F\d+" s="\d+"><v>([\d.-]+)</v>', sheet)
    assert float(numbers[-1]) == round(child.total / 42_000, 2)
    assert 'formatCode="£#,##0.00"' in styles


def test_the_workbook_of_a_run_holds_the_report_s_figures_as_numbers(fin: Browser, held: HeldRun) -> None:
    book = read_workbook(fin.raw(f"/runs/{held.run_id}/report.xlsx").get_data())
    summary = {str(row[0]).strip(): row[1] for row in reversed(book["Summary"].rows) if len(row) > 1}
    assert summary["Total"] == round(held.report.total / 42_000, 2)
    assert summary["Children"] == len(held.report.children)
    children = book["Children"]
    assert children.frozen == "A2"
    assert [row[0] for row in children.rows[1:-1]] == [each.child_no for each in held.report.children]
    assert [row[4] for row in children.rows[1:-1]] == [round(each.total / 42_000, 2) for each in held.report.children]
    assert children.rows[-1][4] == round(held.report.total / 42_000, 2)
    for sheet, by in (("By need", "need"), ("By placement type", "placement-type"), ("By process", "process"),
                      ("By month", "month"), ("By year", "year")):  # fmt: skip
        amounts = sorted(row.amount for row in held.report.group(by))
        assert sorted(row[3] for row in book[sheet].rows[1:-1]) == [round(amount / 42_000, 2) for amount in amounts]
        assert book[sheet].rows[-1][3] == round(held.report.total / 42_000, 2)


def test_a_child_s_workbook_is_laid_out_as_the_calculator_lays_it_out(fin: Browser, held: HeldRun) -> None:
    child = max(held.report.children, key=lambda each: each.total)
    sheet = read_workbook(fin.raw(f"/runs/{held.run_id}/children/{child.child_no}/report.xlsx").get_data())["Report"]
    head = next(place for place, row in enumerate(sheet.rows) if row[:1] == ["What"])
    assert sheet.rows[head] == ["What", "Variation", "Unit cost", "Quantity", "Unit", "Product", "Basis"]
    titles = [
        row[0]
        for row in sheet.rows[head + 1 :]
        if row and str(row[0]).startswith(tuple(b.process for b in child.blocks))
    ]
    assert titles == [f"{block.process}  {block.name}" for block in child.blocks]
    lines = [row for row in sheet.rows[head + 1 :] if len(row) > 5 and isinstance(row[2], float)]
    assert len(lines) == sum(len(block.lines) for block in child.blocks)
    for row in lines:
        unit_cost, quantity, product = row[2], row[3], row[5]
        assert isinstance(unit_cost, float)
        assert isinstance(quantity, float)
        assert isinstance(product, float)
        assert abs(unit_cost * quantity - product) <= 0.005 * quantity + 0.01
    total = next(row for row in sheet.rows if row[:1] == ["Total"])
    assert total[5] == round(child.total / 42_000, 2)


def test_every_month_of_a_team_is_in_the_workbook_though_the_page_shows_sixty(held: HeldRun) -> None:
    months = tuple(TeamMonth(f"Team {number}", 202504, 60, 120, covered=False) for number in range(75))
    report = replace(held.report, coverage=months)
    book = run_workbook(WorkbookOf(held.title, held.made_at, held.made.checksum, report))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        texts = parts.read("xl/sharedStrings.xml").decode()
    assert all(f">Team {number}<" in texts for number in range(75))


def test_others_are_not_let_in(fin: Browser, held: HeldRun, signed_in: SignIn) -> None:
    ada = signed_in("ada")
    for path in ("", "/children", "/groups", "/lines.csv", "/report.xlsx"):
        assert ada.raw(f"/runs/{held.run_id}{path}").status_code == 403
