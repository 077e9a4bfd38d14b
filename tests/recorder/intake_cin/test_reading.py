"""Whatever a census file holds becomes rows and findings, never a crash."""

from __future__ import annotations

import tracemalloc
from datetime import date
from pathlib import Path

import pytest

import recorder.intake.cin_census as package
from recorder.intake.cin_census import CensusChild, CensusFile, StagedCensus, rules, stage_census
from recorder.intake.cin_census.layout import element_at
from recorder.intake.cin_census.xml_stream import ELEMENTS_A_CHILD
from recorder.intake.reading import Finding

from .censuses import assessment, child, cin_plan, cp_plan, enquiry, header, of_rule, referral, write

WHOLE = child(
    "A1",
    referral(
        "2023-05-02",
        assessment("2023-05-03", "2023-06-01", "3B 16A 3B"),
        cin_plan("2023-06-05", "2023-07-01"),
        enquiry("2023-06-20", "2023-06-30"),
        cp_plan("2023-06-30", "2023-12-01", "2023-09-20", ends="2024-02-01"),
        closed="2024-02-20",
    ),
    upn="W006749270049",
    disabilities="MOB LD",
)


def read(path: Path) -> tuple[list[CensusChild], list[Finding], StagedCensus]:
    with stage_census(CensusFile(path)) as staged:
        return list(staged.children()), staged.findings, staged


def one(tmp_path: Path, *children: str, year: int = 2024) -> tuple[CensusChild, list[Finding]]:
    children_read, findings, _ = read(write(tmp_path / "census.xml", *children, year=year))
    return children_read[0], findings


def test_a_whole_child_is_read_without_a_finding(tmp_path: Path) -> None:
    found, findings = one(tmp_path, WHOLE)

    assert findings == []
    assert (found.child, found.upn, found.born, found.sex) == ("A1", "W006749270049", date(2012, 5, 1), "M")
    assert found.disabilities == ("LD", "MOB")
    (case,) = found.referrals
    assert (case.referred_on, case.closed, case.closure_reason) == (date(2023, 5, 2), date(2024, 2, 20), "RC7")
    assert case.no_further_action is False
    assert case.assessments[0].factors == ("16A", "3B")
    assert case.cin_plans[0].ends == date(2023, 7, 1)
    assert case.enquiries[0].conference == date(2023, 6, 30)
    assert case.enquiries[0].conference_not_required is False
    assert case.cp_plans[0].reviews == (date(2023, 9, 20), date(2023, 12, 1))
    assert (case.cp_plans[0].initial_category, case.cp_plans[0].previous_plans) == ("NEG", 0)
    assert found.rows == 6


@pytest.mark.parametrize(("written", "means"), [("1", True), ("0", False), ("true", True), ("FALSE", False)])
def test_yes_and_no_are_read_as_numbers_and_as_words(tmp_path: Path, written: str, means: bool) -> None:
    found, findings = one(tmp_path, child("A1", referral("2023-05-02", nfa=written)))

    assert found.referrals[0].no_further_action is means
    assert bool(of_rule(findings, "yes_no_words")) is (written not in "10")


def test_what_is_only_odd_is_said_once_for_the_whole_file(tmp_path: Path) -> None:
    _, findings = one(tmp_path, *(child(f"A{n}", referral("2023-05-02", nfa="true")) for n in range(20)))

    (note,) = of_rule(findings, "yes_no_words")
    assert "20 in all, first at line 3" in note.message


@pytest.mark.parametrize("written", ["03/06/2023", "2023-6-3", "2023-06-03T00:00:00", "2023-06-03Z"])
def test_dates_written_otherwise_are_read_and_said(tmp_path: Path, written: str) -> None:
    found, findings = one(tmp_path, child("A1", referral(written)))

    assert found.referrals[0].referred_on == date(2023, 6, 3)
    assert len(of_rule(findings, "date_format")) == 1


def test_codes_of_another_year_are_read_and_said(tmp_path: Path) -> None:
    found, findings = one(tmp_path, child("A1", sex="1", element="Sex"), year=2025)
    assert found.sex == "M"
    assert [f.field for f in of_rule(findings, "code_other_year")] == ["Sex"]

    found, findings = one(tmp_path, child("A1", sex="F", element="Sex"), year=2024)
    assert found.sex == "F"
    assert len(of_rule(findings, "element_other_year")) == 1


def test_a_code_of_no_list_is_kept_where_it_has_the_form_and_never_shown_where_not(tmp_path: Path) -> None:
    found, findings = one(tmp_path, child("A1", referral("2023-05-02", need="XX"), ethnicity="Jane Smith"))

    assert (found.referrals[0].primary_need, found.ethnicity) == ("XX", "")
    messages = " ".join(f.message for f in of_rule(findings, "unknown_code"))
    assert " XX " in messages
    assert "JANE" not in messages.upper()


