"""Files of the ledger: typed, re-adding, the same bytes for the same rows, and nothing a spreadsheet would work out."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from defusedxml import ElementTree

from projections.exports import ExportRows
from web.finance import export_files
from web.finance.export_files import FORMS, Form, FormRefused, write_file

FRAME = pl.DataFrame(
    {
        "posting_id": ["staff-1", "=1+1", "@sum", None],
        "service_from": [date(2025, 4, 1)] * 4,
        "amount": [Decimal("1.10"), Decimal("-2.20"), None, Decimal("1234.56")],
        "amount_units": [46_200, -92_400, None, 1],
        "direct": [True, False, None, True],
        "cost_centre": ["+44", "-1", "", "C, “1”"],
    },
    schema_overrides={"amount": pl.Decimal(18, 2)},
)
ABOUT = [("run_id", "1"), ("as_at", "2026-04-01")]


def a_file(form: Form, folder: Path, parts: int = 2, name: str = "file") -> bytes:
    path = folder / f"{name}.{form}"
    write_file(form, ExportRows(4, FRAME.schema, iter(list(FRAME.iter_slices(parts)))), path, ABOUT, lambda *_: None)
    return path.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_rows_give_the_same_bytes(form: Form, tmp_path: Path):
    assert a_file(form, tmp_path) == a_file(form, tmp_path, name="again")


def test_a_csv_holds_plain_values_and_no_formula(tmp_path: Path):
    read = list(csv.DictReader(io.StringIO(a_file("csv", tmp_path).decode())))
    assert [row["posting_id"] for row in read] == ["staff-1", "'=1+1", "'@sum", ""]
    assert [row["amount"] for row in read] == ["1.10", "-2.20", "", "1234.56"]
    assert [row["direct"] for row in read] == ["yes", "no", "", "yes"]
    assert [row["cost_centre"] for row in read] == ["'+44", "'-1", "", "C, “1”"]
    assert read[0]["service_from"] == "2025-04-01"


def test_a_parquet_file_keeps_rows_and_types(tmp_path: Path):
    a_file("parquet", tmp_path)
    assert pl.read_parquet(tmp_path / "file.parquet").equals(FRAME)


def test_a_workbook_has_typed_cells_a_frozen_head_and_totals_as_values(tmp_path: Path):
    a_file("xlsx", tmp_path)
    with zipfile.ZipFile(tmp_path / "file.xlsx") as parts:
        sheet, second = (parts.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
        stamped = {each.date_time for each in parts.infolist()}
    assert "<f>" not in sheet
    assert 'state="frozen"' in sheet
    assert 'ySplit="1"' in sheet
    cells = {each.get("r"): each for each in ElementTree.fromstring(sheet).iter() if each.tag.endswith("}c")}
    kinds = {name: (cells[name].get("t"), "".join(cells[name].itertext())) for name in cells}
    assert kinds["A3"] == ("inlineStr", "=1+1")
    assert kinds["C3"] == (None, "-2.2")
    assert kinds["E2"] == ("b", "1")
    assert float(kinds["B2"][1]) == 45_748
    assert kinds["A6"] == ("inlineStr", "Total")
    assert float(kinds["C6"][1]) == pytest.approx(1233.46)
    assert "C4" not in kinds
    assert "2026-04-01" in second
    assert len(stamped) == 1


def test_a_workbook_says_in_words_what_it_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(export_files, "SHEET_ROWS", 5)
    with pytest.raises(FormRefused, match=r"holds 5 rows, so 3 beside the heading and the total. These are 4"):
        a_file("xlsx", tmp_path)
    assert not list(tmp_path.iterdir())
    a_file("csv", tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_taken_part_by_part_and_counted(form: Form, tmp_path: Path):
    said: list[tuple[int, int | None]] = []

    def parts() -> Iterator[pl.DataFrame]:
        yield from FRAME.iter_slices(1)

    write_file(form, ExportRows(4, FRAME.schema, parts()), tmp_path / "file", ABOUT, lambda *at: said.append(at))
    assert said[-1] == (4, 4)
    assert [done for done, _ in said[:4]] == [1, 2, 3, 4]
