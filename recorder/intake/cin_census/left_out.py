"""Open referrals that a later census does not hold: the case ends at the turn of the year until someone says more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from costing.calendar import return_year_first
from recorder.application import Recorder, event_of
from recorder.domain.care import ReturnRowDetails
from recorder.domain.facts import Body, Event, decode_body
from recorder.domain.services import (
    ReferralAmended,
    ReferralDetails,
    ReferralLeftOut,
    ReferralStated,
    ReferralWithdrawn,
)
from recorder.intake.batches import Batch
from recorder.intake.reading import Finding
from recorder.intake.statements import Statement

from .findings import found
from .known import REFERRALS, said_by_files
from .stating import row_stream

__all__ = ["leave_out"]

_CHUNK = 500
_LOG_PAGE = 5_000
_TOPICS = [each.topic for each in (ReferralStated, ReferralAmended, ReferralLeftOut, ReferralWithdrawn)]


class _Open(NamedTuple):
    """An open referral of a census before."""

    stream: UUID
    child: UUID
    on: date


def leave_out(batch: Batch, year: str, say: Callable[[Finding], None]) -> None:
    """Close the referrals that censuses before ``year`` left open and the one of ``year`` does not hold.

    Each ends on 31 March before that year, and is said. Stated already, it is not stated again.
    """
    stops_on = return_year_first(year) - timedelta(days=1)
    first = ReferralLeftOut(return_year=year, stops_on=stops_on)
    recorder = batch.recorder
    waiting = _open_before(recorder, year)
    while chunk := list(islice(waiting, _CHUNK)):
        held = _held(recorder, year, (each.child for each in chunk))
        gone = [each for each in chunk if each.on not in held.get(each.child, frozenset())]
        told: dict[UUID, _Open] = {}
        statements = [
            Statement(each.stream, each.child, first, lambda _: None, partial(_judge, first, each, told))
            for each in gone
            if recorder.keys.readable(each.child)  # an erased child is refused, so nothing tells whether it is held
        ]
        batch.state(statements, count=False)
        for each in told.values():
            say(found("left_out", 0, "CINdetails", day=f"{each.on:%d/%m/%Y}", stops=f"{stops_on:%d/%m/%Y}"))


def _judge(first: ReferralLeftOut, referral: _Open, told: dict[UUID, _Open], known: Sequence[Event]) -> Body | None:
    """Whether the referral is left out, and so told: files before held it last, open, and so it stands."""
    told.pop(referral.stream, None)
    said = said_by_files(known, ReferralDetails, ReferralLeftOut)
    last, holding = said[-1].body if said else None, known[-1].body
    if not isinstance(last, ReferralDetails) or not isinstance(holding, ReferralDetails):
        return None
    if last.return_year >= first.return_year or not _is_open(holding):
        return None
    told[referral.stream] = referral
    return first


def _is_open(body: ReferralDetails) -> bool:
    return body.closed is None and not body.no_further_action


def _open_before(recorder: Recorder, year: str) -> Iterator[_Open]:
    """Referrals that are open by what was known last, and that a census before ``year`` stated: only these are held."""
    reached: dict[bytes, tuple[int, _Open]] = {}
    for page in recorder.log_store.pages(0, _LOG_PAGE, _TOPICS):
        for row in page:
            before = reached.get(row.stream_id)
            if before is not None and before[0] > row.known_at:
                continue
            body = decode_body(row.topic, row.payload)
            if isinstance(body, ReferralDetails) and _is_open(body) and "" < body.return_year < year:
                reached[row.stream_id] = (row.known_at, _Open(UUID(bytes=row.stream_id), body.child, body.referred_on))
            elif before is not None:
                del reached[row.stream_id]
    yield from (each for _, each in reached.values())


def _held(recorder: Recorder, year: str, children: Iterable[UUID]) -> dict[UUID, frozenset[date]]:
    """The days of the referrals that the census of a year holds of these children."""
    streams = {row_stream(child, year): child for child in children}
    held: dict[UUID, frozenset[date]] = {}
    for row in recorder.log_store.rows_of_streams(streams):
        event = event_of(row)
        if isinstance(event.body, ReturnRowDetails):
            days = event.body.values.get(REFERRALS, "").split()
            held[streams[event.originator_id]] = frozenset(date.fromisoformat(day) for day in days)
    return held
