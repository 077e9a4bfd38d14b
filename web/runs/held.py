"""A run that was kept, opened: its fact, its settings and its issued report."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

import polars as pl
from flask import abort, current_app, make_response, render_template

from costing.calculator import RunFacts, RunProblems, RunReport, RunSettings
from costing.calculator_file import read_run_settings, read_title
from costing.calculator_pieces import departures
from projections.queries.cost_lines import CostSource
from projections.queries.runs import run_facts
from recorder.domain.runs import RunMade
from recorder.issued_reports import ReportDamaged, issued_report, keep_report
from recorder.runs import kept_run_event
from web.design.formats import uk_date
from web.runs.making import Places, made_run, source_at
from web.state import state

__all__ = ["HeldRun", "apart_words", "facts_of", "held_run", "open_run", "pieces_of", "title_of"]

_EXTENSION = "daybook_runs"
_HELD_RUNS, _HELD_FACTS, _HELD_PIECES = 8, 2, 2
_OTHER_BYTES = "The report is not kept here, and made again it comes to other figures than those that were issued."

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class HeldRun:
    """A kept run. ``title`` is the one given, else the period; ``report`` is the one issued, without names."""

    run_id: UUID
    made: RunMade
    settings: RunSettings
    report: RunReport
    title: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class _Kept:
    """Runs and facts opened lately, the latest last."""

    runs: OrderedDict[UUID, HeldRun]
    facts: OrderedDict[tuple[datetime, int], RunFacts]
    pieces: OrderedDict[UUID, pl.DataFrame]
    apart: dict[UUID, tuple[str, ...]]


_lock = threading.Lock()


def held_run(run_id: UUID) -> HeldRun:
    """The run of an id, for a page; the page of an address that leads nowhere where there is none."""
    kept = _kept()
    with _lock:
        if run_id in kept.runs:
            kept.runs.move_to_end(run_id)
            return kept.runs[run_id]
    try:
        found = open_run(state(), run_id)
    except (ReportDamaged, RunProblems) as lost:
        abort(make_response(render_template("runs/lost.html", reasons=str(lost).splitlines()), 409))
    if found is None:
        abort(404)
    with _lock:
        _keep(kept.runs, run_id, found, _HELD_RUNS)
    return found


def facts_of(held: HeldRun, source: CostSource | None = None) -> RunFacts:
    """What the run rests on, as at its instant and its position in the log; read from ``source`` where it is open."""
    kept, key = _kept(), (held.made.known_upto, held.made.position)
    with _lock:
        if key in kept.facts:
            kept.facts.move_to_end(key)
            return kept.facts[key]
    if source is not None:
        found = run_facts(source, state().recorder.keys)
    else:
        with source_at(state(), *key) as (opened, _, __):
            found = run_facts(opened, state().recorder.keys)
    with _lock:
        _keep(kept.facts, key, found, _HELD_FACTS)
    return found


def pieces_of(held: HeldRun) -> pl.DataFrame:
    """The run taken apart, as ``costing.calculator_pieces`` has it: made again as at its instant and position."""
    kept, key = _kept(), (held.made.known_upto, held.made.position)
    with _lock:
        if held.run_id in kept.pieces:
            kept.pieces.move_to_end(held.run_id)
            return kept.pieces[held.run_id]
    made = made_run(state(), held.settings, known=held.made.known_upto, position=held.made.position)
    apart = departures(made.pieces, held.report)
    with _lock:
        # What it rests on was read on the way: pages that ask for both read the log once.
        _keep(kept.facts, key, made.facts, _HELD_FACTS)
        kept.apart[held.run_id] = apart
        for gone in _keep(kept.pieces, held.run_id, made.pieces, _HELD_PIECES):
            kept.apart.pop(gone, None)
    return made.pieces


def apart_words(held: HeldRun) -> str:
    """Where the run taken apart today departs from the report that was issued, in words; blank: nowhere.

    A report is kept as issued. What it was made from can be less by now: a child's facts are erased by law.
    """
    pieces_of(held)
    with _lock:
        apart = _kept().apart.get(held.run_id, ())
    if not apart:
        return ""
    return (
        "The report of this run is kept as it was issued. What this page shows is worked out from the facts as they "
        f"can still be read, and comes out otherwise {', '.join(apart)}: facts behind the report were erased since."
    )


def open_run(here: Places, run_id: UUID) -> HeldRun | None:
    """The run of an id, or None. A report that is not on the desk is made again, checked and kept there.

    Raises ``ReportDamaged`` or ``RunProblems`` where it cannot be had as it was.
    """
    event = kept_run_event(here.recorder, run_id)
    if event is None or not isinstance(event.body, RunMade):
        return None
    made, settings = event.body, read_run_settings(event.body.settings)
    report = issued_report(here.desk, run_id, settings)
    if report is None:
        report = made_run(here, settings, known=made.known_upto, position=made.position).report
        if report.checksum != made.checksum:
            raise ReportDamaged(_OTHER_BYTES)
        keep_report(here.desk, run_id, report, here.recorder.clock.now())
    return HeldRun(run_id, made, settings, report, title_of(made), event.provenance.by, event.recorded_at)


def title_of(made: RunMade) -> str:
    """What a run is called: the title it was given, else its period."""
    return _title(made.settings)


@lru_cache(maxsize=1024)
def _title(settings_text: str) -> str:
    given = read_title(settings_text)
    if given:
        return given
    settings = read_run_settings(settings_text)
    return f"{uk_date(settings.first)} to {uk_date(settings.last)}"


def _keep(held: OrderedDict[_Key, _Value], key: _Key, value: _Value, most: int) -> list[_Key]:
    """Hold one more, the latest last; answers those that had to go for it."""
    held[key] = value
    held.move_to_end(key)
    return [held.popitem(last=False)[0] for _ in range(len(held) - most)]


def _kept() -> _Kept:
    """What this site has open, in this process; another site of the same process has its own."""
    found: _Kept = current_app.extensions.setdefault(_EXTENSION, _Kept(OrderedDict(), OrderedDict(), OrderedDict(), {}))
    return found
