"""Children: registered once whoever comes first, described, linked, in need, erased."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from recorder.children import (
    Description,
    NeedPeriod,
    NewChild,
    describe_child,
    describe_children,
    end_need,
    identifier,
    link_identifier,
    link_identifiers,
    read_child,
    read_children,
    register_children,
    start_need,
    state_needs,
    sweep_orphans,
    unlink_identifier,
)
from recorder.domain.child import NeedEnded, NeedStarted
from recorder.domain.facts import Refused
from recorder.domain.ids import new_id
from recorder.personal import ErasedError, SuppressedError, TakenError
from tests.recorder.desk_store import CLERK, NOW, Office

THEN = datetime(2021, 5, 1, 12, 0, tzinfo=UTC)
AMINA = {"first_name": "Amina", "family_name": "Oduya-Test", "dob": "2010-10-04"}


def child(number: str, *more: tuple[str, str], **personal: str) -> NewChild:
    named = (identifier("ssda903", number, "SSDA903 return 2020/21"), *(identifier(*pair) for pair in more))
    return NewChild(identifiers=named, personal=personal or AMINA, sex="F", ethnicity="WBRI")


def test_a_child_is_registered_with_its_identifiers_and_read_back(any_office: Office) -> None:
    recorder = any_office.recorder
    amina = child("152024", ("upn", " w006749270049 "))

    answer = register_children(recorder, [amina], THEN, CLERK)

    record = read_child(recorder, answer.ids[amina.child_id])
    assert answer.new == {amina.child_id}
    assert (record.name, record.personal["dob"], record.sex) == ("Amina Oduya-Test", "2010-10-04", "F")
    assert [i.pair for i in record.identifiers] == [("ssda903", "152024"), ("upn", "W006749270049")]
    assert record.identifiers[0].evidence == "SSDA903 return 2020/21"
    assert recorder.keys.find("ssda903", "152 024") == amina.child_id
    assert {e.known_at for e in any_office.facts()} == {THEN}
    assert {e.subject for e in any_office.facts()} == {amina.child_id}


def test_personal_values_and_identifiers_lie_encrypted_in_the_log(office: Office) -> None:
    register_children(office.recorder, [child("152024", ("upn", "W006749270049"))], THEN, CLERK)

    stored = b"".join(row.payload + row.metadata for row in office.recorder.log_store.rows_after(0, 100))

    for sentinel in (b"Amina", b"Oduya", b"152024", b"W006749270049", b"2010-10-04"):
        assert sentinel not in stored


def test_registering_again_changes_nothing_and_finds_the_first(office: Office) -> None:
    first = child("152024")
    register_children(office.recorder, [first], THEN, CLERK)
    before = office.recorder.log_store.position()

    same = register_children(office.recorder, [first], THEN, CLERK)
    other = child("152024")
    again = register_children(office.recorder, [other], THEN, CLERK)

    assert same.ids == {first.child_id: first.child_id}
    assert again.ids == {other.child_id: first.child_id}
    assert not same.new | again.new
    assert office.recorder.log_store.position() == before


def test_two_rows_of_one_file_for_one_child_are_one_child(office: Office) -> None:
    one, two = child("152024"), child("152 024")

    answer = register_children(office.recorder, [one, two], THEN, CLERK)

    assert set(answer.ids.values()) == {one.child_id}
    assert len(answer.new) == 1


def test_an_upn_on_two_children_stays_with_the_first_and_is_reported(office: Office) -> None:
    one, two = child("764962", ("upn", "M042630253132")), child("209112", ("upn", "M042630253132"))

    answer = register_children(office.recorder, [one, two], THEN, CLERK)

    assert answer.new == {one.child_id, two.child_id}
    assert [(who, named.pair) for who, named in answer.taken] == [(two.child_id, ("upn", "M042630253132"))]
    assert [i.system for i in read_child(office.recorder, two.child_id).identifiers] == ["ssda903"]


def test_registrations_at_once_settle_on_one_child(any_office: Office) -> None:
    def register(_: int) -> set[object]:
        proposed = [child(f"10{n:04d}") for n in range(20)]
        answer = register_children(any_office.recorder, proposed, THEN, CLERK)
        return set(answer.ids.values())

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(register, range(4)))

    assert all(each == found[0] for each in found)
    assert any_office.topics().count("child.registered.v1") == 20


def test_a_child_that_nobody_can_name_yet_may_be_registered(office: Office) -> None:
    unborn = NewChild(personal={"expected_dob": "2026-07-01", "family_name": "Test"})

    register_children(office.recorder, [unborn], NOW, CLERK)
    register_children(office.recorder, [unborn], NOW, CLERK)

    assert read_child(office.recorder, unborn.child_id).personal["expected_dob"] == "2026-07-01"
    assert len(office.facts()) == 1


def test_an_orphaned_key_is_taken_up_by_the_next_registration(office: Office) -> None:
    stopped = child("152024", ("upn", "W006749270049"))
    office.recorder.keys.create({stopped.child_id: [i.pair for i in stopped.identifiers]}, NOW)

    later = child("152024", ("upn", "W006749270049"))
    answer = register_children(office.recorder, [later], THEN, CLERK)

    assert answer.ids == {later.child_id: stopped.child_id}
    assert len(read_child(office.recorder, stopped.child_id).identifiers) == 2


def test_orphaned_keys_are_swept_and_children_left(office: Office) -> None:
    orphan, kept = child("999999"), child("152024")
    register_children(office.recorder, [kept], THEN, CLERK)
    office.recorder.keys.create({orphan.child_id: [("ssda903", "999999")]}, NOW)

    assert sweep_orphans(office.recorder) == 0
    office.clock.advance(timedelta(hours=2))
    assert sweep_orphans(office.recorder) == 1

    assert office.recorder.keys.find("ssda903", "999999") is None
    assert read_child(office.recorder, kept.child_id).name == "Amina Oduya-Test"


def test_an_erased_child_is_refused_and_reads_as_erased(office: Office) -> None:
    amina = child("152024", ("upn", "W006749270049"))
    register_children(office.recorder, [amina], THEN, CLERK)
    office.recorder.keys.destroy(amina.child_id, NOW)

    again = child("152024")
    answer = register_children(office.recorder, [again, child("748703")], THEN, CLERK)

    assert answer.suppressed == [again.child_id]
    assert len(answer.new) == 1
    record = read_child(office.recorder, amina.child_id)
    assert (record.erased, record.name, record.personal, record.identifiers) == (True, "Erased", {}, ())
    with pytest.raises(ErasedError):
        describe_child(office.recorder, Description(child_id=amina.child_id, sex="M"), CLERK)
    with pytest.raises(SuppressedError):
        link_identifier(office.recorder, next(iter(answer.new)), identifier("upn", "W006749270049"), CLERK)


def test_a_description_replaces_what_was_said_whole(office: Office) -> None:
    amina = child("152024")
    register_children(office.recorder, [amina], THEN, CLERK)
    said = Description(child_id=amina.child_id, personal={"first_name": "Aminah"}, ethnicity="APKN")

    first = describe_child(office.recorder, said, CLERK)
    again = describe_child(office.recorder, said, CLERK)

    record = read_child(office.recorder, amina.child_id)
    assert record.personal == {"first_name": "Aminah"}
    assert (record.sex, record.ethnicity) == ("F", "APKN")
    assert (first.repeated, again.repeated, first.version) == (False, True, again.version)


def test_descriptions_of_many_are_laid_over_what_is_known(office: Office) -> None:
    amina, other = child("152024"), child("748703")
    register_children(office.recorder, [amina, other], THEN, CLERK)
    said = [
        Description(child_id=amina.child_id, personal={"dob": "2010-10-05"}),
        Description(child_id=other.child_id, personal={"dob": "2010-10-04"}, sex="F"),
    ]

    assert describe_children(office.recorder, said, NOW, CLERK) == {"amended": 1, "unchanged": 1}
    assert describe_children(office.recorder, said, NOW, CLERK) == {"unchanged": 2}
    assert read_child(office.recorder, amina.child_id).personal == AMINA | {"dob": "2010-10-05"}


def test_a_record_is_read_as_it_was_known(office: Office) -> None:
    amina = child("152024")
    register_children(office.recorder, [amina], THEN, CLERK)
    describe_children(office.recorder, [Description(child_id=amina.child_id, sex="M")], NOW, CLERK)

    assert read_children(office.recorder, [amina.child_id], THEN)[amina.child_id].sex == "F"
    assert read_children(office.recorder, [amina.child_id])[amina.child_id].sex == "M"
    assert read_children(office.recorder, [amina.child_id], THEN - timedelta(days=1)) == {}


def test_an_identifier_is_linked_once_and_never_to_two_children(office: Office) -> None:
    amina, other = child("152024"), child("748703")
    register_children(office.recorder, [amina, other], THEN, CLERK)
    cin = identifier("cin", "m883894", "UPN and birth date")

    first = link_identifier(office.recorder, amina.child_id, cin, CLERK)
    again = link_identifier(office.recorder, amina.child_id, cin, CLERK)

    assert (first.repeated, again.repeated) == (False, True)
    assert office.recorder.keys.find("cin", "M883894") == amina.child_id
    with pytest.raises(TakenError):
        link_identifier(office.recorder, other.child_id, cin, CLERK)
    with pytest.raises(Refused):
        link_identifier(office.recorder, new_id(), identifier("cin", "M1"), CLERK)


def test_many_links_are_one_append_and_say_what_was_refused(office: Office) -> None:
    amina, other = child("152024"), child("748703")
    register_children(office.recorder, [amina, other], THEN, CLERK)
    links = [
        (amina.child_id, identifier("cin", "M1")),
        (amina.child_id, identifier("upn", "U1")),
        (other.child_id, identifier("cin", "M1")),
    ]

    counts, refused = link_identifiers(office.recorder, links, NOW, CLERK)
    again, _ = link_identifiers(office.recorder, links[:2], NOW, CLERK)

    assert counts == {"new": 2, "unchanged": 0}
    assert again == {"new": 0, "unchanged": 2}
    assert refused == [links[2]]


def test_an_identifier_taken_off_is_free_for_the_right_child(office: Office) -> None:
    wrong, right = child("152024", ("upn", "U1")), child("748703")
    register_children(office.recorder, [wrong, right], THEN, CLERK)

    with pytest.raises(Refused):
        unlink_identifier(office.recorder, wrong.child_id, identifier("upn", "U1"), " ", CLERK)
    first = unlink_identifier(office.recorder, wrong.child_id, identifier("upn", "U1"), "typed wrong", CLERK)
    again = unlink_identifier(office.recorder, wrong.child_id, identifier("upn", "U1"), "typed wrong", CLERK)
    link_identifier(office.recorder, right.child_id, identifier("upn", "U1"), CLERK)

    assert (first.repeated, again.repeated) == (False, True)
    assert [i.system for i in read_child(office.recorder, wrong.child_id).identifiers] == ["ssda903"]
    assert office.recorder.keys.find("upn", "U1") == right.child_id


def test_needs_start_and_end_by_dated_facts(office: Office) -> None:
    amina = child("152024")
    register_children(office.recorder, [amina], THEN, CLERK)
    start_need(office.recorder, amina.child_id, "disability", date(2024, 4, 1), CLERK)
    again = start_need(office.recorder, amina.child_id, "disability", date(2024, 4, 1), CLERK)
    end_need(office.recorder, amina.child_id, "disability", date(2025, 1, 1), CLERK)
    counts = state_needs(
        office.recorder,
        [
            (amina.child_id, NeedStarted(need="disability", on=date(2025, 6, 1))),
            (amina.child_id, NeedStarted(need="disability", on=date(2024, 4, 1))),
            (amina.child_id, NeedEnded(need="disability", on=date(2025, 1, 1))),
        ],
        NOW,
        CLERK,
    )

    assert again.repeated
    assert counts == {"new": 1, "unchanged": 2}
    assert read_child(office.recorder, amina.child_id).needs == (
        NeedPeriod("disability", date(2024, 4, 1), date(2025, 1, 1)),
        NeedPeriod("disability", date(2025, 6, 1)),
    )


def test_every_problem_of_a_need_is_said_at_once(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        start_need(office.recorder, new_id(), "weather", date(2027, 1, 1), CLERK)

    assert [field for field, _ in refused.value.problems] == ["need", "on"]
