import csv
import io
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.cli import main

SHIPPED = resources.files("costing.data")
TABLES = ("vignettes.csv", "staff_unit_cost_schema.csv", "uprating_checks.csv")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["method", "check", *map(str, arguments)])


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    for name in TABLES:
        (tmp_path / name).write_text(SHIPPED.joinpath(name).read_text(encoding="utf-8"), encoding="utf-8")
    return [tmp_path / name for name in TABLES]


def test_the_shipped_examples_all_tie(tables: list[Path]) -> None:
    result = run(*tables)
    assert result.exit_code == 0, result.output
    assert "SS1.1 total   29,580  29,580  ties" in result.output
    assert "SS1.2 total   27,850  27,850  ties" in result.output
    assert "8 tie, 0 differ, 0 not checkable; 28 rows are given" in result.output
    assert "printed original is itself rounded" in result.output
    assert result.output.rstrip().endswith("Together: 59 tie, 0 differ, 1 not checkable.")


def test_one_that_differs_exits_1_and_is_shown(tables: list[Path]) -> None:
    table = tables[0]
    table.write_text(table.read_text(encoding="utf-8").replace(",29580,", ",29581,"), encoding="utf-8")
    result = run(*tables)
    assert result.exit_code == 1
    assert "29,581  29,580  differs" in result.output


def test_a_file_that_cannot_be_read_exits_2_and_the_others_are_still_worked(tables: list[Path], tmp_path: Path) -> None:
    other, binary, broken = tmp_path / "other.csv", tmp_path / "book.csv", tmp_path / "broken.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00")
    broken.write_text(tables[0].read_text(encoding="utf-8").replace(",540,", ",five,"), encoding="utf-8")
    result = run(tables[0], other, binary, broken)
    assert result.exit_code == 2
    assert "29,580  29,580  ties" in result.output
    assert "other.csv: The columns are those of no table that can be checked" in result.stderr
    assert "book.csv: this is not a CSV file in UTF-8." in result.stderr
    assert "broken.csv: Row 3, amount_gbp: “five” is not a number." in result.stderr
    assert run(tmp_path / "none.csv").exit_code == 2
    assert run().exit_code == 2


@pytest.mark.parametrize("to_file", [True, False])
def test_every_figure_as_csv(tables: list[Path], tmp_path: Path, to_file: bool) -> None:
    written = tmp_path / "worked.csv"
    result = run(*tables, "--csv", written if to_file else "-")
    assert result.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(written.read_text(encoding="utf-8") if to_file else result.stdout)))
    assert len(rows) == 11 + 8 + 41
    assert {row["file"] for row in rows} == set(TABLES)
    assert rows[0] == {
        "file": "vignettes.csv",
        "row": "2",
        "figure": "SS1.1 P2",
        "printed": "274",
        "worked": "274",
        "outcome": "ties",
        "working": "412 × 2 / 3, down",
    }


def test_text_from_a_file_is_shown_as_it_is(tmp_path: Path) -> None:
    table = tmp_path / "schemas.csv"
    table.write_text("schema_id,role,item_code,item,value\nS,[bold]worker[/],J,,40\n", encoding="utf-8")
    result = run(table)
    assert result.exit_code == 0
    assert "S, [bold]worker[/]: J" in result.output
