"""Cost by month in care on a run's page and as a file, and the ribbon on its page of a child."""

from __future__ import annotations

import csv
import io

import pytest

from tests.web.pages import Browser
from tests.web.test_finance import shown
from tests.web.test_run_reports import fin, held, pence
from web.runs import months_page
from web.runs.held import HeldRun

__all__ = ["fin", "held"]


def test_months_of_too_few_children_say_so_and_are_withheld_in_the_file(fin: Browser, held: HeldRun) -> None:
    page = fin.get(f"/runs/{held.run_id}/months")
    assert "No placement type has a month in care with enough children" in page.main
    text = fin.raw(f"/runs/{held.run_id}/months.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["placement_type"], row["month_in_care"]) for row in rows[:2]] == [
        ("la_foster", "1"),
        ("la_foster", "2"),
    ]
    assert {row["median"] for row in rows} == {"withheld"}


def test_a_small_chart_for_each_type_with_its_table(
    fin: Browser, held: HeldRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("costing.months_in_care.FEW", 1)
    page = fin.get(f"/runs/{held.run_id}/months")
    rows = shown(page, "care-0-table")
    # Ruby came on 2 June: 29 nights of June at £100, then all of July.
    assert rows[0] == ["1", "1", "£2,900", "£2,900", "£2,900"]
    assert rows[1][3] == "£3,100"
    assert "In month 1 in care half of 1 children cost £2,900 or less" in page.main
    monkeypatch.setattr(months_page, "_worked_out", None)  # opened again it is not worked out anew
    fin.get(f"/runs/{held.run_id}/months")


def test_a_child_s_page_in_a_run_has_its_ribbon_that_adds_up(fin: Browser, held: HeldRun) -> None:
    child = max(held.report.children, key=lambda each: each.total)
    page = fin.get(f"/runs/{held.run_id}/children/{child.child_no}")
    rows = shown(page, "ribbon-table")
    assert rows[2][:2] == ["June 2025", "Local authority foster care"]
    shown_pence = sum(pence(row[2]) for row in rows if row[2] != "unpriced")
    assert abs(shown_pence - child.total // 420) <= len(rows)
