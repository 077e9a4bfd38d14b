"""One kind of work: what it means today, what it may count as, and who said what of it when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from costing.vocabulary import Kind, kinds
from recorder.accounts import accounts_list
from recorder.domain.facts import Event
from recorder.domain.kinds import AUTHORITY_SAYS, NO_CHOICE, KindDefined, KindFact, KindRetired, KindsByDay
from recorder.kinds import kind_history
from web.account.access import allow
from web.design.formats import uk_date
from web.kinds_of_work import ever_in_use, vocabulary_in_use
from web.method.frame import MAY_SEE, tabs
from web.method.kinds_page import CLASS_WORDS, VISIT_WORDS
from web.state import state
from web.words import kind_words

__all__ = ["kind_page"]


@dataclass(frozen=True)
class Told:
    """One statement of a kind: what it did, from when, by whom, and each thing changed as (what, before, now)."""

    title: str
    at: datetime
    by: str
    starts: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]


@allow(*MAY_SEE)
def kind_page(code: str) -> ResponseReturnValue:
    """The kind as it holds today, else as it will. 404 for a code that there is not."""
    today = {each.code: each for each in vocabulary_in_use()}
    kind = today.get(code) or next((each for each in ever_in_use() if each.code == code), None)
    if kind is None:
        return abort(404)
    past = kind_history(state().recorder)
    told = _tell(code, past)
    return render_template(
        "method/kind.html",
        tabs=tabs("kinds"),
        kind=kind,
        rows=[{"key": key, "value": value or "none"} for key, value in said_of(kind).items()],
        origin="Your own"
        if kind.code not in _SHIPPED
        else "Shipped"
        if kind.source != AUTHORITY_SAYS
        else "Shipped, in your words",
        standing=_standing(kind, code in today, [fact for _, fact in past if fact.code == code]),
        told=told[::-1],
        may_change=kind.kind_class not in NO_CHOICE,
        change=url_for("method.new_kind", code=code),
        retire=url_for("method.retire_kind", code=code),
    )


_SHIPPED = {each.code for each in kinds()}


def said_of(kind: Kind) -> dict[str, str]:
    """What is said of a kind, by question."""
    return {
        "What it is called": kind.label,
        "What it covers": kind.definition,
        "Examples": kind.examples,
        "Also called": ", ".join(kind.synonyms),
        "Part of": kind_words(kind.parent) if kind.parent else "",
        "Class": CLASS_WORDS[kind.kind_class],
        "Asks who was seen": "Yes" if kind.asks_seen else "No",
        "Clock it may satisfy": VISIT_WORDS[kind.may_satisfy_visit_rule],
        "Offered when recording": "Yes" if kind.offered else "No",
    }


def _standing(kind: Kind, holds: bool, stated: Sequence[KindFact]) -> str:
    """What to know before anything else: that it is retired, is to be, or is still to come; blank for none of these."""
    today = state().recorder.clock.today()
    if not holds:
        first = min(each.valid_from for each in stated)
        return f"It holds from {uk_date(first)}; nobody is offered it before."
    retired = sorted((each for each in stated if isinstance(each, KindRetired)), key=lambda each: each.valid_from)
    coming = [each for each in retired if each.valid_from > today]
    past = retired[: len(retired) - len(coming)]
    if past and not kind.offered:
        why = _sentence(past[-1].reason)
        return f"Retired from {uk_date(past[-1].valid_from)}: {why} What was recorded with it is read as it was."
    if coming and kind.offered:
        return f"To be retired from {uk_date(coming[0].valid_from)}: {_sentence(coming[0].reason)}"
    return ""


def _sentence(text: str) -> str:
    """A reason as it was typed, with one full stop."""
    return f"{text.rstrip('. ')}."


def _tell(code: str, past: Sequence[tuple[Event, KindFact]]) -> list[Told]:
    """The statements of one kind, each beside what held on its day before it was made."""
    names = {account.username: account.name for account in accounts_list(state().desk)}
    told = []
    for place, (event, fact) in enumerate(past):
        if fact.code != code:
            continue
        before = _on([each for _, each in past[:place]], code, fact.valid_from)
        after = _on([each for _, each in past[: place + 1]], code, fact.valid_from)
        by = names.get(event.provenance.by, event.provenance.by or "Daybook")
        reason = _sentence(fact.reason) if isinstance(fact, KindRetired) else ""
        told.append(
            Told(_title(fact, before), event.recorded_at, by, uk_date(fact.valid_from), reason, _changes(before, after))
        )
    return told


def _on(stated: Sequence[KindFact], code: str, day: date) -> Kind | None:
    return KindsByDay(stated).on(day).get(code)


def _title(fact: KindFact, before: Kind | None) -> str:
    if isinstance(fact, KindRetired):
        return "Retired"
    if before is None:
        return "Added"
    return "Offered again" if isinstance(fact, KindDefined) and fact.offered and not before.offered else "Changed"


def _changes(before: Kind | None, after: Kind | None) -> tuple[tuple[str, str, str], ...]:
    """Each answer that the statement changed; of a kind that is new, each that it gave."""
    was: dict[str, Any] = said_of(before) if before else {}
    now = said_of(after) if after else {}
    return tuple((what, was.get(what, ""), text) for what, text in now.items() if text != was.get(what, ""))
