"""The calculator over five years of the demonstration, and over copies of it: how long, and whether it stays linear."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import polars as pl

from bench.measures import Measure, timed
from bench.pages import load_demonstration
from bench.stores import folder
from costing.calculator import RunFacts, RunPrices, RunSettings, calculate
from costing.unit_cost_sheets import published_sheet

__all__ = ["copies_of", "measure_method"]

AIM_SECONDS = 2.0
LINEAR = 1.2
COPIES = (4, 20)
ROUNDS = 3
FIVE_YEARS = RunSettings(first=date(2020, 4, 1), last=date(2025, 3, 31))
PRICES = RunPrices(published_sheet("out_of_london"))


def measure_method(say: Callable[[str], None], rounds: int = ROUNDS) -> Iterator[Measure]:
    """A full run against two seconds, then the time of a run over copies against as many times that of one.

    A full run reads the facts from the tables and works out every child's report. Copies have their children
    numbered anew, in memory. Each kind is timed in every round; the medians are compared.
    """
    with folder() as scratch:
        say("loading the demonstration")
        load_demonstration(scratch)
        yield from _measured(say, rounds)


def _measured(say: Callable[[str], None], rounds: int) -> Iterator[Measure]:
    from projections.queries.cost_lines import LiveCosts  # noqa: PLC0415 - the environment names the stores
    from projections.queries.runs import run_facts  # noqa: PLC0415
    from web.cli.terminal import opened  # noqa: PLC0415

    with opened() as house:

        def read() -> RunFacts:
            with house.projections.reader().connect() as connection:
                return run_facts(LiveCosts(connection), house.recorder.keys)

        facts = read()
        reading = statistics.median(timed(read) for _ in range(rounds))
    taken: dict[int, list[float]] = {number: [] for number in (1, *COPIES)}
    for turn in range(rounds):
        for number, times in taken.items():
            some = copies_of(facts, number)
            say(f"round {turn + 1}: a run over {len(some.children):,} children")
            times.append(timed(partial(calculate, some, FIVE_YEARS, PRICES)))
    median = {number: statistics.median(times) for number, times in taken.items()}
    whole = reading + median[1]
    beside = f"{whole:.2f} s, {reading:.2f} s of them to read the facts of {len(facts.children):,} children"
    aim = f"≤ 1 ({AIM_SECONDS:.0f} s)"
    yield Measure("a run over five years", "sqlite", whole / AIM_SECONDS, aim, whole <= AIM_SECONDS, beside)
    for number in COPIES:
        ratio = median[number] / median[1] / number
        beside = f"{number * len(facts.children):,} children in {median[number]:.1f} s"
        what = f"a run over {number} times the children, a child"
        yield Measure(what, "memory", ratio, f"≤ {LINEAR} (linear)", ratio <= LINEAR, beside)


def copies_of(facts: RunFacts, number: int) -> RunFacts:
    """The facts so many times over, each copy's children with numbers of their own."""
    step = 1 + max((int(each.child) for each in facts.children), default=0)
    shifts = [step * each for each in range(number)]

    def again(frame: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([frame.with_columns(pl.col("child_no") + shift) for shift in shifts])

    return replace(
        facts,
        children=tuple(replace(c, child=str(int(c.child) + shift)) for shift in shifts for c in facts.children),
        postings=again(facts.postings),
        placements=again(facts.placements),
        teams=again(facts.teams),
    )
