"""What every event store promises: the library's own cases, and Daybook's beyond them."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError
from eventsourcing.tests import persistence as library

from recorder.domain.ids import new_id
from recorder.store.log import EventLog, StoredFact
from tests.stores import STORES, open_log


@pytest.fixture(params=STORES)
def log(request: pytest.FixtureRequest, tmp_path: Path):
    opened = open_log(request.param, tmp_path)
    yield opened
    opened.close()


def fact(stream: UUID | None = None, version: int = 1, *, subject: UUID | None = None, known: int = 5, at: int = 9):
    return StoredFact(
        originator_id=stream or new_id(),
        originator_version=version,
        topic="activity.recorded.v1",
        state=b'{"kind":"D1"}',
        event_id=new_id(),
        known_at=known,
        recorded_at=at,
        subject=subject,
        metadata=b'{"by":"w1"}',
    )


class LibraryCases(library.ApplicationRecorderTestCase):
    """The library's recorder cases, run on one of our stores by the test below."""

    __test__ = False
    log: EventLog

    def create_recorder(self):
        return self.log

    def close_db_connection(self, *args):
        pass


@pytest.mark.parametrize("case", ["test_insert_select", "test_concurrent_no_conflicts"])
def test_it_passes_the_librarys_own_cases(log: EventLog, case: str):
    cases = LibraryCases(case)
    cases.log = log
    others = set(threading.enumerate())
    getattr(cases, case)()
    # The library's readers are told to stop and not waited for: one still reading would keep its connection open.
    for reader in set(threading.enumerate()) - others:
        reader.join()
    assert log.position() > 0


def test_a_fact_comes_back_with_all_its_columns(log: EventLog):
    child = new_id()
    stored = fact(subject=child)
    assert list(log.insert_events([stored]) or ()) == [1]
    (row,) = log.rows_after(0, 10)
    assert (row.position, row.stream_id, row.version) == (1, stored.originator_id.bytes, 1)
    assert (row.topic, row.payload, row.metadata) == (stored.topic, stored.state, stored.metadata)
    assert (row.event_id, row.subject) == (stored.event_id.bytes, child.bytes)
    assert (row.known_at, row.recorded_at) == (5, 9)


def test_a_version_is_taken_once_and_the_rest_of_the_call_with_it(log: EventLog):
    first, other = fact(), fact()
    log.insert_events([first])
    with pytest.raises(IntegrityError):
        log.insert_events([other, fact(first.originator_id)])
    assert [r.event_id for r in log.rows_after(0, 10)] == [first.event_id.bytes]


def test_an_event_id_is_taken_once(log: EventLog):
    first = fact()
    log.insert_events([first])
    again = StoredFact(**{**vars(first), "originator_id": new_id()})
    with pytest.raises(IntegrityError):
        log.insert_events([again])


def test_positions_have_no_gaps_even_after_a_refusal(log: EventLog):
    first = fact()
    log.insert_events([first])
    for _ in range(3):
        with pytest.raises(IntegrityError):
            log.insert_events([fact(first.originator_id)])
    assert list(log.insert_events([fact(), fact()]) or ()) == [2, 3]


def test_a_reader_that_tails_misses_nothing_while_many_write(log: EventLog):
    """Positions become visible in their own order: what a tailing reader has passed is complete."""
    written: set[bytes] = set()
    lock = threading.Lock()

    def write() -> None:
        for _ in range(40):
            stored = fact()
            log.insert_events([stored])
            with lock:
                written.add(stored.event_id.bytes)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    seen: list[bytes] = []
    position = 0
    while any(w.is_alive() for w in writers) or position < log.position():
        for row in log.rows_after(position, 7):
            assert row.position == position + 1
            position = row.position
            seen.append(row.event_id)
    for writer in writers:
        writer.join()
    assert len(seen) == 160
    assert set(seen) == written


def test_rows_are_found_by_stream_child_event_and_topic(log: EventLog):
    child, stream = new_id(), new_id()
    about = [fact(stream, 1, subject=child), fact(stream, 2, subject=child)]
    aside = fact()
    log.insert_events([about[0], aside, about[1]])
    assert [r.version for r in log.rows_of_streams([stream, uuid4()])] == [1, 2]
    assert [r.position for r in log.rows_of_subjects([child])] == [1, 3]
    assert [r.position for r in log.rows_of_events([aside.event_id])] == [2]
    assert log.rows_after(0, 10, ["child.registered.v1"]) == []
    assert [r.position for r in log.rows_after(1, 1, ["activity.recorded.v1"])] == [2]
    assert [r.position for r in log.rows_after(0, 10, upto=2)] == [1, 2]
    assert [[r.position for r in page] for page in log.pages(0, 2)] == [[1, 2], [3]]
