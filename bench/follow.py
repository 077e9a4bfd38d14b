"""The follower, a page of a thousand a transaction, against one transaction an event."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from itertools import islice

from bench.measures import Measure, timed
from bench.one_by_one import OneByOne
from bench.stores import STORES, Loaded, Yard
from bench.usual_way import UsualWay
from projections.follow import PAGE, Follower
from recorder.store.log import LogRow

__all__ = ["ADVANTAGED", "USUAL", "Alone", "both_ways", "measure_follow"]

AIM = 8
USUAL = "one transaction an event"
ADVANTAGED = "the same with every advantage"


class Alone:
    """Applies the activities of a log one transaction an event, so many at a time, from where it left off."""

    def __init__(self, yard: Yard, store: str, loaded: Loaded, kind: type[OneByOne]) -> None:
        self._tables = yard.tables_at_head(store, loaded)
        self._way = kind(self._tables)
        self._log, self._at = loaded.log, loaded.head

    def rate(self, number: int) -> float:
        """Events a second over the next so many."""
        rows = self._log.rows_after(self._at, number)
        self._at = rows[-1].position
        if isinstance(self._way, UsualWay):
            self._way.hand_over(rows)
        return len(rows) / timed(lambda: self._apply(rows))

    def _apply(self, rows: list[LogRow]) -> None:
        for row in rows:
            self._way.apply(row)

    def close(self) -> None:
        """Close its connections."""
        self._way.close()
        self._tables.close()


def measure_follow(yard: Yard, activities: int, rounds: int, sample: int) -> Iterator[Measure]:
    """Each store: in turn two pages followed, and a sample one by one, both ways."""
    for store in STORES:
        yard.say(f"following on {store}")
        loaded = yard.loaded(store, activities)
        usual, advantaged = both_ways(yard, store, loaded)
        tables = yard.tables_at_head(store, loaded)
        pages, follower = loaded.log.pages(loaded.head, PAGE), Follower(loaded.log, tables)
        taken = [
            (_rate(follower, list(islice(pages, 2))), usual.rate(sample), advantaged.rate(sample))
            for _ in range(rounds)
        ]
        for each in (usual, advantaged, tables):
            each.close()
        ours, alone, kept = (statistics.median(column) for column in zip(*taken, strict=True))
        ratio = statistics.median(a / b for a, b, _ in taken)
        beside = f"{ours:,.0f} events a second"
        yield Measure(f"follow / {USUAL}", store, ratio, f"≥ {AIM}", ratio >= AIM, f"{beside}; {alone:,.0f}")
        ratio = statistics.median(a / c for a, _, c in taken)
        yield Measure(f"follow / {ADVANTAGED}", store, ratio, "", None, f"{beside}; {kept:,.0f}")


def both_ways(yard: Yard, store: str, loaded: Loaded) -> tuple[Alone, Alone]:
    """One transaction an event: as is usual, and with every advantage."""
    return Alone(yard, store, loaded, UsualWay), Alone(yard, store, loaded, OneByOne)


def _rate(follower: Follower, pages: list[list[LogRow]]) -> float:
    def apply() -> None:
        for page in pages:
            follower.apply(page)

    return sum(map(len, pages)) / timed(apply)
