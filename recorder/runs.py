"""Commands about runs of the calculator: keep one as a fact, and find those kept."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from recorder.application import Receipt, Recorder, event_of
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.runs import RunMade

__all__ = ["keep_run", "kept_run", "kept_run_event", "kept_runs", "run_id_of"]

LOG_PAGE = 1000


def keep_run(recorder: Recorder, made: RunMade, provenance: Provenance) -> Receipt:
    """Keep a run. The same run kept again is one fact; its stream follows from what it was asked and gave."""
    stream = run_id_of(made)
    return recorder.state_once(recorder.event(stream, 1, stream, made, provenance))


def run_id_of(made: RunMade) -> UUID:
    """The id of a run, the same for the same settings, instant, position and figures."""
    key = "\n".join((made.settings, made.known_upto.isoformat(), str(made.position), made.checksum))
    return derived_id(AUTHORITY, "run", key)


def kept_runs(recorder: Recorder) -> Iterator[Event]:
    """Every run kept, the oldest first; the body of each is a ``RunMade``."""
    for page in recorder.log_store.pages(0, LOG_PAGE, [RunMade.topic]):
        yield from map(event_of, page)


def kept_run(recorder: Recorder, run: UUID) -> RunMade | None:
    """The run of an id, or None."""
    found = kept_run_event(recorder, run)
    return found.body if found and isinstance(found.body, RunMade) else None


def kept_run_event(recorder: Recorder, run: UUID) -> Event | None:
    """The fact that a run was made, in its envelope: who made it, and when. None where there is no such run."""
    return next((event for event in recorder.history(run) if isinstance(event.body, RunMade)), None)
