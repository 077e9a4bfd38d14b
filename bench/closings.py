"""A rebuild of a log in which months were closed: facts a second before the first closing, and after it.

What each closing froze can only be known by following the log from the first one on, so a rebuild is fast up to
there and goes on page by page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from eventsourcing.persistence import StoredEvent

from bench.authority import MadeUpAuthority, load
from bench.measures import Measure, timed
from bench.stores import STORES, Yard, open_log
from costing.calendar import month_after, month_of
from costing.closing import month_of_period, period_after
from projections.rebuild import rebuild, rebuild_upto
from recorder.application import FactMapper
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id, new_id
from recorder.domain.periods import MonthClosed
from recorder.store.log import StoredFact, from_micros

__all__ = ["measure_closings"]

# The books of a month are closed in the month after next, from a year before the end of the made-up authority on.
FIRST_CLOSED, LATER = 202403, 2
_STREAM = derived_id(AUTHORITY, "books", "periods")


@dataclass
class _Books:
    """Closes a month once two have begun since, as facts come in."""

    period: int = FIRST_CLOSED
    closed: int = 0
    before: int = 0

    def due(self, month: int) -> bool:
        """Whether the next period's turn has come in this month."""
        ahead = month_of_period(self.period)
        for _ in range(LATER):
            ahead = month_after(ahead)
        return month >= ahead

    def close(self, at: datetime) -> StoredEvent:
        """The fact that the next period is closed."""
        self.closed += 1
        body = MonthClosed(period=self.period)
        self.period = period_after(self.period)
        return FactMapper().to_stored_event(
            Event(
                originator_id=_STREAM, originator_version=self.closed, event_id=new_id(), known_at=at, recorded_at=at,
                body=body, provenance=Provenance(by="bench", source="form"),
            )
        )  # fmt: skip


def _with_closings(facts: Iterable[StoredEvent], books: _Books) -> Iterator[StoredEvent]:
    """The facts as they were recorded, with the closings in between."""
    for fact in facts:
        assert isinstance(fact, StoredFact)
        at = from_micros(fact.recorded_at)
        while books.due(month_of(at.date())):
            yield books.close(at)
        books.before += books.closed == 0
        yield fact


def measure_closings(yard: Yard, activities: int) -> Iterator[Measure]:
    """Each store: a rebuild up to the first closing and of the whole log; the rates are told, none is aimed at."""
    for store in STORES:
        where, authority, books = yard.empty(store), MadeUpAuthority(), _Books()
        log = open_log(where)
        head = load(log, authority.head(), lambda _: None)
        yard.say(f"loading {activities:,} activities on {store}, with months closed among them")
        load(log, _with_closings(authority.activities(activities), books), lambda _: None)
        early = yard.tables(store)
        before = head + books.before
        first = timed(lambda: rebuild_upto(log, early, before, None))  # noqa: B023
        yard.say(f"  {before / first:,.0f} facts a second up to the first closing")
        whole = yard.tables(store)
        seconds = timed(lambda: rebuild(log, whole))  # noqa: B023
        after = log.position() - before
        rate = after / max(seconds - first, 0.001)
        for each in (early, whole):
            each.close()
        log.close()
        what = f"rebuild {activities:,} with {books.closed} closings: facts a second after the first / before it"
        beside = f"{before / first:,.0f} a second before; {rate:,.0f} after it; {seconds:.1f} s in all"
        yield Measure(what, store, rate / (before / first), "", None, beside)
