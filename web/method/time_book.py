"""Recorded work as the tables stand, kept between requests, and what an address asks of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import polars as pl
from flask import request
from sqlalchemy import Connection

from costing.calendar import month_first, month_last, month_of
from costing.processes import UnknownProcess
from costing.standard_times import StandardTime, counted_by
from costing.variations import Frameworks
from projections.queries.cost_lines import LiveCosts
from projections.queries.finance import ledger_years
from projections.queries.frameworks import frameworks_of
from projections.queries.recorded_times import AttachedWork, attached_work
from projections.queries.runs import team_coverage
from projections.queries.standard_times import standard_times_of
from projections.queries.time_per_process import TimeReport, TimeRow, time_report
from web.period import Asked, ask_period
from web.state import state
from web.working import Progress, Working, work_on

__all__ = ["SPLITS", "TimeAsked", "TimeBook", "ask_time", "ask_time_through", "kept_report", "unit_of"]

SPLITS = {"": "Nothing", "variations": "Variation", "team": "Team", "both": "Variation and team"}
_BY = {
    "": frozenset[str](),
    "variations": frozenset({"variations"}),
    "team": frozenset({"team"}),
    "both": frozenset({"variations", "team"}),
}
PATIENCE_SECONDS = 1.5
_AS_LONG_AS_IT_TAKES = 600.0
_HELD_BOOKS, _HELD_REPORTS = 2, 12
_lock = threading.Lock()
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class TimeBook:
    """All that the pages of a log position are made of, and reports made from it lately, the latest last."""

    work: AttachedWork
    standard: tuple[StandardTime, ...]
    coverage: pl.DataFrame
    frameworks: Frameworks
    reports: OrderedDict[tuple[date, date, str], TimeReport]


@dataclass(frozen=True)
class TimeAsked:
    """What an address asks for: the period (``asked.period`` in whole months), a split and what to keep."""

    asked: Asked
    book: TimeBook
    split: str
    framework: str
    process: str
    worker_type: str
    team: str | None

    def keeps(self, row: TimeRow) -> bool:
        """Whether a row is among those asked for."""
        framework = self._framework(row.process)
        return (
            (not self.framework or framework == self.framework)
            and (not self.process or row.process == self.process)
            and (not self.worker_type or row.worker_type == self.worker_type)
            and (self.team is None or row.team == self.team)
        )

    def _framework(self, process: str) -> str:
        try:
            return self.book.frameworks.process(process).framework
        except UnknownProcess:
            return ""

    def report(self, split: str | None = None) -> TimeReport:
        """The rows of the period by a split, by default the one asked for."""
        return kept_report(
            self.book, self.asked.period.first, self.asked.period.last, self.split if split is None else split
        )


def ask_time(connection: Connection, patience: float = PATIENCE_SECONDS) -> TimeAsked | Working[TimeBook] | None:
    """What the address of this request asks for; None before any day has ended.

    The work is read and attached to what took place once for a log position; where that takes longer than
    ``patience`` in seconds, how far it is comes back instead.
    """
    source = LiveCosts(connection)
    horizon = source.horizon
    years = [year for year in ledger_years(connection) if horizon is not None and date(year, 4, 1) <= horizon]
    if horizon is None or not years:
        return None
    asked = ask_period(request.args, years, horizon)
    first, last = asked.period.first, asked.period.last
    whole = replace(asked.period, first=month_first(month_of(first)), last=month_last(month_of(last)))
    going = _book(source.position, patience)
    if going.found is None:
        return going
    args, team = request.args, request.args.get("team", "all")
    split = args.get("split", "")
    split = split if split in SPLITS else ""
    if team != "all" and "team" not in _BY[split]:
        split = "both" if split else "team"
    return TimeAsked(
        asked=replace(asked, period=whole),
        book=going.found,
        split=split,
        framework=args.get("framework", ""),
        process=args.get("process", ""),
        worker_type=args.get("worker_type", ""),
        team=None if team == "all" else team,
    )


def ask_time_through(connection: Connection) -> TimeAsked | None:
    """As ``ask_time``, for a file, which waits for as long as it takes."""
    asked = ask_time(connection, _AS_LONG_AS_IT_TAKES)
    if isinstance(asked, Working):
        message = "The recorded work could not be read."
        raise RuntimeError(message)
    return asked


def unit_of(frameworks: Frameworks, process: str) -> str:
    """What a time of a process is for: an `occurrence` or a `month`."""
    try:
        return "occurrence" if frameworks.process(process).unit == "occurrence" else "month"
    except UnknownProcess:
        return counted_by(process)


def kept_report(book: TimeBook, first: date, last: date, split: str) -> TimeReport:
    """The report of a period and a split, made once."""
    key = (first, last, split)
    with _lock:
        if key in book.reports:
            book.reports.move_to_end(key)
            return book.reports[key]
    found = time_report(book.work.within(first, last), book.standard, book.coverage, first, last, _BY[split])
    _keep(book.reports, key, found, _HELD_REPORTS)
    return found


def _book(position: int, patience: float) -> Working[TimeBook]:
    """The book of a log position, begun now if it was not."""
    here = state()

    def made(progress: Progress) -> TimeBook:
        with here.projections.reader().connect() as connection:
            source = LiveCosts(connection)
            frameworks = frameworks_of(source)
            work = attached_work(source, here.recorder.keys, frameworks, progress)
            return TimeBook(work, _standard(source), team_coverage(source), frameworks, OrderedDict())

    return work_on(
        "time per process", (here.projections.engine().url, position), made, patience=patience, held=_HELD_BOOKS
    )


def _standard(source: LiveCosts) -> tuple[StandardTime, ...]:
    found: Sequence[StandardTime] = standard_times_of(source)
    return tuple(found)


def _keep(held: OrderedDict[_Key, _Value], key: _Key, value: _Value, most: int) -> None:
    with _lock:
        held[key] = value
        while len(held) > most:
            held.popitem(last=False)
