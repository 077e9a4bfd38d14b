"""What each process has open, and waiting until the tables show what was just recorded."""

import os
import threading
import time

from flask import Flask

from recorder.domain.child import NeedStarted
from recorder.domain.ids import new_id
from tests.web.village import BY, RUBY, Village
from web import state


def record_something(village: Village) -> int:
    body = NeedStarted(need="disability", on=village.house.clock.today())
    version = len(village.house.recorder.history(RUBY)) + 1
    return village.house.recorder.append([village.house.recorder.event(RUBY, version, new_id(), body, BY)])


def test_waiting_ends_as_soon_as_the_tables_are_there(app: Flask, village: Village) -> None:
    position = record_something(village)
    follower = threading.Timer(0.03, village.catch_up)
    with app.app_context():
        state.state()
        follower.start()
        began = time.monotonic()
        assert state.wait_for(position, 5)
        assert time.monotonic() - began < 2
    follower.join()


def test_waiting_gives_up_in_time(app: Flask, village: Village) -> None:
    position = record_something(village)
    with app.app_context():
        began = time.monotonic()
        assert not state.wait_for(position, 0.05)
        assert time.monotonic() - began < 1


def test_a_position_that_nothing_was_recorded_at_is_not_waited_for(app: Flask) -> None:
    with app.app_context():
        began = time.monotonic()
        assert not state.wait_for(10**9, 5)
        assert time.monotonic() - began < 1


def test_one_process_opens_its_stores_once(app: Flask) -> None:
    with app.app_context():
        assert state.state() is state.state()


def test_another_process_opens_its_own(app: Flask) -> None:
    with app.app_context():
        mine = state.state()
        child = os.fork()
        if child == 0:
            os._exit(0 if state.state() is not mine else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_two_threads_that_come_first_open_one_set(app: Flask) -> None:
    found: list[int] = []
    stores: state.Stores = app.extensions[state.EXTENSION]
    threads = [threading.Thread(target=lambda: found.append(id(stores.opened()))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
