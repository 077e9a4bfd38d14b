"""One run: standard work, recorded work and nights put together into a report."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import polars as pl

from costing.calculator_csv import lines_csv
from costing.calculator_facts import RunFacts, RunPrices
from costing.calculator_lines import PIECE, Lines, OpenLine, gapless
from costing.calculator_pieces import group_rows, joined_pieces
from costing.calculator_population import chosen_children, needs_in
from costing.calculator_recorded import night_pieces, work_pieces
from costing.calculator_report import (
    NIGHT,
    UNASSIGNED_BLOCK,
    WHAT_IF_BLOCK,
    Block,
    ChildReport,
    Line,
    RunReport,
    TeamMonth,
    Unpriced,
)  # fmt: skip
from costing.calculator_settings import PROCESSES, RECORDED, RECORDED_WHERE_COVERED, RunProblems, RunSettings
from costing.calculator_standard import UnitCosts, standard_pieces
from costing.care_facts import ChildFacts
from costing.collector import collector_paused
from costing.money import UNITS_PER_PENNY
from costing.pathway import Pathway, pathways
from costing.unit_cost_sheets import UnitCostSheet, uprated_sheet
from costing.uprating import UpratingRefused
from costing.what_if_applied import Grounds, with_changes
from costing.what_if_changes import Change
from costing.what_if_hours import changed_sheet
from costing.what_if_pieces import Pieces
from costing.what_if_work import interval_of_plans

_EIGHT = "CLA"
_OTHER_BLOCKS = {UNASSIGNED_BLOCK: "Not assigned to a process", WHAT_IF_BLOCK: "Added, what if"}


def calculate(facts: RunFacts, settings: RunSettings, prices: RunPrices) -> RunReport:
    """The report of a run. The same facts, settings and prices give the same bytes.

    Raises RunProblems for a period past the last day that has ended and for a year no series holds.
    """
    return calculate_with_pieces(facts, settings, prices)[0]


def calculate_with_pieces(facts: RunFacts, settings: RunSettings, prices: RunPrices) -> tuple[RunReport, pl.DataFrame]:
    """The report of a run, and the pieces it adds up (see ``calculator_pieces.joined_pieces``).

    Raises RunProblems as ``calculate`` does.
    """
    if settings.last > facts.horizon:
        raise RunProblems([f"The period goes on past {facts.horizon:%d/%m/%Y}, the last day that has ended."])
    try:
        with collector_paused():
            return _calculate(facts, settings, prices)
    except UpratingRefused as refused:
        raise RunProblems([str(refused)]) from refused


@dataclass(frozen=True)
class _Draft:
    """A run worked out as far as its lines and pieces, with the pathways and the unit costs that it rests on."""

    pieces: Pieces
    found: list[Pathway]
    costs: UnitCosts


def _calculate(facts: RunFacts, settings: RunSettings, prices: RunPrices) -> tuple[RunReport, pl.DataFrame]:
    chosen = chosen_children(facts, settings)
    numbers = pl.Series("child_no", [int(each.child) for each in chosen], pl.Int64)
    of_them = pl.col("child_no").is_in(numbers.implode())
    posted = facts.postings.filter(of_them)
    known = RunFacts(
        tuple(chosen), facts.horizon, posted, facts.placements.filter(of_them), facts.teams, facts.coverage
    )
    coverage = _coverage(facts.coverage, settings)
    grounds = Grounds(known, settings, prices)
    draft, effects = with_changes(lambda changes: _drawn(grounds, numbers, coverage, tuple(changes)), grounds)
    lines, whole = draft.pieces.lines, draft.pieces.rows
    found, joined = _report(facts, settings, prices, lines, whole, draft.found, chosen, coverage, draft.costs)
    return replace(found, effects=effects), joined


def _drawn(grounds: Grounds, numbers: pl.Series, coverage: Iterable[TeamMonth], changes: tuple[Change, ...]) -> _Draft:
    """The run with the changes of hours and of care plans among these."""
    known, settings, prices = grounds.facts, grounds.settings, grounds.prices
    placed, lines = gapless(known.placements, numbers), Lines()
    costs = UnitCosts(prices, _sheet(settings, prices, prices.sheet))
    if changes:
        costs = UnitCosts(prices, _sheet(settings, prices, changed_sheet(prices, settings, changes)), costs)
    asked = interval_of_plans(settings, changes).pathway_settings
    found = list(pathways(known.children, known.horizon, asked, prices.frameworks))
    recorded = standard = None
    if settings.basis == RECORDED_WHERE_COVERED:
        recorded, standard = _shared_out(known, coverage, numbers)
    pieces = [pl.DataFrame(schema=PIECE)]
    if settings.basis != RECORDED:
        pieces.append(standard_pieces(found, settings, prices, costs, lines, placed, standard))
    if settings.basis in {RECORDED, RECORDED_WHERE_COVERED}:
        pieces.append(work_pieces(known, settings, prices, lines, placed, recorded))
    if settings.with_placements:
        pieces.append(night_pieces(known, settings, prices, lines))
    return _Draft(Pieces(lines, pl.concat(pieces), placed), found, costs)


def _sheet(settings: RunSettings, prices: RunPrices, sheet: UnitCostSheet) -> UnitCostSheet:
    if not settings.price_base:
        return sheet
    return uprated_sheet(sheet, settings.price_base, prices.series_of(settings, PROCESSES))


def _coverage(held: pl.DataFrame, settings: RunSettings) -> tuple[TeamMonth, ...]:
    months = (settings.first.year * 100 + settings.first.month, settings.last.year * 100 + settings.last.month)
    rows = held.filter(pl.col("month").is_between(*months)).sort("team", "month")
    return tuple(
        TeamMonth(team, month, recorded, hours, hours > 0 and recorded * 100 >= hours * settings.coverage_percent)
        for team, month, recorded, hours in rows.iter_rows()
    )


def _shared_out(
    facts: RunFacts, coverage: Iterable[TeamMonth], numbers: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each child's days that are wholly recorded, and those that are wholly standard; together all of them."""
    covered = pl.DataFrame(
        [(each.team, each.month) for each in coverage if each.covered],
        schema={"team": pl.String, "month": pl.Int64},
        orient="row",
    ).with_columns(
        first=pl.col("month").cast(pl.String).str.to_date("%Y%m"),
    )
    recorded = (
        facts.teams.filter(pl.col("child_no").is_in(numbers.implode()))
        .join(covered, on="team")
        .select(
            "child_no",
            start=pl.max_horizontal("start", "first"),
            stop=pl.min_horizontal("stop", pl.col("first").dt.offset_by("1mo")),
            place_type=pl.lit("recorded"),
        )
        .filter(pl.col("start") < pl.col("stop"))
    )
    everything = gapless(recorded, numbers)
    is_recorded = pl.col("place_type") == "recorded"
    return everything.filter(is_recorded).drop("place_type"), everything.filter(~is_recorded).drop("place_type")


