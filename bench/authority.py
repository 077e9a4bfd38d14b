"""A made-up authority of any size, the same for the same seed, as facts ready for the log.

Children in care with episodes and fees, workers with posts and rates, then three years of their
activities in the order in which they would have been recorded: mostly one child and one worker, some
siblings, some two workers, some times not known, some amended a few days later.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from costing.vocabulary import VERSION, kind
from recorder.application import FactMapper
from recorder.domain.activity import ActivityAmended, ActivityDetails, ActivityRecorded, ChildLine, WorkerLine
from recorder.domain.authority import DaysEnded
from recorder.domain.care import AllocationStated, EpisodeStated
from recorder.domain.child import ChildRegistered
from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.rates import FeeAgreed, SchemaPublished
from recorder.domain.staff import PostStated, TeamFormed, WorkerJoined
from recorder.store import EventLog

__all__ = ["CHILDREN", "FIRST", "LAST", "WORKERS", "MadeUpAuthority", "load"]

CHILDREN, WORKERS, TEAMS = 2_000, 200, 20
FIRST, LAST = date(2022, 4, 1), date(2025, 3, 31)
SEED = 420
CHUNK = 5_000
SIBLINGS, TWO_WORKERS, AMENDED, TIME_UNKNOWN = 0.10, 0.05, 0.03, 0.04
_SAID = Provenance(by="bench", source="file")
_EARLIEST = datetime(2015, 4, 1, tzinfo=UTC)
# kind, how often, most minutes, whether travelled to
_KINDS = (
    ("D1H", 20, 90, True),
    ("D3", 15, 30, False),
    ("D6R", 4, 120, True),
    ("D6C", 5, 90, True),
    ("I1", 18, 45, False),
    ("I3", 22, 75, False),
    ("I4", 8, 180, False),
    ("I8", 8, 60, False),
)
_WEIGHTS = [often for _, often, _, _ in _KINDS]
# worker type, how many of every ten, salary in pence a year
_TYPES = (
    ("social_worker", 6, 3_900_000),
    ("senior_social_worker", 2, 4_600_000),
    ("team_manager", 1, 5_400_000),
    ("family_support_worker", 1, 2_700_000),
)
_PLACES = (("U1", "PR1", 45_000), ("U6", "PR4", 98_000), ("K2", "PR4", 480_000), ("P1", "PR0", 0))


class MadeUpAuthority:
    """Facts of one authority; ``head`` once, then ``activities`` of any number."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = Random(seed)
        self._mapper = FactMapper()
        self.children = [self._id(_EARLIEST) for _ in range(CHILDREN)]
        self.workers = [self._id(_EARLIEST) for _ in range(WORKERS)]

    def head(self) -> Iterator[StoredEvent]:
        """Everybody and every price, known before the first activity."""
        teams = [self._id(_EARLIEST) for _ in range(TEAMS)]
        for number, team in enumerate(teams):
            yield self._fact(team, TeamFormed(name=f"Team {number}"))
        for number, worker in enumerate(self.workers):
            yield self._fact(worker, WorkerJoined(reference=f"SW{number:04}", name=f"Worker {number}"))
            yield from self._posts(worker, number, teams[number % TEAMS])
        for year in range(FIRST.year, LAST.year + 1):
            yield from self._prices(year)
        for number, child in enumerate(self.children):
            yield self._fact(child, ChildRegistered(sex="1", ethnicity="WBRI"), child)
            yield from self._care(child, self.workers[number % WORKERS])
        yield self._fact(self._id(_EARLIEST), DaysEnded(first=FIRST, last=LAST))

    def activities(self, number: int) -> Iterator[StoredEvent]:
        """So many activities recorded, with the amendments that fall among them or come after."""
        days = (LAST - FIRST).days
        later: list[tuple[datetime, UUID, ActivityDetails]] = []
        for count in range(number):
            day = FIRST + timedelta(days=count * days // number)
            at = datetime.combine(day, time(9), UTC) + timedelta(seconds=count % 30_000)
            while later and later[0][0] <= at:
                yield self._amended(*heapq.heappop(later))
            stream = self._id(at)
            details = self._details(day)
            yield self._fact(stream, ActivityRecorded(**_fields(details)), at=at, event_id=stream)
            if self._random.random() < AMENDED:
                heapq.heappush(later, (at + timedelta(days=self._random.randint(1, 20)), stream, details))
        while later:
            yield self._amended(*heapq.heappop(later))

    def _details(self, day: date) -> ActivityDetails:
        pick = self._random.random
        code, _, most, travelled = self._random.choices(_KINDS, _WEIGHTS)[0]
        number = int(pick() * WORKERS)
        team = [number, (number + TEAMS) % WORKERS] if pick() < TWO_WORKERS else [number]
        first = int(pick() * (CHILDREN // WORKERS))
        about = range(first, first + (2 + int(pick() * 2) if pick() < SIBLINGS else 1))
        children = sorted({self.children[(each * WORKERS + number) % CHILDREN] for each in about})
        minutes = None if pick() < TIME_UNKNOWN else 5 * (1 + int(pick() * most / 5))
        travel = 5 * int(pick() * 12) if travelled else None
        seen = pick() < 0.9 if kind(code).asks_seen else None
        return ActivityDetails(
            kind=code,
            direct=kind(code).direct,
            on=day,
            workers=tuple(
                WorkerLine(worker=each, minutes=minutes, travel_minutes=travel)
                for each in sorted(self.workers[n] for n in team)
            ),
            children=tuple(ChildLine(child=each, seen=seen) for each in children),
            contact="in_person" if travelled else "",
            vocabulary=VERSION,
        )

    def _amended(self, at: datetime, stream: UUID, before: ActivityDetails) -> StoredEvent:
        details: dict[str, Any] = {**_fields(before), "on": max(FIRST, before.on - timedelta(days=1))}
        return self._fact(stream, ActivityAmended(**details, reason="wrong_date"), at=at, version=2)

    def _posts(self, worker: UUID, number: int, team: UUID) -> Iterator[StoredEvent]:
        types = [name for name, share, _ in _TYPES for _ in range(share)]
        said: dict[str, Any] = {
            "worker": worker,
            "role": "social worker",
            "team": team,
            "fte_hundredths": 100,
            "weekly_minutes": 2_220,
        }
        moved = FIRST + timedelta(days=400 + number) if number % 7 == 0 else None
        yield self._fact(
            self._id(_EARLIEST),
            PostStated(worker_type=types[number % 10], starts=FIRST - timedelta(days=300), ends=moved, **said),
        )
        if moved is not None:
            yield self._fact(self._id(_EARLIEST), PostStated(worker_type="senior_social_worker", starts=moved, **said))

    def _prices(self, year: int) -> Iterator[StoredEvent]:
        for worker_type, _, salary in _TYPES:
            paid = salary + (year - FIRST.year) * salary // 30
            body = SchemaPublished(
                worker_type=worker_type,
                contract="employed",
                valid_from=date(year, 4, 1),
                price_base=f"{year}/{year % 100 + 1}",
                salary=paid,
                travel=160_000,
                hours_hundredths=161_300,
                oncosts=paid * 29 // 100,
                overheads=paid * 29 // 100,
                capital=290_000,
            )
            yield self._fact(self._id(_EARLIEST), body)

    def _care(self, child: UUID, worker: UUID) -> Iterator[StoredEvent]:
        random = self._random
        start = FIRST + timedelta(days=random.randint(-400, 500))
        yield self._fact(self._id(_EARLIEST), AllocationStated(child=child, worker=worker, starts=start), child)
        for turn in range(random.choice((1, 1, 2, 3))):
            place, provider, weekly = random.choice(_PLACES)
            lasts = random.choice((None, random.randint(20, 400)))
            end = None if lasts is None else min(start + timedelta(days=lasts), LAST)
            said: dict[str, Any] = {"child": child, "place": place, "provider": provider}
            episode = EpisodeStated(
                decom=start, dec=end, rne="S" if turn == 0 else "P", ls="C2", cin="N1", return_year="2024/25", **said
            )
            yield self._fact(self._id(_EARLIEST), episode, child)
            if weekly and random.random() < 0.95:
                fee = FeeAgreed(valid_from=start, valid_to=end, weekly=weekly, social_care=weekly, **said)
                yield self._fact(self._id(_EARLIEST), fee, child)
            if end is None or end >= LAST:
                return
            start = end

    def _fact(
        self,
        stream: UUID,
        body: Body,
        subject: UUID | None = None,
        *,
        at: datetime = _EARLIEST,
        version: int = 1,
        event_id: UUID | None = None,
    ) -> StoredEvent:
        event = Event(
            originator_id=stream,
            originator_version=version,
            event_id=event_id or self._id(at),
            known_at=at,
            recorded_at=at,
            body=body,
            provenance=_SAID,
            subject=subject,
        )
        return self._mapper.to_stored_event(event)

    def _id(self, at: datetime) -> UUID:
        """A version 7 id of that instant, from the seed."""
        drawn = self._random.getrandbits(74)
        milliseconds = int(at.timestamp() * 1_000)
        value = milliseconds << 80 | 7 << 76 | (drawn >> 62) << 64 | 2 << 62 | drawn & (1 << 62) - 1
        return UUID(int=value)


def load(log: EventLog, facts: Iterator[StoredEvent], progress: Callable[[int], None]) -> int:
    """Put facts into a log in chunks; returns how many there were."""
    stored = 0
    while chunk := list(islice(facts, CHUNK)):
        log.insert_events(chunk)
        stored += len(chunk)
        progress(stored)
    return stored


def _fields(details: ActivityDetails) -> dict[str, Any]:
    names: Sequence[str] = ActivityDetails.__struct_fields__
    return {name: getattr(details, name) for name in names}
