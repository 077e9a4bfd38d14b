"""The finance and activity files of the made-up authority, row by row against what is true of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from costing.vocabulary import kind
from recorder.children import identifier, link_identifiers
from recorder.domain.activity import ActivityRecorded
from recorder.domain.rates import FeeAgreed
from recorder.intake.activities import import_activities
from recorder.intake.fees import import_fees
from recorder.intake.reading import read_pence
from recorder.intake.statements import Summary
from recorder.intake.waiting_rows import load_waiting
from recorder.waiting import waiting_counts
from tests.recorder.desk_store import Office, open_office
from tests.recorder.intake.la_dev import (
    ACTIVITIES,
    BEFORE,
    CLERK,
    FEES,
    LA_DEV,
    employ_everyone,
    register_everyone,
    rows,
)

pytestmark = pytest.mark.skipif(not LA_DEV.exists(), reason="la_dev does not lie beside this checkout")

# The kinds that each kind of the truth may be called in the product's finer vocabulary.
KINDS = {
    "visit_child_home": {"D1H"},
    "visit_child_other": {"D1O", "D4"},
    "contact_family": {"D3", "D5", "D8"},
    "core_group_or_planning": {"D6C", "D6S", "D6P", "D6L"},
    "review_meeting": {"D6R"},
    "court": {"D9"},
    "liaison_professional": {"I1"},
    "case_recording": {"I3"},
    "report_writing": {"I4A", "I4P", "I4C", "I4R"},
    "find_placement": {"I5"},
    "supervision": {"I8"},
    "travel": {"T"},
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Summary]]:
    office = open_office("sqlite", tmp_path_factory.mktemp("la_dev"))
    register_everyone(office.recorder)
    employ_everyone(office.recorder)
    summary, findings = import_activities(office.recorder, office.desk, ACTIVITIES, by="clerk")
    assert findings == []
    yield office, summary
    office.close()


def test_every_activity_has_its_kind_minutes_date_and_child(loaded: tuple[Office, Summary]) -> None:
    office, summary = loaded
    said = {e.body.external_ref: e.body for e in office.facts() if isinstance(e.body, ActivityRecorded)}
    children = {
        r["ssda903_child"]: office.recorder.keys.find("ssda903", r["ssda903_child"])
        for r in rows("truth", "identities.csv")
    }

    assert summary == Summary(read=11535, new=11535)
    assert len(said) == 11535
    for true in rows("truth", "activity.csv"):
        body = said[true["ref"]]
        (line,) = body.workers
        minutes = line.travel_minutes if body.kind == "T" else line.minutes
        assert body.kind in KINDS[true["activity"]], true
        assert body.direct == (true["direct"] == "direct") == kind(body.kind).direct, true
        assert minutes == (int(true["minutes"]) if true["minutes"] else None), true
        assert body.on.isoformat() == true["date"], true
        assert (body.outcome == "cancelled") == (true["note"] == "cancelled"), true
        assert [c.child for c in body.children] == [children[true["child"]]], true


def test_the_file_again_changes_nothing(loaded: tuple[Office, Summary]) -> None:
    office, _ = loaded
    before = office.recorder.log_store.position()

    skipped, _ = import_activities(office.recorder, office.desk, ACTIVITIES)
    read_again, _ = import_activities(office.recorder, office.desk, ACTIVITIES, again=True)

    assert skipped == Summary(already_loaded=True)
    assert read_again == Summary(read=11535, unchanged=11535)
    assert office.recorder.log_store.position() == before


def test_rows_under_the_census_number_wait_until_it_is_known(any_office: Office) -> None:
    register_everyone(any_office.recorder, census=False)
    employ_everyone(any_office.recorder)

    summary, findings = import_activities(any_office.recorder, any_office.desk, ACTIVITIES)
    assert (summary.new, summary.waiting) == (11499, 36)
    assert Counter(f.rule for f in findings) == {"child_unknown": 36}

    links = [
        (child, identifier("cin", r["cin_lachildid"], r["how_it_can_be_known"]))
        for r in rows("truth", "identities.csv")
        if r["cin_lachildid"] and (child := any_office.recorder.keys.find("ssda903", r["ssda903_child"]))
    ]
    link_identifiers(any_office.recorder, links, BEFORE, CLERK)
    later, _ = load_waiting(any_office.recorder, any_office.desk)

    assert (later.read, later.new, later.waiting) == (36, 36, 0)
    assert waiting_counts(any_office.desk) == {}


def test_every_fee_is_exact_and_loaded_once(any_office: Office) -> None:
    register_everyone(any_office.recorder)

    summary, findings = import_fees(any_office.recorder, any_office.desk, FEES)
    again, _ = import_fees(any_office.recorder, any_office.desk, FEES, again=True)

    assert (summary, findings) == (Summary(read=3310, new=3310), [])
    assert again == Summary(read=3310, unchanged=3310)
    fees = {
        (e.body.placement_ref, e.body.valid_from.isoformat()): e.body
        for e in any_office.facts()
        if isinstance(e.body, FeeAgreed)
    }
    for row in rows("finance", "placement_fees.csv"):
        fee = fees[row["placement_ref"], row["valid_from"]]
        assert fee.weekly == read_pence(row["total_weekly_cost"]) == fee.social_care + fee.education + fee.health
        assert (fee.valid_to.isoformat() if fee.valid_to else "") == row["valid_to"]
        assert (fee.place, fee.provider, fee.urn) == (row["placement_code"], row["provider_code"], row["urn"])
