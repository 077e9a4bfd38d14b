"""Figures as at an instant: what was known by then, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from costing.calendar import midnight_after
from projections import tables as t
from projections.follow import end_days
from projections.queries.as_at import known_tables
from projections.rebuild import tables_as_at
from recorder.application import Recorder
from recorder.clock import FixedClock
from recorder.domain.activity import ActivityRecorded, ChildLine, WorkerLine
from recorder.domain.authority import DaysEnded
from recorder.domain.care import EpisodeAmended, EpisodeLeftOut, EpisodeStated
from recorder.domain.ids import new_id
from recorder.domain.rates import FeeAgreed
from recorder.key_tables import metadata as key_tables
from recorder.personal import KeyStore
from recorder.store.log import to_micros
from recorder.store.memory import MemoryEventLog
from tests.house import NOW
from tests.projections.small_authority import CHILDREN, RECORDED, WORKERS, Fact, log_of, net_of, post, schema
from tests.projections.stories import Story, histories

TABLES = [table for table in t.metadata.sorted_tables if table.name != "follower"]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def recorder_in_memory() -> Recorder:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    key_tables.create_all(engine)
    return Recorder(MemoryEventLog(), KeyStore(engine), FixedClock(NOW))


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(before=histories, after=histories.map(lambda steps: [s for s in steps if s[0] != "days"]))
def test_as_at_is_as_if_nothing_later_had_ever_been_recorded(before: list[Any], after: list[Any]):
    recorder, story = recorder_in_memory(), Story.cast()
    log = recorder.log_store
    story.begin(recorder)
    for step in before:
        recorder.clock.advance(timedelta(seconds=1))
        story.live(recorder, step, lambda last: end_days(recorder, date(2015, 4, 1), last))
    cut, instant = log.position(), recorder.clock.now()
    then = tables_as_at(log, None)
    for step in after:
        recorder.clock.advance(timedelta(seconds=1))
        story.live(recorder, step, lambda last: end_days(recorder, date(2015, 4, 1), last))
    for now in (tables_as_at(log, to_micros(instant)), tables_as_at(log, None, cut)):
        for table in TABLES:
            assert sorted(now.frame(table).rows(), key=repr) == sorted(then.frame(table).rows(), key=repr), table.name


def visits(count: int, known_at: datetime) -> list[Fact]:
    line = {"workers": (WorkerLine(worker=WORKERS[0], minutes=60),), "children": (ChildLine(child=CHILDREN[0]),)}
    made = [ActivityRecorded(kind="D1H", direct=True, on=date(2026, 3, 2), **line) for _ in range(count)]
    return [Fact(body, known_at) for body in made]


def test_what_was_known_earlier_appears_in_an_as_at_however_late_it_is_recorded():
    instant, later = RECORDED, RECORDED + timedelta(days=30)
    early = [Fact(schema(), instant), Fact(post(), instant), *visits(1, instant)]
    back_loaded = visits(1, instant - timedelta(days=5))
    log = log_of(*early, *visits(2, later), *back_loaded)
    as_at = tables_as_at(log, to_micros(instant))
    assert net_of(as_at) == net_of(tables_as_at(log_of(*early, *back_loaded), None))
    assert as_at.frame(t.posting).height == 2
    assert tables_as_at(log, to_micros(later)).frame(t.posting).height == 4


def test_an_as_at_before_anybody_was_known_finds_people_who_were_introduced_later():
    """A fee file may have been known before the return that first named its child."""
    instant = RECORDED - timedelta(days=300)
    log = log_of(Fact(schema(), instant), Fact(post(), instant), *visits(1, instant))
    assert known_tables(log, to_micros(instant)).frame(t.posting).height == 1


CHILD = CHILDREN[0]
EPISODE = {"child": CHILD, "decom": date(2026, 3, 1), "rne": "S", "ls": "C2", "place": "U6", "provider": "PR1"}
FEE = FeeAgreed(child=CHILD, valid_from=date(2026, 3, 1), weekly=70_000, social_care=70_000)


@pytest.mark.parametrize(
    ("instant", "last"),
    [
        (datetime(2026, 3, 10, 23, 59, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 11, 0, 0, tzinfo=UTC), date(2026, 3, 10)),
        # From the end of March on, midnight in London is an hour before midnight UTC.
        (datetime(2026, 3, 31, 22, 59, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 3, 31, 23, 0, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 5, 1, 12, 0, tzinfo=UTC), date(2026, 4, 20)),
    ],
)
def test_an_open_placement_accrues_to_the_last_day_that_had_ended(instant: datetime, last: date):
    """One fact ends many days; each is known at its own midnight."""
    long_ago = datetime(2026, 3, 2, tzinfo=UTC)
    care = [Fact(EpisodeStated(**EPISODE), long_ago, CHILD), Fact(FEE, long_ago, CHILD)]
    ended = Fact(DaysEnded(first=date(2026, 3, 1), last=date(2026, 4, 20)), midnight_after(date(2026, 3, 1)))
    log = log_of(*care, ended, introduced=long_ago)
    nights = tables_as_at(log, to_micros(instant)).frame(t.posting)["nights"].sum()
    assert nights == (last - date(2026, 3, 1)).days + 1
    only = Fact(DaysEnded(first=date(2026, 3, 1), last=last), midnight_after(date(2026, 3, 1)))
    assert net_of(tables_as_at(log, to_micros(instant))) == net_of(tables_as_at(log_of(*care, only), None))


def test_a_return_loaded_late_may_change_an_episode_that_was_only_stated_later():
    """As at a day between the two, the change is known and what it changes is not: there is nothing to show yet."""
    first, second = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC)
    stream = new_id()
    left_out = EpisodeLeftOut(return_year="2025/26", stops_on=date(2026, 3, 10))
    log = log_of(
        Fact(DaysEnded(first=date(2026, 3, 1), last=date(2026, 3, 31)), first),
        Fact(EpisodeStated(**EPISODE), second, CHILD, stream),
        Fact(left_out, first, CHILD, stream, 2),
        Fact(EpisodeAmended(change="amendment", **EPISODE), second, CHILD, stream, 3),
        introduced=first,
    )
    assert tables_as_at(log, to_micros(first)).frame(t.posting).is_empty()
    assert tables_as_at(log, to_micros(NOW)).frame(t.posting)["nights"].sum() == 31