def test_stray_text_and_unknown_elements_are_passed_over(tmp_path: Path) -> None:
    odd = child("A1", referral("2023-05-02") + "<Feelings>sad</Feelings>", more="PersonBirthDate")
    found, findings = one(tmp_path, odd)

    assert len(found.referrals) == 1
    assert [f.field for f in of_rule(findings, "stray_text")] == ["ChildIdentifiers"]
    assert [f.field for f in of_rule(findings, "unknown_element")] == ["Feelings"]
    assert "sad" not in " ".join(f.message for f in findings)


def test_what_cannot_be_placed_is_kept_out_and_the_rest_read(tmp_path: Path) -> None:
    broken = referral("soon", assessment("2023-05-03"))
    half = referral("2023-05-02", assessment("2023-02-31"), cin_plan("2023-06-05"))
    children, findings, staged = read(
        write(tmp_path / "c.xml", child("A1", broken, half), child("", referral("2023-05-02")), child("A3"))
    )

    assert [c.child for c in children] == ["A1", "A3"]
    assert [len(r.assessments) for r in children[0].referrals] == [0]
    assert len(of_rule(findings, "no_child_number")) == 1
    assert len(of_rule(findings, "no_start")) == 2
    assert staged.rows_kept_out == 2 + 1 + 2


def test_a_child_that_stands_twice_is_one_with_all_its_referrals(tmp_path: Path) -> None:
    twice = (child("A1", referral("2023-05-02")), child("B2"), child("a1", referral("2023-11-02")))
    children, findings, _ = read(write(tmp_path / "c.xml", *twice))

    assert [len(c.referrals) for c in children] == [2, 0]
    assert [f.row for f in of_rule(findings, "child_twice")] == [1]


@pytest.mark.parametrize(
    ("head", "rule", "read_as"),
    [
        (header(2024, "2024-03-28"), "reference_date", "2023/24"),
        (header("", "2024-03-31"), "year_from_date", "2023/24"),
        (header("soon", "2024-03-31"), "year_from_date", "2023/24"),
        (header(2024, lea="99"), "authority_number", "2023/24"),
        (header("", "soon"), "no_year", ""),
        (header(2024, collection="SC"), "another_collection", ""),
        ("", "no_header", ""),
        ("<Header/>", "no_year", ""),
    ],
)
def test_headers_are_read_or_said(tmp_path: Path, head: str, rule: str, read_as: str) -> None:
    children, findings, staged = read(write(tmp_path / "c.xml", WHOLE, head=head))

    assert staged.return_year == read_as
    assert len(children) == bool(read_as)
    assert of_rule(findings, rule)


@pytest.mark.parametrize("cut", [5, 40, 400, 900])
def test_a_file_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path, cut: int) -> None:
    whole = write(tmp_path / "c.xml", *(child(f"A{n}") for n in range(8))).read_bytes()
    (tmp_path / "cut.xml").write_bytes(whole[:-cut])
    children, findings, _ = read(tmp_path / "cut.xml")

    assert len(children) == {5: 8, 40: 7, 400: 6, 900: 4}[cut]
    assert len(of_rule(findings, "not_xml")) == 1


@pytest.mark.parametrize("content", [b"", b"no XML", b"\x00\x01\x02", b"<?xml version='1.0' encoding='klingon'?><a/>"])
def test_what_is_no_xml_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.xml").write_bytes(content)
    children, findings, _ = read(tmp_path / "c.xml")

    assert children == []
    assert len(of_rule(findings, "not_xml")) == 1


def test_entities_and_endless_children_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    (tmp_path / "bomb.xml").write_text(f"<?xml version='1.0'?>{bomb}<Message>&b;</Message>")
    assert of_rule(read(tmp_path / "bomb.xml")[1], "entities")

    endless = child("A1", *("<x/>" for _ in range(ELEMENTS_A_CHILD)))
    assert of_rule(read(write(tmp_path / "endless.xml", endless))[1], "too_big")


def test_other_encodings_and_prefixes_are_read(tmp_path: Path) -> None:
    text = write(tmp_path / "c.xml", WHOLE).read_text().replace("encoding='utf-8'", "encoding='utf-16'")
    (tmp_path / "wide.xml").write_bytes(text.encode("utf-16"))
    assert len(read(tmp_path / "wide.xml")[0]) == 1

    named = text.replace("encoding='utf-16'", "encoding='utf-8'").replace("<Message>", "<Message xmlns='urn:census'>")
    (tmp_path / "named.xml").write_text(named)
    assert read(tmp_path / "named.xml")[0][0].rows == 6


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(children: int) -> int:
        path = write(
            tmp_path / "c.xml",
            *(child(f"A{n}", referral("2023-05-02", cin_plan("2023-06-05"))) for n in range(children)),
        )
        tracemalloc.start()
        with stage_census(CensusFile(path)) as staged:
            assert sum(1 for _ in staged.children()) == children
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(50)  # what is read once and kept, such as the table of elements
    assert peak(6000) < 1.1 * peak(3000)


def test_every_rule_is_used_and_every_element_read() -> None:
    folder = Path(package.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert [rule for rule in rules() if f'"{rule}"' not in source] == []

    wanted = ["CINdetails", *element_at("/Message/Children/Child/CINdetails").children]
    assert [name for name in wanted if f'"{name}"' not in source] == []
