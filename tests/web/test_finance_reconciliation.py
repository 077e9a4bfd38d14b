"""Reconciling a month: a file in, both sides beside it, differences explained and signed off, and a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

from recorder.desk import reads_of_child
from recorder.reconciliation import stated_month
from tests.web.pages import Browser, Page
from tests.web.test_finance import shown
from tests.web.test_finance_restated import money as pence
from tests.web.village import RUBY, Village
from tests.web.workbooks import read_workbook

PAGE = "/finance/reconciliation"
MONTH = f"{PAGE}/202603"
PAYROLL = "month,team,amount\n2026-03,North team,4200.00\n2026-03,Night cover,99.50\n"
PLACEMENTS = (
    "month,code,amount,child\n2026-03,4100,3000.00,N00001\n2026-03,4100,50.00,\n2026-03,4200,(20.00),\n"
    "2026-03,4200,7.25,X99\n"
)


def sent(fin: Browser, what: str, rows: str, status: int = 200) -> Page:
    """A file sent in, and where it leads."""
    page = fin.get(PAGE)
    return fin.submit(page, {"what": what, "file": (io.BytesIO(rows.encode()), "totals.csv")}, status)


def test_payroll_is_recorded_time_and_what_else_the_paid_hours_went_on(fin: Browser) -> None:
    page = sent(fin, "payroll", PAYROLL)
    assert page.h1 == "Reconciliation of March 2026"
    (north, cover) = shown(page, "payroll")
    names = ("case", "other", "absence", "unrecorded", "pay", "payroll", "difference")
    money = dict(zip(names, map(pence, north[1:]), strict=True))
    # Two social workers at (38,223 + 11,467) / 12; of Ada's 22 days of 7.4 hours 61 minutes were a visit.
    assert money["pay"] == Decimal("8281.67")
    assert money["case"] == Decimal("25.86")
    assert money["case"] + money["other"] + money["absence"] + money["unrecorded"] == money["pay"]
    assert money["difference"] == Decimal("4200.00") - money["pay"]
    assert cover == ["Night cover", "", "", "", "", "", "£99.50", "£99.50"]
    assert "One worker has no price of an hour" in page.main
    assert "teams without a post here: Night cover" in page.main
    assert shown(page, "payroll-hours")[0][1:3] == ["1h 1m", "0m"]


def test_placements_by_code_and_child_by_child_the_largest_first(fin: Browser, village: Village) -> None:
    page = sent(fin, "placements", PLACEMENTS)
    codes = {row[0]: row[1:] for row in shown(page, "codes")}
    assert codes["No code: not mapped"] == ["£3,100.00", "", "−£3,100.00"]
    assert codes["4100"] == ["", "£3,050.00", "£3,050.00"]
    assert codes["4200"] == ["", "−£12.75", "−£12.75"]
    assert shown(page, "children") == [
        ["N00001", "4100", "", "£3,000.00", "£3,000.00"],
        ["Row 5 of the file", "4200", "", "£7.25", "£7.25"],
    ]
    assert "One row names a child that nobody knows here" in page.main
    kept = stated_month(village.house.recorder, "placements", 202603).totals
    assert kept is not None
    assert "X99" not in repr(kept)
    assert ("fin", "finance list") in {
        (read.who, read.what) for read in reads_of_child(village.house.where.engine("desk"), RUBY)
    }


def test_every_problem_of_a_file_is_said_at_once_and_its_rows_can_be_corrected(fin: Browser, village: Village) -> None:
    bad = "month,team,amount\n2026-13,North team,12\n2026-03,,abc\n2026-03,North team,5.00\n"
    page = sent(fin, "payroll", bad, 422)
    assert [text for text, _ in page.errors()] == [
        "Row 2: month: “2026-13” is not a month. Write it like 2026-03",
        "Row 3: amount: “abc” is not an amount. Write it like 1119.36",
        "Row 3: team: Enter the team",
    ]
    assert stated_month(village.house.recorder, "payroll", 202603).totals is None
    mended = fin.submit(page, {"rows": "month,team,amount\n2026-03,North team,5.00\n"})
    assert mended.h1 == "Reconciliation of March 2026"
    none = fin.submit(fin.get(PAGE), {"what": ""}, 422)
    assert none.errors() == [("Select what the file is from", "#what"), ("Choose a CSV file", "#file")]
    strange = sent(fin, "placements", "month,team\n2026-03,North\n", 422)
    assert {text for text, _ in strange.errors()} == {
        "The file has no column called code", "The file has no column called amount",
    }  # fmt: skip


def test_a_month_is_signed_off_with_a_note_and_opens_again_with_other_totals(fin: Browser, village: Village) -> None:
    page = sent(fin, "payroll", PAYROLL)
    refused = fin.submit(page, {"note": ""}, 422)
    assert refused.errors() == [("Say how the difference is explained", "#payroll-note")]
    done = fin.submit(page, {"note": "One post is paid by another council"})
    assert "Signed off by fin" in done.main
    assert "One post is paid by another council" in done.main
    listed = shown(fin.get(PAGE), "months")
    assert [row[2] for row in listed] == ["PayrollSigned off"]
    assert len(stated_month(village.house.recorder, "payroll", 202603).events) == 2
    sent(fin, "payroll", PAYROLL)
    assert len(stated_month(village.house.recorder, "payroll", 202603).events) == 2
    again = sent(fin, "payroll", PAYROLL.replace("4200", "4300"))
    assert "Signed off of earlier totals" in again.main
    assert [row[2] for row in shown(fin.get(PAGE), "months")] == ["PayrollOpen"]


def test_figures_that_changed_since_they_were_shown_are_not_signed(fin: Browser) -> None:
    page = sent(fin, "payroll", PAYROLL)
    sent(fin, "payroll", PAYROLL.replace("4200", "4300"))
    late = fin.submit(page, {"note": "Mine"}, 409)
    assert late.errors() == [
        ("The figures changed since the page was shown. Look again before you sign", "#payroll-note")
    ]
    assert "Mine" in late.main


def test_the_workbook_holds_the_same_figures_as_numbers(fin: Browser) -> None:
    page = sent(fin, "payroll", PAYROLL)
    answer = fin.raw(f"{MONTH}.xlsx")
    assert answer.get_data() == fin.raw(f"{MONTH}.xlsx").get_data()
    book = read_workbook(answer.get_data())
    assert list(book) == ["Summary", "Payroll", "Hours", "Ledger codes"]
    north, cover = book["Payroll"].rows[1:3]
    amounts = [value for value in north[1:7] if isinstance(value, float)]
    assert [f"£{value:,.2f}" for value in amounts] == shown(page, "payroll")[0][1:7]
    assert cover[0] == "Night cover"
    assert book["Payroll"].frozen == "A2"
    assert not any(sheet.formulas for sheet in book.values())


def test_an_administrator_sees_it_and_signs_nothing(fin: Browser, signed_in: Callable[[str], Browser]) -> None:
    sent(fin, "payroll", PAYROLL)
    page = signed_in("max").get(MONTH)
    assert "Sign off" not in page.main
    signed_in("ada").get(MONTH, 403)
    fin.get(f"{PAGE}/202613", 404)
