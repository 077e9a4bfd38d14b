"""``daybook check`` and ``daybook export``: what they print, their exit codes, and the first break by its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from projections import tables as t
from tests.house import open_house
from tests.projections.stories import Story
from web.cli import main

STEPS = (
    ("schema", "social_worker", date(2020, 4, 1), 40_001),
    ("post", 0, date(2026, 1, 20), "social_worker"),
    ("activity", 0, [0], [0, 1], date(2026, 1, 21), 61, "D1H"),
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    house, story = open_house("sqlite", tmp_path), Story.cast()
    story.begin(house.recorder)
    for step in STEPS:
        story.live(house.recorder, step, house.end_days)
    house.follower.catch_up()
    house.close()
    monkeypatch.setenv("DAYBOOK_DATA", str(folder))
    monkeypatch.setenv("DAYBOOK_ENV", "development")
    return folder


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, list(arguments))
    return found.exit_code, found.output


def test_a_sound_ledger_holds_and_a_broken_one_is_named(data: Path):
    code, said = run("check")
    assert code == 0, said
    assert said.count("Holds: ") == 12
    house = open_house("sqlite", data.parent)
    with house.tables.engine().begin() as connection:
        connection.execute(update(t.posting).where(t.posting.c.child_no == 2).values(pay=0))
    house.close()
    code, said = run("check", "--quick")
    assert code == 1
    lines = said.splitlines()
    assert lines[0] == "Does not hold: The parts of a posting come to its amount."
    assert lines[2].startswith("Child 2, 0")
    assert lines[3].startswith("Posting staff-2-")
    assert lines[4].endswith("activity.recorded.v1")


def test_an_export_lies_in_its_folder_with_its_manifest(data: Path, tmp_path: Path):
    out = tmp_path / "out"
    asked = ["export", "postings", "--from", "2026-01", "--to", "2026-03", "--folder", str(out)]
    code, said = run(*asked)
    assert code == 0, said
    manifest = json.loads(next(out.glob("*.manifest.json")).read_text())
    before = (out / manifest["file"]).read_bytes()
    assert f"SHA-256 {manifest['sha256']}" in said
    assert "2 rows" in said
    assert run(*asked, "--recorded-by", str(manifest["log_position"]))[0] == 0
    assert (out / manifest["file"]).read_bytes() == before


def test_an_export_that_cannot_be_made_says_everything_that_is_wrong(data: Path):
    assert data.exists()
    code, said = run("export", "summary", "--from", "2026-13", "--to", "never")
    assert code == 2
    assert said.count("Enter a month") == 2
    assert "Select what the summary goes by" in said
