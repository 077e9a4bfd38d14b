"""What a change of how often work is done, or work and services that are added, do to the lines of a run."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import polars as pl

from costing.calculator_facts import RunFacts
from costing.calculator_lines import PIECE, OpenLine, amounts_by_days, cut, cut_by_month
from costing.calculator_population import chosen_children
from costing.calculator_report import OCCURRENCE, WHAT_IF_BASIS, WHAT_IF_BLOCK
from costing.calculator_settings import Population, RunProblems, RunSettings
from costing.money import round_half_up
from costing.variations import Frameworks
from costing.what_if_added import EVERY, ONCE, NewProcess, NewService
from costing.what_if_changes import Frequency, RemovedProcess
from costing.what_if_checks import pence_of
from costing.what_if_pieces import Pieces, is_night, supposed

PLANS, REVIEWS = "planning", "review_held"
_PARTS = {
    "line": pl.Int64,
    "child_no": pl.Int64,
    "start": pl.Date,
    "stop": pl.Date,
    "pence": pl.Int64,
    "of_top": pl.Int64,
    "of_bottom": pl.Int64,
    "round_group": pl.Int64,
}


def change_frequency(
    run: Pieces, change: Frequency | RemovedProcess, settings: RunSettings, frameworks: Frameworks
) -> None:
    """A process more or less often. Raises RunProblems for what has no such interval or is not in the run.

    Of plans every so many days the pathways are read anew (`interval_of_plans`): here they are only labelled.
    """
    if change.process not in {each.code for each in frameworks.processes}:
        raise RunProblems([f"“{change.process}” is not a process of the frameworks."])
    numbers = run.numbers(lambda line: line.process == change.process and not is_night(line))
    if isinstance(change, RemovedProcess):
        run.scale(numbers, Fraction(0))
    elif change.factor is not None:
        run.scale(numbers, Fraction(change.factor))
    elif change.months is not None:
        _counted_from(frameworks, change.process, REVIEWS)
        run.scale(numbers, Fraction(settings.pathway.later_review_months, change.months))
    else:
        _counted_from(frameworks, change.process, PLANS)
        for number in numbers if change.days != settings.pathway.plan_every_days else []:
            line = run.lines.lines[number]
            line.basis = line.basis if line.pence is None else supposed(line.basis)


def interval_of_plans(settings: RunSettings, changes: Iterable[object]) -> RunSettings:
    """Settings whose pathways have care plans as often as the last of the changes says."""
    for each in changes:
        if isinstance(each, Frequency) and each.days is not None:
            settings = replace(settings, pathway=replace(settings.pathway, plan_every_days=each.days))
    return settings


def add_service(run: Pieces, change: NewService, facts: RunFacts, settings: RunSettings) -> None:
    """A service at its price for the children it is for."""
    _add(run, change, pence_of(change.amount), facts, settings)


def add_process(
    run: Pieces, change: NewProcess, facts: RunFacts, settings: RunSettings, hour_pence: Mapping[str, int]
) -> None:
    """A process at hours x J. Raises RunProblems for a worker type without a cost of an hour."""
    if missing := [worker for worker, _ in change.worker_hours if worker not in hour_pence]:
        raise RunProblems([no_hour(each) for each in missing])
    pence = sum((Fraction(hours) * hour_pence[worker] for worker, hours in change.worker_hours), Fraction(0))
    _add(run, change, round_half_up(pence), facts, settings)


def no_hour(worker: str) -> str:
    """Why hours of a worker type cannot be priced."""
    return f"There is no cost of an hour of {worker.replace('_', ' ')} on the last day of the run."


def _add(run: Pieces, change: NewService | NewProcess, pence: int, facts: RunFacts, settings: RunSettings) -> None:
    chosen = Population(needs=change.needs, age_from=change.age_from, age_to=change.age_to)
    wanted = {int(each.child) for each in chosen_children(facts, replace(settings, population=chosen))}
    top, bottom = EVERY[change.every]
    unit = OCCURRENCE if change.every == ONCE else change.every
    rows = []
    for child, held in _days_of(run, change, settings).items():
        if child not in wanted:
            continue
        spans = [(held[0][0], held[0][0] + timedelta(days=1))] if change.every == ONCE else held
        days = sum((stop - start).days for start, stop in spans)
        quantity = Fraction(days * bottom, top)
        number = run.add(OpenLine(child, WHAT_IF_BLOCK, change.name, "", unit, WHAT_IF_BASIS, pence, quantity))
        rows += [(number, child, start, stop, pence, top, bottom, number) for start, stop in spans]
    parts = pl.DataFrame(rows, schema=_PARTS, orient="row")
    made = amounts_by_days(cut_by_month(cut(parts, run.placed))).with_columns(nights=pl.lit(0, dtype=pl.Int64))
    run.rows = pl.concat([run.rows, made.select(list(PIECE))])


def _days_of(run: Pieces, change: NewService | NewProcess, settings: RunSettings) -> dict[int, list[tuple[date, date]]]:
    """The days on which the run has something of each child, within those of the change; stops are exclusive."""
    first = max(settings.first, change.first or settings.first)
    after = settings.after if change.last is None else min(settings.after, change.last + timedelta(days=1))
    rows = run.rows.select("child_no", "start", "stop", "place_type")
    if change.placement_types:
        rows = rows.filter(pl.col("place_type").is_in(list(change.placement_types)))
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    inside = rows.with_columns(pl.col("start").clip(lower_bound=first), pl.col("stop").clip(upper_bound=after))
    days = inside.filter(pl.col("start") < pl.col("stop")).select("child_no", "start", "stop")
    for child, start, stop in days.unique().sort("child_no", "start", "stop").iter_rows():
        spans = found[child]
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    return dict(found)


def _counted_from(frameworks: Frameworks, process: str, trigger: str) -> None:
    if frameworks.process(process).counted_from != trigger:
        what = "Care plans fall due every so many days" if trigger == PLANS else "Reviews fall due every so many months"
        raise RunProblems([f"{what}; {process} is counted otherwise: say how many times as often it happens."])
