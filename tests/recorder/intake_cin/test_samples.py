"""Sample files of open projects and the made-up authority's censuses come in whole, whatever is odd about them."""

from __future__ import annotations

from collections import Counter

import pytest

from recorder.intake.cin_census import CensusFile, stage_census

from .censuses import CENSUSES, FAKE, SAMPLES, needs_samples, of_rule

pytestmark = needs_samples


def test_one_child_with_every_element() -> None:
    with stage_census(CensusFile(SAMPLES / "cin_liia" / "BAR_cin_2022.xml")) as staged:
        (child,) = staged.children()
        counts = dict(staged.finding_counts)
    assert staged.return_year == "2021/22"
    assert (child.upn_unknown, child.died is not None, child.expected is not None) == ("UN3", True, True)
    assert child.rows == 6
    assert counts == {"upn_and_code": 1, "before_referral": 3, "yes_no_words": 2}


@pytest.mark.parametrize(("name", "blocks"), [("CIN_Census_2024", 0), ("CIN_Census_2026", 1)])
def test_wrong_sexes_stray_text_and_dates_in_the_wrong_order(name: str, blocks: int) -> None:
    with stage_census(CensusFile(FAKE / f"{name}.xml")) as staged:
        children = list(staged.children())
        counts, findings = staged.finding_counts, staged.findings
    assert [child.sex for child in children] == ["M", "M"]
    assert sum(len(each.pre_proceedings) for child in children for each in child.referrals) == blocks
    assert (counts["stray_text"], counts["code_other_year"], counts["dates_reversed"]) == (1, 1, 1)
    assert counts["reference_date"] == 1
    assert "RB" in of_rule(findings, "unknown_code")[0].message


def test_a_bad_header_is_said_and_the_file_read() -> None:
    with stage_census(CensusFile(FAKE / "CIN_header_issues_100.xml")) as staged:
        assert len(list(staged.children())) == 1
    assert "28/03/2023" in of_rule(staged.findings, "reference_date")[0].message


def test_the_random_file_comes_in_whole() -> None:
    with stage_census(CensusFile(FAKE / "fake_CIN_data.xml")) as staged:
        children = list(staged.children())
    text = (FAKE / "fake_CIN_data.xml").read_text()
    assert len(children) == text.count("<Child>") == 332
    assert sum(len(child.referrals) for child in children) == text.count("<CINdetails>")


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_the_made_up_authority_s_censuses_come_in_whole(year: int) -> None:
    path = CENSUSES / f"cin_{year}.xml"
    text = path.read_text()
    with stage_census(CensusFile(path)) as staged:
        held: Counter[str] = Counter()
        for child in staged.children():
            for each in child.referrals:
                held["CINdetails"] += 1
                held["Assessments"] += len(each.assessments)
                held["CINPlanDates"] += len(each.cin_plans)
                held["Section47"] += len(each.enquiries)
                held["ChildProtectionPlans"] += len(each.cp_plans)
                held["CPPreviewDate"] += sum(len(plan.reviews) for plan in each.cp_plans)
        counts = staged.finding_counts
    assert held == {name: text.count(f"<{name}>") for name in held}
    assert bool(counts["yes_no_words"]) is (year == 2024)
    assert set(counts) <= {"yes_no_words", "dates_reversed", "before_birth"}
    assert staged.rows_kept_out == 0