def _report(
    facts: RunFacts, settings: RunSettings, prices: RunPrices, lines: Lines, whole: pl.DataFrame,
    found: list[Pathway], chosen: list[ChildFacts], coverage: tuple[TeamMonth, ...], costs: UnitCosts,
) -> tuple[RunReport, pl.DataFrame]:  # fmt: skip
    for number, product in whole.group_by("line").agg(pl.col("amount").sum()).iter_rows():
        lines.lines[number].product = product
    unpriced = _unpriced(lines.lines, costs)
    kept = [each for each in lines.lines if each.pence is not None and each.quantity]
    by_child: dict[int, list[OpenLine]] = defaultdict(list)
    for each in kept:
        by_child[each.child_no].append(each)
    loose = _unattached(found, chosen, settings, prices)
    notes = {int(each.child): (*each.notes, *_unattached_words(loose[int(each.child)])) for each in found}
    due = {int(each.child): _expected(each, settings) for each in found}
    main = _main_types(whole)
    children = []
    for child in chosen:
        number = int(child.child)
        if number in by_child:
            blocks = _blocks(by_child[number], prices)
            total = sum(each.total for each in blocks)
            needs = needs_in(child, settings.first, settings.last, settings.pathway_settings)
            children.append(ChildReport(number, blocks, total, needs, main.get(number, ""), notes[number], due[number]))
    content = lines_csv(children)
    placed = [each for each in kept if each.unit == NIGHT]
    joined = joined_pieces(whole, lines, children)
    report = RunReport(
        settings=settings,
        horizon=facts.horizon,
        children=tuple(children),
        groups=group_rows(joined),
        total=sum(each.total for each in children),
        nights=int(sum(each.quantity for each in placed)),
        placement_total=sum(each.product for each in placed),
        coverage=coverage,
        unpriced=unpriced,
        notes=(*facts.notes, *_age_unknown(chosen), *_unattached_words(sum(loose.values()))),
        csv_bytes=content,
        checksum=hashlib.sha256(content).hexdigest(),
    )
    return report, joined


