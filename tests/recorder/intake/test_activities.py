"""Activities from a file: what a description means, what waits for whom, and what a later file corrects."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from recorder import activities as commands
from recorder.activities import AmendActivity, WithdrawActivity
from recorder.children import NewChild, identifier, register_children
from recorder.domain.activity import ActivityAmended, ActivityDetails, ActivityRecorded, WorkerLine
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import derived_id, new_id, worker_id
from recorder.domain.kinds import KindDefined, KindFact, KindRetired
from recorder.intake.activities import import_activities
from recorder.intake.roster import import_roster
from recorder.intake.statements import Summary
from recorder.intake.waiting_rows import load_waiting, settle
from recorder.kinds import StateKind, state_kind
from recorder.settings import change_setting, settled_descriptions
from recorder.waiting import settle_rows, waiting, waiting_counts, waiting_phrases
from tests.recorder.desk_store import CLERK, Office
from tests.recorder.intake.conftest import WriteFile

HEAD = "ref,client,worker,date,description,time\n"
VISIT = "A1,152024,SW1,06/12/2024,Home Visit,1.50 hrs\n"
HAND = Provenance(by="sw1", source="form")


def recorded(office: Office) -> list[ActivityRecorded]:
    return [e.body for e in office.facts() if isinstance(e.body, ActivityRecorded)]


def amended(office: Office) -> list[ActivityAmended]:
    return [e.body for e in office.facts() if isinstance(e.body, ActivityAmended)]


@pytest.mark.usefixtures("worker")
def test_a_row_is_an_activity_of_a_worker_for_a_child(office: Office, child: UUID, write: WriteFile) -> None:
    summary, findings = import_activities(office.recorder, office.desk, write(HEAD + VISIT))

    assert (summary, findings) == (Summary(read=1, new=1), [])
    (body,) = recorded(office)
    assert (body.kind, body.direct, body.on, body.external_ref) == ("D1H", True, date(2024, 12, 6), "A1")
    assert body.workers == (WorkerLine(worker=worker_id("sw1"), minutes=90),)
    assert [line.child for line in body.children] == [child]
    (event,) = [e for e in office.facts() if e.body is not None and isinstance(e.body, ActivityRecorded)]
    assert (event.originator_id, event.subject) == (derived_id(child, "activity", "A1"), None)


@pytest.mark.usefixtures("worker", "child")
def test_marks_blanks_and_travel(office: Office, write: WriteFile) -> None:
    text = HEAD + (
        "A1,152024,SW1,2024-12-06,HV - no reply,35m\n"
        "A2,152024,SW1,6 Dec 24,h/v (cancelled),\n"
        "A3,152024,SW1,2024-12-06,Driving x2,0:40\n"
    )

    import_activities(office.recorder, office.desk, write(text))

    visit, cancelled, travel = recorded(office)
    assert (visit.outcome, visit.workers[0].minutes) == ("not_in", 35)
    assert (cancelled.outcome, cancelled.workers[0].minutes) == ("cancelled", None)
    assert (travel.kind, travel.workers[0].minutes, travel.workers[0].travel_minutes) == ("T", None, 40)


@pytest.mark.usefixtures("worker", "child")
def test_a_later_file_corrects_what_an_earlier_one_said(office: Office, write: WriteFile) -> None:
    import_activities(office.recorder, office.desk, write(HEAD + VISIT))

    summary, _ = import_activities(office.recorder, office.desk, write(HEAD + VISIT.replace("1.50", "1.00")))
    again, _ = import_activities(office.recorder, office.desk, write(HEAD + VISIT.replace("1.50 hrs", "60")))

    assert (summary.amended, again.unchanged) == (1, 1)
    (body,) = amended(office)
    assert (body.reason, body.workers[0].minutes) == ("corrected in a later file", 60)


@pytest.mark.usefixtures("worker")
def test_what_a_worker_corrected_by_hand_stays_until_the_file_says_otherwise(
    office: Office, child: UUID, write: WriteFile
) -> None:
    import_activities(office.recorder, office.desk, write(HEAD + VISIT))
    stream = derived_id(child, "activity", "A1")
    state = commands.activity_state(office.recorder, stream)
    assert state is not None
    commands.amend(
        office.recorder,
        AmendActivity(
            activity_id=stream,
            event_id=new_id(),
            version=1,
            details=_with(state.details, 75),
            reason="mistyped",
            provenance=HAND,
        ),
    )

    same, _ = import_activities(office.recorder, office.desk, write(HEAD + VISIT + "\n"))
    other, _ = import_activities(office.recorder, office.desk, write(HEAD + VISIT.replace("1.50", "2.00")))

    assert (same.unchanged, other.amended) == (1, 1)
    assert [b.workers[0].minutes for b in amended(office)] == [75, 120]


def _with(details: ActivityDetails, minutes: int) -> ActivityDetails:
    return msgspec.structs.replace(details, workers=(WorkerLine(worker=worker_id("SW1"), minutes=minutes),))


@pytest.mark.usefixtures("worker")
def test_a_withdrawn_activity_stays_withdrawn(office: Office, child: UUID, write: WriteFile) -> None:
    import_activities(office.recorder, office.desk, write(HEAD + VISIT))
    stream = derived_id(child, "activity", "A1")
    commands.withdraw(
        office.recorder,
        WithdrawActivity(activity_id=stream, event_id=new_id(), version=1, reason="not ours", provenance=HAND),
    )

    summary, _ = import_activities(office.recorder, office.desk, write(HEAD + VISIT.replace("1.50", "2.00")))

    assert (summary.unchanged, amended(office)) == (1, [])


@pytest.mark.usefixtures("worker", "child")
def test_a_description_nobody_settled_waits_with_suggestions_and_loads_when_settled(
    office: Office, write: WriteFile
) -> None:
    text = (
        HEAD
        + VISIT
        + "A2,152024,SW1,2024-12-06,Home vist to family,20\n"
        + "A3,152024,SW1,2024-12-07,HOME VIST  to family (cancelled),\n"
    )

    summary, findings = import_activities(office.recorder, office.desk, write(text))

    assert summary == Summary(read=3, new=1, waiting=2)
    assert {f.rule for f in findings} == {"description_not_settled"}
    (phrase,) = waiting_phrases(office.desk)
    assert (phrase.phrase, phrase.rows) == ("home vist to family", 2)
    assert len(phrase.suggestions) == 3
    assert phrase.suggestions[0].kind == "D1H"

    loaded, _ = settle(office.recorder, office.desk, "Home vist to family", "D1H", "mo")

    assert (loaded.new, waiting_phrases(office.desk)) == (2, [])
    assert [b.outcome for b in recorded(office)] == ["held", "held", "cancelled"]
    assert settled_descriptions(office.recorder) == {"home vist to family": "D1H"}
    import_activities(office.recorder, office.desk, write(text + "\n"))
    assert len(recorded(office)) == 3


@pytest.mark.usefixtures("worker", "child")
def test_what_the_authority_settled_overrules_the_shipped_list(office: Office, write: WriteFile) -> None:
    settle(office.recorder, office.desk, "home visit", "D8", "mo")

    import_activities(office.recorder, office.desk, write(HEAD + VISIT))

    assert [b.kind for b in recorded(office)] == ["D8"]


@pytest.mark.usefixtures("worker", "child")
def test_an_authority_may_settle_every_description_itself(office: Office, write: WriteFile) -> None:
    change_setting(office.recorder, "accept_shipped_descriptions", False, date(2020, 4, 1), CLERK)

    summary, _ = import_activities(office.recorder, office.desk, write(HEAD + VISIT))

    assert summary.waiting == 1
    assert (
        waiting_phrases(office.desk)[0].suggestions[0].kind,
        waiting_phrases(office.desk)[0].suggestions[0].score,
    ) == ("D1H", 100)


def test_a_description_can_only_mean_a_kind_in_use(office: Office) -> None:
    for code in ("D1A", "nothing"):
        with pytest.raises(Refused):
            settle(office.recorder, office.desk, "visit", code, "mo")


def test_a_row_waits_for_its_description_then_its_child_then_its_worker(office: Office, write: WriteFile) -> None:
    import_activities(office.recorder, office.desk, write(HEAD + VISIT.replace("Home Visit", "hvisit zz")))
    assert waiting_counts(office.desk) == {("activity", "phrase"): 1}

    settle(office.recorder, office.desk, "hvisit zz", "D1H", "mo")
    assert waiting_counts(office.desk) == {("activity", "child"): 1}

    register_children(
        office.recorder, [NewChild(identifiers=(identifier("ssda903", "152024"),))], office.clock.now(), CLERK
    )
    load_waiting(office.recorder, office.desk)
    assert waiting_counts(office.desk) == {("activity", "worker"): 1}

    _, findings = import_roster(office.recorder, office.desk, write("worker,role,from\nSW1,Social worker,2024-01-01\n"))
    assert waiting_counts(office.desk) == {}
    assert [f.rule for f in findings] == ["waiting_loaded"]
    assert len(recorded(office)) == 1


@pytest.mark.usefixtures("worker", "child")
def test_a_row_set_aside_by_a_person_does_not_come_back(office: Office, write: WriteFile) -> None:
    text = HEAD + VISIT.replace("Home Visit", "gobbledegook")
    import_activities(office.recorder, office.desk, write(text))
    settle_rows(
        office.desk, [row.row_id for row in waiting(office.desk, office.recorder.keys)], office.clock.now(), "set aside"
    )

    summary, _ = import_activities(office.recorder, office.desk, write(text + "\n"))

    assert (summary.waiting, waiting_counts(office.desk)) == (0, {})


@pytest.mark.usefixtures("worker", "child")
def test_all_problems_of_all_rows_at_once(office: Office, write: WriteFile) -> None:
    text = (
        HEAD
        + ",,,tomorrow,,forever\nA2,152024,SW1,2030-01-01,Home visit,30\nA3,152024,SW1,2024-01-01,Home visit,25:00\n"
        + VISIT
    )

    summary, findings = import_activities(office.recorder, office.desk, write(text))

    assert summary == Summary(read=4, new=1, refused=3)
    assert [(f.row, f.field) for f in findings] == [
        *((2, column) for column in ("ref", "client", "worker", "date", "time", "description")),
        (3, "date"),
        (4, "time"),
    ]


SIBLINGS = KindDefined(
    code="D1H.SIB",
    parent="D1H",
    label="Siblings all together",
    definition="All seen together",
    valid_from=date(2024, 4, 1),
    synonyms=("SV", "sib visit"),
    asks_seen=True,
)
RETIRED = KindRetired(code="D1H.SIB", valid_from=date(2024, 12, 10), reason="Not used")


def own_kinds(office: Office, *facts: KindFact) -> None:
    for fact in facts:
        state_kind(office.recorder, StateKind(event_id=new_id(), fact=fact, provenance=CLERK))


@pytest.mark.usefixtures("worker", "child")
@pytest.mark.parametrize("said", ["D1H.SIB", "d1h.sib", "Siblings all together", "SV", "sib visit - no reply"])
def test_an_own_kind_in_a_file_is_read_while_it_holds(office: Office, write: WriteFile, said: str) -> None:
    own_kinds(office, SIBLINGS, RETIRED)
    text = HEAD + "".join(
        f"A{number},152024,SW1,{day},{said},30m\n"
        for number, day in enumerate(("2024-03-31", "2024-04-01", "2024-12-09", "2024-12-10"))
    )

    summary, _ = import_activities(office.recorder, office.desk, write(text))

    assert (summary.read, summary.new, summary.waiting) == (4, 2, 2)
    assert [(body.kind, body.direct, body.on) for body in recorded(office)] == [
        ("D1H.SIB", True, date(2024, 4, 1)),
        ("D1H.SIB", True, date(2024, 12, 9)),
    ]


@pytest.mark.usefixtures("worker", "child")
def test_an_own_name_that_ends_as_a_mark_does_is_read_whole(office: Office, write: WriteFile) -> None:
    own_kinds(office, replace(SIBLINGS, label="Visit with siblings"))

    import_activities(office.recorder, office.desk, write(HEAD + VISIT.replace("Home Visit", "visit with siblings")))

    assert [body.kind for body in recorded(office)] == ["D1H.SIB"]


@pytest.mark.usefixtures("worker", "child")
def test_a_shipped_kind_that_is_retired_waits_from_its_day_on(office: Office, write: WriteFile) -> None:
    own_kinds(office, KindRetired(code="D1H", valid_from=date(2024, 12, 10), reason="We say more exactly where"))
    text = HEAD + VISIT + VISIT.replace("A1", "A2").replace("06/12", "10/12")

    import_activities(office.recorder, office.desk, write(text))

    assert [(body.kind, body.on) for body in recorded(office)] == [("D1H", date(2024, 12, 6))]
    (phrase,) = waiting_phrases(office.desk)
    assert "D1H" not in [each.kind for each in phrase.suggestions]


@pytest.mark.usefixtures("worker", "child")
def test_a_name_that_two_own_kinds_share_is_left_to_a_person(office: Office, write: WriteFile) -> None:
    own_kinds(office, SIBLINGS, replace(SIBLINGS, code="D1H.TWO", label="Second visit", synonyms=("SV",)))

    import_activities(office.recorder, office.desk, write(HEAD + VISIT.replace("Home Visit", "SV")))

    assert recorded(office) == []
    (phrase,) = waiting_phrases(office.desk)
    assert {each.kind for each in phrase.suggestions} & {"D1H.SIB", "D1H.TWO"}
    settle(office.recorder, office.desk, "sv", "D1H.TWO", "clerk")
    assert [body.kind for body in recorded(office)] == ["D1H.TWO"]


def test_a_description_is_settled_for_own_kinds_in_use_alone(office: Office) -> None:
    for code, words in (("D1H.NO", "not a kind of work in use"), ("D1H.SIB", "still in use")):
        own_kinds(office, *(SIBLINGS, RETIRED)[: 2 if code == "D1H.SIB" else 0])
        with pytest.raises(Refused, match=words):
            settle(office.recorder, office.desk, "sv", code, "clerk")
