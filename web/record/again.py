"""Work that is done again: from an entry made before, from a favourite, or from one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from recorder.favourites import Favourite, TooMany, add_favourite, favourites, remove_favourite
from web.account.access import allow
from web.account.people import signed_in
from web.design.formats import minutes as minutes_text
from web.kinds_of_work import vocabulary_in_use
from web.record.choices import NOT_OFFERED, Offer, kind_label
from web.record.opening import RECORDERS, id_of, open_entry
from web.record.schemas import said_answer
from web.record.sentence import Sentence, read_sentence
from web.record.sentence_people import Named
from web.record.typed import OTHER, Typed, as_typed, from_form
from web.state import state

__all__ = [
    "MOST_SAID",
    "add_again",
    "favourites_of",
    "in_words",
    "said_as_json",
    "typed_again",
    "typed_favourite",
    "typed_said",
]

MOST_SAID = 300
# What is another each time it is done is never given again: who was seen, the note, the day.
_KEPT = ("kind", "other_kind", "minutes", "travel", "miles", "process")
_KEPT_LISTS = ("children", "colleagues")
_KEPT_PREFIXES = ("their-minutes-", "weight-")


def add_again(blueprint: Blueprint) -> None:
    """The addresses of favourites."""
    blueprint.add_url_rule("/my-day/favourites", "keep_favourite", keep_favourite, methods=["POST"])
    blueprint.add_url_rule("/my-day/favourites/remove", "drop_favourite", drop_favourite, methods=["POST"])


def typed_again(activity_id: UUID) -> Typed:
    """An entry's answers to be given again today. Nobody is taken to have been seen again."""
    found = open_entry(activity_id)
    assert found.person.worker is not None
    typed = as_typed(found.details, found.person.worker, found.here.recorder.clock.today())
    typed.when, typed.day, typed.seen, typed.outcome = "today", ("", "", ""), {}, "held"
    return typed


def favourites_of(username: str) -> list[Favourite]:
    """The favourites of the person signed in."""
    here = state()
    return favourites(here.desk, here.recorder.keys, username)


def typed_favourite(username: str, favourite_id: UUID) -> Typed:
    """The answers of a favourite, to be given today; 404 where this person has none of that id."""
    found = next((each for each in favourites_of(username) if each.favourite_id == favourite_id), None)
    if found is None:
        abort(404)
    typed = from_form(MultiDict([(name, value) for name, values in found.answers.items() for value in values]))
    typed.when = "today"
    return typed


@allow(*RECORDERS)
def keep_favourite() -> ResponseReturnValue:
    """Keep an entry's answers under a name."""
    person, here = signed_in(), state()
    activity_id = id_of(request.form.get("entry", ""))
    if activity_id is None:
        abort(400)
    typed = typed_again(activity_id)
    name = " ".join(request.form.get("name", "").split())[:60] or kind_label(typed.kind_code)
    try:
        add_favourite(here.desk, here.recorder.keys, person.username, name, _answers(typed), here.recorder.clock.now())
    except TooMany as full:
        flash(str(full), "important")
    else:
        # Not by its name: that may hold a child's, and this lies with the browser until it is shown.
        flash("The favourite is kept. You find it at the top of My day.", "success")
    return redirect(url_for("record.my_day"), 303)


@allow(*RECORDERS)
def drop_favourite() -> ResponseReturnValue:
    """Take a favourite away."""
    favourite_id = id_of(request.form.get("favourite", ""))
    if favourite_id is None or not remove_favourite(state().desk, signed_in().username, favourite_id):
        abort(404)
    flash("The favourite is removed.", "success")
    return redirect(url_for("record.my_day"), 303)


def _answers(typed: Typed) -> dict[str, list[str]]:
    kept = {name: [getattr(typed, name)] for name in _KEPT if getattr(typed, name)}
    kept |= {name: list(getattr(typed, name)) for name in _KEPT_LISTS if getattr(typed, name)}
    for prefix, held in zip(_KEPT_PREFIXES, (typed.their_minutes, typed.weights), strict=True):
        kept |= {prefix + key: [value] for key, value in held.items() if value}
    return kept


def typed_said(text: str, offer: Offer) -> tuple[Typed, Sentence]:
    """The answers that a sentence gives, and what it left open."""
    offered = [each for each in vocabulary_in_use() if each.offered and each.kind_class not in NOT_OFFERED]
    children = [Named(child.child_id, child.name, (child.identifier,)) for child in offer.children]
    colleagues = [Named(each.worker_id, each.name) for each in offer.colleagues]
    said = read_sentence(text[:MOST_SAID], offered, children, colleagues, offer.today)
    code = said.kind.code if said.kind else ""
    near = {each.code for each in offer.kinds_at_hand}
    typed = Typed(
        children=[str(child) for child in said.children],
        kind=code if code in near or not code else OTHER,
        other_kind=code,
        minutes="" if said.minutes is None else minutes_text(said.minutes),
        travel="" if said.travel_minutes is None else minutes_text(said.travel_minutes),
        miles=said.miles or "",
        outcome=said.outcome,
        colleagues=[str(worker) for worker in said.colleagues],
        seen={str(child): said.seen for child in said.children} if said.seen else {},
    )
    if said.on is not None:
        typed.when = "yesterday" if said.on == offer.today - timedelta(days=1) else "another"
        typed.day = ("", "", "") if typed.when == "yesterday" else _parts(said.on)
    return typed, said


def in_words(typed: Typed, said: Sentence) -> tuple[str, ...]:
    """What a sentence did not settle, each as a sentence of its own."""
    told = [f"{words}: tick the one you mean." for words in questions_in_words(said)]
    if said.left:
        told.append(f"Not understood, and not kept: {', '.join(f'“{word}”' for word in said.left)}.")
    if said.kind is None:
        told.append("It does not say what you did.")
    if said.minutes is None and typed.outcome == "held":
        told.append("It does not say how long it took.")
    return tuple(told)


def questions_in_words(said: Sentence) -> tuple[str, ...]:
    """Names that fit several people, each with whom it could be."""
    return tuple(
        f"“{each.words}” could be {_either(candidate.name for candidate in each.candidates)}" for each in said.questions
    )


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _parts(on: date) -> tuple[str, str, str]:
    return str(on.day), str(on.month), str(on.year)


def said_as_json(typed: Typed, said: Sentence) -> dict[str, object]:
    """The answers for the page's script."""
    return said_answer(
        {
            "children": typed.children,
            "kind": typed.kind_code,
            "when": typed.when,
            "day": list(typed.day),
            "minutes": typed.minutes,
            "travel": typed.travel,
            "miles": typed.miles,
            "outcome": typed.outcome,
            "colleagues": typed.colleagues,
            "seen": typed.seen,
            "told": list(in_words(typed, said)),
        }
    )
