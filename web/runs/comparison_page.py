"""Two runs compared: where their settings differ, what explains the difference, and both side by side."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from costing.calculator_file import read_run_settings
from costing.money import pounds as exact_pounds
from projections.queries.costs import defused
from projections.queries.finance import child_ids
from recorder.desk import log_reads
from recorder.domain.runs import RunMade
from recorder.runs import kept_runs
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import number, percent, pounds, signed_pounds, uk_instant
from web.design.waterfall_chart import Step, WaterfallChart, waterfall_chart
from web.runs.children_page import known_as
from web.runs.compared import (
    Pair,
    SideBySide,
    by_child,
    by_group,
    causes,
    causes_words,
    change_steps,
    compared,
    differing_settings,
    totals,
)
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import HeldRun, held_run, title_of
from web.state import state

__all__ = ["comparison", "comparison_file"]

_MOST, _MOST_ALONE = 20, 10
_COLUMNS = ("part", "key", "first_gbp", "second_gbp", "change_gbp", "change_units")


@allow(*MAY_SEE)
def comparison(run_id: UUID) -> ResponseReturnValue:
    """The run and another one (``with``); without one, the runs to choose from."""
    held = held_run(run_id)
    if not request.args.get("with"):
        return _choose(held)
    other = _other(run_id)
    if other == run_id:
        return redirect(url_for("runs.comparison", run_id=run_id), 303)
    pair = Pair(held, held_run(other))
    found, children = compared(pair), by_child(pair)
    top = [each for each in children if each.change][:_MOST]
    alone = {"first": _only(children, "first"), "second": _only(children, "second")}
    shown = {each.key for each in (*top, *alone["first"][:_MOST_ALONE], *alone["second"][:_MOST_ALONE])}
    names = _noted(shown)
    steps = change_steps(pair)
    return render_template(
        "runs/comparison.html",
        held=held,
        pair=pair,
        tabs=run_tabs(held, "compare"),
        settings=differing_settings(pair),
        totals=[_row(each) for each in totals(pair)],
        counts=_counts(pair),
        difference=found.difference,
        words=causes_words(found),
        causes=[[{"text": words, "note": meaning}, signed_pounds(part)] for words, meaning, part in causes(found)],
        chart=_chart("causes", "What the difference is made of", causes_words(found),
                     [(words, part) for words, _, part in causes(found)]),
        steps=[[f"{place}. {words}", signed_pounds(part)] for place, (words, part) in enumerate(steps, start=1)],
        steps_words=_steps_words(steps),
        steps_chart=_chart("steps", "What each change makes of the total", _steps_words(steps),
                           [(f"{place}. {words}", part) for place, (words, part) in enumerate(steps, start=1)]),
        processes=[_row(each) for each in by_group(pair, "process")],
        types=[_row(each) for each in by_group(pair, "placement-type")],
        top=[_child_row(pair, each, names) for each in top],
        changed=sum(1 for each in children if each.change),
        alone=[(side, alone[side], [_child_row(pair, each, names) for each in alone[side][:_MOST_ALONE]],
                pounds(sum((each.first or 0) + (each.second or 0) for each in alone[side])))
               for side in ("first", "second")],
    )  # fmt: skip


@allow(*MAY_SEE)
def comparison_file(run_id: UUID) -> ResponseReturnValue:
    """The comparison as CSV: causes, changes, groups and every child. `change_units` (1/420 p) is exact."""
    pair = Pair(held_run(run_id), held_run(_other(run_id)))
    children = by_child(pair)
    _noted({each.key for each in children})
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for each in totals(pair):
        rows.writerow(("total", *_cells(each)))
    for words, _, part in causes(compared(pair)):
        rows.writerow(("cause", words, "", "", exact_pounds(part), part))
    for words, part in change_steps(pair):
        rows.writerow(("change", defused(words), "", "", exact_pounds(part), part))
    for name in ("process", "placement-type", "need", "month"):
        for each in by_group(pair, name):
            rows.writerow((name, *_cells(each)))
    for each in children:
        rows.writerow(("child", *_cells(each)))
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="comparison-of-two-runs.csv"'
    return answer


def _choose(held: HeldRun) -> str:
    """The other runs, the latest first; for a what-if the run without its changes is chosen already."""
    others, like = list[tuple[str, str]](), ""
    for event in reversed(list(kept_runs(state().recorder))):
        made = event.body
        if isinstance(made, RunMade) and event.originator_id != held.run_id:
            others.append((str(event.originator_id), _called(made, event.recorded_at)))
            if held.settings.changes and not like and _is_base(made, held):
                like = str(event.originator_id)
    tabs = run_tabs(held, "compare")
    return render_template("runs/comparison_choice.html", held=held, tabs=tabs, others=others, like=like)


def _called(made: RunMade, made_at: datetime) -> str:
    return f"{title_of(made)}, {pounds(made.total_units)}, made {uk_instant(made_at)}"


def _is_base(made: RunMade, held: HeldRun) -> bool:
    """Whether a run is the same but for what the other one supposes."""
    same = (made.known_upto, made.position) == (held.made.known_upto, held.made.position)
    return same and read_run_settings(made.settings) == replace(held.settings, changes=())


def _other(run_id: UUID) -> UUID:
    try:
        return UUID(request.args.get("with", ""))
    except ValueError:
        abort(404)


def _counts(pair: Pair) -> list[list[Any]]:
    one, other = pair.first.report, pair.second.report
    counted = (("Children", len(one.children), len(other.children)), ("Nights", one.nights, other.nights))
    return [[words, number(a), number(b), _plus(b - a)] for words, a, b in counted]


def _plus(count: int) -> str:
    return f"+{number(count)}" if count > 0 else number(count)


def _row(each: SideBySide) -> list[Any]:
    cells = ["none" if amount is None else pounds(amount) for amount in (each.first, each.second)]
    share = percent(Fraction(each.change, each.first), 1) if each.first and each.change else None
    return [each.words, *cells, {"text": signed_pounds(each.change), "note": share}]


def _child_row(pair: Pair, each: SideBySide, names: dict[int, str]) -> list[Any]:
    run = pair.second if each.second is not None else pair.first
    href = url_for("runs.child", run_id=run.run_id, child_no=int(each.key))
    return [{"text": each.words, "href": href, "note": names.get(int(each.key))}, *_row(each)[1:]]


def _only(children: Iterable[SideBySide], side: str) -> list[SideBySide]:
    other = {"first": "second", "second": "first"}[side]
    return [each for each in children if getattr(each, other) is None]


def _chart(name: str, title: str, words: str, parts: list[tuple[str, int]]) -> Markup:
    steps = tuple(Step(label, float(part)) for label, part in parts)
    return waterfall_chart(WaterfallChart(name, title, words, steps)) if steps else Markup("")


def _steps_words(steps: list[tuple[str, int]]) -> str:
    if not steps:
        return ""
    words, most = max(steps, key=lambda each: abs(each[1]))
    if len(steps) == 1:
        return f"The one change makes the whole difference: {signed_pounds(most)}."
    return f"Applied one after another, the change that makes most is “{words}”: {signed_pounds(most)}."


def _cells(each: SideBySide) -> list[object]:
    said: list[object] = ["" if amount is None else exact_pounds(amount) for amount in (each.first, each.second)]
    return [defused(each.key), *said, exact_pounds(each.change), each.change]


def _noted(keys: set[str]) -> dict[int, str]:
    """What these children are known by to whoever looks; that they were looked at is noted."""
    here, person, numbers = state(), signed_in(), sorted(map(int, keys))
    with here.projections.reader().connect() as connection:
        names, ids = known_as(here, connection, person, numbers), child_ids(connection, numbers)
    log_reads(here.desk, person.username, "run comparison", ids.values(), here.recorder.clock.now())
    return names
