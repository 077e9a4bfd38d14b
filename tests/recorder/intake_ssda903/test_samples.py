"""The sample returns of two open projects come in whole, in both forms, whatever is odd about them."""

from __future__ import annotations

import shutil
from pathlib import Path

from recorder.intake.ssda903 import check_history, folder_from_argument, stage

from .returns import SAMPLES, needs_samples, of_rule, rules_in

pytestmark = needs_samples
FAKE = SAMPLES / "ssda903_validator_fake"
LIIA = SAMPLES / "ssda903_liia_2020"


def test_every_table_of_the_csv_form_is_told_and_read(tmp_path: Path) -> None:
    for path in FAKE.glob("*.csv"):
        shutil.copy(path, tmp_path)
    folder = folder_from_argument(str(tmp_path), "2017/18")
    with stage(folder) as staged:
        tables = dict(staged.tables)
    expected = {"header": 2675, "episodes": 5050, "reviews": 12582, "oc2": 2675, "previous_permanence": 2675}
    assert expected.items() <= tables.items()
    assert tables["placed_for_adoption"] == 29 + 30
    assert {"uasc", "oc3", "ad1", "missing", "social_workers", "dolo"} <= tables.keys()


def test_the_xml_form_is_read_into_the_same_tables(tmp_path: Path) -> None:
    shutil.copy(FAKE / "fake_903.xml", tmp_path)
    with stage(folder_from_argument(str(tmp_path), "2017/18")) as staged:
        tables, children = dict(staged.tables), list(staged.children())
    assert tables == {
        "header": 253,
        "episodes": 459,
        "reviews": 1206,
        "oc2": 253,
        "previous_permanence": 253,
        "uasc": 12,
        "oc3": 6,
        "ad1": 3,
        "missing": 6,
        "placed_for_adoption": 3,
    }
    assert not of_rule(staged.findings, "extra_column")
    assert len(children) == len({c.child for c in children}) == 253
    first = next(c for c in children if c.child == "907440")
    assert first.header is not None
    assert [(e.place, e.rec) for e in first.episodes] == [("R5", "X1"), ("P2", "E11")]
    assert first.oc2[0].sdq_score == 21


def test_both_forms_in_one_folder_and_the_year_told_from_the_dates() -> None:
    folder = folder_from_argument(str(FAKE))
    assert folder.return_year == "2017/18"
    findings = list(check_history([folder]))
    assert len(of_rule(findings, "year_inferred")) == 1
    assert len(of_rule(findings, "decimal_number")) == 1
    assert "fake_903.xml" in of_rule(findings, "table_again")[0].message


def test_a_column_too_many_and_several_headers_of_one_child() -> None:
    findings = list(check_history([folder_from_argument(str(LIIA))]))
    assert of_rule(findings, "extra_column")[0].message.count("TEST_COLUMN") == 1
    assert rules_in(findings).count("header_twice") == 2
    assert rules_in(findings).count("overlap") == 2
