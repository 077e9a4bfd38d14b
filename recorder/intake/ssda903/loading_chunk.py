"""One return taken in: a chunk of children at a time, then the children that it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from costing.calendar import return_year, return_year_first, return_year_last
from recorder.application import Recorder, event_of
from recorder.children import state_needs
from recorder.domain.care import EpisodeAmended, EpisodeDetails, EpisodeLeftOut, EpisodeStated
from recorder.domain.child import NeedEnded, NeedStarted
from recorder.domain.facts import Body, Event, decode_body
from recorder.domain.ids import derived_id, worker_id
from recorder.domain.staff import WorkerJoined
from recorder.intake.batches import Batch
from recorder.intake.statements import Statement, apply_statements

from .check_earlier import PreviousChild, left_out_episodes
from .checks import check_child, check_omitted
from .findings import Finding, Nights, found
from .loading_children import Found, child_statement, describe_and_link, find_children, return_identifier, shares
from .loading_past import ChildPast, pasts
from .loading_rows import left_out_statement, row_facts, without_misfits, worker_reference
from .rows import ROW_TYPES, ChildReturn

__all__ = ["OneReturn"]

UASC = "uasc"
LEFT_OUT_CHUNK = 500
LOG_PAGE = 5_000
EPISODE_TOPICS = [each.topic for each in (EpisodeStated, EpisodeAmended, EpisodeLeftOut)]


class _Stated(NamedTuple):
    """What a chunk states: rows of the files; what follows from them; needs; episodes the next return leaves out."""

    rows: list[Statement]
    besides: list[Statement]
    needs: list[tuple[UUID, NeedStarted | NeedEnded]]
    late: list[Statement]


class OneReturn:
    """Takes one return in, for as many chunks of children as it has.

    ``batches`` is the return year of each batch of files taken in before; ``earlier`` the last return year
    before this one that was; ``next_known_at`` when the return of the year after this one was known, where
    that one was taken in first. ``erased``, ``sharers`` and ``not_linked`` gather what is needed
    at the end, when UPNs are compared across children.
    """

    def __init__(
        self,
        batch: Batch,
        year: str,
        *,
        batches: Mapping[str, str],
        earlier: str | None,
        next_known_at: datetime | None,
        has_episodes: bool,
        has_headers: bool,
        say: Callable[[Finding], None],
    ) -> None:
        self.erased: set[str] = set()
        self.sharers: dict[str, set[str]] = {}
        self.not_linked: set[tuple[str, str]] = set()
        self._batch = batch
        self._recorder = batch.recorder
        self._known_at = batch.known_at
        self._year = year
        self._batches = {**batches, batch.provenance.batch: year}
        self._earlier, self._next_known_at = earlier, next_known_at
        self._has_episodes, self._has_headers = has_episodes, has_headers
        self._say = say
        self._held: set[UUID] = set()
        self._joined: set[UUID] = set()

    def take(self, chunk: Sequence[ChildReturn]) -> int:
        """Take some children in; answers how many rows they have."""
        provenance = self._batch.provenance
        who = find_children(self._recorder, chunk, self._known_at, provenance)
        kept = [current for current in chunk if current.child in who.ids]
        self.erased |= who.erased
        self._refuse(current for current in chunk if current.child in who.erased)
        for upn, names in shares(self._recorder, kept, who, self._year).items():
            self.sharers.setdefault(upn, set()).update(names)
        self._state(self._known_by_then(kept, who))
        self.not_linked |= who.taken
        self.not_linked |= describe_and_link(self._recorder, kept, who, self._year, self._known_at, provenance)
        stated = _Stated([], [], [], [])
        for current in kept:
            child = who.ids[current.child]
            self._held.add(child)
            self._child(current, child, who.pasts.get(child), stated)
        self._batch.state(stated.rows)
        self._state(stated.besides)
        if stated.needs:
            state_needs(self._recorder, stated.needs, self._known_at, provenance)
        if stated.late and self._next_known_at:
            apply_statements(self._recorder, stated.late, max(self._next_known_at, self._known_at), provenance)
        return sum(_count(current) for current in chunk)

    def _state(self, statements: Sequence[Statement]) -> None:
        """State what is no row of the files."""
        if statements:
            self._batch.state(statements, count=False)

    def _refuse(self, erased: Iterable[ChildReturn]) -> None:
        for current in erased:
            table = next((name for name in ROW_TYPES if current.rows_of(name)), "")
            row = current.rows_of(table)[0].row if table else None
            self._say(found("erased_child", self._year, table, row, current.child))
            self._batch.summary.refused += _count(current) - current.rows_kept_out

    def _known_by_then(self, kept: Sequence[ChildReturn], who: Found) -> list[Statement]:
        """The children and workers whom the log has not, or not as early as this return knows them."""
        pairs = ((current, who.pasts.get(who.ids[current.child])) for current in kept)
        said = [child_statement(self._recorder, current, past, self._known_at) for current, past in pairs]
        references = {worker_reference(row.sw_id) for c in kept for row in c.social_workers if row.sw_id}
        return [*filter(None, said), *self._workers(references)]

    def _workers(self, references: Iterable[str]) -> Iterator[Statement]:
        """Workers join by their reference; where a roster names one later, the name is kept."""
        fresh = {worker_id(reference): reference for reference in sorted(references)}
        fresh = {worker: reference for worker, reference in fresh.items() if worker not in self._joined}
        self._joined.update(fresh)
        names: dict[UUID, str] = {}
        for event in map(event_of, self._recorder.log_store.rows_of_streams(fresh)):
            if isinstance(event.body, WorkerJoined):
                names[event.originator_id] = event.body.name or names.get(event.originator_id, "")
        for worker, reference in fresh.items():
            first = WorkerJoined(reference=reference, name=names.get(worker, ""))
            yield Statement(worker, None, first, lambda _: None)

    def _child(self, current: ChildReturn, child: UUID, past: ChildPast | None, stated: _Stated) -> None:
        """Check one child's rows against what is known, and gather what they state."""
        clean, misfits = without_misfits(current)
        previous = past.previous(current.child, self._year) if past else None
        if self._has_episodes:
            for finding in check_child(
                clean, previous, self._year, earlier_return=self._earlier, header_table=self._has_headers
            ):
                self._say(finding)
            if past and previous:
                gone = left_out_episodes(clean, previous)
                stated.besides.extend(left_out_statement(past, e.decom, self._year, self._known_at) for e in gone)
        encrypt = self._recorder.keys.encrypt
        facts = row_facts(clean, misfits, child, past, self._year, self._known_at, self._batches, encrypt)
        stated.rows.extend(facts.rows)
        stated.besides.extend(facts.besides)
        self._batch.summary.unchanged += facts.doubled
        stated.needs.extend(self._needs(current, child, past, previous))
        if self._next_known_at:
            stated.late.extend(self._left_out_by_the_next(clean, child, past))

    def _needs(
        self, current: ChildReturn, child: UUID, past: ChildPast | None, previous: PreviousChild | None
    ) -> Iterator[tuple[UUID, NeedStarted | NeedEnded]]:
        """An unaccompanied asylum-seeking child is one from the first episode known until the status ceases."""
        if not current.uasc:
            return
        known = past.needs(self._known_at) if past else set()
        ends = current.uasc[-1].duc
        if not any(kind is NeedStarted and need == UASC for kind, need, _ in known):
            starts = [e.decom for e in current.episodes] + [e.decom for e in (previous.episodes if previous else ())]
            first = min(starts, default=return_year_first(self._year))
            yield child, NeedStarted(need=UASC, on=min(first, ends) if ends else first)
        if ends and (NeedEnded, UASC, ends) not in known:
            yield child, NeedEnded(need=UASC, on=ends)

    def _left_out_by_the_next(self, current: ChildReturn, child: UUID, past: ChildPast | None) -> Iterator[Statement]:
        """Open episodes that nothing in the log has: the next return, taken in before this one, left them out."""
        after = return_year(return_year_last(self._year) + timedelta(days=1))
        for row in current.episodes_once:
            stream = derived_id(child, "episode", row.decom.isoformat())
            if row.dec is None and not (past and past.known(stream, None)):
                nights = Nights(return_year_first(after), return_year_last(after) + timedelta(days=1))
                words = {"last_year": self._year}
                self._say(found("left_out", after, "episodes", None, current.child, nights, row.decom, **words))
                first = EpisodeLeftOut(return_year=after, stops_on=return_year_last(self._year))
                yield Statement(stream, child, first, lambda _: None, partial(_left_out_now, first))

    def take_left_out(self) -> None:
        """Stop the open episodes of children whom this return does not hold at all."""
        if not self._has_episodes:
            return
        missing = iter(sorted(_with_open_episodes(self._recorder, self._year) - self._held))
        while chunk := list(islice(missing, LEFT_OUT_CHUNK)):
            statements: list[Statement] = []
            for child, past in pasts(self._recorder, chunk).items():
                if not self._recorder.keys.readable(child):
                    continue  # an erased child's rows are refused, so nothing tells whether the return holds it
                previous = past.previous(return_identifier(past.record(None)), self._year)
                if previous is None:
                    continue
                for finding in check_omitted(previous, self._year):
                    self._say(finding)
                for episode in left_out_episodes(None, previous):
                    statements.append(left_out_statement(past, episode.decom, self._year, self._known_at))
            self._state(statements)


def _left_out_now(first: EpisodeLeftOut, known: Sequence[Event]) -> Body | None:
    body = known[-1].body
    return first if isinstance(body, EpisodeDetails) and body.dec is None else None


def _count(current: ChildReturn) -> int:
    return sum(len(current.rows_of(table)) for table in ROW_TYPES) + current.rows_kept_out


def _with_open_episodes(recorder: Recorder, year: str) -> set[UUID]:
    """Children with an episode that returns before ``year`` left open: only these are held in memory."""
    reached: dict[bytes, tuple[int, bytes]] = {}
    for page in recorder.log_store.pages(0, LOG_PAGE, EPISODE_TOPICS):
        for row in page:
            body = decode_body(row.topic, row.payload)
            if not isinstance(body, EpisodeDetails | EpisodeLeftOut) or body.return_year >= year or not row.subject:
                continue
            if isinstance(body, EpisodeDetails) and body.dec is None:
                if row.known_at >= reached.get(row.stream_id, (row.known_at,))[0]:
                    reached[row.stream_id] = (row.known_at, row.subject)
            elif row.stream_id in reached and row.known_at >= reached[row.stream_id][0]:
                del reached[row.stream_id]
    return {UUID(bytes=subject) for _, subject in reached.values()}
