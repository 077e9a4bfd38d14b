"""``daybook import cin``, ``cin-matches`` and ``early-help``: from files to figures, with honest exit codes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.recorder.intake_cin.censuses import assessment, child, header, referral, write
from web.cli import main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DAYBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DAYBOOK_ENV", "development")
    monkeypatch.delenv("DAYBOOK_DATABASE_URL", raising=False)

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(each) for each in arguments])

    made = invoke("init")
    assert made.exit_code == 0, made.output
    return invoke


def test_a_census_comes_in_once_and_says_what_it_found(run, tmp_path: Path) -> None:
    census = write(tmp_path / "c.xml", child("A1", referral("2023-05-02", assessment("2023-05-03", "2023-05-01"))))
    result = run("import", "cin", f"{census}=2024-07-31", "--findings", tmp_path / "found.csv")

    assert result.exit_code == 0, result.output
    assert "Census 2024 (c.xml): 3 read, 3 new, 0 amended, 0 unchanged, 0 waiting, 0 refused." in result.output
    with (tmp_path / "found.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["census"], r["file"], r["child"], r["rule"], r["severity"]) for r in rows] == [
        ("2024", "c.xml", "1", "dates_reversed", "error")
    ]
    assert "loaded before, nothing changed" in run("import", "cin", census).output


def test_what_is_no_census_exits_1_and_what_is_nothing_2(run, tmp_path: Path) -> None:
    assert run("import", "cin", write(tmp_path / "c.xml", child(), head=header(2024, collection="SC"))).exit_code == 1
    assert run("import", "cin", tmp_path / "none.xml").exit_code == 2
    census = write(tmp_path / "d.xml", child())
    assert run("import", "cin", f"{census}=soon").exit_code == 2
    assert run("import", "cin", f"{census}=2099-01-01").exit_code == 2
    assert run("import", "cin", census, census, "--known-on", "2024-07-31").exit_code == 2


def test_children_who_wait_are_listed_filled_in_and_taken_in(run, tmp_path: Path) -> None:
    helped = tmp_path / "helped.csv"
    helped.write_text("reference,child,intended,birth_date,sex,ethnicity\nEH1,E1,2022-01-08,2012-05-01,M,WBRI\n")
    result = run("import", "early-help", helped, "--known-on", "2024-01-01")
    assert result.exit_code == 0, result.output
    listed = tmp_path / "matches.csv"
    result = run("import", "cin", write(tmp_path / "c.xml", child("A1", referral("2023-05-02"))), "--matches", listed)
    assert "may be known already, and wait to be told: 1." in result.output
    assert "2 waiting" in result.output

    assert ",E1,\n" in listed.read_text()
    listed.write_text(listed.read_text().rstrip().removesuffix(",") + ",E1\n")
    result = run("import", "cin-matches", listed)

    assert result.exit_code == 0, result.output
    assert "2 new" in result.output
    assert run("import", "cin-matches", listed).exit_code == 1
