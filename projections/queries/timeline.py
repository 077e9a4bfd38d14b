"""What happened to a child, fact by fact, the latest first; a statement that changed shows each of its versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from costing.closing import standing
from projections import tables as t
from projections.queries.children import ChildRows
from projections.queries.explain import said
from projections.queries.explained import Said
from recorder.application import event_of
from recorder.domain.care import EpisodeDetails, EpisodeLeftOut
from recorder.domain.child import ChildRegistered
from recorder.domain.facts import Event
from recorder.domain.rates import FeeDetails
from recorder.store.log import EventLog

__all__ = ["Moment", "Version", "timeline"]


@dataclass(frozen=True)
class Version:
    """What a statement said at one time: values of its codes and dates; ``said`` tells who, and when it was known."""

    values: dict[str, Any]
    said: Said


@dataclass(frozen=True)
class Moment:
    """Something that happened on a day. ``what``: registered, need, need_ended, episode, review, allocated, fee, work.

    ``values`` are those that hold now (or held at the instant asked about); ``versions`` all that were
    stated, the first known first.
    """

    on: date
    what: str
    values: dict[str, Any] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()


def timeline(rows: ChildRows, log: EventLog) -> list[Moment]:
    """Everything known of a child, the latest first; recorded work as one line a month."""
    found = [*_from_log(rows, log), *_from_rows(rows), *_work(rows)]
    return sorted(found, key=lambda moment: (moment.on, moment.what), reverse=True)


def _from_log(rows: ChildRows, log: EventLog) -> Iterator[Moment]:
    streams: defaultdict[bytes, list[Event]] = defaultdict(list)
    for row in log.rows_of_subjects([rows.child_id]):
        if rows.known_upto is None or row.known_at <= rows.known_upto:
            streams[row.stream_id].append(event_of(row))
    for events in streams.values():
        body = events[0].body
        if isinstance(body, ChildRegistered):
            yield Moment(events[0].known_at.date(), "registered", versions=(Version({}, said(events[0])),))
        elif isinstance(body, EpisodeDetails | FeeDetails):
            yield _stated(events)


_EPISODE = ("decom", "dec", "rne", "ls", "place", "provider", "rec", "return_year")
_FEE = ("valid_from", "valid_to", "weekly", "social_care", "education", "health", "placement_ref")


def _stated(events: list[Event]) -> Moment:
    """An episode or a fee, with each of its versions in the order in which they were known."""
    ordered = sorted(events, key=lambda e: (e.known_at, e.originator_version))
    versions, values = [], {}
    episode = isinstance(events[0].body, EpisodeDetails)
    for event in ordered:
        body = event.body
        if isinstance(body, EpisodeDetails | FeeDetails):
            values = {name: getattr(body, name) for name in (_EPISODE if episode else _FEE)}
        elif isinstance(body, EpisodeLeftOut):
            values = values | {"stops_on": body.stops_on, "return_year": body.return_year}
        else:
            values = values | {"withdrawn": True}
        versions.append(Version(values, said(event)))
    on = values["decom"] if episode else values["valid_from"]
    return Moment(on, "episode" if episode else "fee", values, tuple(versions))


def _from_rows(rows: ChildRows) -> Iterator[Moment]:
    for row in rows.frame(t.need).to_dicts():
        ended = row["ends"] is not None
        yield Moment(row["ends"] or row["starts"], "need_ended" if ended else "need", {"need": row["need"]})
    for row in rows.frame(t.review).filter(~pl.col("withdrawn")).to_dicts():
        yield Moment(row["held_on"], "review", {"participation": row["participation"]})
    workers = {row["worker_no"]: row["name"] or row["reference"] for row in rows.frame(t.worker).to_dicts()}
    for row in rows.frame(t.allocation).to_dicts():
        values = {"worker": workers.get(row["worker_no"], ""), "ends": row["ends"], "role": row["role"]}
        yield Moment(row["starts"], "allocated", values)


def _work(rows: ChildRows) -> Iterator[Moment]:
    """Recorded work, a moment a month: entries, and the child's part of the time in seconds."""
    staff = standing(rows.frame(t.posting).filter(pl.col("cost_kind") == "staff"))
    sums = staff.group_by("service_month").agg(
        pl.col("item_no").n_unique().alias("entries"),
        pl.col("seconds").sum(),
        pl.col("seconds").null_count().alias("unknown"),
        pl.col("service_to").max().alias("latest"),
    )
    for row in sums.to_dicts():
        values = {name: row[name] for name in ("entries", "seconds", "unknown")}
        yield Moment(row["latest"], "work", {**values, "month": row["service_month"]})
