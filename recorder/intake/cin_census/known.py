"""What the log says of some children before a census is taken in: read once a chunk, folded in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from recorder.application import Recorder, event_of
from recorder.child_record import ChildRecord, record_of
from recorder.domain.care import ReturnRowDetails
from recorder.domain.child import ChildRegistered
from recorder.domain.facts import Body, Event

__all__ = ["FILE", "REFERRALS", "TABLE", "CensusRow", "KnownChild", "in_order", "known_children", "said_by_files"]

FILE = "file"
# Each census that holds a child is kept as a row of this table, so that it is known which census said what.
TABLE = "cin_child"
REFERRALS = "CINreferralDate"
_FAMILIES = ("child.", "return_row.")


class CensusRow(msgspec.Struct, frozen=True):
    """A child's own row as one census stated it; ``referrals`` the days of the referrals that it held."""

    sex: str = ""
    ethnicity: str = ""
    born: date | None = None
    expected: date | None = None
    referrals: frozenset[date] = frozenset()


def in_order(events: Iterable[Event], known_at: datetime | None) -> list[Event]:
    """The events known at an instant (None: all), in the order in which they were known."""
    known = [e for e in events if known_at is None or e.known_at <= known_at]
    return sorted(known, key=lambda e: (e.known_at, e.originator_version))


def said_by_files(known: Sequence[Event], *kinds: type[Body]) -> list[Event]:
    """The facts of these kinds that files stated; where no file stated any, those that people did."""
    said = [e for e in known if isinstance(e.body, kinds)]
    return [e for e in said if e.provenance.source == FILE] or said


class KnownChild:
    """Everything recorded of one child's identity, and what each census said of it."""

    def __init__(self, recorder: Recorder, child: UUID, streams: Mapping[UUID, list[Event]]) -> None:
        self.child = child
        self._recorder = recorder
        self._streams = streams
        self._rows: dict[datetime | None, dict[str, CensusRow]] = {}

    @property
    def registered(self) -> bool:
        """Whether the child is in the log; a key without a fact may have been left by an interruption."""
        return any(isinstance(e.body, ChildRegistered) for e in self._streams.get(self.child, ()))

    def known(self, stream: UUID, known_at: datetime | None) -> list[Event]:
        """The facts of a stream known at an instant (None: all), in the order in which they were known."""
        return in_order(self._streams.get(stream, ()), known_at)

    def record(self, known_at: datetime | None) -> ChildRecord:
        """The child as known at an instant, decrypted."""
        return record_of(self._recorder, self._streams[self.child], known_at)

    def census_rows(self, known_at: datetime | None) -> dict[str, CensusRow]:
        """What each census that held the child says of it, by return year, as known at an instant."""
        if known_at not in self._rows:
            found: dict[str, CensusRow] = {}
            for stream in self._streams:
                said = said_by_files(self.known(stream, known_at), ReturnRowDetails)
                body = said[-1].body if said else None
                if isinstance(body, ReturnRowDetails) and body.table == TABLE:
                    found[body.return_year] = self._row(body)
            self._rows[known_at] = dict(sorted(found.items()))
        return self._rows[known_at]

    def _row(self, body: ReturnRowDetails) -> CensusRow:
        personal = self._recorder.keys.decrypt(self.child, body.personal) if body.personal else {}
        days = (personal.get(name, "") for name in ("PersonBirthDate", "ExpectedPersonBirthDate"))
        born, expected = (date.fromisoformat(day) if day else None for day in days)
        return CensusRow(
            sex=body.values.get("Sex", ""),
            ethnicity=body.values.get("Ethnicity", ""),
            born=born,
            expected=expected,
            referrals=frozenset(date.fromisoformat(day) for day in body.values.get(REFERRALS, "").split()),
        )

    def sealed(self, stream: UUID, personal: Mapping[str, str], known_at: datetime) -> str | None:
        """Personal values encrypted: the text that the last file's statement holds where it says the same."""
        if not personal:
            return None
        said = said_by_files(self.known(stream, known_at), ReturnRowDetails)
        before: str | None = getattr(said[-1].body, "personal", None) if said else None
        if before and self._recorder.keys.decrypt(self.child, before) == personal:
            return before
        return self._recorder.keys.encrypt(self.child, personal)


def known_children(recorder: Recorder, children: Iterable[UUID]) -> dict[UUID, KnownChild]:
    """What the log says of these children, in a few queries; children that are not registered are left out."""
    wanted = list(dict.fromkeys(children))
    streams: defaultdict[UUID, defaultdict[UUID, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for row in recorder.log_store.rows_of_subjects(wanted):
        if row.topic.startswith(_FAMILIES):
            event = event_of(row)
            streams[UUID(bytes=row.subject)][event.originator_id].append(event)
    recorder.keys.refresh(wanted)
    known = {child: KnownChild(recorder, child, held) for child, held in streams.items()}
    return {child: each for child, each in known.items() if each.registered}
