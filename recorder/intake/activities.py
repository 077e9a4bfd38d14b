"""Work that people did, from a case system's export or a spreadsheet: one row, one activity.

Columns: ref, client, worker, date, description, time. What a description means is decided by the
authority (``settings.settle_description``); else a kind of its own that holds on the day of the work tells, by
its code or one of its names; else, where the authority accepts them, the shipped list of phrases; else the row
waits on the desk with suggestions until a person settles the phrase. A blank time is not known. A kind that is
retired is read for the days before, and waits for a person's word from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import Engine

from costing.descriptions import CANCELLED, HELD, NOT_IN, Description, normalise, read_description, suggested_kind
from costing.duration import parse_minutes
from costing.shipped import shipped_rows
from costing.vocabulary import VERSION, Kind, kind
from recorder.application import Recorder
from recorder.domain.activity import (
    ActivityDetails,
    ActivityState,
    ActivityWithdrawn,
    ChildLine,
    Outcome,
    WorkerLine,
    decide_amend,
    decide_record,
)
from recorder.domain.facts import Body, Event
from recorder.domain.ids import derived_id, worker_id
from recorder.domain.kinds import AUTHORITY_SAYS, KindsByDay
from recorder.intake.batches import Batch, Progress, no_progress, run_import
from recorder.intake.cells import Cells
from recorder.intake.reading import Finding, Row, open_csv
from recorder.intake.statements import Statement, Summary, details_of
from recorder.intake.taking import Ready, Taker, chunks
from recorder.kinds import stated_kinds
from recorder.settings import read_settings, settled_descriptions
from recorder.waiting import Suggestion

__all__ = ["Meanings", "import_activities", "read_activity"]

REQUIRED = ("ref", "client", "worker", "date", "description", "time")
CORRECTED = "corrected in a later file"
SUGGESTIONS = 3
LEAST_ALIKE = 40
TRAVEL = "travel"
_OUTCOMES: dict[str, Outcome] = {HELD: "held", NOT_IN: "not_in", CANCELLED: "cancelled"}


class Meanings:
    """What descriptions mean to this authority, and which workers it knows: read once for each import."""

    def __init__(self, recorder: Recorder) -> None:
        self.settled = settled_descriptions(recorder)
        self.accepts_shipped = read_settings(recorder).accept_shipped_descriptions
        self._recorder = recorder
        # Days between two statements share one mapping of kinds: its id tells which days these are.
        self._kinds = KindsByDay(stated_kinds(recorder))
        self._workers: dict[UUID, bool] = {}
        self._own: dict[int, dict[str, str]] = {}
        self._names: dict[int, dict[str, str]] = {}
        self._suggested: dict[tuple[int, str], tuple[Suggestion, ...]] = {}

    def kind_of(self, phrase: str, on: date, whole: str = "") -> str | None:
        """The kind of work that a phrase means on a day, or None where nobody has decided.

        ``whole``: the description with its marks, as an own kind may be called "visit with siblings" itself.
        """
        held = self._kinds.on(on)
        own = self._own_names(held)
        marked = normalise(whole)
        if marked != phrase and marked in own:
            return own[marked]
        if code := self.settled.get(phrase) or own.get(phrase):
            return code
        shipped = suggested_kind(phrase) if self.accepts_shipped else None
        return shipped if shipped and held[shipped].offered else None

    def suggestions(self, phrase: str, on: date) -> tuple[Suggestion, ...]:
        """Up to three kinds of that day that the words may mean, the most alike first. For a person to choose from."""
        held = self._kinds.on(on)
        key = id(held), phrase
        if key not in self._suggested:
            names = self._all_names(held)
            best: dict[str, int] = {}
            for score, name in sorted(((_alike(phrase, name), name) for name in names), reverse=True):
                best.setdefault(names[name], score)
            likely = [Suggestion(code, score) for code, score in best.items() if score >= LEAST_ALIKE]
            self._suggested[key] = tuple(likely[:SUGGESTIONS])
        return self._suggested[key]

    def _own_names(self, held: Mapping[str, Kind]) -> dict[str, str]:
        """What the authority's own kinds of a day are called; a name that two of them share tells nothing."""
        if id(held) not in self._own:
            said = [each for each in held.values() if each.source == AUTHORITY_SAYS and each.offered]
            named = [(normalise(n), k.code) for k in said for n in {k.code, k.label, *k.synonyms}]
            meant: dict[str, set[str]] = {}
            for name, code in named:
                meant.setdefault(name, set()).add(code)
            self._own[id(held)] = {name: min(codes) for name, codes in meant.items() if len(codes) == 1}
        return self._own[id(held)]

    def _all_names(self, held: Mapping[str, Kind]) -> dict[str, str]:
        """Everything that names a kind offered on a day: labels and synonyms, shipped phrases, what was settled."""
        if id(held) not in self._names:
            names = {normalise(n): k.code for k in held.values() if k.offered for n in (k.label, *k.synonyms)}
            shipped = (r for r in shipped_rows("description_matches.csv") if r["version"] == VERSION)
            names |= {r["phrase"]: r["kind"] for r in shipped if held[r["kind"]].offered}
            self._names[id(held)] = names | self.settled
        return self._names[id(held)]

    def knows_worker(self, worker: UUID) -> bool:
        """Whether the worker is on the roster, by any file."""
        if worker not in self._workers:
            self._workers[worker] = bool(self._recorder.log_store.rows_of_streams([worker]))
        return self._workers[worker]


