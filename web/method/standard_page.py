"""Standard times and what each process costs by them, beside the published sheets, line by line."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from costing.processes import FRAMEWORKS
from costing.standard_times import BASE, StandardTime, variations_text
from costing.unit_cost_sheets import OWN, SheetLine, UnitCostSheet, mixed_sheet, own_sheet, published_sheet
from projections.queries import prices as price_queries
from projections.queries.standard_times import standard_times as agreed_times
from web.account.access import allow
from web.design.formats import number, uk_date_short
from web.method.frame import FRAMEWORK_WORDS, MAY_SEE, pounds_of_pence, tabs
from web.process_names import frameworks_in_use
from web.state import state
from web.words import process_words, worker_type_words

__all__ = ["hours_in_words", "standard_times", "variation_words"]


@allow(*MAY_SEE)
def standard_times() -> ResponseReturnValue:
    """The times that hold, and the unit costs they make at today's price of an hour."""
    here = state()
    today = here.recorder.clock.today()
    with here.projections.reader().connect() as connection:
        times = agreed_times(connection)
        held = price_queries.in_force(price_queries.prices(connection), today)
    hours = {each.worker_type: each.j_pence for each in held if each.contract == "employed"}
    base = max((each.price_base for each in held), default="")
    known = [each.code for each in frameworks_in_use().processes]
    own = own_sheet("Own", times, hours, base)
    published = {key: published_sheet(key) for key in ("out_of_london", "london")}
    mixed = mixed_sheet("Mixed", own, published["out_of_london"])
    return render_template(
        "method/standard_times.html",
        tabs=tabs("standard"),
        today=today,
        price_base=base,
        times=[_time_row(each) for each in times],
        frameworks=[(FRAMEWORK_WORDS[name], name.lower(), _rows(name, own, published, mixed)) for name in FRAMEWORKS],
        origin=mixed.origin,
        unpriced=[process_words(code) for code in mixed.unpriced_processes(known)],
    )


def variation_words(process: str, variations: frozenset[str]) -> str:
    """Variations in words; "Base case" where there is none."""
    named = {each.code: each.name for each in frameworks_in_use().variations if each.process == process}
    return ", ".join(named.get(code, code.replace("_", " ")) for code in sorted(variations)) or "Base case"


def hours_in_words(time: StandardTime) -> str | None:
    """Hours to two places; None stays not known."""
    return None if time.hours is None else number(time.hours, 2)


def _time_row(each: StandardTime) -> list[Any]:
    effect = "" if each.effect == BASE else f" ({'adds' if each.effect == 'add' else 'replaces'})"
    return [
        {"text": process_words(each.process), "note": variation_words(each.process, each.variations) + effect},
        worker_type_words(each.worker_type),
        hours_in_words(each),
        "a month" if each.process in _going_on() else "an occurrence",
        None if each.n is None else number(each.n),
        {"text": uk_date_short(each.agreed_on), "href": _history(each)},
        each.agreed_by,
    ]


def _going_on() -> set[str]:
    return {each.code for each in frameworks_in_use().processes if each.unit != "occurrence"}


def _history(each: StandardTime) -> str:
    variations = variations_text(each.variations)
    where = "method.time_history"
    return url_for(where, process=each.process, variations=variations, worker_type=each.worker_type)


def _rows(framework: str, own: UnitCostSheet, published: dict[str, UnitCostSheet], mixed: UnitCostSheet) -> list[Any]:
    rows = []
    for process in (each.code for each in frameworks_in_use().processes if each.framework == framework):
        sheets = (mixed, published["london"])
        found = {line.variations: None for sheet in sheets for line in sheet.lines if line.process == process}
        rows += [_row(process, which, own, published, mixed) for which in sorted(found, key=lambda v: (len(v), *v))]
    return rows


def _row(
    process: str, which: frozenset[str], own: UnitCostSheet, published: dict[str, UnitCostSheet], mixed: UnitCostSheet
) -> list[Any]:
    mine, used = own.line(process, which), mixed.line(process, which)
    if used is None:
        says = "Only London is published"
    else:
        says = "Own" if used.origin == OWN else "Published"
        says += "" if used.prices else ", shown and not priced from"
    return [
        {"text": process_words(process), "note": _with_effect(process, which, used)},
        _own(mine),
        *(_amount(published[key].line(process, which)) for key in ("out_of_london", "london")),
        says,
    ]


def _with_effect(process: str, which: frozenset[str], line: SheetLine | None) -> str:
    words = variation_words(process, which)
    return f"{words} (added)" if line is not None and line.effect == "add" else words


def _own(line: SheetLine | None) -> dict[str, Any] | str:
    if line is None:
        return "no own time"
    if line.pence is None:
        return {"text": None, "note": "; ".join(line.missing)}
    parts = [f"{number(p.hours, 2)}h × {pounds_of_pence(p.hour_pence)}" for p in line.parts if p.hours is not None]
    return {"text": pounds_of_pence(line.pence), "note": " + ".join(parts)}


def _amount(line: SheetLine | None) -> dict[str, Any] | str:
    if line is None:
        return "none published"
    note = f"{line.price_year} prices" + (", fee included" if line.holds_fee else "")
    return {"text": pounds_of_pence(line.pence), "note": note}
