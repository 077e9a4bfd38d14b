"""A run that was kept, opened: its fact, its settings and its issued report."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from flask import abort, current_app, make_response, render_template

from costing.calculator import RunFacts, RunProblems, RunReport, RunSettings
from costing.calculator_file import read_run_settings, read_title
from recorder.domain.runs import RunMade
from recorder.issued_reports import ReportDamaged, issued_report, keep_report
from recorder.runs import kept_run_event
from web.design.formats import uk_date
from web.runs.making import Places, made_run, read_facts
from web.state import state

__all__ = ["HeldRun", "facts_of", "held_run", "open_run", "title_of"]

_EXTENSION = "daybook_runs"
_HELD_RUNS, _HELD_FACTS = 8, 2
_OTHER_BYTES = "The report is not kept here, and made again it comes to other figures than those that were issued."


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
        kept.runs[run_id] = found
        while len(kept.runs) > _HELD_RUNS:
            kept.runs.popitem(last=False)
    return found


def facts_of(held: HeldRun) -> RunFacts:
    """What the run rests on, as at its instant and its position in the log."""
    kept, key = _kept(), (held.made.known_upto, held.made.position)
    with _lock:
        if key in kept.facts:
            kept.facts.move_to_end(key)
            return kept.facts[key]
    found = read_facts(state(), *key)
    with _lock:
        kept.facts[key] = found
        while len(kept.facts) > _HELD_FACTS:
            kept.facts.popitem(last=False)
    return found


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


def _kept() -> _Kept:
    """What this site has open, in this process; another site of the same process has its own."""
    found: _Kept = current_app.extensions.setdefault(_EXTENSION, _Kept(OrderedDict(), OrderedDict()))
    return found
