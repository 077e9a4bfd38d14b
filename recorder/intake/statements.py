"""Stating many facts from a file, once: new, amended or unchanged, in known order.

A file says again what earlier files said. Each row has a stream of its own whose id follows from
the child and the row's key, so the same row finds what was stated before; only a difference
becomes a new fact. A few queries and one append a chunk, whatever its size.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from recorder.application import Recorder, event_of
from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.ids import new_id

__all__ = ["Statement", "Summary", "amended_as", "apply_statements", "details_of"]


class Statement(NamedTuple):
    """One row as a fact to be: ``first`` if nothing is known, else what ``amend`` makes of the difference.

    ``amend`` is handed the statement known last and answers the body to append, or None to leave it.
    ``judge``, where given, decides instead from all the facts known, the one known last at the end:
    for rows that people may have corrected by hand since an earlier file.
    """

    stream: UUID
    subject: UUID | None
    first: Body
    amend: Callable[[Body], Body | None]
    judge: Callable[[Sequence[Event]], Body | None] | None = None


class Summary(msgspec.Struct):
    """What came of an import: rows read, and what became of them."""

    read: int = 0
    new: int = 0
    amended: int = 0
    unchanged: int = 0
    waiting: int = 0
    refused: int = 0
    already_loaded: bool = False

    def add(self, counts: Counter[str]) -> None:
        """Count what one chunk did."""
        self.new += counts["new"]
        self.amended += counts["amended"]
        self.unchanged += counts["unchanged"]


def details_of(body: Body, details: type[Body]) -> dict[str, Any]:
    """The fields of a statement that its details class names."""
    return {name: getattr(body, name) for name in details.__struct_fields__}


def amended_as(
    first: Body, details: type[Body], make: Callable[..., Body], ignore: Sequence[str] = ()
) -> Callable[[Body], Body | None]:
    """The usual way to amend: where the details differ (fields in ``ignore`` apart), state them whole."""

    def amend(before: Body) -> Body | None:
        old, new = details_of(before, details), details_of(first, details)
        if all(old[name] == new[name] for name in new if name not in ignore):
            return None
        return make(**new)

    return amend


def apply_statements(
    recorder: Recorder, statements: Iterable[Statement], known_at: datetime, provenance: Provenance
) -> Counter[str]:
    """Append what the statements add to what was known at ``known_at``; counts new, amended, unchanged.

    All of a call is one append: interrupted, it leaves nothing; run again, it changes nothing.
    Raises the library's ``IntegrityError`` where somebody states the same things at the same moment.
    """
    wanted = list(statements)
    history: defaultdict[UUID, list[Event]] = defaultdict(list)
    for row in recorder.log_store.rows_of_streams(s.stream for s in wanted):
        event = event_of(row)
        history[event.originator_id].append(event)
    counts: Counter[str] = Counter()
    fresh: list[Event] = []
    for statement in wanted:
        past = history[statement.stream]
        known = _known(past, known_at)
        body = _judged(statement, known)
        counts["unchanged" if body is None else ("amended" if known else "new")] += 1
        if body is None:
            continue
        event = recorder.event(
            statement.stream,
            len(past) + 1,
            new_id(),
            body,
            provenance,
            known_at=known_at,
            subject=statement.subject,
        )
        past.append(event)
        fresh.append(event)
    recorder.append(fresh)
    return counts


def _judged(statement: Statement, known: list[Event]) -> Body | None:
    if not known:
        return statement.first
    return statement.judge(known) if statement.judge else statement.amend(known[-1].body)


def _known(past: list[Event], known_at: datetime) -> list[Event]:
    known = [e for e in past if e.known_at <= known_at]
    return sorted(known, key=lambda e: (e.known_at, e.originator_version))
