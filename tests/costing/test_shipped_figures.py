"""The published figures that come with the product: each has a source, and none is another's to give out."""

import csv
from importlib.resources import files

import pytest

PUBLISHED = ("staff_unit_cost_schema", "placement_weekly_costs", "inflation_index", "process_unit_costs",
             "process_activity_hours", "uprating_checks", "vignettes")  # fmt: skip
# The manual's own numbers are licensed for use that is not commercial: an authority that may use them loads them.
MANUALS = ("unit costs of health and social care", "pssru", "personal social services research unit")


def rows(table: str) -> list[dict[str, str]]:
    with files("costing.data").joinpath(f"{table}.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.parametrize("table", PUBLISHED)
def test_every_row_names_its_source(table: str) -> None:
    held = rows(table)
    assert held
    column = "source_title" if "source_title" in held[0] else "source"
    assert [number for number, row in enumerate(held, 2) if not (row[column] or "").strip()] == []


@pytest.mark.parametrize("table", ["staff_unit_cost_schema", "placement_weekly_costs", "inflation_index"])
def test_no_price_is_the_manual_s_own(table: str) -> None:
    for row in rows(table):
        assert not row["source_title"].lower().startswith(MANUALS), row
        assert not row.get("schema_id", "").startswith("PSSRU"), row
        assert not row.get("series", "").startswith("NHSCII"), row


def test_work_of_others_that_the_manual_prints_is_there() -> None:
    assert {row["example_id"] for row in rows("vignettes")} >= {"SS1.1"}
    assert any("Laming" in row["source_title"] for row in rows("process_activity_hours"))
