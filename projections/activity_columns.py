"""Recorded activities as columns: only the fields the tables need, decoded a chunk at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import polars as pl
from sqlalchemy import Table

from projections import tables as t
from projections.database import frame_of
from projections.fact_rows import FollowError, Numbers
from recorder.domain.activity import ActivityWithdrawn
from recorder.store.log import LogRow

__all__ = ["ActivityColumns"]


class _Work(msgspec.Struct, gc=False):
    worker: str
    minutes: int | None = None
    travel_minutes: int | None = None
    miles_tenths: int | None = None
    accepted: bool = True


class _Share(msgspec.Struct, gc=False):
    child: str
    weight: int = 1
    process: str | None = None
    seen: bool | None = None
    seen_alone: bool | None = None


class _Activity(msgspec.Struct, gc=False):
    kind: str
    direct: bool
    on: str
    workers: tuple[_Work, ...] = ()
    children: tuple[_Share, ...] = ()
    outcome: str = "held"
    contact: str = ""


class _Source(msgspec.Struct, gc=False):
    source: str = ""


class _Correction(msgspec.Struct):
    """What became of an activity: the row known last, the row that states the details that hold."""

    last: LogRow
    stated: LogRow | None = None
    withdrawn: bool = False


_MANY = msgspec.json.Decoder(list[_Activity])
_SOURCE = msgspec.json.Decoder(_Source)
_WITHDRAWN = ActivityWithdrawn.topic


class ActivityColumns:
    """Reads chunks of ``activity.recorded`` rows, with the corrections gathered beforehand."""

    def __init__(self, numbers: Numbers) -> None:
        self._children = {str(UUID(bytes=stream)): number for stream, number in numbers.child.items()}
        self._workers = {str(UUID(bytes=stream)): number for stream, number in numbers.worker.items()}
        self._corrections: dict[bytes, _Correction] = {}
        self._sources: dict[bytes, str] = {}

    def correct(self, page: list[LogRow]) -> None:
        """Remember amendments and withdrawals: they are few, and may stand chunks away."""
        for row in page:
            known = self._corrections.setdefault(row.stream_id, _Correction(row))
            known.last = row
            if row.topic == _WITHDRAWN:
                known.withdrawn = True
            else:
                known.stated = row

    def read(self, page: list[LogRow]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Rows of ``activity``, ``activity_worker`` and ``activity_child`` (its process and rule left blank)."""
        last, stated = list(page), list(page)
        withdrawn = [False] * len(page)
        for place, row in enumerate(page):
            later = self._corrections.pop(row.stream_id, None)
            if later is not None:
                last[place], withdrawn[place] = later.last, later.withdrawn
                stated[place] = later.stated or row
        details = _MANY.decode(b"[" + b",".join([row.payload for row in stated]) + b"]")
        columns: dict[str, list[Any]] = {
            "activity_no": [row.position for row in page],
            "activity_id": [row.stream_id for row in page],
            "version": [row.version for row in last],
            "kind": [d.kind for d in details],
            "direct": [d.direct for d in details],
            "service_date": [d.on for d in details],
            "outcome": [d.outcome for d in details],
            "contact": [d.contact for d in details],
            "source": [self._source(row.metadata) for row in stated],
            "withdrawn": withdrawn,
            "known_at": [row.known_at for row in last],
            "recorded_at": [row.recorded_at for row in page],
        }
        activities = _dated(_frame(t.activity, columns))
        counted = [(n, d) for n, d, gone in zip(columns["activity_no"], details, withdrawn, strict=True) if not gone]
        try:
            return activities, self._work(counted, activities), self._shares(counted)
        except KeyError as unknown:
            message = f"The log names somebody it never introduced ({unknown.args[0]})"
            raise FollowError(message) from None

    def _source(self, metadata: bytes) -> str:
        known = self._sources.get(metadata)
        if known is None:
            known = self._sources[metadata] = _SOURCE.decode(metadata).source
        return known

    def _work(self, counted: list[tuple[int, _Activity]], activities: pl.DataFrame) -> pl.DataFrame:
        numbers, lines = self._workers, [line for _, d in counted for line in d.workers]
        columns: dict[str, list[Any]] = {
            "activity_no": [n for n, d in counted for _ in d.workers],
            "worker_no": [numbers[line.worker] for line in lines],
            "seconds": [line.minutes for line in lines],
            "travel_seconds": [line.travel_minutes for line in lines],
            "miles_tenths": [line.miles_tenths for line in lines],
            "accepted": [line.accepted for line in lines],
        }
        said = activities.select("activity_no", "service_date", "kind", "direct")
        frame = _frame(t.activity_worker, columns).with_columns(pl.col("seconds", "travel_seconds") * 60)
        joined = frame.join(said, on="activity_no", how="left", maintain_order="left")
        return joined.select([c.name for c in t.activity_worker.c])

    def _shares(self, counted: list[tuple[int, _Activity]]) -> pl.DataFrame:
        numbers, lines = self._children, [line for _, d in counted for line in d.children]
        columns: dict[str, list[Any]] = {
            "activity_no": [n for n, d in counted for _ in d.children],
            "child_no": [numbers[line.child] for line in lines],
            "rank": [rank for _, d in counted for rank, _ in enumerate(d.children)],
            "weight": [line.weight for line in lines],
            "seen": [line.seen for line in lines],
            "seen_alone": [line.seen_alone for line in lines],
            "chosen_process": [line.process for line in lines],
            "process": [""] * len(lines),
            "rule": [None] * len(lines),
        }
        return _frame(t.activity_child, columns)


def _frame(table: Table, columns: dict[str, list[Any]]) -> pl.DataFrame:
    """Columns typed as the table's; a date stays the text it was said in."""
    types = frame_of(table, []).schema
    kinds = {name: pl.String() if types[name] == pl.Date else types[name] for name in columns}
    return pl.DataFrame({name: pl.Series(name, values, dtype=kinds[name]) for name, values in columns.items()})


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("service_date").str.to_date("%Y-%m-%d"))
