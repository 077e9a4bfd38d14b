"""Processes killed at any moment: nothing acknowledged is lost, and the tables are right after a restart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from projections.follow import position_reached
from projections.rebuild import rebuild
from recorder.domain.authority import DaysEnded
from recorder.domain.care import EpisodeStated
from recorder.domain.child import ChildRegistered
from recorder.domain.facts import Body, Provenance
from recorder.domain.ids import new_id
from recorder.domain.rates import SchemaPublished
from recorder.domain.staff import PostStated, WorkerJoined
from tests.house import House, open_house
from tests.projections.every_row import assert_shows, every_row
from tests.stores import DATABASES

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = 50
LOOK_EVERY = 10
SAID = Provenance(by="test", source="test")


class Nursery:
    """The process that processes are forked from: see ``recording_process``."""

    def __init__(self, address: str) -> None:
        command = [sys.executable, "-m", "tests.contract.recording_process", address]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, bufsize=1)
        self._pids: list[int] = []
        self.recorded: list[UUID] = []

    def order(self, what: str) -> None:
        """Fork the processes of this order."""
        self._tell(what)
        self._pids = [int(pid) for pid in self._line("forked").split()[1:]]

    def wait_for(self, *words: str) -> None:
        """Wait until each of these has begun a line."""
        waiting = set(words)
        while waiting:
            waiting.discard(self._line(*waiting).split()[0])

    def kill(self, random: Random) -> None:
        """Kill them all without warning, in any order; what they had said until then is heard."""
        random.shuffle(self._pids)
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
            time.sleep(random.uniform(0, 0.02))
        self.reap()

    def reap(self) -> None:
        """Wait until they are gone."""
        self._tell("reap")
        self._line("reaped")

    def close(self) -> None:
        """No more orders."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def _tell(self, order: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()

    def _line(self, *wanted: str) -> str:
        """The next line that begins with one of these; ids recorded on the way are kept."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, _, rest = line.strip().partition(" ")
            assert word != "failed", rest
            if word == "recorded":
                self.recorded.append(UUID(rest))
            if word in wanted:
                return line
        raise AssertionError(f"it ended before it said {wanted}")


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An authority in which people, prices and placements are known."""
    opened = open_house(request.param, tmp_path)
    children, workers = [new_id() for _ in range(3)], [new_id() for _ in range(2)]
    opened.recorder.keys.create({child: [] for child in children})
    first = date(2020, 4, 1)
    items = {"salary": 4_000_001, "oncosts": 911_111, "overheads": 700_001, "capital": 33_333}
    social_worker = {"worker_type": "social_worker", "contract": "employed"}
    said: list[tuple[UUID, Body]] = [(child, ChildRegistered()) for child in children]
    said += [(worker, WorkerJoined(reference=str(n))) for n, worker in enumerate(workers)]
    said += [(new_id(), PostStated(worker=w, role="", starts=first, **social_worker)) for w in workers]
    said += [
        (
            new_id(),
            SchemaPublished(valid_from=first, price_base="test", hours_hundredths=161_300, **social_worker, **items),
        )
    ]
    said += [(new_id(), EpisodeStated(child=c, decom=date(2025, 1, 1), ls="C2", place="U6")) for c in children]
    said += [(new_id(), DaysEnded(first=date(2025, 1, 1), last=date(2025, 3, 31)))]
    recorder = opened.recorder
    recorder.append([recorder.event(stream, 1, new_id(), body, SAID) for stream, body in said])
    yield opened
    opened.close()


@pytest.fixture
def nursery(house: House) -> Iterator[Nursery]:
    opened = Nursery(house.where.url)
    yield opened
    opened.close()


def let_go(house: House) -> None:
    """Wait until a server has finished with clients that were killed: the follower's lock is free again."""
    if not house.where.is_sqlite:
        with house.tables.engine().begin() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4207092)")


def live_is_rebuilt(house: House) -> None:
    """What was followed is right at once, right after catching up, and row for row what a rebuild gives."""
    log = house.recorder.log_store
    let_go(house)
    assert_shows(house.tables, log, position_reached(house.tables))
    assert house.follower.catch_up() == log.position()
    followed = every_row(house.tables)
    rebuild(log, house.tables)
    assert every_row(house.tables) == followed


def test_killed_at_fifty_moments_nothing_acknowledged_is_lost(house: House, nursery: Nursery):
    random, log = Random(20260402), house.recorder.log_store
    complete_to = 0
    for moment in range(1, MOMENTS + 1):
        before = position_reached(house.tables)
        nursery.order("live")
        nursery.wait_for("recorded", "followed")
        time.sleep(random.uniform(0.020, 0.150))
        nursery.kill(random)
        let_go(house)
        assert position_reached(house.tables) > before, "the follower was killed at work, not before it began"
        for page in log.pages(complete_to, 1_000):
            assert [row.position for row in page] == list(range(complete_to + 1, complete_to + 1 + len(page)))
            complete_to = page[-1].position
        kept = {row.event_id for row in log.rows_of_events(nursery.recorded)}
        assert kept == {event.bytes for event in nursery.recorded}
        if moment % LOOK_EVERY == 0:
            live_is_rebuilt(house)
    assert len(set(nursery.recorded)) == len(nursery.recorded) > MOMENTS


def work_on(house: House, nursery: Nursery, random: Random) -> None:
    """People go on working for a moment."""
    nursery.order("live")
    for _ in range(40):
        nursery.wait_for("recorded")
    nursery.kill(random)
    let_go(house)


def test_a_rebuild_killed_midway_leaves_the_live_tables_serving(house: House, nursery: Nursery):
    random, log = Random(7), house.recorder.log_store
    for _ in range(6):
        work_on(house, nursery, random)
    house.follower.catch_up()
    for step in (1, 2, 3):
        serving = every_row(house.tables)
        nursery.order(f"rebuild {step}")
        nursery.wait_for("at")
        nursery.kill(random)
        assert every_row(house.tables) == serving
        work_on(house, nursery, random)
        assert house.follower.catch_up() == log.position() > max(r[1] for r in serving["follower"])
        assert_shows(house.tables, log, log.position())
    live_is_rebuilt(house)


def test_a_rebuild_killed_at_any_moment_leaves_tables_that_serve(house: House, nursery: Nursery):
    random, log = Random(11), house.recorder.log_store
    work_on(house, nursery, random)
    house.follower.catch_up()
    serving = every_row(house.tables)
    started = time.monotonic()
    nursery.order("rebuild 0")
    nursery.reap()
    takes = timedelta(seconds=time.monotonic() - started)
    for tenth in range(1, 11):
        nursery.order("rebuild 0")
        time.sleep(takes.total_seconds() * tenth / 10)
        nursery.kill(random)
        assert every_row(house.tables) == serving
        assert house.follower.catch_up() == log.position()
    live_is_rebuilt(house)
