"""Early help episodes from a list: stated, amended, waiting, and children whom nothing else tells."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from recorder.child_record import read_child
from recorder.children import NewChild, identifier, register_children
from recorder.domain.ids import derived_id, new_id
from recorder.domain.services import EarlyHelpAmended, EarlyHelpStated, EarlyHelpWithdrawn
from recorder.intake.early_help import import_early_help
from recorder.intake.statements import Summary
from recorder.intake.waiting_rows import load_waiting
from recorder.waiting import waiting_counts
from tests.recorder.desk_store import Office
from tests.recorder.intake.conftest import WriteFile
from tests.recorder.intake.la_dev import BEFORE, CLERK

HEAD = "reference,child,intended,assessment_starts,assessed,meetings,closed,closure_reason\n"
ROW = "EH1,152024,2024-01-08,15/01/2024,2024-02-10,2024-03-20; 2024-02-20,,\n"
WITH_CHILD = "reference,child,intended,birth_date,upn,sex,ethnicity\n"
UPN = "W006749270049"


def take(office: Office, write: WriteFile, text: str) -> tuple[Summary, list[str]]:
    summary, findings = import_early_help(office.recorder, office.desk, write(text), known_at=BEFORE, by="mo")
    return summary, [f.rule for f in findings]


def test_an_episode_is_stated_with_its_meetings_in_order(office: Office, child: UUID, write: WriteFile) -> None:
    assert take(office, write, HEAD + ROW) == (Summary(read=1, new=1), [])

    (fact,) = [e for e in office.facts() if isinstance(e.body, EarlyHelpStated)]
    assert fact.body == EarlyHelpStated(
        child=child,
        reference="EH1",
        intended=date(2024, 1, 8),
        assessment_starts=date(2024, 1, 15),
        assessed=date(2024, 2, 10),
        meetings=(date(2024, 2, 20), date(2024, 3, 20)),
    )
    assert (fact.subject, fact.known_at) == (child, BEFORE)


def test_again_changes_nothing_and_a_closing_date_amends(office: Office, child: UUID, write: WriteFile) -> None:
    take(office, write, HEAD + ROW)
    assert take(office, write, HEAD + ROW + "\n") == (Summary(read=1, unchanged=1), [])
    closed = HEAD + ROW.replace(",,\n", ",2024-06-01,needs met\n")
    assert take(office, write, closed)[0] == Summary(read=1, amended=1)

    (fact,) = [e for e in office.facts() if isinstance(e.body, EarlyHelpAmended)]
    assert isinstance(fact.body, EarlyHelpAmended)
    assert (fact.body.closed, fact.body.closure_reason) == (date(2024, 6, 1), "needs met")


def test_what_a_person_took_back_stays_so(office: Office, child: UUID, write: WriteFile) -> None:
    take(office, write, HEAD + ROW)
    stream = derived_id(child, "early_help", "EH1")
    body = EarlyHelpWithdrawn(reason="another child's")
    office.recorder.append([office.recorder.event(stream, 2, new_id(), body, CLERK, known_at=BEFORE, subject=child)])

    assert take(office, write, HEAD + ROW.replace(",,\n", ",2024-06-01,\n"))[0] == Summary(read=1, unchanged=1)


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("EH1,152024,soon,,,,,\n", ["bad_intended"]),
        (",,,,,,,\nEH1,,2024-01-08,,,tomorrow,,\n", ["blank_child", "bad_meetings"]),
        ("EH1,152024,2024-01-08,,,,2024-01-07,\n", ["bad_closed"]),
        ("EH1,152024,2024-01-08,2024-02-08,2024-02-07,2023-01-01;2023-01-02,,\n", ["bad_meetings", "bad_assessed"]),
        ("EH1,152024,2031-01-08,,,,,\n", ["bad_intended"]),
    ],
)
def test_what_cannot_be_right_is_refused_with_every_reason(
    office: Office, child: UUID, write: WriteFile, row: str, rules: list[str]
) -> None:
    summary, found = take(office, write, HEAD + row)

    assert (summary.refused, summary.new) == (1, 0)
    assert found == rules


def test_an_episode_of_nobody_known_waits_for_the_child(office: Office, write: WriteFile) -> None:
    assert take(office, write, HEAD + ROW)[0] == Summary(read=1, waiting=1)
    assert waiting_counts(office.desk) == {("early_help", "child"): 1}

    register_children(office.recorder, [NewChild(identifiers=(identifier("cin", "152024"),))], BEFORE, CLERK)
    load_waiting(office.recorder, office.desk)

    assert waiting_counts(office.desk) == {}
    assert "early_help.stated.v1" in office.topics()


def test_a_row_with_a_birth_date_registers_a_child_whom_nothing_tells(office: Office, write: WriteFile) -> None:
    rows = f"EH1,E77,2024-01-08,01/02/2015,{UPN},Female,WBRI\nEH2,E77,2024-09-01,,,,\n"
    assert take(office, write, WITH_CHILD + rows)[0] == Summary(read=2, new=2)

    child = office.recorder.keys.find("early_help", "E77")
    assert child is not None
    assert office.recorder.keys.find("upn", UPN) == child
    record = read_child(office.recorder, child)
    assert (record.sex, record.ethnicity, record.personal) == ("F", "WBRI", {"dob": "2015-02-01"})


@pytest.mark.parametrize(
    ("number", "born", "upn", "outcome"),
    [
        ("152024", "2010-10-04", "", "same"),
        ("152024", "2010-10-05", "", "refused"),
        ("E77", "2010-10-04", UPN, "same"),
        ("E77", "2010-10-05", UPN, "waits"),
        ("E77", "", UPN, "waits"),
        ("E77", "2010-10-04", "", "new"),
    ],
)
def test_whose_episode_it_is(office: Office, write: WriteFile, number: str, born: str, upn: str, outcome: str) -> None:
    known = NewChild(
        identifiers=(identifier("ssda903", "152024"), identifier("upn", UPN)), personal={"dob": "2010-10-04"}
    )
    register_children(office.recorder, [known], BEFORE, CLERK)

    summary, rules = take(office, write, f"{WITH_CHILD}EH1,{number},2024-01-08,{born},{upn},,\n")

    owners = [e.subject for e in office.facts() if isinstance(e.body, EarlyHelpStated)]
    assert {"same": owners == [known.child_id], "new": owners not in ([], [known.child_id])}.get(outcome, not owners)
    assert (summary.refused, summary.waiting) == (outcome == "refused", outcome == "waits")
    assert rules == {"refused": ["other_birth_date"], "waits": ["child_unknown"]}.get(outcome, [])


def test_an_erased_child_is_not_registered_again(office: Office, write: WriteFile) -> None:
    row = f"EH1,E77,2024-01-08,01/02/2015,{UPN},,\n"
    take(office, write, WITH_CHILD + row)
    child = office.recorder.keys.find("early_help", "E77")
    assert child is not None
    office.recorder.keys.destroy(child, BEFORE)

    summary, rules = take(office, write, WITH_CHILD + row + row.replace("E77", "E78").replace("EH1", "EH2"))

    assert (summary.new, rules) == (0, ["child_erased", "child_unknown"])
