"""Fees from a file: new, amended, waiting, refused."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from recorder.children import NewChild, identifier, register_children
from recorder.domain.rates import FeeAgreed, FeeAmended
from recorder.intake.fees import import_fees
from recorder.intake.statements import Summary
from recorder.intake.waiting_rows import load_waiting
from recorder.waiting import forget_client, waiting, waiting_counts
from tests.recorder.desk_store import NOW, Office
from tests.recorder.intake.conftest import WriteFile
from tests.recorder.intake.la_dev import BEFORE, CLERK

HEAD = (
    "placement_ref,child,urn,placement_code,provider_code,valid_from,valid_to,"
    "total_weekly_cost,social_care,education,health\n"
)
ROW = 'P1,152024,SC1,u4,pr4,2024-04-01,2025-04-01,"£1,119.36",1000.00,100.00,19.36\n'


def test_a_fee_is_agreed_with_its_shares(office: Office, child: UUID, write: WriteFile) -> None:
    seen: list[tuple[int, int | None]] = []

    summary, findings = import_fees(
        office.recorder,
        office.desk,
        write(HEAD + ROW),
        known_at=BEFORE,
        by="mo",
        progress=lambda d, t: seen.append((d, t)),
    )

    assert (summary, findings) == (Summary(read=1, new=1), [])
    assert seen == [(1, 1)]
    fact = next(e for e in office.facts() if isinstance(e.body, FeeAgreed))
    assert fact.body == FeeAgreed(
        child=child, placement_ref="P1", valid_from=date(2024, 4, 1), valid_to=date(2025, 4, 1), place="U4",
        provider="PR4", urn="SC1", weekly=111936, social_care=100000, education=10000, health=1936,
    )  # fmt: skip
    assert (fact.known_at, fact.subject, fact.provenance.by, fact.provenance.source) == (BEFORE, child, "mo", "file")


def test_the_same_file_twice_is_no_second_set_of_facts(office: Office, child: UUID, write: WriteFile) -> None:
    path = write(HEAD + ROW)
    import_fees(office.recorder, office.desk, path)
    before = office.recorder.log_store.position()

    again, _ = import_fees(office.recorder, office.desk, path)
    same, _ = import_fees(office.recorder, office.desk, write(HEAD + ROW + "\n"))

    assert again == Summary(already_loaded=True)
    assert same == Summary(read=1, unchanged=1)
    assert office.topics()[before:] == ["import.completed.v1"]


def test_another_amount_later_is_an_amendment(office: Office, child: UUID, write: WriteFile) -> None:
    import_fees(office.recorder, office.desk, write(HEAD + ROW), known_at=BEFORE)
    later = ROW.replace("£1,119.36", "1219.36").replace("1000.00", "1100.00")

    summary, _ = import_fees(office.recorder, office.desk, write(HEAD + later), known_at=NOW)
    again, _ = import_fees(office.recorder, office.desk, write(HEAD + later + "\n\n"), known_at=NOW)

    assert (summary.amended, again.unchanged) == (1, 1)
    (amended,) = [e.body for e in office.facts() if isinstance(e.body, FeeAmended)]
    assert (amended.weekly, amended.social_care) == (121936, 110000)


def test_blank_shares_leave_the_rest_to_social_care(office: Office, child: UUID, write: WriteFile) -> None:
    import_fees(
        office.recorder,
        office.desk,
        write("placement_ref,child,valid_from,total_weekly_cost,health\nP1,152024,01/04/2024,700,49.5\n"),
    )

    (fee,) = [e.body for e in office.facts() if isinstance(e.body, FeeAgreed)]
    assert (fee.weekly, fee.social_care, fee.health, fee.valid_to) == (70000, 65050, 4950, None)


def test_all_problems_are_said_at_once_and_good_rows_are_taken(office: Office, child: UUID, write: WriteFile) -> None:
    text = (
        HEAD
        + ROW
        + (
            ",,SC1,U4,PR4,31/02/2024,soon,ten pounds,1,2,3\n"
            "P2,152024,SC1,U4,PR4,2024-04-01,2024-03-01,100.00,50.00,20.00,20.00\n"
            "P3,152024,SC1,U4,PR4,2024-04-01,,,,,\n"
            "P1,152024,SC1,U4,PR4,2024-04-01,2025-04-01,900.00,900.00,0,0\n"
        )
    )

    summary, findings = import_fees(office.recorder, office.desk, write(text))

    assert summary == Summary(read=5, new=1, refused=4)
    assert [(f.row, f.field, f.rule) for f in findings] == [
        (3, "placement_ref", "blank_placement_ref"),
        (3, "child", "blank_child"),
        (3, "valid_from", "bad_valid_from"),
        (3, "valid_to", "bad_valid_to"),
        (3, "total_weekly_cost", "bad_total_weekly_cost"),
        (4, "total_weekly_cost", "bad_total_weekly_cost"),
        (4, "valid_to", "bad_valid_to"),
        (5, "total_weekly_cost", "blank_total_weekly_cost"),
        (6, "", "stated_twice"),
    ]


def test_a_fee_of_an_unknown_child_waits_sealed_and_is_loaded_once_it_is_known(
    office: Office, write: WriteFile
) -> None:
    path = write(HEAD + ROW)
    summary, findings = import_fees(office.recorder, office.desk, path, known_at=BEFORE)
    import_fees(office.recorder, office.desk, path, known_at=BEFORE, again=True)

    assert summary == Summary(read=1, waiting=1)
    assert [(f.rule, f.severity) for f in findings] == [("child_unknown", "warning")]
    assert waiting_counts(office.desk) == {("fee", "child"): 1}
    assert [row.row["child"] for row in waiting(office.desk, office.recorder.keys)] == ["152024"]
    with office.desk.connect() as connection:
        stored = connection.exec_driver_sql("SELECT * FROM waiting_rows").all()
    assert "152024" not in str(stored)

    register_children(office.recorder, [NewChild(identifiers=(identifier("cin", "152024"),))], NOW, CLERK)
    office.clock.advance(timedelta(days=1))
    later, _ = load_waiting(office.recorder, office.desk, by="mo")
    nothing, _ = load_waiting(office.recorder, office.desk, by="mo")

    assert (later.new, nothing.read) == (1, 0)
    assert next(e for e in office.facts() if isinstance(e.body, FeeAgreed)).known_at == BEFORE
    with office.desk.connect() as connection:
        assert connection.exec_driver_sql("SELECT sealed, outcome FROM waiting_rows").all() == [("", "loaded")]


def test_rows_of_an_erased_child_are_refused_and_forgotten(office: Office, write: WriteFile) -> None:
    import_fees(office.recorder, office.desk, write(HEAD + ROW))
    child = NewChild(identifiers=(identifier("ssda903", "152024"),))
    register_children(office.recorder, [child], NOW, CLERK)
    office.recorder.keys.destroy(child.child_id, NOW)

    assert forget_client(office.desk, office.recorder.keys, [" 152024"]) == 1
    summary, findings = import_fees(office.recorder, office.desk, write(HEAD + ROW + "\n"))

    assert summary == Summary(read=1, refused=1)
    assert [f.rule for f in findings] == ["child_erased"]


def test_a_number_that_two_children_have_is_refused(office: Office, child: UUID, write: WriteFile) -> None:
    register_children(office.recorder, [NewChild(identifiers=(identifier("cin", "152024"),))], NOW, CLERK)

    summary, findings = import_fees(office.recorder, office.desk, write(HEAD + ROW))

    assert (summary.refused, findings[0].rule) == (1, "child_ambiguous")


def test_a_file_without_its_columns_changes_nothing(office: Office, write: WriteFile) -> None:
    summary, findings = import_fees(office.recorder, office.desk, write("placement_ref,child\nP1,152024\n"))

    assert summary == Summary()
    assert [f.field for f in findings] == ["valid_from", "total_weekly_cost"]
    assert office.facts() == []
