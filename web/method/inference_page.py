"""The process of work where nobody chose one: the rules that hold, shipped and own, and what was stated of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from costing.calendar import london_date
from costing.inference import ANY, VERSION, Rule
from costing.vocabulary import kinds
from projections.queries.cost_lines import LiveCosts
from projections.queries.inference import StatedRule, inference_of, rules_stated
from recorder.domain.inference import InferenceRuleStated
from recorder.store.log import from_micros
from web.account.access import allow
from web.design.formats import uk_date_short
from web.method.frame import MAY_SEE, tabs
from web.state import state
from web.words import kind_words, process_words

__all__ = ["OPEN_WORDS", "inference_page"]

OPEN_WORDS = {
    "CLA": "The child is looked after",
    "CIN": "A case in need is open",
    "CAF": "Early help is open",
    ANY: "Whatever is open, or nothing",
}


@allow(*MAY_SEE)
def inference_page() -> ResponseReturnValue:
    """Every rule that holds today, the finest kinds of work under their wider ones, and the own ones over time."""
    today = state().recorder.clock.today()
    with state().projections.reader().connect() as connection:
        source = LiveCosts(connection)
        table, stated = inference_of(source), rules_stated(source)
    order = {each.code: place for place, each in enumerate(kinds())}
    opens = list(OPEN_WORDS)
    held = [each for each in table.rules if each.holds_on(today)]
    held.sort(key=lambda each: (order.get(each.kind, len(order)), opens.index(each.open_framework)))
    return render_template(
        "method/inference.html",
        tabs=tabs("inference"),
        version=table.version,
        rows=[_row(each) for each in held],
        stated=[_stated(each, held, today) for each in reversed(stated)],
    )


def _row(each: Rule) -> list[Any]:
    change = url_for("method.new_rule", kind=each.kind, open_framework=each.open_framework, process=each.process)
    since = f"from {uk_date_short(each.valid_from)}" if each.valid_from else ""
    return [
        {"text": kind_words(each.kind), "note": each.kind},
        OPEN_WORDS[each.open_framework],
        process_words(each.process),
        {"text": "Shipped" if each.version == VERSION else "Own", "note": since},
        each.version,
        {"text": "Change", "href": change},
    ]


def _stated(each: StatedRule, held: list[Rule], today: date) -> list[Any]:
    fact = each.fact
    holds = f"own {each.number}" in {rule.version for rule in held}
    says = process_words(fact.process) if isinstance(fact, InferenceRuleStated) else f"Withdrawn: {fact.reason}"
    standing = "holds" if holds else "to come" if fact.valid_from > today else "superseded"
    if not isinstance(fact, InferenceRuleStated):
        standing = "withdrawal"
    withdraw = url_for("method.withdraw_rule", kind=fact.kind, open_framework=fact.open_framework)
    return [
        {"text": kind_words(fact.kind), "note": OPEN_WORDS[fact.open_framework]},
        says,
        uk_date_short(fact.valid_from),
        uk_date_short(london_date(from_micros(each.known_at))),
        standing,
        {"text": "Withdraw", "href": withdraw} if holds else "",
    ]
