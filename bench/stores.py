"""Stores for a bench: databases of either kind, in a folder that goes when the run ends."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.authority import MadeUpAuthority, load
from migrations.run import upgrade
from projections.database import ProjectionDatabase
from projections.follow import Follower
from recorder.store import Databases, SqlEventLog, open_databases
from tests.postgres import new_database

__all__ = ["STORES", "Loaded", "Yard", "folder", "open_log"]

STORES = ("sqlite", "postgresql")
Say = Callable[[str], None]


@contextmanager
def folder() -> Iterator[Path]:
    """A scratch folder."""
    made = Path(tempfile.mkdtemp(prefix="daybook-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def open_log(where: Databases) -> SqlEventLog:
    """The log of these databases, its tables made."""
    log = SqlEventLog(where.engine("events"), where.appender())
    log.create()
    return log


@dataclass(frozen=True)
class Loaded:
    """A made-up authority in a log; up to ``head`` its people and prices, then its activities."""

    where: Databases
    log: SqlEventLog
    head: int


class Yard:
    """Makes databases for one run, and keeps the logs it has loaded so that each is loaded once."""

    def __init__(self, scratch: Path, say: Say) -> None:
        self.say = say
        self._scratch = scratch
        self._names = count(1)
        self._loaded: dict[tuple[str, int], Loaded] = {}

    def empty(self, store: str) -> Databases:
        """Empty databases of a kind."""
        return open_databases(str(self._scratch / str(next(self._names))) if store == "sqlite" else new_database())

    def loaded(self, store: str, activities: int) -> Loaded:
        """A log with so many activities, and the amendments of some."""
        if (store, activities) not in self._loaded:
            where = self.empty(store)
            log, authority = open_log(where), MadeUpAuthority()
            head = load(log, authority.head(), lambda _: None)
            self.say(f"loading {activities:,} activities on {store}")
            load(log, authority.activities(activities), self._loading)
            self._loaded[store, activities] = Loaded(where, log, head)
        return self._loaded[store, activities]

    def _loading(self, stored: int) -> None:
        if stored % 100_000 == 0:
            self.say(f"  {stored:,} events")

    def tables(self, store: str) -> ProjectionDatabase:
        """Empty tables in databases of their own."""
        where = self.empty(store)
        upgrade(where, "projections")
        return ProjectionDatabase(where)

    def tables_at_head(self, store: str, loaded: Loaded) -> ProjectionDatabase:
        """Tables with the people and prices of a log, and none of its activities."""
        made = self.tables(store)
        follower = Follower(loaded.log, made)
        for page in loaded.log.pages(0, 1_000, upto=loaded.head):
            follower.apply(page)
        return made

    def close(self) -> None:
        """Close the logs."""
        for each in self._loaded.values():
            each.log.close()
