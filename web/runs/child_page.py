"""The report of one child: blocks in the order of the processes, each line with its sum and what it rests on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

import polars as pl
from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from costing.calculator import ChildReport
from costing.calculator_report import NIGHT, Block, Line
from costing.money import UNITS_PER_PENNY, round_half_up, round_half_up_pence
from costing.processes import FRAMEWORKS
from projections.queries.finance import child_ids
from recorder.desk import log_reads
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import percent, pounds, uk_date
from web.placements_ribbon import ribbon
from web.runs.children_page import known_as
from web.runs.figures import BASIS_WORDS, child_words, group_words, need_words, quantity_words
from web.runs.frame import MAY_SEE, run_tabs
from web.runs.held import HeldRun, apart_words, facts_of, held_run, pieces_of
from web.runs.rested import facts_in_words
from web.state import state
from web.words import placement_type_words

__all__ = ["child", "child_of"]

_UNITS_SHOWN = {"month": "a month", "day": "a day", "night": "a night", "hour": "an hour"}


def child_of(held: HeldRun, child_no: int) -> ChildReport:
    """The child of a number in a run; 404 where it has none."""
    found = next((each for each in held.report.children if each.child_no == child_no), None)
    return found or abort(404)


@allow(*MAY_SEE)
def child(run_id: UUID, child_no: int) -> ResponseReturnValue:
    """The child's cost, line by line; the reading is noted in the read log."""
    held, here, person = held_run(run_id), state(), signed_in()
    found = child_of(held, child_no)
    ids = {each for block in found.blocks for line in block.lines for each in line.rests_on}
    with here.projections.reader().connect() as connection:
        known, name = child_ids(connection, [child_no]), known_as(here, connection, person, [child_no])
        log_reads(here.desk, person.username, "run report", known.values(), here.recorder.clock.now())
        facts = facts_in_words(connection, sorted(ids))
    order = [each.child_no for each in held.report.children]
    place = order.index(child_no)
    child_id = known.get(child_no)
    return render_template(
        "runs/child.html",
        held=held,
        tabs=run_tabs(held, "children"),
        child=found,
        title=child_words(child_no),
        name=name.get(child_no, ""),
        needs=need_words(found.need_combination),
        placed=group_words("placement-type", found.placement_type) if found.placement_type else "",
        ribbon=_ribbon(held, child_no),
        departs=apart_words(held),
        blocks=[_block(each, found.total, facts) for each in found.blocks],
        expected=[uk_date(day) for day in found.expected],
        counted=held.settings.expected_reviews,
        apart=_pence_apart(found),
        before=_other(held, order, place - 1),
        after=_other(held, order, place + 1),
        own_page=url_for("children.costs", child=child_id) if child_id else None,
        timeline=url_for("children.happened", child=child_id) if child_id else None,
    )


def _ribbon(held: HeldRun, child_no: int) -> dict[str, Any] | None:
    """What each month of the run cost the child above where it was placed, as the run had it."""
    pieces, facts = pieces_of(held), facts_of(held)
    placed = facts.placements.filter(pl.col("child_no") == child_no).select("start", "stop", "place_type")
    own = pieces.filter((pl.col("child_no") == child_no) & pl.col("amount").is_not_null())
    costs = dict(own.group_by("month").agg(pl.col("amount").sum()).iter_rows())
    return ribbon(costs, placed.iter_rows(), held.settings.first, held.settings.last)


def _other(held: HeldRun, order: list[int], place: int) -> dict[str, str] | None:
    if not 0 <= place < len(order):
        return None
    href = url_for("runs.child", run_id=held.run_id, child_no=order[place])
    return {"href": href, "text": child_words(order[place])}


def _block(block: Block, total: int, facts: dict[str, str]) -> dict[str, Any]:
    of_framework = block.process[:3] in FRAMEWORKS and block.process[3:].isdecimal()
    return {
        "id": f"block-{block.process}",
        "title": f"{block.process[:3]} {block.process[3:]}: {block.name}" if of_framework else block.name,
        "total": pounds(block.total),
        "share": percent(Fraction(block.total, total), 1) if total and block.total else "",
        "rows": [_row(line) for line in block.lines],
        "rests_on": [
            (line.what, quantity_words(line.quantity, line.unit), [facts[each] for each in line.rests_on])
            for line in block.lines
            if line.rests_on
        ],
    }


def _row(line: Line) -> list[Any]:
    whole = line.unit_cost.denominator == 1 and line.unit_cost.numerator % UNITS_PER_PENNY == 0
    cost = pounds(round_half_up(line.unit_cost))
    per = _UNITS_SHOWN.get(line.unit, "")
    note = " ".join(filter(None, ["about" if not whole else "", per]))
    return [
        {"text": line.what, "note": _variation(line)},
        {"text": cost, "note": note or None},
        f"× {quantity_words(line.quantity, line.unit)}",
        BASIS_WORDS.get(line.basis, line.basis).capitalize(),
        pounds(line.product),
    ]


def _variation(line: Line) -> str | None:
    """What picked the unit cost; of nights the type of placement."""
    return (placement_type_words(line.variation) if line.unit == NIGHT else line.variation) or None


def _pence_apart(child: ChildReport) -> int:
    """By how many pence the lines as shown add up to more than the total as shown."""
    lines = [line.product for block in child.blocks for line in block.lines]
    return sum(map(round_half_up_pence, lines)) - round_half_up_pence(child.total)
