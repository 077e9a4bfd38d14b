"""What the rows of a child say against each other and against the calendar."""

from __future__ import annotations

from pathlib import Path

import pytest

from recorder.intake.cin_census import CensusFile, stage_census

from .censuses import assessment, child, cin_plan, cp_plan, enquiry, referral, write

OPEN = referral("2024-02-02")


@pytest.mark.parametrize(
    ("odd", "expected"),
    [
        (child("A", referral("2023-05-02", closed="2023-05-01")), {"dates_reversed": 1}),
        (child("A", referral("2023-05-02", assessment("2023-06-02", "2023-06-01"))), {"dates_reversed": 1}),
        (child("A", referral("2023-05-02", cin_plan("2023-06-02", "2023-06-01"))), {"dates_reversed": 1}),
        (child("A", referral("2023-05-02", enquiry("2023-06-02", "2023-06-01"))), {"dates_reversed": 1}),
        (child("A", referral("2023-05-02", cp_plan("2023-06-02", "2023-05-30"))), {"dates_reversed": 1}),
        (
            child("A", referral("2023-05-02", cp_plan("2023-06-02", "2023-09-09", ends="2023-09-01"))),
            {"dates_reversed": 1},
        ),
        (child("A", referral("2024-04-01")), {"date_ahead": 1}),
        (child("A", referral("2023-05-02", assessment("2023-05-01"))), {"before_referral": 1}),
        (child("A", referral("2023-05-02"), born="2024-03-30"), {"before_birth": 1}),
        (child("A", referral("2023-05-02"), born="2023-10-30"), {}),
        (child("A", referral("2023-05-02", closed="2023-06-01", reason="")), {"closed_without_reason": 1}),
        (child("A", referral("2023-05-02", "<ReasonForClosure>RC7</ReasonForClosure>")), {"reason_without_closure": 1}),
        (child("A", referral("2023-05-02"), referral("2023-09-02")), {"open_together": 1}),
        (child("A", referral("2023-05-02", closed="2023-09-02"), referral("2023-09-02")), {}),
        (child("A", referral("2023-05-02", nfa="1"), referral("2023-09-02")), {}),
        (child("A", referral("2023-05-02", cin_plan("2023-06-02"), nfa="1")), {"nothing_after_referral": 1}),
        (child("A", referral("2023-05-02", assessment("2023-06-02"), nfa="1")), {}),
        (child("A", referral("2023-05-02", enquiry("2023-06-02", "2023-06-09", "1"))), {"conference_not_required": 1}),
        (child("A", referral("2023-05-02", assessment("2023-06-02", "2023-06-09", ""))), {"no_assessment_factors": 1}),
        (child("A", OPEN, upn="12"), {"upn_form": 1}),
        (child("A", OPEN, upn="W006749270049", more="<UPNunknown>UN3</UPNunknown>"), {"upn_and_code": 1}),
        (child("A", OPEN, born=""), {"no_birth_date": 1}),
        (child("A", OPEN, born="", more="<ExpectedPersonBirthDate>2024-05-01</ExpectedPersonBirthDate>"), {}),
        (child("A", OPEN, sex=""), {"missing": 1}),
        (child("A", OPEN, disabilities="NONE MOB"), {"none_with_others": 1}),
        (child("A", OPEN, more="<LAchildID>B</LAchildID>"), {"twice": 1}),
        (child("A", referral("2023-05-02", nfa="perhaps")), {"unreadable_yes_no": 1, "missing": 1}),
        (
            child("A", referral("2023-05-02", cp_plan("2023-06-02").replace(">0<", ">some<"))),
            {"unreadable_number": 1, "missing": 1},
        ),
    ],
)
def test_one_fault_gives_one_finding(tmp_path: Path, odd: str, expected: dict[str, int]) -> None:
    with stage_census(CensusFile(write(tmp_path / "c.xml", odd))) as staged:
        assert dict(staged.finding_counts) == expected
