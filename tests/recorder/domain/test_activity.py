"""Recording, correcting and withdrawing an activity: what is decided, and what is refused in which words."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from recorder.domain.activity import (
    ActivityAmended,
    ActivityDetails,
    ActivityRecorded,
    ActivityWithdrawn,
    ChildLine,
    WorkerLine,
    decide_amend,
    decide_record,
    decide_withdraw,
    evolve,
)
from tests.recorder.domain.given import given, given_nothing

TODAY = date(2026, 3, 4)
AVA, BEN, CAL = (UUID(int=n) for n in (1, 2, 3))
WORKER, OTHER = UUID(int=11), UUID(int=12)

NO_KIND = ("kind", "Select what you did")
FUTURE = ("on", "The date must be today or in the past")
NO_WORKER = ("workers", "An activity needs at least one worker")
TIME = "Time must be between 0 minutes and 24 hours"
MILES = ("miles", "Miles must be between 0 and 1,000")
WORKER_TWICE = ("workers", "The same worker is on this activity twice")
CHILD_TWICE = ("children", "The same child is on this activity twice")
SHARE = ("children", "Each child's share must be a whole number of 1 or more")
NOTE = ("note", "A note belongs to one child")
NO_REASON = ("reason", "Select why you are changing this entry")
GONE = ("", "This activity has been withdrawn, so it can no longer be changed")


def said(**other: Any) -> dict[str, Any]:
    """A home visit to one child, by one worker, as values by name."""
    visit = {
        "kind": "D1H",
        "direct": True,
        "on": TODAY,
        "workers": (WorkerLine(worker=WORKER, minutes=60),),
        "children": (ChildLine(child=AVA),),
    }
    return visit | other


def details(**other: Any) -> ActivityDetails:
    return ActivityDetails(**said(**other))


def recording(**other: Any):
    return lambda _: decide_record(details(**other), TODAY)


def amending(reason: str = "wrong day", **other: Any):
    return lambda state: decide_amend(state, details(**other), reason, TODAY)


def withdrawing(reason: str = "entered twice"):
    return lambda state: decide_withdraw(state, reason)


RECORDED = ActivityRecorded(**said())
WITHDRAWN = ActivityWithdrawn(reason="entered twice")


def test_a_visit_is_recorded_as_it_was_said():
    given_nothing().when(recording()).then(RECORDED)


def test_every_detail_is_kept():
    every = {
        "kind": "D6R",
        "direct": True,
        "on": date(2026, 3, 1),
        "start": "09:30",
        "workers": (WorkerLine(worker=WORKER, minutes=5, travel_minutes=40, miles_tenths=123, accepted=False),),
        "children": (ChildLine(child=AVA, weight=3, process="CLA6", seen=True, seen_alone=False),),
        "contact": "virtual",
        "outcome": "not_in",
        "agencies": ("health", "school"),
        "vocabulary": "2026.1",
        "external_ref": "row 7",
        "note": "sealed",
        "note_child": AVA,
    }
    given_nothing().when(lambda _: decide_record(ActivityDetails(**every), TODAY)).then(ActivityRecorded(**every))


def test_work_for_no_child_may_be_recorded():
    given_nothing().when(recording(children=())).then(ActivityRecorded(**said(children=())))


def test_a_time_not_known_stays_not_known_and_is_not_none_at_all():
    unknown, nought = WorkerLine(worker=WORKER), WorkerLine(worker=WORKER, minutes=0)
    given_nothing().when(recording(workers=(unknown,))).then(ActivityRecorded(**said(workers=(unknown,))))
    given_nothing().when(recording(workers=(nought,))).then(ActivityRecorded(**said(workers=(nought,))))
    assert unknown != nought


def test_lines_are_kept_in_the_order_of_their_ids():
    jumbled = {
        "workers": (WorkerLine(worker=OTHER, minutes=5), WorkerLine(worker=WORKER, minutes=7)),
        "children": (ChildLine(child=CAL), ChildLine(child=AVA, weight=2), ChildLine(child=BEN)),
    }
    ordered = {
        "workers": (WorkerLine(worker=WORKER, minutes=7), WorkerLine(worker=OTHER, minutes=5)),
        "children": (ChildLine(child=AVA, weight=2), ChildLine(child=BEN), ChildLine(child=CAL)),
    }
    given_nothing().when(recording(**jumbled)).then(ActivityRecorded(**said(**ordered)))
    given(RECORDED).when(amending(**jumbled)).then(ActivityAmended(reason="wrong day", **said(**ordered)))


@pytest.mark.parametrize("minutes", [0, 24 * 60])
def test_a_time_may_be_nought_and_may_be_a_whole_day(minutes: int):
    line = WorkerLine(worker=WORKER, minutes=minutes, travel_minutes=minutes, miles_tenths=10_000)
    given_nothing().when(recording(workers=(line,))).then(ActivityRecorded(**said(workers=(line,))))


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"kind": ""}, [NO_KIND]),
        ({"on": date(2026, 3, 5)}, [FUTURE]),
        ({"workers": ()}, [NO_WORKER]),
        ({"workers": (WorkerLine(worker=WORKER, minutes=-1),)}, [("minutes", TIME)]),
        ({"workers": (WorkerLine(worker=WORKER, minutes=1441),)}, [("minutes", TIME)]),
        ({"workers": (WorkerLine(worker=WORKER, travel_minutes=-1),)}, [("travel", TIME)]),
        ({"workers": (WorkerLine(worker=WORKER, travel_minutes=1441),)}, [("travel", TIME)]),
        ({"workers": (WorkerLine(worker=WORKER, miles_tenths=-1),)}, [MILES]),
        ({"workers": (WorkerLine(worker=WORKER, miles_tenths=10_001),)}, [MILES]),
        ({"workers": (WorkerLine(worker=WORKER), WorkerLine(worker=WORKER))}, [WORKER_TWICE]),
        ({"children": (ChildLine(child=AVA), ChildLine(child=AVA))}, [CHILD_TWICE]),
        ({"children": (ChildLine(child=AVA, weight=0),)}, [SHARE]),
        ({"children": (ChildLine(child=AVA), ChildLine(child=BEN, weight=-2))}, [SHARE]),
        ({"children": (ChildLine(child=AVA, weight=0), ChildLine(child=BEN, weight=0))}, [SHARE]),
        ({"note": "sealed"}, [NOTE]),
    ],
)
def test_what_cannot_be_is_refused_whether_recorded_or_amended(wrong: dict[str, Any], problems: list[tuple[str, str]]):
    given_nothing().when(recording(**wrong)).refused(*problems)
    given(RECORDED).when(amending(**wrong)).refused(*problems)


def test_every_problem_is_said_at_once():
    wrong = {
        "kind": "",
        "on": date(2027, 1, 1),
        "workers": (WorkerLine(worker=WORKER, minutes=-1, travel_minutes=1441, miles_tenths=-1),) * 2,
        "children": (ChildLine(child=AVA, weight=0),) * 2,
        "note": "sealed",
    }
    one_line = [("minutes", TIME), ("travel", TIME), MILES]
    all_of_them = [NO_KIND, FUTURE, *one_line, *one_line, WORKER_TWICE, CHILD_TWICE, SHARE, NOTE]
    given_nothing().when(recording(**wrong)).refused(*all_of_them)
    given(RECORDED).when(amending(reason=" ", **wrong)).refused(NO_REASON, *all_of_them)


def test_a_correction_replaces_the_details_whole_and_says_why():
    first = ActivityRecorded(**said(contact="phone", agencies=("school",)))
    given(first).when(amending("  wrong child ", children=(ChildLine(child=BEN),))).then(
        ActivityAmended(reason="wrong child", **said(children=(ChildLine(child=BEN),)))
    )


def test_a_correction_without_a_reason_is_refused():
    given(RECORDED).when(amending(reason="")).refused(NO_REASON)


def test_a_correction_may_be_corrected():
    once = ActivityAmended(reason="wrong day", **said(on=date(2026, 3, 2)))
    again = ActivityAmended(reason="wrong day", **said(on=date(2026, 3, 3)))
    given(RECORDED, once).when(amending(on=date(2026, 3, 3))).then(again)


def test_an_entry_is_withdrawn_with_its_reason():
    given(RECORDED).when(withdrawing(" entered twice ")).then(WITHDRAWN)
    given(RECORDED, ActivityAmended(reason="x", **said())).when(withdrawing()).then(WITHDRAWN)


def test_an_entry_is_not_withdrawn_without_a_reason():
    given(RECORDED).when(withdrawing(" ")).refused(("reason", "Select why you are withdrawing this entry"))


def test_what_is_withdrawn_stays_as_it_is():
    given(RECORDED, WITHDRAWN).when(amending()).refused(GONE)
    given(RECORDED, WITHDRAWN).when(withdrawing()).refused(("", "This activity has already been withdrawn"))


def test_a_state_holds_the_last_details_the_version_and_whether_it_was_withdrawn():
    amended = ActivityAmended(reason="wrong day", **said(on=date(2026, 3, 2)))
    state = None
    for version, body in enumerate((RECORDED, amended, WITHDRAWN), start=1):
        state = evolve(state, body, version)
    assert state is not None
    assert (state.details, state.version, state.withdrawn) == (amended, 3, True)
    resent = evolve(state, amended, 4)
    assert (resent.version, resent.withdrawn) == (4, True), "a later correction does not bring it back"


def test_an_activity_begins_by_being_recorded():
    with pytest.raises(TypeError, match=r"activity\.withdrawn\.v1"):
        evolve(None, WITHDRAWN, 1)
