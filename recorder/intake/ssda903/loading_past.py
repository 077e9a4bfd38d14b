"""What the log says of some children before a return is taken in: read once a chunk, folded in memory.

What *returns* said and what *people* corrected since are kept apart: a return that only repeats itself
does not undo a correction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from costing.calendar import return_year_first, return_year_last
from recorder.application import Recorder, event_of
from recorder.child_record import ChildRecord, record_of
from recorder.domain.care import EpisodeDetails, EpisodeLeftOut, ReturnRowDetails
from recorder.domain.child import ChildRegistered, NeedEnded, NeedStarted
from recorder.domain.facts import Body, Event

from .check_earlier import PreviousChild
from .rows import EpisodeFacts

__all__ = ["FILE", "HEADER", "ChildPast", "Header", "facts_of", "pasts", "said_by_files", "years_held"]

FILE = "file"
HEADER = "header"
_FAMILIES = ("child.", "episode.", "allocation.", "review.", "return_row.")


class Header(msgspec.Struct, frozen=True):
    """A header row as one return stated it. ``held`` False: that return held the child without a header row."""

    held: bool
    sex: str = ""
    ethnic: str = ""
    dob: date | None = None
    upn: str = ""


def facts_of(body: EpisodeDetails) -> EpisodeFacts:
    """The episode of a stored statement, as checks compare it."""
    return EpisodeFacts(**{name: getattr(body, name) for name in EpisodeFacts.__struct_fields__})


def said_by_files(known: Sequence[Event], *kinds: type[Body]) -> list[Event]:
    """The facts of these kinds that files stated; where no file stated any, those that people did."""
    said = [e for e in known if isinstance(e.body, kinds)]
    return [e for e in said if e.provenance.source == FILE] or said


def years_held(body: EpisodeDetails, years: Iterable[str]) -> list[str]:
    """Which of the return years an episode lies in, at least by a day."""
    return [
        y for y in years if body.decom <= return_year_last(y) and (body.dec is None or body.dec >= return_year_first(y))
    ]


class ChildPast:
    """Everything recorded of one child's identity and care, by stream, in log order."""

    def __init__(self, recorder: Recorder, child: UUID, streams: Mapping[UUID, list[Event]]) -> None:
        self.child = child
        self._recorder = recorder
        self._streams = streams
        self._headers: dict[datetime | None, dict[str, Header]] = {}

    @property
    def registered(self) -> bool:
        """Whether the child is in the log; a key without a fact may have been left by an interruption."""
        return any(isinstance(e.body, ChildRegistered) for e in self._streams.get(self.child, ()))

    def known(self, stream: UUID, known_at: datetime | None) -> list[Event]:
        """The facts of a stream known at an instant (None: all), in the order in which they were known."""
        return _in_order(self._streams.get(stream, ()), known_at)

    def record(self, known_at: datetime | None) -> ChildRecord:
        """The child as known at an instant, decrypted."""
        return record_of(self._recorder, self._streams[self.child], known_at)

    def needs(self, known_at: datetime) -> set[tuple[type[Body], str, date]]:
        """The beginnings and ends of needs known at an instant."""
        bodies = [e.body for e in self.known(self.child, known_at)]
        return {(type(b), b.need, b.on) for b in bodies if isinstance(b, NeedStarted | NeedEnded)}

    def headers(self, known_at: datetime | None = None) -> dict[str, Header]:
        """What each return that held the child says in its header, by return year, as known at an instant."""
        if known_at not in self._headers:
            found: dict[str, Header] = {}
            for stream in self._streams:
                said = said_by_files(self.known(stream, known_at), ReturnRowDetails)
                body = said[-1].body if said else None
                if isinstance(body, ReturnRowDetails) and body.table == HEADER:
                    found[body.return_year] = self._header(body)
            self._headers[known_at] = dict(sorted(found.items()))
        return self._headers[known_at]

    def _header(self, body: ReturnRowDetails) -> Header:
        personal = self._recorder.keys.decrypt(self.child, body.personal) if body.personal else {}
        born = personal.get("DOB", "")
        return Header(
            held=bool(body.values or personal),
            sex=body.values.get("SEX", ""),
            ethnic=body.values.get("ETHNIC", ""),
            dob=date.fromisoformat(born) if born else None,
            upn=personal.get("UPN", ""),
        )

    def sealed(self, stream: UUID, personal: Mapping[str, str], known_at: datetime, *kinds: type[Body]) -> str | None:
        """Personal values encrypted: the text that the last file's statement holds where it says the same."""
        if not personal:
            return None
        said = said_by_files(self.known(stream, known_at), *kinds)
        before: str | None = getattr(said[-1].body, "personal", None) if said else None
        if before and self._recorder.keys.decrypt(self.child, before) == personal:
            return before
        return self._recorder.keys.encrypt(self.child, personal)

    def previous(self, identifier: str, year: str) -> PreviousChild | None:
        """The child as the returns before ``year`` have it; None where they do not."""
        headers = {y: h for y, h in self.headers().items() if y < year}
        episodes, left_out, last = self._episodes(year)
        if not headers and not episodes:
            return None
        who = PreviousChild(child=identifier, upn="", sex="", dob=None, episodes=())
        for header in headers.values():
            if header.held:
                who = msgspec.structs.replace(
                    who,
                    earlier_upns=(*who.earlier_upns, who.upn) if who.upn else who.earlier_upns,
                    upn=header.upn or who.upn,
                    sex=header.sex or who.sex,
                    dob=header.dob or who.dob,
                )
        return msgspec.structs.replace(
            who,
            episodes=tuple(episodes[decom] for decom in sorted(episodes)),
            return_year=max(headers, default=last),
            left_out=tuple(sorted(left_out)),
        )

    def _episodes(self, year: str) -> tuple[dict[date, EpisodeFacts], set[date], str]:
        """Each episode by start as returns before ``year`` stated it last; the starts left out; the last year."""
        episodes: dict[date, EpisodeFacts] = {}
        left_out: set[date] = set()
        last = ""
        for stream in self._streams:
            decom: date | None = None
            for event in self.known(stream, None):
                body = event.body
                if event.provenance.source != FILE or not isinstance(body, EpisodeDetails | EpisodeLeftOut):
                    continue
                if body.return_year >= year:
                    continue
                if isinstance(body, EpisodeDetails):
                    decom = body.decom
                    episodes[decom] = facts_of(body)
                    left_out.discard(decom)
                    last = max(last, body.return_year)
                elif decom is not None:
                    left_out.add(decom)
        return episodes, left_out, last


def _in_order(events: Sequence[Event], known_at: datetime | None) -> list[Event]:
    known = [e for e in events if known_at is None or e.known_at <= known_at]
    return sorted(known, key=lambda e: (e.known_at, e.originator_version)) if len(known) > 1 else known


def pasts(recorder: Recorder, children: Iterable[UUID]) -> dict[UUID, ChildPast]:
    """What the log says of these children, in a few queries; children without a fact are left out."""
    wanted = list(dict.fromkeys(children))
    streams: defaultdict[UUID, defaultdict[UUID, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for row in recorder.log_store.rows_of_subjects(wanted):
        if row.topic.startswith(_FAMILIES):
            event = event_of(row)
            streams[UUID(bytes=row.subject)][event.originator_id].append(event)
    recorder.keys.refresh(wanted)
    return {child: ChildPast(recorder, child, held) for child, held in streams.items()}
