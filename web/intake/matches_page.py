"""Saying which known child a child of the census is, where the file itself does not tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recorder.children import read_children
from recorder.desk import log_reads
from recorder.intake.cin_census.matches import NEW, CensusMatch, census_matches, settle_matches
from web.account.access import allow
from web.account.people import Person, signed_in
from web.design.formats import number, uk_date
from web.design.paging import page_links
from web.intake.evidence import Candidate, Evidence, candidates_of, evidence_of
from web.intake.frame import MAY_SETTLE, tabs
from web.state import Opened, state

__all__ = ["matches", "settle_many"]

PAGE = 10
LEAVE = "leave"
NOTHING = "Answer for at least one child"


@dataclass
class Question:
    """One child of the census that waits: what is known of it, the answers offered, and the one given."""

    match: CensusMatch
    candidates: list[Candidate]
    evidence: list[Evidence]
    answer: str = LEAVE
    errors: list[str] = field(default_factory=list)

    @property
    def offered(self) -> set[str]:
        """The answers that can be taken."""
        return {str(each.child_id) for each in self.candidates if not each.taken} | {NEW, LEAVE}

    @property
    def referrals(self) -> list[str]:
        """The days of its referrals, as read."""
        return [uk_date(each.referred_on) for each in self.match.said.referrals]


@allow(*MAY_SETTLE)
def matches() -> str:
    """The children that wait, with whom they may be. Nothing is chosen beforehand: Daybook is sure of none."""
    here, waiting = state(), census_matches(state().recorder, state().desk)
    pages = max(1, -(-len(waiting) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = _questions(here, waiting[(page - 1) * PAGE : page * PAGE])
    return _page(here, shown, len(waiting), page)


@allow(*MAY_SETTLE)
def settle_many() -> ResponseReturnValue:
    """Take all answers of a page; nobody is settled while one of them cannot be right."""
    here, person = state(), signed_in()
    waiting = {each.child: each for each in census_matches(here.recorder, here.desk)}
    answers = _answers()
    shown = _questions(here, [waiting[name] for name in answers if name in waiting], answers)
    gone = [name for name, answer in answers.items() if name not in waiting and answer != LEAVE]
    decided = {each.match.child: each for each in shown if each.answer != LEAVE}
    _check(shown)
    if shown and not decided and not gone:
        shown[0].errors.append(NOTHING)
    page = request.args.get("page", 1, type=int)
    if any(each.errors for each in shown):
        _tell_gone(gone)
        return make_response(_page(here, shown, len(waiting), page), 422)
    if decided:
        _settle(here, person, decided, len(waiting), gone)
    _tell_gone(gone)
    position = here.recorder.log_store.position()
    return redirect(url_for("intake.matches", at=position, page=page if page > 1 else None), 303)


def _answers() -> dict[str, str]:
    """What was answered, by the number in the census."""
    names = request.form.getlist("child")
    return {name: request.form.get(f"is-{place}", LEAVE) for place, name in enumerate(names)}


def _questions(here: Opened, found: Sequence[CensusMatch], answers: Mapping[str, str] | None = None) -> list[Question]:
    records = read_children(here.recorder, {child for match in found for child in match.candidates})
    shown = []
    for match in found:
        candidates = candidates_of(match, records)
        answer = (answers or {}).get(match.child, LEAVE)
        shown.append(Question(match, candidates, evidence_of(match, candidates), answer))
    return shown


def _check(shown: Sequence[Question]) -> None:
    """Note every answer that cannot be taken with its question."""
    chosen = Counter(each.answer for each in shown)
    for each in shown:
        name = each.match.child
        if each.answer not in each.offered:
            each.errors.append(f"Answer again for child {name}: it cannot be the child chosen any more")
            each.answer = LEAVE
        elif each.answer not in {NEW, LEAVE} and chosen[each.answer] > 1:
            others = [o.match.child for o in shown if o.answer == each.answer and o is not each]
            each.errors.append(f"Children {name} and {', '.join(others)} of the census cannot be the same known child")


def _settle(here: Opened, person: Person, decided: Mapping[str, Question], waiting: int, gone: list[str]) -> None:
    """Settle, say what came of it, and add the numbers refused to ``gone``."""
    said = {name: None if each.answer == NEW else UUID(each.answer) for name, each in decided.items()}
    summary, refused = settle_matches(here.recorder, here.desk, said, person.username)
    gone += refused
    settled = len(said) - len(refused)
    if settled:
        rows = "1 row" if summary.read == 1 else f"{number(summary.read)} rows"
        children = "1 child" if settled == 1 else f"{number(settled)} children"
        told = waiting - settled - len(census_matches(here.recorder, here.desk))
        more = f" {number(told)} more {'waits' if told == 1 else 'wait'} no longer, as this tells who they are."
        flash(f"{children} of the census settled, {rows} taken in.{more if told > 0 else ''}", "success")


def _tell_gone(gone: Sequence[str]) -> None:
    if len(gone) == 1:
        flash(f"Child {gone[0]} was not settled by you: somebody else, or a later file, was quicker.")
    elif gone:
        flash(f"Children {', '.join(gone)} were not settled by you: somebody else, or a later file, was quicker.")


def _page(here: Opened, shown: Sequence[Question], waiting: int, page: int) -> str:
    """The page of these questions; that their records were looked at is logged."""
    looked = dict.fromkeys(c.child_id for each in shown for c in each.candidates)
    log_reads(here.desk, signed_in().username, "census match", looked, here.recorder.clock.now())
    pages = max(1, -(-waiting // PAGE))
    errors: list[dict[str, Any]] = [
        {"text": text, "href": f"#is-{place}"} for place, each in enumerate(shown) for text in each.errors
    ]
    return render_template(
        "intake/matches.html",
        questions=shown,
        errors=errors,
        waiting=waiting,
        page=page,
        pages=page_links(page, pages, lambda number_: url_for("intake.matches", page=number_)),
        tabs=tabs("matches"),
        behind=g.get("behind", False),
        NEW=NEW,
        LEAVE=LEAVE,
    )
