"""The tables as the method takes them: each kind of fact, from stored tables and as at an instant alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from costing.care_facts import ChildFacts
from projections.queries.care_facts import child_facts
from projections.queries.cost_lines import LiveCosts, costs_as_at
from projections.queries.runs import NothingKnown, run_facts, team_coverage
from recorder.application import Recorder
from recorder.children import NewChild, identifier, register_children
from recorder.domain.activity import ActivityRecorded, WorkerLine
from recorder.domain.care import EpisodeStated, ReturnRowStated, ReviewHeld
from recorder.domain.child import NeedEnded, NeedStarted
from recorder.domain.facts import Body, Provenance
from recorder.domain.ids import derived_id, new_id, team_id, worker_id
from recorder.domain.services import AssessmentStated, CpPlanStated, DisabilitiesStated, EarlyHelpStated, ReferralStated
from recorder.domain.staff import PostStated, TeamFormed, WorkerJoined
from recorder.domain.weeks import AbsenceStated
from recorder.store.log import to_micros
from tests.house import NOW, House, open_house

BY = Provenance(by="test", source="test")
REFERRED = date(2024, 5, 1)


def state(recorder: Recorder, body: Body, stream: UUID | None = None, subject: UUID | None = None) -> None:
    stream = stream or new_id()
    version = len(recorder.history(stream)) + 1
    recorder.append([recorder.event(stream, version, new_id(), body, BY, subject=subject)])


def register(house: House, name: str, born: str) -> UUID:
    child = new_id()
    personal = {"dob": born} if born else {}
    new = NewChild(
        child_id=child, personal=personal, sex="1", ethnicity="WBRI", identifiers=(identifier("ssda903", name),)
    )
    register_children(house.recorder, [new], datetime(2024, 1, 1, tzinfo=UTC), BY)
    return child


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    made = open_house(request.param, tmp_path)
    child, _, gone = (
        register(made, "one", "2012-02-29"),
        register(made, "two", ""),
        register(made, "three", "2015-01-01"),
    )
    episode = EpisodeStated(
        child=child,
        decom=date(2024, 6, 1),
        rne="S",
        ls="C2",
        cin="N1",
        place="U4",
        provider="PR1",
        return_year="2024/25",
    )
    score = ReturnRowStated(child=child, table="oc2", return_year="2024/25", values={"SDQ_SCORE": "20"})
    plan = CpPlanStated(
        child=child,
        referred_on=REFERRED,
        starts=date(2024, 5, 20),
        ends=date(2024, 6, 30),
        reviews=(date(2024, 6, 25),),
    )
    for body in (
        episode,
        score,
        plan,
        ReviewHeld(child=child, on=date(2024, 6, 20)),
        ReferralStated(child=child, referred_on=date(2023, 1, 1), closed=date(2023, 2, 1)),
        ReferralStated(child=child, referred_on=REFERRED),
        AssessmentStated(child=child, starts=date(2024, 5, 2), authorised=date(2024, 5, 9)),
        AssessmentStated(child=child, starts=date(2020, 5, 2)),
        DisabilitiesStated(child=child, codes=("HAND",), return_year="2024/25"),
        EarlyHelpStated(child=child, reference="E1", intended=date(2022, 1, 1), meetings=(date(2022, 2, 1),)),
    ):
        state(made.recorder, body, subject=child)
    state(made.recorder, NeedStarted(need="uasc", on=date(2024, 4, 1)), child, child)
    state(made.recorder, NeedEnded(need="uasc", on=date(2024, 9, 1)), child, child)
    made.recorder.keys.destroy(gone, NOW)
    made.follower.catch_up()
    yield made
    made.close()


def read(house: House) -> tuple[tuple[ChildFacts, ...], tuple[str, ...]]:
    with house.tables.reader().connect() as connection:
        return child_facts(LiveCosts(connection), house.recorder.keys)


def test_each_kind_of_fact(house: House) -> None:
    (one, two, gone), notes = read(house)
    assert (one.child, two.child, gone.child) == ("1", "2", "3")
    assert (one.birth_date, two.birth_date, gone.birth_date) == (date(2012, 2, 29), None, None)
    (episode,) = one.episodes
    assert (episode.decom, episode.placement_type, episode.in_area) == (date(2024, 6, 1), "la_foster", None)
    assert [each.held_on for each in one.reviews] == [date(2024, 6, 20)]
    needs = {each.flag: (each.starts, each.ends) for each in one.needs}
    assert needs == {"uasc": (date(2024, 4, 1), date(2024, 9, 1)), "disability": (date(2024, 4, 1), None)}
    assert [(each.on, each.score) for each in one.sdq_scores] == [(date(2024, 4, 1), 20)]
    assert one.early_help[0].meetings == (date(2022, 2, 1),)
    assert any("of no known referral, left out: 1" in note for note in notes)


def test_what_was_done_lies_under_its_referral(house: House) -> None:
    (one, *_), _ = read(house)
    before, now = one.cases
    assert (before.closed_on, before.assessments) == (date(2023, 2, 1), ())
    assert [each.authorised_on for each in now.assessments] == [date(2024, 5, 9)]
    (plan,) = now.protection_plans
    assert (plan.ends, plan.reviews) == (date(2024, 7, 1), (date(2024, 6, 25),))


def test_as_at_an_instant_the_same(house: House) -> None:
    source = costs_as_at(house.recorder.log_store, to_micros(NOW))
    assert child_facts(source, house.recorder.keys) == read(house)


def test_before_a_day_has_ended_there_is_nothing_to_cost(house: House) -> None:
    with house.tables.reader().connect() as connection, pytest.raises(NothingKnown):
        run_facts(LiveCosts(connection), house.recorder.keys)


def test_hours_of_a_team(house: House) -> None:
    state(house.recorder, TeamFormed(name="Ash House"), team_id("Ash House"))
    state(house.recorder, WorkerJoined(reference="W1", name="Worker"), worker_id("W1"))
    post = PostStated(
        worker=worker_id("W1"), role="Social worker", worker_type="social_worker", team=team_id("Ash House"),
        weekly_minutes=2250, starts=date(2024, 4, 1), ends=date(2024, 5, 1),
    )  # fmt: skip
    state(house.recorder, post)
    house.end_days(date(2025, 3, 31))
    house.follower.catch_up()
    with house.tables.reader().connect() as connection:
        found = team_coverage(LiveCosts(connection))
    # April 2024 has 21 working days: 22 weekdays less Easter Monday.
    assert found.rows() == [("Ash House", 202404, 0, 21 * 450 * 60)]


def test_hours_of_a_team_are_net_of_the_absence_that_is_stated(house: House) -> None:
    test_hours_of_a_team(house)
    for day, kind, minutes in (
        (date(2024, 4, 2), "A1", None),  # a whole day of 7 h 30
        (date(2024, 4, 6), "A1", None),  # a Saturday: nobody is contracted for it
        (date(2024, 4, 1), "A1", None),  # Easter Monday: nor for that
        (date(2024, 4, 3), "A2", 60),
        (date(2024, 4, 4), "A2", 60),
    ):
        state(house.recorder, AbsenceStated(worker=worker_id("W1"), on=day, kind=kind, minutes=minutes))
    # The same day's leave in a file too is the same leave.
    filed = ActivityRecorded(
        kind="A1", direct=False, on=date(2024, 4, 2), workers=(WorkerLine(worker=worker_id("W1"), minutes=450),)
    )
    state(house.recorder, filed)
    stream = derived_id(worker_id("W1"), "absence", "taken back")
    for minutes in (60, 0):
        said = AbsenceStated(worker=worker_id("W1"), on=date(2024, 4, 5), kind="A2", minutes=minutes)
        state(house.recorder, said, stream)
    house.follower.catch_up()
    with house.tables.reader().connect() as connection:
        found = team_coverage(LiveCosts(connection))
    assert found.rows() == [("Ash House", 202404, 0, (21 * 450 - 450 - 120) * 60)]
