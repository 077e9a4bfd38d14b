"""Making a run: read the facts, calculate, keep the fact and the issued report. For pages and commands alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

import polars as pl
from sqlalchemy import Connection, Engine

from costing.calculator import RunFacts, RunPrices, RunProblems, RunReport, RunSettings
from costing.calculator_file import read_run_settings, write_run_settings
from costing.calculator_run import calculate_with_pieces
from projections.database import ProjectionDatabase
from projections.queries.cost_lines import CostSource, LiveCosts, costs_as_at
from projections.queries.run_prices import run_prices
from projections.queries.runs import NothingKnown, run_facts
from recorder.application import Receipt, Recorder
from recorder.domain.facts import Provenance
from recorder.domain.runs import RunMade
from recorder.issued_reports import keep_report
from recorder.runs import keep_run, run_id_of
from recorder.store.log import from_micros, to_micros
from web.runs.versions import versions_of

__all__ = ["MadeRun", "Places", "keep_made", "made_run", "make_run", "source_at"]

Progress = Callable[[int, int | None], None]
Settled = Callable[[datetime, int], None]
STEPS = 4


class Places(Protocol):
    """What a run is read from and kept in; the site and the commands hold it open."""

    @property
    def recorder(self) -> Recorder:
        """The log and the keys."""
        ...

    @property
    def projections(self) -> ProjectionDatabase:
        """The tables."""
        ...

    @property
    def desk(self) -> Engine:
        """Where issued reports are kept."""
        ...


@dataclass(frozen=True)
class MadeRun:
    """A run that is calculated, and what it rests on; nothing is kept yet."""

    settings: RunSettings
    report: RunReport
    prices: RunPrices
    facts: RunFacts
    known_upto: datetime
    position: int
    versions: dict[str, str]
    pieces: pl.DataFrame


def _silent(_: int, __: int | None) -> None:
    """No progress is asked for."""


def _unheard(_: datetime, __: int) -> None:
    """Nobody asks what the instant and the position are."""


def make_run(
    here: Places,
    settings_text: str,
    *,
    title: str = "",
    known: datetime | None = None,
    position: int | None = None,
    by: str,
    progress: Progress = _silent,
    settled: Settled = _unheard,
) -> UUID:
    """Make a run from the text of its settings and keep it; answers its id. The same run again is the same id.

    ``known`` and ``position`` look back; left out, it is of the tables as they stand, and ``settled`` is told what
    they are as soon as they are. Raises ``RunProblems``,
    in the user's words, for settings that cannot be read and for what cannot be costed.
    """
    settings = read_run_settings(settings_text)
    text = write_run_settings(settings, title) if title else settings_text
    made = made_run(here, settings, known=known, position=position, progress=progress, settled=settled)
    return keep_made(here, made, text, Provenance(by=by, source="form"))[0]


def made_run(
    here: Places,
    settings: RunSettings,
    *,
    known: datetime | None = None,
    position: int | None = None,
    progress: Progress = _silent,
    settled: Settled = _unheard,
) -> MadeRun:
    """The run calculated. Raises ``RunProblems``."""
    progress(0, STEPS)
    try:
        with source_at(here, known, position) as (source, instant, reached):
            settled(instant, reached)
            progress(1, STEPS)
            facts = run_facts(source, here.recorder.keys)
            progress(2, STEPS)
            prices = run_prices(source, settings, here.recorder.keys)
            versions = versions_of(settings, prices, source)
        progress(3, STEPS)
        report, pieces = calculate_with_pieces(facts, settings, prices)
    except NothingKnown as refused:
        raise RunProblems([str(refused)]) from refused
    return MadeRun(settings, report, prices, facts, instant, reached, versions, pieces)


def keep_made(here: Places, made: MadeRun, settings_text: str, provenance: Provenance) -> tuple[UUID, Receipt]:
    """Keep a run as a fact, and its report on the desk; answers the run's id and what became of the fact."""
    fact = RunMade(
        settings=settings_text,
        known_upto=made.known_upto.astimezone(UTC),
        position=made.position,
        versions=made.versions,
        checksum=made.report.checksum,
        total_units=made.report.total,
        child_count=len(made.report.children),
    )
    run_id = run_id_of(fact)
    keep_report(here.desk, run_id, made.report, here.recorder.clock.now())
    return run_id, keep_run(here.recorder, fact, provenance)


@contextmanager
def source_at(here: Places, known: datetime | None, position: int | None) -> Iterator[tuple[CostSource, datetime, int]]:
    """Tables to calculate from, with the instant and the position that they show.

    The tables as they stand, where they are what was asked for; else those made from the log as it was then.
    """
    with _one_moment(here.projections) as connection:
        live = LiveCosts(connection)
        shown = live.position
        newest = from_micros(live.known_upto)
        if position in {None, shown} and (known is None or known >= newest):
            yield live, known or max(here.recorder.clock.now(), newest), shown
            return
    instant = known or here.recorder.clock.now()
    log = here.recorder.log_store
    reached = log.position() if position is None else position
    yield costs_as_at(log, to_micros(instant), reached), instant, reached


@contextmanager
def _one_moment(projections: ProjectionDatabase) -> Iterator[Connection]:
    """A connection whose every query shows the tables as they stood at the first one."""
    with projections.reader().connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection
