"""The kinds of work: the whole vocabulary by class, found by any of its names."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from costing.vocabulary import CLASSES, Kind, fitting
from recorder.domain.kinds import NO_CHOICE
from web.account.access import allow
from web.kinds_of_work import ever_in_use, vocabulary_in_use
from web.method.frame import MAY_SEE, tabs

__all__ = ["CLASS_WORDS", "VISIT_WORDS", "kinds_page"]

CLASS_WORDS = {
    "direct": "Direct: with, or talking to, the child, family or carer",
    "indirect_case": "Indirect: for a child, without them",
    "travel": "Travel",
    "indirect_non_case": "Not for one child",
    "absence": "Absence",
    "residual": "Not recorded",
}
VISIT_WORDS = {
    "if_seen": "A visit, if the child was seen",
    "local": "A visit only where local policy sets the interval, if the child was seen",
    "no": "None",
}
_MOST_WORDS = 60


@allow(*MAY_SEE)
def kinds_page() -> ResponseReturnValue:
    """Every kind as it holds today, or will; with words in the address, those that have them among their names."""
    words = " ".join(request.args.get("q", "").split())[:_MOST_WORDS]
    now = {each.code: each for each in vocabulary_in_use()}
    held = [now.get(each.code, each) for each in ever_in_use()]
    labels = {each.code: each.label for each in held}
    rows = {each.code: _row(each, labels, each.code in now) for each in held}
    found = fitting(words, held) if words else []
    return render_template(
        "method/kinds.html",
        tabs=tabs("kinds"),
        words=words,
        found=[rows[each.code] for each in found],
        classes=[
            (CLASS_WORDS[name], name, [rows[each.code] for each in held if each.kind_class == name]) for name in CLASSES
        ],
    )


def _row(each: Kind, labels: dict[str, str], holds: bool) -> list[Any]:
    wider = f"{each.code}, part of {labels[each.parent].lower()}" if each.parent else each.code
    return [
        {"text": each.label, "href": url_for("method.kind", code=each.code), "note": wider},
        {"text": each.definition, "note": each.examples or None},
        ", ".join(each.synonyms) or "none",
        "Direct" if each.direct else "Indirect" if each.case_work else "Not case work",
        "Yes" if each.asks_seen else "No",
        VISIT_WORDS[each.may_satisfy_visit_rule],
        "Not yet" if not holds else "Yes" if each.offered else "No",
        {"text": "Change", "href": url_for("method.new_kind", code=each.code)}
        if each.kind_class not in NO_CHOICE
        else "",
    ]
