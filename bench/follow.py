"""The follower, a page of a thousand a transaction, against one transaction an event."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bench.measures import Measure, in_turn, timed
from bench.one_by_one import OneByOne
from bench.stores import STORES, Loaded, Yard
from bench.usual_way import UsualWay
from projections.database import ProjectionDatabase
from projections.follow import PAGE, Follower
from recorder.store.log import LogRow

__all__ = ["ADVANTAGED", "USUAL", "Alone", "measure_follow"]

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


def measure_follow(yard: Yard, activities: int, pairs: int, sample: int) -> Iterator[Measure]:
    """Each store, against both: pairs of two pages followed and a sample applied one by one."""
    for store in STORES:
        loaded = yard.loaded(store, activities)
        for what, kind, held in ((USUAL, UsualWay, True), (ADVANTAGED, OneByOne, False)):
            yard.say(f"following on {store}, against {what}")
            alone = Alone(yard, store, loaded, kind)
            tables = yard.tables_at_head(store, loaded)
            pages = loaded.log.pages(loaded.head, PAGE)
            follower = Follower(loaded.log, tables)
            ratio, ours, theirs = in_turn(
                lambda pages=pages, follower=follower: _rate(follower, list(islice(pages, 2))),
                lambda alone=alone: alone.rate(sample),
                pairs,
            )
            _close(alone, tables)
            beside = f"{ours:,.0f} events a second; {theirs:,.0f}"
            aim, met = (f"≥ {AIM}", ratio >= AIM) if held else ("", None)
            yield Measure(f"follow / {what}", store, ratio, aim, met, beside)


def _rate(follower: Follower, pages: list[list[LogRow]]) -> float:
    def apply() -> None:
        for page in pages:
            follower.apply(page)

    return sum(map(len, pages)) / timed(apply)


def _close(*opened: Alone | ProjectionDatabase) -> None:
    for each in opened:
        each.close()
