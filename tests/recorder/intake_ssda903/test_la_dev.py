"""The made-up authority: every planted fault of the 903 files is found, and nothing else is called one."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from recorder.intake.ssda903 import Finding, check_history, folder_from_argument, rules

from .returns import LA_DEV, needs_samples

pytestmark = needs_samples
YEARS = range(2020, 2025)
# Two kinds lie elsewhere or have no child (rulings 8); the byte order mark is asserted by itself.
NOT_OF_A_CHILD = {"file starts with a byte order mark", "two digits of the UPN swapped in the education export"}
NO_YEAR = {"same UPN on two children"}
# Planted as left out of 2022/23, yet the child's first row in any return is one of 2024/25 that goes on from an
# earlier episode: no return shows that the child was in care before 2023/24. The first return that must have
# held the child, and does not, is named.
SHOWN_IN_ANOTHER_YEAR = {("964357", "2022/23"): "2023/24"}
OTHER_CHILDREN = {"209112", "764962"}


def findings_of(name: str) -> list[Finding]:
    return list(check_history(folder_from_argument(str(LA_DEV / name / str(year))) for year in YEARS))


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    return findings_of("ssda903")


@pytest.fixture(scope="module")
def clean() -> list[Finding]:
    return findings_of("ssda903_clean")


def planted() -> dict[str, set[tuple[str, str]]]:
    """Each kind with the children and years it was planted in; the year blank where the kind has none."""
    kinds: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    with (LA_DEV / "truth" / "faults.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            for child in row["child"].split():
                year = SHOWN_IN_ANOTHER_YEAR.get((child, row["return_year"]), row["return_year"])
                kinds[row["kind"]].add((child, year))
    return {kind: kinds[kind] for kind in kinds if kind not in NOT_OF_A_CHILD}


def test_each_planted_kind_has_a_rule() -> None:
    assert set(planted()) <= {rule.fault_kind for rule in rules().values()}


@pytest.mark.parametrize("kind", sorted(planted()) if LA_DEV.is_dir() else [])
def test_just_the_planted_rows_are_found(kind: str, found: list[Finding]) -> None:
    of_kind = {code for code, rule in rules().items() if rule.fault_kind == kind}
    shown = {(f.child, "" if kind in NO_YEAR else f.return_year) for f in found if f.rule in of_kind}
    assert shown == planted()[kind]


def test_nothing_else_is_called_wrong(found: list[Finding]) -> None:
    of_kinds = {code for code, rule in rules().items() if rule.fault_kind}
    assert not [f for f in found if f.severity != "note" and f.rule not in of_kinds]


def test_the_byte_order_mark_is_noted_for_its_file(found: list[Finding]) -> None:
    marks = [f for f in found if f.rule == "byte_order_mark"]
    assert [(f.return_year, f.table, f.severity) for f in marks] == [("2023/24", "social_workers", "note")]
    assert "sw_episodes.csv" in marks[0].message


def test_clean_returns_hold_only_the_shared_upn(clean: list[Finding]) -> None:
    # The two children share their UPN in the clean returns as well.
    assert {(f.rule, f.child) for f in clean} == {("upn_shared", child) for child in OTHER_CHILDREN}


def test_rows_are_numbered_as_a_spreadsheet_shows_them(found: list[Finding]) -> None:
    for finding in found:
        if finding.rule not in {"unknown_place", "row_twice"}:
            continue
        path = LA_DEV / "ssda903" / finding.return_year[:4] / "episodes.csv"
        assert finding.row
        line = path.read_text(encoding="utf-8").splitlines()[finding.row - 1]
        assert line.startswith(finding.child + ",")


def test_nights_at_stake(found: list[Finding]) -> None:
    nights = {(f.rule, f.child): f.nights_at_stake for f in found}
    assert nights["gap", "976409"] == 3
    assert nights["overlap", "566816"] == 5
    assert nights["left_out", "644271"] == 365
    assert nights["unknown_place", "365106"] == 8


def test_messages_hold_no_birth_date_upn_or_postcode(found: list[Finding]) -> None:
    said = "\n".join(f.message for f in found)
    for year in YEARS:
        folder = LA_DEV / "ssda903" / str(year)
        with (folder / "header.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                assert row["UPN"].startswith("UN") or row["UPN"] not in said
        with (folder / "episodes.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                assert not row["PL_POST"] or row["PL_POST"] not in said
    with (LA_DEV / "ssda903" / "2023" / "header.csv").open(encoding="utf-8", newline="") as handle:
        births = {row["CHILD"]: row["DOB"] for row in csv.DictReader(handle)}
    assert not [f for f in found if f.child in births and births[f.child] in f.message]
