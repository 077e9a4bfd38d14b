"""What this process holds open: the recorder, the projections and the desk, made after the fork."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Engine

from projections.database import ProjectionDatabase
from projections.follow import position_reached
from recorder.application import Recorder
from recorder.bootstrap import open_recorder
from recorder.clock import Clock
from web.settings import Settings

__all__ = ["Opened", "Stores", "settings", "state", "stores", "wait_for"]

EXTENSION = "daybook"
FIRST_NAP = 0.001
LONGEST_NAP = 0.005


@dataclass(frozen=True)
class Opened:
    """The stores as one process has them open."""

    recorder: Recorder
    projections: ProjectionDatabase
    desk: Engine


class Stores:
    """Opens the stores on first use in each process: connections must not be shared over a fork."""

    def __init__(self, given: Settings, clock: Clock | None = None) -> None:
        self.settings = given
        self._clock = clock
        self._lock = threading.Lock()
        self._pid = -1
        self._opened: Opened | None = None

    def opened(self) -> Opened:
        """What this process has open, opened now if it was not."""
        now_open = self._opened
        if now_open is not None and self._pid == os.getpid():
            return now_open
        with self._lock:
            if self._opened is None or self._pid != os.getpid():
                where = self.settings.databases()
                self._opened = Opened(
                    open_recorder(where, self._clock), ProjectionDatabase(where), where.engine("desk")
                )
                self._pid = os.getpid()
            return self._opened

    def close(self) -> None:
        """Close what this process opened."""
        with self._lock:
            if self._opened is not None and self._pid == os.getpid():
                self._opened.recorder.close()
                self._opened.projections.close()
                self._opened.desk.dispose()
            self._opened = None


def stores() -> Stores:
    """The stores of the app that answers this request."""
    found: Stores = current_app.extensions[EXTENSION]
    return found


def state() -> Opened:
    """What this process has open: ``recorder``, ``projections``, ``desk``."""
    return stores().opened()


def settings() -> Settings:
    """The settings the app was started with."""
    return stores().settings


def wait_for(position: int, seconds: float | None = None) -> bool:
    """Wait until the tables show the log up to a position; False if they do not within the time.

    The naps grow from 1 ms to 5 ms: the follower usually needs about 5 ms. A position the log has
    not reached is not waited for.
    """
    here = state()
    if position_reached(here.projections) >= position:
        return True
    if position > here.recorder.log_store.position():
        return False
    allowed = settings().wait_milliseconds / 1_000 if seconds is None else seconds
    until, nap = time.monotonic() + allowed, FIRST_NAP
    while time.monotonic() < until:
        time.sleep(nap)
        if position_reached(here.projections) >= position:
            return True
        nap = min(nap * 2, LONGEST_NAP)
    return False
