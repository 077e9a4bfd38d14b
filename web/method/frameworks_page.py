"""The frameworks: every process with what it covers, its variations in words, and what an authority stated itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from costing.calendar import london_date
from costing.processes import FRAMEWORKS, Process
from costing.variations import Frameworks, Variation
from projections.queries.cost_lines import LiveCosts
from projections.queries.frameworks import StatedFramework, frameworks_of, stated_of
from recorder.domain.frameworks import ProcessDefined, VariationDefined, frameworks_on
from recorder.store.log import from_micros
from web.account.access import allow
from web.design.formats import uk_date_short
from web.method.frame import FRAMEWORK_WORDS, MAY_SEE, tabs
from web.method.framework_words import (
    SHIPPED,
    UNITS,
    does_words,
    facts_of,
    if_words,
    origin_of_process,
    origin_of_variation,
    predicate_rows,
    said_of,
    trigger_words,
)
from web.state import state
from web.words import process_words

__all__ = ["process_page", "processes_page", "vocabulary"]


@allow(*MAY_SEE)
def processes_page() -> ResponseReturnValue:
    """The processes of the three frameworks as they hold today, and everything stated of one's own."""
    today = state().recorder.clock.today()
    with state().projections.reader().connect() as connection:
        source = LiveCosts(connection)
        held, stated = frameworks_of(source, today), stated_of(source)
    return render_template(
        "method/frameworks.html",
        tabs=tabs("frameworks"),
        frameworks=[
            (
                FRAMEWORK_WORDS[name],
                name.lower(),
                [_row(each, held) for each in held.processes if each.framework == name],
            )
            for name in FRAMEWORKS
        ],
        stated=_history(stated, today),
    )


@allow(*MAY_SEE)
def process_page(code: str) -> ResponseReturnValue:
    """One process with its variations, and what was stated of it. 404 for one that there never was."""
    today = state().recorder.clock.today()
    with state().projections.reader().connect() as connection:
        source = LiveCosts(connection)
        stated = [each for each in stated_of(source) if facts_of(each.fact)[0] == code]
        day = _day_shown(stated, frameworks_of(source, today), code, today)
        held = frameworks_of(source, day)
    process = held.process(code)
    return render_template(
        "method/process.html",
        tabs=tabs("frameworks"),
        process=process,
        title=process_words(code) if day == today else process.name,
        origin=origin_of_process(process),
        day=day if day != today else None,
        to_come=day > today,
        rows=_described(process),
        variations=[_variation(each) for each in held.variations_of(code)],
        stated=_history(stated, today),
        own=origin_of_process(process) != SHIPPED and day == today,
    )


@allow(*MAY_SEE)
def vocabulary() -> ResponseReturnValue:
    """The closed vocabulary in which conditions are written."""
    return render_template("method/vocabulary.html", tabs=tabs("frameworks"), rows=predicate_rows())


def _day_shown(stated: list[StatedFramework], held: Frameworks, code: str, today: date) -> date:
    """Today where the process holds today; else the last day from which it was ever to hold."""
    if code in {each.code for each in held.processes}:
        return today
    starts = [each.fact.valid_from for each in stated if isinstance(each.fact, ProcessDefined)]
    facts = [each.fact for each in stated]
    found = max(
        (day for day in starts if code in {each.code for each in frameworks_on(facts, day).processes}), default=None
    )
    return abort(404) if found is None else found


def _rows(framework: str, held: Frameworks) -> list[list[Any]]:
    return [_row(each, held) for each in held.processes if each.framework == framework]


def _row(process: Process, held: Frameworks) -> list[Any]:
    return [
        {"text": process_words(process.code), "href": url_for("method.process", code=process.code)},
        process.repeats_by,
        UNITS[process.unit],
        trigger_words(process.counted_from),
        str(len(held.variations_of(process.code))),
        origin_of_process(process),
    ]


def _described(process: Process) -> list[dict[str, Any]]:
    said = (
        ("Framework", FRAMEWORK_WORDS[process.framework]),
        ("What it covers", process.definition),
        ("Starts", process.starts),
        ("Ends", process.ends),
        ("Repeats by", process.repeats_by),
        ("Varies by", "; ".join(process.varies_by)),
        ("Time and cost are for", UNITS[process.unit]),
        ("Counted from", trigger_words(process.counted_from)),
    )
    return [{"key": key, "value": value or "not said"} for key, value in said]


def _variation(each: Variation) -> list[Any]:
    change = url_for("method.new_variation", process=each.process, code=each.code)
    return [
        each.name,
        {"text": if_words(each), "note": each.when.text},
        does_words(adds=each.adds),
        each.aspect,
        origin_of_variation(each),
        {"text": "Change", "href": change},
    ]


def _history(stated: list[StatedFramework], today: date) -> list[list[Any]]:
    """Every statement, the latest known first, and whether it holds."""
    holding: dict[tuple[str, str], StatedFramework] = {}
    for each in stated:
        key = facts_of(each.fact)
        if each.fact.valid_from <= today and (
            key not in holding or holding[key].fact.valid_from <= each.fact.valid_from
        ):
            holding[key] = each
    rows = []
    for each in reversed(stated):
        process, variation = facts_of(each.fact)
        what, says = said_of(each.fact)
        name = {"text": process_words(process), "note": variation.replace("_", " ") if variation else None}
        rows.append([
            {**name, "href": url_for("method.process", code=process)},
            {"text": what, "note": says},
            uk_date_short(each.fact.valid_from),
            uk_date_short(london_date(from_micros(each.known_at))),
            _standing(each, holding.get((process, variation)), today),
            _withdrawal(each, holding.get((process, variation))),
        ])  # fmt: skip
    return rows


def _standing(each: StatedFramework, holds: StatedFramework | None, today: date) -> str:
    if each.fact.valid_from > today:
        return "to come"
    return "holds" if each is holds else "superseded"


def _withdrawal(each: StatedFramework, holds: StatedFramework | None) -> dict[str, str] | str:
    if each is not holds or not isinstance(each.fact, ProcessDefined | VariationDefined):
        return ""
    process, variation = facts_of(each.fact)
    return {"text": "Withdraw", "href": url_for("method.withdraw_framework", process=process, code=variation or None)}
