"""What the commands about activities promise on every store: once, the same answer, nobody's work lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from recorder.activities import activity_state, amend, withdraw
from recorder.application import Conflict, Receipt
from recorder.domain.activity import ActivityAmended
from recorder.domain.facts import Refused
from recorder.domain.ids import new_id
from tests.contract.activity_desk import AVA, NOTE, NOW, Desk, answer, at_once, correcting, withdrawing


@pytest.mark.parametrize("note", ["", NOTE])
def test_recording_sent_twice_is_one_fact_and_the_same_answer(desk: Desk, note: str):
    stream = new_id()
    first = desk.record(stream, note=note)
    desk.record(new_id())
    desk.clock.advance(timedelta(days=1))
    again = desk.record(stream, note=note)
    assert (first.repeated, again.repeated) == (False, True)
    assert answer(again) == answer(first) == (1, 1)
    assert desk.size() == 2


@pytest.mark.parametrize("note", ["", NOTE])
def test_recording_sent_again_after_it_was_amended_or_withdrawn_is_answered_as_the_first_time(desk: Desk, note: str):
    stream = new_id()
    first = desk.record(stream, note=note)
    amend(desk.recorder, correcting(stream, minutes=30, note=note and "Other words."))
    assert answer(desk.record(stream, note=note)) == answer(first)
    withdraw(desk.recorder, withdrawing(stream, 2))
    assert answer(desk.record(stream, note=note)) == answer(first)
    assert desk.size() == 3


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({}, {"minutes": 61}),
        ({}, {"note": NOTE}),
        ({"note": NOTE}, {}),
        ({"note": NOTE}, {"note": "Other words."}),
        ({"note": NOTE}, {"note": NOTE, "minutes": 61}),
    ],
)
def test_the_same_id_for_something_else_is_a_conflict(desk: Desk, first: dict[str, Any], other: dict[str, Any]):
    stream = new_id()
    desk.record(stream, **first)
    with pytest.raises(Conflict) as conflict:
        desk.record(stream, **other)
    assert [e.originator_version for e in conflict.value.newer] == [1]
    assert desk.size() == 1


def test_the_id_of_another_things_fact_is_a_conflict(desk: Desk):
    stream, event = new_id(), new_id()
    desk.record(stream)
    amend(desk.recorder, correcting(stream, event=event, minutes=30))
    with pytest.raises(Conflict):
        desk.record(event)
    desk.record(other := new_id())
    with pytest.raises(Conflict):
        amend(desk.recorder, correcting(other, event=event, minutes=30))
    assert desk.size() == 3


def test_a_note_is_kept_for_its_child_and_never_in_clear(desk: Desk):
    stream = new_id()
    desk.record(stream, note=f"  {NOTE} ")
    state = activity_state(desk.recorder, stream)
    assert state is not None
    assert state.details.note is not None
    assert desk.recorder.keys.decrypt(AVA, state.details.note) == {"note": NOTE}
    (row,) = desk.recorder.log_store.rows_after(0, 10)
    assert b"school" not in row.payload


def test_a_note_that_belongs_to_no_child_is_refused_not_dropped(desk: Desk):
    desk.record(stream := new_id())
    for command in (
        lambda: desk.record(new_id(), note=NOTE, note_child=None),
        lambda: amend(desk.recorder, correcting(stream, note=NOTE, note_child=None)),
    ):
        with pytest.raises(Refused) as refused:
            command()
        assert refused.value.problems == (("note", "A note belongs to one child"),)
    assert desk.size() == 1


@pytest.mark.parametrize("note", ["", NOTE])
def test_a_correction_sent_twice_is_one(desk: Desk, note: str):
    stream = new_id()
    desk.record(stream)
    command = correcting(stream, minutes=30, note=note)
    first = amend(desk.recorder, command)
    again = amend(desk.recorder, command)
    withdraw(desk.recorder, withdrawing(stream, 2))
    later = amend(desk.recorder, command)
    assert [r.repeated for r in (first, again, later)] == [False, True, True]
    assert answer(first) == answer(again) == answer(later) == (2, 2)
    assert desk.size() == 3


@pytest.mark.parametrize("note", ["", NOTE])
def test_a_correction_sent_twice_at_once_is_one(desk: Desk, note: str):
    stream = new_id()
    desk.record(stream)
    command = correcting(stream, minutes=30, note=note)
    desk.clock.meet(2)
    receipts = at_once(*[lambda: amend(desk.recorder, command)] * 2)
    desk.clock.meet(1)
    assert [answer(r) for r in receipts] == [(2, 2), (2, 2)]
    assert sorted(r.repeated for r in receipts) == [False, True]
    assert desk.size() == 2


def test_a_withdrawal_sent_twice_is_one(desk: Desk):
    stream = new_id()
    desk.record(stream)
    command = withdrawing(stream)
    first, again = withdraw(desk.recorder, command), withdraw(desk.recorder, command)
    assert answer(first) == answer(again) == (2, 2)
    assert (again.repeated, desk.size()) == (True, 2)


def test_another_command_under_the_same_event_id_is_a_conflict(desk: Desk):
    stream, event = new_id(), new_id()
    desk.record(stream)
    amend(desk.recorder, correcting(stream, event=event, minutes=30))
    others: list[Callable[[], Receipt]] = [
        lambda: amend(desk.recorder, correcting(stream, event=event, minutes=31)),
        lambda: amend(desk.recorder, correcting(stream, event=event, minutes=30, reason="wrong child")),
        lambda: amend(desk.recorder, correcting(stream, event=event, minutes=30, note=NOTE)),
        lambda: withdraw(desk.recorder, withdrawing(stream, event=event)),
        lambda: amend(desk.recorder, correcting(stream, event=stream, minutes=30)),
    ]
    for command in others:
        with pytest.raises(Conflict):
            command()
    assert desk.size() == 2


def test_of_two_people_amending_at_once_one_wins_and_the_other_loses_nothing(desk: Desk):
    stream = new_id()
    desk.record(stream)
    minutes = [20, 40]
    commands = [correcting(stream, minutes=each) for each in minutes]
    desk.clock.meet(2)
    outcomes = at_once(*[lambda c=c: amend(desk.recorder, c) for c in commands])
    desk.clock.meet(1)
    ((won, winner),) = [(n, o) for n, o in enumerate(outcomes) if isinstance(o, Receipt)]
    ((lost, loser),) = [(n, o) for n, o in enumerate(outcomes) if isinstance(o, Conflict)]
    assert answer(winner) == (2, 2)
    (newer,) = loser.newer
    assert (newer.originator_version, newer.event_id) == (2, commands[won].event_id)
    assert isinstance(newer.body, ActivityAmended)
    assert newer.body.workers[0].minutes == minutes[won]
    on_top = correcting(stream, newer.originator_version, event=commands[lost].event_id, minutes=minutes[lost])
    assert answer(amend(desk.recorder, on_top)) == (3, 3)
    state = activity_state(desk.recorder, stream)
    assert state is not None
    assert (state.version, state.details.workers[0].minutes) == (3, minutes[lost])


def test_of_many_recording_one_activity_at_once_one_fact_comes(desk: Desk):
    stream = new_id()
    receipts = at_once(*[lambda: desk.record(stream, note=NOTE)] * 6)
    assert {answer(r) for r in receipts} == {(1, 1)}
    assert sorted(r.repeated for r in receipts) == [False, True, True, True, True, True]
    assert desk.size() == 1


def test_amending_what_somebody_withdrew_meanwhile_is_a_conflict_that_says_so(desk: Desk):
    stream = new_id()
    desk.record(stream)
    withdraw(desk.recorder, withdrawing(stream))
    for command in (
        lambda: amend(desk.recorder, correcting(stream, minutes=5)),
        lambda: withdraw(desk.recorder, withdrawing(stream)),
    ):
        with pytest.raises(Conflict) as conflict:
            command()
        assert [e.body.topic for e in conflict.value.newer] == ["activity.withdrawn.v1"]
    with pytest.raises(Refused):
        amend(desk.recorder, correcting(stream, 2, minutes=5))
    assert desk.size() == 2


def test_refusing_writes_nothing(desk: Desk):
    stream = new_id()
    desk.record(stream)
    tomorrow = NOW.date() + timedelta(days=1)
    for command in (
        lambda: desk.record(new_id(), on=tomorrow, minutes=-1),
        lambda: amend(desk.recorder, correcting(stream, on=tomorrow, minutes=-1)),
        lambda: amend(desk.recorder, correcting(stream, reason=" ")),
        lambda: withdraw(desk.recorder, withdrawing(stream, reason="")),
        lambda: amend(desk.recorder, correcting(new_id())),
        lambda: withdraw(desk.recorder, withdrawing(new_id())),
    ):
        with pytest.raises(Refused):
            command()
    assert desk.size() == 1
    state = activity_state(desk.recorder, stream)
    assert state is not None
    assert (state.version, state.details.workers[0].minutes) == (1, 60)
