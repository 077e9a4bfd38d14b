"""The blank entry form, drawn once for what it offers and without anybody's name, which is put in each time.

Somebody who records ten times a day is offered the same children, kinds of work and colleagues each time; drawing
the form anew was most of what My day took. What is held names children by their place alone.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup, escape

from projections.queries.names import ChildName
from web.record.choices import Offer
from web.record.form_page import form_context
from web.record.typed import Typed

__all__ = ["entry_form"]

TEMPLATE = "record/_entry_form.html"
MOST = 500
_EXTENSION = "daybook_blank_forms"
# Control characters, which no text that can be recorded holds; the place keeps the order of the names.
_PLACE = re.compile("\x01([0-9]{5})\x02")
_lock = Lock()


def entry_form(typed: Typed, offer: Offer, problems: Sequence[tuple[str, str]], find_child: str) -> Markup:
    """The questions of an entry, as typed so far and with what is wrong."""
    if problems or typed != Typed():
        return _drawn(typed, offer, problems, find_child)
    names = {f"{place:05}": str(escape(child.name)) for place, child in enumerate(offer.children)}
    return Markup(_PLACE.sub(lambda place: names.get(place[1], ""), _held(offer, find_child)))  # noqa: S704 - escaped


def _held(offer: Offer, find_child: str) -> str:
    nameless = _without_names(offer)
    context = form_context(Typed(), nameless, ())
    key = _key(nameless, context, find_child)
    held: OrderedDict[Hashable, str] = current_app.extensions.setdefault(_EXTENSION, OrderedDict())
    with _lock:
        if key in held:
            held.move_to_end(key)
            return held[key]
    drawn = str(render_template(TEMPLATE, **context, find_child=find_child))
    with _lock:
        held[key] = drawn
        while len(held) > MOST:
            held.popitem(last=False)
    return drawn


def _drawn(typed: Typed, offer: Offer, problems: Sequence[tuple[str, str]], find_child: str) -> Markup:
    return Markup(render_template(TEMPLATE, **form_context(typed, offer, problems), find_child=find_child))  # noqa: S704


def _without_names(offer: Offer) -> Offer:
    """The offer with each child's place instead of the name."""
    placed = {child.child_no: _placed(child, place) for place, child in enumerate(offer.children)}
    return replace(
        offer,
        children=tuple(placed.values()),
        together=tuple(tuple(placed[child.child_no] for child in group) for group in offer.together),
    )


def _placed(child: ChildName, place: int) -> ChildName:
    return child._replace(name=f"\x01{place:05}\x02", identifier="")


def _key(offer: Offer, context: Mapping[str, Any], find_child: str) -> Hashable:
    """All that a blank form is drawn from."""
    listed = tuple(tuple(tuple(each.items()) for each in context[name]) for name in ("other_kinds", "processes"))
    at_hand = tuple((each.code, each.label) for each in offer.kinds_at_hand)
    return (
        offer.children, offer.together, offer.recent, offer.colleagues, at_hand, offer.usual_minutes,
        offer.today.year, listed, context["seen_kinds"], find_child,
    )  # fmt: skip
