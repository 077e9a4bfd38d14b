"""The follower: crashed, raced, overtaken by a rebuild, or met by a fact it does not know."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projections import follow
from projections.database import ProjectionDatabase
from projections.fact_rows import FactRows, FollowError
from projections.follow import Follower, position_reached
from projections.rebuild import rebuild
from recorder.domain.activity import ActivityAmended, ActivityRecorded, ChildLine, WorkerLine
from recorder.domain.care import EpisodeStated
from recorder.domain.facts import UnknownTopicError
from recorder.domain.ids import new_id
from recorder.store import SqlEventLog
from recorder.store.log import LogRow, StoredFact
from tests.house import House, open_house
from tests.projections.every_row import assert_shows, every_row
from tests.projections.small_authority import CHILDREN, WORKERS, Fact, append, everybody, post, schema
from tests.stores import DATABASES

ON = date(2026, 3, 2)


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    opened = open_house(request.param, tmp_path)
    yield opened
    opened.close()


def visit(minutes: int = 60, worker: int = 0) -> ActivityRecorded:
    lines = (WorkerLine(worker=WORKERS[worker], minutes=minutes),)
    about = (ChildLine(child=CHILDREN[0]), ChildLine(child=CHILDREN[1]))
    return ActivityRecorded(kind="D1H", direct=True, on=ON, workers=lines, children=about)


def some_days(count: int) -> list[Fact]:
    """Prices, then visits of which every third is amended."""
    facts = [Fact(schema()), Fact(post())]
    for number in range(count):
        stream, first = new_id(), visit(number + 1)
        facts.append(Fact(first, stream=stream))
        if number % 3 == 0:
            said = {name: getattr(first, name) for name in first.__struct_fields__}
            facts.append(Fact(ActivityAmended(reason="longer", **said), stream=stream, version=2))
    return facts


def unknown_fact(house: House) -> None:
    """A fact such as a later version of Daybook might record."""
    stored = StoredFact(
        originator_id=new_id(),
        originator_version=1,
        topic="weather.observed.v9",
        state=b'{"sky":"grey"}',
        event_id=new_id(),
        known_at=1,
        recorded_at=1,
    )
    house.recorder.log_store.insert_events([stored])


def shows_everything_up_to(house: House, position: int) -> None:
    assert_shows(house.tables, house.recorder.log_store, position)


class CrashError(Exception):
    """The power went."""


@pytest.mark.parametrize("step", ["refresh", "_move"])
def test_a_crash_midway_leaves_position_and_rows_as_before(house: House, monkeypatch, step: str):
    log = house.recorder.log_store
    append(log, [*everybody(), *some_days(4)])
    house.follower.catch_up()
    before, reached = every_row(house.tables), log.position()
    append(log, some_days(5))
    real = getattr(follow, step)

    def crash(connection: Any, *rest: Any) -> None:
        real(connection, *rest)
        raise CrashError

    monkeypatch.setattr(follow, step, crash)
    with pytest.raises(CrashError):
        house.follower.catch_up()
    assert every_row(house.tables) == before
    assert position_reached(house.tables) == reached
    monkeypatch.undo()
    assert house.follower.catch_up() == log.position()
    shows_everything_up_to(house, log.position())


def test_a_crash_between_pages_keeps_the_pages_before_it(house: House, monkeypatch):
    log = house.recorder.log_store
    append(log, [*everybody(), *some_days(12)])
    monkeypatch.setattr(follow, "PAGE", 5)
    pages = []

    def crash_after_two(reached: int, _: int) -> None:
        pages.append(reached)
        if len(pages) == 2:
            raise CrashError

    with pytest.raises(CrashError):
        house.follower.catch_up(crash_after_two)
    assert pages == [5, 10]
    shows_everything_up_to(house, 10)
    assert Follower(log, house.tables).catch_up() == log.position()
    shows_everything_up_to(house, log.position())


@pytest.mark.parametrize("before", [0, 1, 3, 6])
def test_a_fact_it_does_not_know_stops_it_and_what_came_before_is_kept(house: House, before: int):
    log = house.recorder.log_store
    append(log, [*everybody(), *some_days(before)])
    last_known = log.position()
    unknown_fact(house)
    append(log, [Fact(visit())])
    for _ in range(2):
        with pytest.raises(UnknownTopicError, match=r"does not know the fact 'weather\.observed\.v9'"):
            house.follower.catch_up()
        shows_everything_up_to(house, last_known)


def test_a_fact_about_nobody_stops_it_and_what_came_before_is_kept(house: House):
    append(house.recorder.log_store, [*everybody(), *some_days(2)])
    last_known = house.recorder.log_store.position()
    stranger = new_id()
    append(house.recorder.log_store, [Fact(EpisodeStated(child=stranger, decom=ON), subject=stranger)])
    with pytest.raises(FollowError, match=stranger.hex):
        house.follower.catch_up()
    shows_everything_up_to(house, last_known)


def test_a_rebuild_stops_at_a_fact_it_does_not_know_and_leaves_the_tables_as_they_were(house: House):
    append(house.recorder.log_store, [*everybody(), *some_days(2)])
    house.follower.catch_up()
    before = every_row(house.tables)
    unknown_fact(house)
    append(house.recorder.log_store, [Fact(visit())])
    with pytest.raises(UnknownTopicError, match=r"weather\.observed\.v9"):
        rebuild(house.recorder.log_store, house.tables)
    assert every_row(house.tables) == before


def test_a_gap_in_the_log_stops_it(house: House, monkeypatch):
    log = house.recorder.log_store
    append(log, [*everybody(), *some_days(2)])
    whole = log.rows_after
    monkeypatch.setattr(log, "rows_after", lambda *at: [r for r in whole(*at) if r.position != 3])
    monkeypatch.setattr(follow, "PAGE", 2)
    with pytest.raises(FollowError, match="after position 2 comes 4"):
        house.follower.catch_up()


def test_two_followers_racing_on_one_database_apply_each_page_once(house: House, monkeypatch):
    append(house.recorder.log_store, [*everybody(), *some_days(40)])
    monkeypatch.setattr(follow, "PAGE", 4)
    applied: Counter[int] = Counter()
    real = FactRows.read

    def counted(self: FactRows, page: list[LogRow]) -> None:
        applied.update(row.position for row in page)
        real(self, page)

    monkeypatch.setattr(FactRows, "read", counted)
    start, failures = threading.Barrier(3), []

    def follow_along() -> None:
        log = SqlEventLog(house.where.engine("events"))
        tables = ProjectionDatabase(house.where)
        try:
            start.wait(timeout=20)
            Follower(log, tables).catch_up()
        except Exception as failure:
            failures.append(failure)
        finally:
            log.close()
            tables.close()

    racers = [threading.Thread(target=follow_along) for _ in range(3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(timeout=60)
    newest = house.recorder.log_store.position()
    assert failures == []
    assert applied == dict.fromkeys(range(1, newest + 1), 1)
    shows_everything_up_to(house, newest)


def test_tables_swapped_in_behind_its_back_miss_nothing(house: House, monkeypatch):
    """A rebuild reads up to a position, the follower goes on, then the rebuilt tables take the place of its own."""
    log = house.recorder.log_store
    append(log, [*everybody(), *some_days(4)])
    house.follower.catch_up()
    real_swap, swapped = ProjectionDatabase.swap, []

    def others_go_on(self: ProjectionDatabase, name: str) -> None:
        append(log, some_days(6))
        monkeypatch.setattr(follow, "PAGE", 3)
        house.follower.catch_up(lambda reached, _: swap_now(self, name))

    def swap_now(self: ProjectionDatabase, name: str) -> None:
        if not swapped:
            swapped.append(name)
            real_swap(self, name)

    monkeypatch.setattr(ProjectionDatabase, "swap", others_go_on)
    beside = ProjectionDatabase(house.where)
    rebuild(log, beside)
    beside.close()
    assert swapped
    shows_everything_up_to(house, log.position())


def test_a_page_that_the_tables_are_not_ready_for_is_left(house: House):
    """Between the reading of a page and its turn, tables that stand further back may have come in their place."""
    log = house.recorder.log_store
    append(log, [*everybody(), *some_days(2)])
    house.follower.apply(log.rows_after(4, 3))
    assert position_reached(house.tables) == 0
    house.follower.apply(log.rows_after(0, 3))
    house.follower.apply(log.rows_after(1, 4))
    shows_everything_up_to(house, 5)