def _unattached(
    found: list[Pathway], chosen: list[ChildFacts], settings: RunSettings, prices: RunPrices
) -> dict[int, int]:
    """How many pieces of each child's recorded work in the period belong to no occurrence of their process."""
    asked = {each.code for each in prices.frameworks.processes if each.framework in settings.frameworks}
    loose = {each.child: set(each.unattached) for each in found}
    return {
        int(child.child): sum(
            each.id in loose[child.child] and each.process in asked and settings.first <= each.on <= settings.last
            for each in child.work
        )
        for child in chosen
    }


def _unattached_words(count: int) -> list[str]:
    said = (
        "Pieces of recorded work that are unattached (no occurrence of their process is under way or follows in time)"
    )
    return [f"{said}: {count}."] if count else []


def _age_unknown(chosen: list[ChildFacts]) -> list[str]:
    unknown = sum(each.birth_date is None for each in chosen)
    said = "Children whose age is not known, so that no rule of age picks a variation"
    return [f"{said}: {unknown}."] if unknown else []


def _expected(pathway: Pathway, settings: RunSettings) -> tuple[date, ...]:
    """The days in the period on which a review was due and none was recorded."""
    days = (each.starts for each in pathway.expected)
    return tuple(day for day in days if settings.first <= day <= settings.last and _EIGHT in settings.frameworks)


def _main_types(whole: pl.DataFrame) -> dict[int, str]:
    nights = whole.group_by("child_no", "place_type").agg(pl.col("nights").sum()).filter(pl.col("nights") > 0)
    ordered = nights.sort("child_no", "nights", "place_type", descending=[False, True, False])
    return dict(ordered.unique("child_no", keep="first", maintain_order=True).select("child_no", "place_type").rows())


def _blocks(lines: list[OpenLine], prices: RunPrices) -> tuple[Block, ...]:
    held: dict[str, list[Line]] = defaultdict(list)
    for each in sorted(lines, key=lambda one: (one.unit == NIGHT, one.what, one.variation)):
        unit_cost = Fraction(each.pence * UNITS_PER_PENNY) if each.pence else Fraction(each.product) / each.quantity
        line = Line(
            each.what, each.variation, unit_cost, Fraction(each.quantity), each.unit, each.product, each.basis,
            tuple(each.rests_on),
        )  # fmt: skip
        held[each.process].append(line)
    blocks = [
        Block(each.code, each.name, tuple(held[each.code]), sum(line.product for line in held[each.code]))
        for each in prices.frameworks.processes
        if each.framework == _EIGHT or each.code in held
    ]
    for code, name in _OTHER_BLOCKS.items():
        if code in held:
            blocks.append(Block(code, name, tuple(held[code]), sum(line.product for line in held[code])))
    return tuple(blocks)


def _unpriced(lines: list[OpenLine], costs: UnitCosts) -> tuple[Unpriced, ...]:
    quantities: dict[tuple[str, str, str, str, str], Fraction] = defaultdict(Fraction)
    children: dict[tuple[str, str, str, str, str], set[int]] = defaultdict(set)
    reasons = costs.reasons()
    for each in lines:
        if each.pence is None and each.quantity:
            reason = reasons.get((each.process, each.variation), "")
            if each.unit == NIGHT:
                reason = "no fee, and no average of the type"
            elif each.basis == RECORDED:
                reason = "no time, rate or roster post"
            key = each.process, each.what, each.variation, each.unit, reason
            quantities[key] += each.quantity
            children[key].add(each.child_no)
    return tuple(
        Unpriced(process, what, variation, quantities[key], unit, len(children[key]), reason)
        for key in sorted(quantities)
        for process, what, variation, unit, reason in [key]
    )
