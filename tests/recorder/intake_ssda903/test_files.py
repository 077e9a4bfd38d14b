"""Files as they are met: marks, encodings, spellings, extra columns, the XML form; all read, all said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recorder.intake.ssda903 import ChildReturn, Finding, stage

from .returns import EPISODES, HEADER, ONE_EPISODE, ONE_HEADER, YEAR, folder_of, of_rule, rules_in, write


def read(folder: Path, year: str = YEAR) -> tuple[list[ChildReturn], list[Finding]]:
    with stage(folder_of(folder, year)) as staged:
        return list(staged.children()), staged.findings


@pytest.mark.parametrize(
    ("encoding", "rule"),
    [("utf-8-sig", "byte_order_mark"), ("utf-16", "utf_16"), ("utf-16-le", "utf_16"), ("utf-16-be", "utf_16")],
)
def test_marks_and_utf_16_are_read_and_said(tmp_path: Path, encoding: str, rule: str) -> None:
    write(tmp_path, "a.csv", EPISODES, ONE_EPISODE, encoding=encoding)
    write(tmp_path, "b.csv", HEADER, ONE_HEADER)
    children, findings = read(tmp_path)
    assert [(f.rule, f.table, f.severity) for f in findings] == [(rule, "episodes", "note")]
    assert children[0].episodes[0].decom == date(2023, 4, 5)
    assert children[0].header is not None


def test_windows_text_is_read_and_said(tmp_path: Path) -> None:
    write(
        tmp_path, "p.csv", "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM", "A1,01/02/2010,P1,Môn,zz/05/2020", encoding="cp1252"
    )
    children, findings = read(tmp_path)
    assert children[0].previous_permanence[0].la_perm == "Môn"
    assert children[0].previous_permanence[0].date_perm == "zz/05/2020"
    assert rules_in(findings) == ["no_episodes", "other_encoding"]


def test_columns_in_any_order_and_spelling_with_some_too_many(tmp_path: Path) -> None:
    names = EPISODES.lower().split(",")[::-1]
    values = ONE_EPISODE.split(",")[::-1]
    write(tmp_path, "x.csv", ";".join([*names, "LA", "YEAR"]), ";".join([*values, "Town", "2023"]))
    children, findings = read(tmp_path)
    assert children[0].episodes[0].place == "U6"
    assert rules_in(findings) == ["column_spelling", "extra_column", "no_header_table", "separator"]
    assert "LA, YEAR" in of_rule(findings, "extra_column")[0].message


def test_where_a_placement_lies_is_read_where_it_is_there_and_asked_of_nobody(tmp_path: Path) -> None:
    write(tmp_path, "e.csv", f"{EPISODES},PL_LOCATION,PL_LA,PL_DISTANCE", f"{ONE_EPISODE},out,e08000025,12.5")
    children, findings = read(tmp_path)
    (episode,) = children[0].episodes
    assert (episode.facts.pl_location, episode.facts.pl_la) == ("OUT", "E08000025")
    assert rules_in(findings) == ["code_spelling", "extra_column", "no_header_table"]
    assert "PL_DISTANCE" in of_rule(findings, "extra_column")[0].message
    write(tmp_path, "e.csv", EPISODES, ONE_EPISODE)
    children, findings = read(tmp_path)
    assert (children[0].episodes[0].pl_location, rules_in(findings)) == ("", ["no_header_table"])


def test_codes_dates_and_numbers_in_other_spellings(tmp_path: Path) -> None:
    write(tmp_path, "e.csv", EPISODES, "A1 ,2023-04-05,s,c2 ,N1,u6,pr1,5/7/2023 00:00,x1,null,,,2054608.0")
    write(tmp_path, "h.csv", HEADER, "A1,2,01/02/2010,WBRI,a123456789012,1.0,NaN")
    write(
        tmp_path,
        "o.csv",
        "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,"
        "HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
        "A1,01/02/2010,17.0,,0.0,,1,1,1,0,,",
    )
    children, findings = read(tmp_path)
    episode, head = children[0].episodes[0], children[0].header
    assert (episode.child, episode.rne, episode.ls, episode.place, episode.provider) == ("A1", "S", "C2", "U6", "PR1")
    assert (episode.decom, episode.dec, episode.rec) == (date(2023, 4, 5), date(2023, 7, 5), "X1")
    assert (episode.reason_place_change, episode.urn) == ("", "2054608")
    assert head is not None
    assert (head.upn, head.mother, head.mc_dob) == ("A123456789012", "1", None)
    assert (children[0].oc2[0].sdq_score, children[0].oc2[0].convicted) == (17, "0")
    assert {f.severity for f in findings} == {"note"}
    assert {f.rule for f in findings} == {"blank_word", "code_spelling", "date_format", "decimal_number"}
    spelled = of_rule(findings, "code_spelling")
    assert any(f.message.startswith("CHILD, RNE, LS, PLACE, PLACE_PROVIDER, REC:") for f in spelled)


def test_blank_rows_count_and_are_said_once(tmp_path: Path) -> None:
    write(tmp_path, "h.csv", HEADER, ONE_HEADER)
    two_lines = '"A2",06/04/2023,S,C2,N1,U6,PR1,,,,"two\nlines",,'
    unknown = "A3,07/04/2023,S,C2,N1,Q9,PR1,,,,,,"
    write(tmp_path, "e.csv", EPISODES, "", ONE_EPISODE, ",,,,,,,,,,,,", two_lines, unknown)
    _, findings = read(tmp_path)
    assert of_rule(findings, "blank_rows")[0].message == "e.csv: 2 blank rows were passed over."
    assert of_rule(findings, "unknown_place")[0].row == 6


def test_rows_that_cannot_be_placed_are_kept_out_and_said(tmp_path: Path) -> None:
    write(tmp_path, "h.csv", HEADER, "A1,1,31/02/2010,WBRI,A123456789012,,", "A2,1,01/02/2010,WBRI,A123456789013,,")
    rows = [
        "A1,soon,S,C2,N1,U6,PR1,,,,,,",
        "A1,05/04/2023,S,C2,N1,U6,PR1,31/02/2024,X1,,,,",
        "A2,,S,C2,N1,U6,PR1,,,,,,",
        ",05/04/2023,S,C2,N1,U6,PR1,,,,,,",
    ]
    write(tmp_path, "e.csv", EPISODES, *rows)
    children, findings = read(tmp_path)
    assert [(c.child, c.episodes, c.rows_kept_out) for c in children] == [("A1", (), 2), ("A2", (), 1)]
    assert children[0].header is not None
    assert children[0].header.dob is None
    messages = {(f.table, f.row): f.message for f in findings if f.severity == "error"}
    assert messages["episodes", 2] == "DECOM is not a date: the row was kept out."
    assert messages["episodes", 3] == "DEC is not a date (31/02/2024): the row was kept out."
    assert messages["header", 2] == "DOB is not a date: it was taken as blank."
    assert rules_in(findings) == ["blank_child", "blank_start", "no_episodes"] + ["unreadable_date"] * 3


def test_code_lists_go_by_the_year(tmp_path: Path) -> None:
    write(tmp_path, "h.csv", HEADER, "A1,M,01/02/2010,WBRI,A123456789012,,")
    rows = ["A1,05/04/2024,S,C2,N1,K3,PR4,06/04/2024,X1,,,,", "A1,06/04/2024,P,C2,N1,H5,PR4,,,,,,"]
    write(tmp_path, "e.csv", EPISODES, *rows)
    children, findings = read(tmp_path, "2024/25")
    assert rules_in(findings) == ["code_not_this_year"]
    assert findings[0].message == "PLACE: the code H5 belongs to the lists of other years (until 2023/24)."
    assert [e.place for e in children[0].episodes] == ["K3", "H5"]


def test_values_that_may_be_a_persons_are_not_shown(tmp_path: Path) -> None:
    write(tmp_path, "h.csv", HEADER, ONE_HEADER)
    write(tmp_path, "e.csv", EPISODES, "A1,05/04/2023,S,C2,N1,Smithson,ZZ1 1AB,,,,,,")
    _, findings = read(tmp_path)
    assert rules_in(findings) == ["code_spelling", "unknown_place", "unknown_provider"]
    assert not [f for f in findings if "mith" in f.message.lower() or "ZZ1" in f.message]


def test_a_file_that_is_no_table_is_said_without_its_contents(tmp_path: Path) -> None:
    write(tmp_path, "e.csv", EPISODES, ONE_EPISODE)
    write(tmp_path, "h.csv", HEADER, ONE_HEADER)
    write(tmp_path, "names.csv", "Jo Bloggs,01/02/2010", "Al Smith,02/03/2011")
    write(tmp_path, "nothing.csv")
    (tmp_path / "void.csv").write_bytes(b"")
    (tmp_path / "return.xlsx").write_bytes(b"PK")
    children, findings = read(tmp_path)
    assert len(children) == 1
    assert rules_in(findings) == ["empty_file", "empty_file", "file_not_read", "unknown_file"]
    assert not [f for f in findings if "Bloggs" in f.message]


def test_a_column_that_every_row_needs_and_one_that_it_does_not(tmp_path: Path) -> None:
    write(tmp_path, "e.csv", EPISODES.replace(",REASON_PLACE_CHANGE", ""), ONE_EPISODE.replace(",,,,", ",,,"))
    write(tmp_path, "h.csv", EPISODES.replace("DECOM,", ""), "A1,S,C2,N1,U6,PR1,,,,,,")
    _, findings = read(tmp_path)
    assert rules_in(findings) == ["missing_column", "no_header_table", "unknown_file"]


def test_more_values_than_columns(tmp_path: Path) -> None:
    write(tmp_path, "e.csv", EPISODES, ONE_EPISODE + ",,surplus", "A2,06/04/2023")
    children, findings = read(tmp_path)
    assert of_rule(findings, "too_many_values")[0].row == 2
    assert children[1].episodes[0].place == ""


def test_the_same_table_twice_is_read_and_the_digest_goes_by_content(tmp_path: Path) -> None:
    write(tmp_path, "e1.csv", EPISODES, ONE_EPISODE)
    write(tmp_path, "e2.csv", EPISODES, ONE_EPISODE.replace("A1", "A2"))
    with stage(folder_of(tmp_path)) as staged:
        before = staged.digest
        assert [c.child for c in staged.children(after="A1")] == ["A2"]
        assert len(of_rule(staged.findings, "table_again")) == 1
    (tmp_path / "e1.csv").rename(tmp_path / "z.csv")
    with stage(folder_of(tmp_path)) as staged:
        assert staged.digest == before
    write(tmp_path, "e2.csv", EPISODES, ONE_EPISODE.replace("A1", "A3"))
    with stage(folder_of(tmp_path)) as staged:
        assert staged.digest != before


def test_no_more_than_ten_thousand_of_a_rule_are_listed_and_the_rest_is_said(tmp_path: Path) -> None:
    write(tmp_path, "r.csv", "CHILD,DOB,REVIEW,REVIEW_CODE", *["A1,01/02/2010,05/04/2023,pn1"] * 10_005)
    with stage(folder_of(tmp_path)) as staged:
        assert len(of_rule(staged.findings, "code_spelling")) == 10_000
        assert staged.finding_counts["code_spelling"] == 10_005
        assert "5 more findings" in of_rule(staged.findings, "more_findings")[0].message


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    size = write(tmp_path, "e.csv", EPISODES, *[ONE_EPISODE] * 2_000).stat().st_size
    told: list[tuple[int, int]] = []
    with stage(folder_of(tmp_path), lambda done, total: told.append((done, total))):
        pass
    assert told[-1] == (size, size)
    assert len(told) > 2
    assert told == sorted(told)
