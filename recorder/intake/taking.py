"""Rows of a file that are about a child, taken in by the chunk: as facts, or to wait, or refused.

A row waits where its description is not settled, its child not registered or its worker not on the
roster; ``waiting_rows.load_waiting`` takes them up again, each as it was known when its file came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar
from uuid import UUID

from recorder.domain.facts import Refused
from recorder.intake.batches import Batch
from recorder.intake.clients import Clients, find_clients
from recorder.intake.reading import Row
from recorder.intake.statements import Statement
from recorder.waiting import Suggestion, WaitingRow, put_waiting, settle_keys, waiting_counts

__all__ = ["CHUNK", "Ready", "Taker", "chunks"]

CHUNK = 2000
_SAID = {
    "phrase": ("description_not_settled", "Nobody has settled what this description means. The row waits"),
    "child": ("child_unknown", "This child is not registered yet. The row waits"),
    "worker": ("worker_unknown", "This worker is not on the roster yet: load the roster first. The row waits"),
}
# The columns of each sort of file, by the fields of the fact.
_COLUMNS: dict[str, dict[str, str]] = {
    "activity": {
        "phrase": "description",
        "child": "client",
        "on": "date",
        "minutes": "time",
        "travel": "time",
        "workers": "worker",
        "children": "client",
    },
    "fee": {},
    "early_help": {},
}
_T = TypeVar("_T")


def chunks(rows: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    """A stream of rows in lists of so many."""
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk


class Ready(NamedTuple):
    """A row that is read: its child's identifier, its own reference, and the fact it is once the child is known.

    ``waits``: phrase or worker where something else than the child is missing. ``state`` raises ``Refused``.
    """

    row: Row
    client: str
    reference: str
    state: Callable[[UUID], Statement]
    waits: str = ""
    phrase: str = ""
    suggestions: tuple[Suggestion, ...] = ()


class Taker:
    """Takes rows of one sort (``what``) in; remembers which thing each row of the file has stated."""

    def __init__(self, batch: Batch, what: str) -> None:
        self.batch = batch
        self.what = what
        self._said: dict[UUID, tuple[int, int]] = {}
        self._any_waiting = any(kind == what for kind, _ in waiting_counts(batch.desk))

    def take(self, chunk: Sequence[Ready]) -> None:
        """State what can be stated, in one append; let the others wait."""
        batch = self.batch
        clients = find_clients(batch.recorder.keys, (ready.client for ready in chunk))
        statements: list[Statement] = []
        loaded: list[tuple[str, str]] = []
        waits: list[WaitingRow] = []
        refused: list[tuple[str, str]] = []
        for ready in chunk:
            name = (ready.reference, ready.client)
            if problem := _nobody(ready, clients, self._column("child")):
                batch.refuse(ready.row.number, [problem])
                refused.append(name)
            elif reason := self._reason(ready, clients):
                waits.append(self._waiting(ready, reason))
            elif statement := self._stated(ready, clients):
                statements.append(statement)
                loaded.append(name)
            else:
                refused.append(name)
        batch.state(statements)
        self._settle(waits, loaded, refused)

    def _reason(self, ready: Ready, clients: Clients) -> str:
        if ready.waits == "phrase":
            return "phrase"
        return "child" if clients.of(ready.client) is None else ready.waits

    def _stated(self, ready: Ready, clients: Clients) -> Statement | None:
        child = clients.of(ready.client)
        assert child is not None
        try:
            statement = ready.state(child)
        except Refused as refused:
            said_of = [(self._column(field), text) for field, text in refused.problems]
            self.batch.refuse(ready.row.number, ((f"bad_{name or 'row'}", name, text) for name, text in said_of))
            return None
        said = hash(statement.first)
        number, before = self._said.setdefault(statement.stream, (ready.row.number, said))
        if before == said:
            return statement
        message = f"Row {number} says something else of the same thing. This row is not taken"
        self.batch.refuse(ready.row.number, [("stated_twice", "", message)])
        return None

    def _column(self, field: str) -> str:
        return _COLUMNS[self.what].get(field, field)

    def _waiting(self, ready: Ready, reason: str) -> WaitingRow:
        rule, message = _SAID[reason]
        text = f"{message} (“{ready.phrase}”)" if reason == "phrase" else message
        self.batch.say(rule, ready.row.number, self._column(reason), text, "warning")
        return WaitingRow(
            what=self.what,
            reason=reason,
            reference=ready.reference,
            client=ready.client,
            row=ready.row.values,
            batch=self.batch.provenance.batch,
            row_number=ready.row.number,
            known_at=self.batch.known_at,
            phrase=ready.phrase,
            suggestions=ready.suggestions,
        )

    def _settle(self, waits: list[WaitingRow], loaded: list[tuple[str, str]], refused: list[tuple[str, str]]) -> None:
        batch = self.batch
        now = batch.recorder.clock.now()
        if self._any_waiting:
            settle_keys(batch.desk, batch.recorder.keys, self.what, loaded, now)
            settle_keys(batch.desk, batch.recorder.keys, self.what, refused, now, "refused")
        if waits:
            batch.summary.waiting += put_waiting(batch.desk, batch.recorder.keys, waits, now)


def _nobody(ready: Ready, clients: Clients, column: str) -> tuple[str, str, str] | None:
    """Why no child can be meant by the row's identifier, however long it waits."""
    mine = "".join(ready.client.split()).upper()
    if mine in clients.erased:
        return "child_erased", column, "This child's record has been erased. The row is not taken"
    if mine in clients.two:
        return "child_ambiguous", column, "Two children have this number in different systems. The row is not taken"
    return None
