"""The runs that were kept, the latest first: searched, paged, and two of them picked to be compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.calculator_file import read_run_settings
from costing.calendar import london_date
from recorder.domain.facts import Event
from recorder.domain.runs import RunMade
from recorder.runs import kept_runs
from web.account.access import allow
from web.design.formats import uk_date, uk_date_short
from web.design.paging import page_links
from web.runs.frame import MAY_SEE, person_name
from web.runs.held import title_of
from web.runs.words import BASIS_WORDS, population_words, sheet_words
from web.state import state

__all__ = ["kept", "pick"]

PAGE = 25
COMPARISON = "runs.comparison"
_TWO = 2


@dataclass(frozen=True)
class _Asked:
    """What the settings of a run say of it in the list."""

    title: str
    period: str
    basis: str
    sheet: str
    population: str


@dataclass(frozen=True)
class KeptRun:
    """A run as the list shows it."""

    run_id: UUID
    asked: _Asked
    total: int
    children: int
    made_by: str
    made_at: datetime

    def says(self, wanted: str) -> bool:
        """Whether each word that is looked for is in what the list says of the run."""
        asked = self.asked
        held = (asked.title, asked.period, asked.basis, asked.sheet, asked.population, self.made_by,
                uk_date(london_date(self.made_at)))  # fmt: skip
        text = " ".join(held).casefold()
        return all(word in text for word in wanted.casefold().split())


@allow(*MAY_SEE)
def kept() -> ResponseReturnValue:
    """The list of runs."""
    return _page()


@allow(*MAY_SEE)
def pick() -> ResponseReturnValue:
    """Two runs picked in the list: on to their comparison, the earlier of them first."""
    picked = request.args.getlist("run", type=UUID)
    order = [each for each in map(_listed, kept_runs(state().recorder)) if each.run_id in picked]
    if len(order) != _TWO or COMPARISON not in current_app.view_functions:
        return make_response(_page("Tick two runs to compare"), 422)
    first, second = (each.run_id for each in order)
    other: dict[str, Any] = {"with": second}
    return redirect(url_for(COMPARISON, run_id=first, **other), 303)


def _page(problem: str = "") -> str:
    wanted = request.args.get("q", "").strip()
    found = [each for each in map(_listed, kept_runs(state().recorder)) if each.says(wanted)][::-1]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "runs/kept.html",
        runs=found[(page - 1) * PAGE : page * PAGE],
        count=len(found),
        wanted=wanted,
        compares=COMPARISON in current_app.view_functions,
        picked=request.args.getlist("run"),
        errors=[{"text": problem, "href": "#run-1"}] if problem else [],
        pages=page_links(page, pages, lambda number: url_for("runs.kept", q=wanted or None, page=number)),
    )


def _listed(event: Event) -> KeptRun:
    made = event.body
    if not isinstance(made, RunMade):
        raise TypeError(f"{event.originator_id} is no run")
    by, at = person_name(event.provenance.by), event.recorded_at
    return KeptRun(event.originator_id, _asked(made), made.total_units, made.child_count, by, at)


@lru_cache(maxsize=512)
def _said(settings_text: str, title: str) -> _Asked:
    settings = read_run_settings(settings_text)
    period = f"{uk_date_short(settings.first)} to {uk_date_short(settings.last)}"
    sheet = sheet_words(settings.sheet)
    return _Asked(title, period, BASIS_WORDS[settings.basis][0], sheet, population_words(settings.population))


def _asked(made: RunMade) -> _Asked:
    return _said(made.settings, title_of(made))