def _alike(one: str, other: str) -> int:
    """How alike two phrases are, 0 to 100: their words in any order, and their letters in order.

    Of the measures tried this one found the shipped phrases' kinds most often with the phrase itself left out:
    first for 64 of 85, among the first three for 76.
    """
    return round((fuzz.token_set_ratio(one, other) + fuzz.ratio(one, other)) / 2)


def import_activities(
    recorder: Recorder,
    desk: Engine,
    path: Path,
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> tuple[Summary, list[Finding]]:
    """Take a file of activities in. Rows of unsettled descriptions, unknown children or workers wait."""
    return run_import(
        recorder, desk, "activities", path, _take, known_at=known_at, by=by, progress=progress, again=again
    )


def _take(batch: Batch) -> None:
    source = open_csv(batch.path, REQUIRED)
    for odd in source.odd:
        batch.add(odd)
    meanings = Meanings(batch.recorder)
    taker = Taker(batch, "activity")
    for chunk in chunks(source.rows()):
        batch.summary.read += len(chunk)
        taker.take([ready for row in chunk if (ready := read_activity(batch, row, meanings))])
        batch.progress(batch.summary.read, max(source.lines - 1, batch.summary.read))


def read_activity(batch: Batch, row: Row, meanings: Meanings) -> Ready | None:
    """A row of the file as an activity to be; one that cannot be read is refused with all its problems."""
    cells = Cells(row.values)
    reference = cells.needed("ref", "the row's reference")
    client = cells.needed("client", "the child's number")
    worker = worker_id(cells.needed("worker", "the worker's reference"))
    on = cells.day("date", "the day on which the work was done")
    minutes = cells.read("time", parse_minutes)
    whole = cells.needed("description", "what was done")
    said = read_description(whole)
    if cells.problems or on is None:
        batch.refuse(row.number, cells.problems)
        return None
    code = meanings.kind_of(said.phrase, on, whole)
    if code is None:
        suggested = meanings.suggestions(said.phrase, on)
        return Ready(row, client, reference, _undecided, "phrase", said.phrase, suggested)

    def state(child: UUID) -> Statement:
        return _statement(batch, reference, child, worker, on, code, minutes, said)

    return Ready(row, client, reference, state, "" if meanings.knows_worker(worker) else "worker")


def _undecided(_: UUID) -> Statement:
    message = "a row whose description nobody has settled is no fact yet"
    raise AssertionError(message)


def _statement(
    batch: Batch, reference: str, child: UUID, worker: UUID, on: date, code: str, minutes: int | None, said: Description
) -> Statement:
    """The row as a fact about this child. Raises ``Refused``."""
    travelled = kind(code).kind_class == TRAVEL
    line = WorkerLine(
        worker=worker,
        minutes=None if travelled else minutes,
        travel_minutes=minutes if travelled else None,
    )
    details = ActivityDetails(
        kind=code,
        direct=kind(code).direct,
        on=on,
        workers=(line,),
        children=(ChildLine(child=child),),
        outcome=_OUTCOMES[said.outcome],
        vocabulary=VERSION,
        external_ref=reference,
    )
    today = batch.recorder.clock.today()
    first = decide_record(details, today)
    stream = derived_id(child, "activity", reference)
    return Statement(stream, None, first, lambda _: None, lambda known: _corrected(known, first, today))


def _corrected(known: Sequence[Event], details: ActivityDetails, today: date) -> Body | None:
    """What a later file adds: a correction where the *file* says something else than files said before.

    What a person has corrected or withdrawn here since stays, as long as the file repeats itself.
    """
    if any(isinstance(e.body, ActivityWithdrawn) for e in known):
        return None
    stated = [e for e in known if isinstance(e.body, ActivityDetails)]
    files = [e for e in stated if e.provenance.source == "file"] or stated
    if details_of(files[-1].body, ActivityDetails) == details_of(details, ActivityDetails):
        return None
    state = ActivityState(details=details, version=known[-1].originator_version)
    return decide_amend(state, details, CORRECTED, today)
