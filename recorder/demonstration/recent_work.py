"""Made-up work of the last eight weeks, so that a demonstration has a today.

The made-up authority's export of activities ends in March 2025. For each worker with children
allocated, a seeded hand records the weeks before the day the demonstration is first started: visits,
calls, meetings, recording. Some minutes are left blank and some weeks are thin, as in life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from costing.vocabulary import VERSION, kind
from recorder.application import Recorder
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine, decide_record
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import derived_id

__all__ = ["WEEKS", "record_recent_work"]

WEEKS = 8
CHUNK = 1_000
# kind, how often, minutes from and to, travel minutes from and to, contact
_WORK: tuple[tuple[str, int, tuple[int, int], tuple[int, int], str], ...] = (
    ("D1H", 16, (35, 90), (15, 60), "in_person"),
    ("D1O", 6, (30, 75), (10, 45), "in_person"),
    ("D3", 14, (5, 30), (0, 0), "phone"),
    ("D6R", 3, (60, 120), (15, 45), "in_person"),
    ("D6C", 4, (45, 90), (10, 40), "in_person"),
    ("I1", 18, (5, 40), (0, 0), "phone"),
    ("I3", 20, (15, 75), (0, 0), ""),
    ("I4", 7, (60, 180), (0, 0), ""),
    ("I5", 2, (20, 90), (0, 0), ""),
    ("I8", 5, (20, 60), (0, 0), "in_person"),
    ("N1", 3, (60, 180), (0, 0), ""),
    ("N4", 6, (15, 60), (0, 0), ""),
)
Caseloads = Mapping[UUID, Sequence[UUID]]


def record_recent_work(
    recorder: Recorder, caseloads: Caseloads, today: date, progress: Callable[[int, int], None]
) -> int:
    """Record the weeks before ``today`` for these workers and the children allocated to them.

    Every activity has an id that follows from its worker, day and number, so a second call adds
    nothing. Returns how many activities were new.
    """
    everyone = sorted(caseloads)
    added = 0
    chunk: list[Event] = []
    for number, worker in enumerate(everyone, start=1):
        chunk += _work_of(recorder, worker, sorted(caseloads[worker]), today)
        if len(chunk) >= CHUNK or number == len(everyone):
            added += _append_new(recorder, chunk)
            chunk = []
        progress(number, len(everyone))
    return added


def _append_new(recorder: Recorder, events: list[Event]) -> int:
    stored = {row.stream_id for row in recorder.log_store.rows_of_streams(e.originator_id for e in events)}
    fresh = [event for event in events if event.originator_id.bytes not in stored]
    recorder.append(fresh)
    return len(fresh)


def _work_of(recorder: Recorder, worker: UUID, children: Sequence[UUID], today: date) -> Iterator[Event]:
    random = Random(worker.int ^ today.toordinal())  # noqa: S311 - a made-up diary, no secret
    diligence = random.choice((0.55, 0.8, 0.9, 1.0))
    monday = today - timedelta(days=today.weekday())
    for week in range(WEEKS, -1, -1):
        for weekday in range(5):
            day = monday - timedelta(weeks=week) + timedelta(days=weekday)
            if day > today or (day == today and weekday > 0 and random.random() < 0.3):
                continue
            for number in range(random.randint(4, 8)):
                if random.random() < diligence:
                    yield _piece(recorder, random, worker, children, day, number)


def _piece(recorder: Recorder, random: Random, worker: UUID, children: Sequence[UUID], day: date, number: int) -> Event:
    code, _, minutes, travel, contact = random.choices(_WORK, weights=[w[1] for w in _WORK])[0]
    meaning = kind(code)
    about = random.sample(children, k=min(len(children), random.choice((1, 1, 1, 1, 2)))) if meaning.needs_child else []
    unknown = random.random() < 0.03
    line = WorkerLine(
        worker=worker,
        minutes=None if unknown else 5 * round(random.randint(*minutes) / 5),
        travel_minutes=5 * round(random.randint(*travel) / 5) if travel[1] else None,
    )
    seen = random.random() < 0.9 if meaning.asks_seen else None
    details = ActivityDetails(
        kind=code,
        direct=meaning.direct,
        on=day,
        workers=(line,),
        children=tuple(ChildLine(child=c, seen=seen, seen_alone=seen and random.random() < 0.6) for c in about),
        contact=contact,  # type: ignore[arg-type]
        vocabulary=VERSION,
    )
    lag = random.choice((0, 0, 0, 1, 1, 2, 5))
    entered = datetime.combine(day + timedelta(days=lag), time(17, random.randint(0, 59)), UTC)
    known = min(entered, recorder.clock.now())
    stream = derived_id(worker, "made-up work", f"{day}/{number}")
    body = decide_record(details, max(day, recorder.clock.today()))
    said = Provenance(by="demonstration", source="demonstration")
    return recorder.event(stream, 1, stream, body, said, known_at=known)
