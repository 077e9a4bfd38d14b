"""A process and a variation of an authority's own, stated on pages, are counted and priced in its runs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from costing.calculator_file import read_run_settings
from projections.database import ProjectionDatabase
from recorder.application import Recorder
from tests.web.pages import Browser
from tests.web.test_method_frameworks import DAY, SignIn, define, fin
from tests.web.test_method_standard_times import TIME
from tests.web.village import Village
from web.cli import main
from web.runs.making import made_run

__all__ = ["fin"]

ASKED = '[period]\nfirst = 2025-04-01\nlast = 2026-03-01\n[prices]\nsheet = "own"\n[work]\nbasis = "standard"\n'
UNITS_A_POUND = 42_000
START = {"framework": "CLA", "number": "9", "code": "CLA9", "name": "Life story work", "unit": "occurrence",
         "counted_from": "care_starts"} | DAY  # fmt: skip
FOSTER = {"process": "CLA9", "code": "fostered", "name": "In foster care", "adds": "yes", "aspect": "placement",
          "when": "placement_type=la_foster"} | DAY  # fmt: skip


@dataclass
class Opened:
    """The village's stores, as a page or a command has them open."""

    recorder: Recorder
    projections: ProjectionDatabase
    desk: Engine


def lines_of(village: Village, process: str) -> list[tuple[str, str, str]]:
    """The variations counted, how often, and what they came to, of a process in a run over the village."""
    desk = village.house.where.engine("desk")
    report = made_run(Opened(village.house.recorder, village.house.tables, desk), read_run_settings(ASKED)).report
    desk.dispose()
    found = [line for child in report.children for block in child.blocks if block.process == process
             for line in block.lines]  # fmt: skip
    return [(line.variation, str(line.quantity), f"{line.product / UNITS_A_POUND:.2f}") for line in found]


@pytest.fixture
def own(fin: Browser, village: Village, signed_in: SignIn) -> Browser:
    define(fin, village, "process", START)
    define(fin, village, "variation", FOSTER)
    for said in ({"hours": "2"}, {"hours": "1", "variation": "fostered", "effect": "adds"}):
        answer = fin.send(fin.get("/method/standard-times/new"), TIME | {"process": "CLA9"} | said)
        assert answer.status_code == 303
        village.catch_up()
    return fin


def test_an_own_process_and_its_variation_are_counted_and_priced(own: Browser, village: Village) -> None:
    # Ruby's care starts on 2 June 2025, in local authority foster care: 2 + 1 hours at £45.71.
    assert lines_of(village, "CLA9") == [("In foster care", "1", "137.13")]


def test_the_command_counts_it_too(
    own: Browser, village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_DATA", str(village.house.where.folder))
    monkeypatch.setenv("DAYBOOK_ENV", "development")
    asked, rows = tmp_path / "run.toml", tmp_path / "rows.csv"
    asked.write_text(ASKED)
    done = CliRunner().invoke(main, ["calculate", "--settings", str(asked), "--by", "child", "--csv", str(rows)])
    assert done.exit_code == 0, done.output
    found = [
        row for row in csv.DictReader(rows.read_text(encoding="utf-8-sig").splitlines()) if row["process"] == "CLA9"
    ]
    assert [(row["variation"], row["quantity"], row["product_gbp"]) for row in found] == [
        ("In foster care", "1.0000", "137.13")
    ]


def test_pages_call_it_by_its_name(own: Browser) -> None:
    assert "CLA 9: Life story work" in own.get("/method/standard-times").main
    assert "In foster care" in own.get("/method/standard-times").main
    sheet = own.get("/method/sheets/lines?sheet=own").main
    assert "CLA 9: Life story work" in sheet
    assert "In foster care, added" in sheet


def test_work_can_be_recorded_for_it(own: Browser, ada: Browser) -> None:
    choices = [o.get("value") for o in ada.get("/my-day").all("option")]
    assert "CLA9" in choices
