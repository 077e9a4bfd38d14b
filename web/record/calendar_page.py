"""My calendar: what a calendar file holds, offered as entries and accepted one by one or in a sweep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from projections.queries import my_day as queries
from recorder.activities import RecordActivity, record
from recorder.application import Conflict
from recorder.desk import log_reads
from recorder.domain.facts import Provenance, Refused
from recorder.intake.calendar_file import NotACalendar, read_calendar
from recorder.proposals import ACCEPTED, DISMISSED, LASTS, Proposal, drop_old_proposals, proposals, propose, settle
from web.account.access import allow
from web.account.people import Person, signed_in
from web.design.formats import minutes as minutes_text
from web.design.formats import uk_date, uk_time
from web.kinds_of_work import vocabulary_in_use
from web.record.again import questions_in_words, typed_said
from web.record.choices import NOT_OFFERED, Offer, offer_to
from web.record.frame import tabs
from web.record.opening import RECORDERS, id_of
from web.record.reading import understand
from web.record.same_visit import alike
from web.record.typed import Typed
from web.state import Opened, state

__all__ = ["add_calendar"]

LONDON = ZoneInfo("Europe/London")
WEEKS_BACK = timedelta(days=28)
assert WEEKS_BACK < LASTS


@dataclass
class Card:
    """One proposal as the page shows it: what was guessed, or what was sent back."""

    proposal: Proposal
    children: str
    kind: str
    minutes: str
    ticked: bool
    children_choices: list[dict[str, str]] = field(default_factory=list)
    alike: str = ""
    unsure: tuple[str, ...] = ()
    problems: dict[str, list[str]] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """Its day and time, London's."""
        starts = self.proposal.starts
        return uk_date(self.proposal.on) + (f", {uk_time(starts)}" if starts else ", all day")


def add_calendar(blueprint: Blueprint) -> None:
    """The addresses of the calendar."""
    blueprint.add_url_rule("/my-calendar", "calendar", calendar)
    blueprint.add_url_rule("/my-calendar/file", "send_calendar", send_calendar, methods=["POST"])
    blueprint.add_url_rule("/my-calendar", "accept_proposals", accept, methods=["POST"])


@allow(*RECORDERS)
def calendar() -> ResponseReturnValue:
    """What waits to be accepted."""
    person, here = signed_in(), state()
    drop_old_proposals(here.desk, here.recorder.clock.today())
    offer = _offer(here, person)
    if offer is None:
        return render_template("record/no_worker.html")
    return _page(here, person, offer, [_guess(here, person, each, offer) for each in _waiting(here, person)])


@allow(*RECORDERS)
def send_calendar() -> ResponseReturnValue:
    """Read a calendar file. It goes no further than this person's own list."""
    person, here = signed_in(), state()
    file, today = request.files.get("file"), here.recorder.clock.today()
    if file is None or not file.filename:
        return _again(here, person, "Choose a calendar file")
    try:
        found = read_calendar(file.read(), today - WEEKS_BACK, today)
    except NotACalendar as wrong:
        return _again(here, person, str(wrong))
    came = propose(here.desk, here.recorder.keys, person.username, found.events, here.recorder.clock.now())
    told = f"{_counted(came.new, 'appointment')} added to your list."
    if came.changed:
        told += f" {_counted(came.changed, 'appointment')} changed in your calendar and brought up to date."
    if came.known:
        told += f" {_counted(came.known, 'appointment')} known before."
    flash(" ".join([told, *found.problems]), "success" if came.new or came.changed else "message")
    return redirect(url_for("record.calendar"), 303)


@allow(*RECORDERS)
def accept() -> ResponseReturnValue:
    """Record the ticked ones; those with a problem stay on the page as they were typed."""
    person, here = signed_in(), state()
    offer = _offer(here, person)
    if offer is None or person.worker is None:
        abort(403)
    waiting = _waiting(here, person)
    if (unwanted := id_of(request.form.get("dismiss", ""))) is not None:
        settle(here.desk, person.username, [unwanted], DISMISSED, here.recorder.clock.now())
        return redirect(url_for("record.calendar"), 303)
    cards = [_sent(each, offer) for each in waiting]
    reached = done = 0
    left = []
    for card in cards:
        position = _record(here, person, card, offer) if card.ticked and not card.proposal.private else None
        if position is None:
            left.append(card)
        else:
            reached, done = max(reached, position), done + 1
    wrong = any(card.problems for card in left)
    if done:
        flash(f"{_counted(done, 'entry', 'entries')} recorded from your calendar.", "success")
    if not wrong:
        if not done:
            flash("Nothing was ticked, so nothing was recorded.")
        return redirect(url_for("record.calendar", at=reached or None), 303)
    return _page(here, person, offer, left, 422)


def _record(here: Opened, person: Person, card: Card, offer: Offer) -> int | None:
    """The position reached, or None with the card's problems told."""
    assert person.worker is not None
    typed = _typed(card)
    try:
        details, _ = understand(typed, offer, person.worker)
        if card.proposal.starts is not None:
            starts = card.proposal.starts.astimezone(LONDON)
            details = msgspec.structs.replace(details, start=f"{starts:%H:%M}")
        by = Provenance(by=person.username, source="calendar")
        command = RecordActivity(activity_id=card.proposal.activity_id, details=details, provenance=by)
        receipt = record(here.recorder, command)
    except Refused as refused:
        for name, words in refused.problems:
            card.problems.setdefault(name if name in {"children", "kind", "minutes"} else "kind", []).append(words)
        return None
    except Conflict:
        # Accepted in another window, as something else: that entry stands, and is in the list of the day.
        settle(here.desk, person.username, [card.proposal.proposal_id], ACCEPTED, here.recorder.clock.now())
        card.problems.setdefault("kind", []).append("This was recorded from another window already")
        return None
    settle(here.desk, person.username, [card.proposal.proposal_id], ACCEPTED, here.recorder.clock.now())
    return receipt.position


def _guess(here: Opened, person: Person, proposal: Proposal, offer: Offer) -> Card:
    """What the words of an event suggest; ticked where they settle what was done and for whom."""
    if proposal.private:
        return Card(proposal, "", "", "", ticked=False)
    typed, said = typed_said(f"{proposal.summary} {proposal.location}", offer)
    time = proposal.minutes if proposal.minutes is not None else said.minutes
    card = Card(
        proposal,
        " ".join(typed.children),
        typed.kind_code,
        "" if time is None else minutes_text(time),
        ticked=False,
        children_choices=_choices(offer, typed.children),
    )
    card.unsure = questions_in_words(said)
    enough = said.kind is not None and (bool(typed.children) or not said.kind.needs_child) and not said.questions
    if enough and person.worker is not None and time:
        kept = _typed(card)
        try:
            details, _ = understand(kept, offer, person.worker)
            likely = alike(here, person.worker, details, offer, proposal.activity_id)
            card.alike = likely[0].words if likely else ""
            card.ticked = not likely
        except Refused:
            card.ticked = False
    return card


def _typed(card: Card) -> Typed:
    on = card.proposal.on
    return Typed(
        children=card.children.split(),
        kind=card.kind,
        other_kind=card.kind,
        minutes=card.minutes,
        when="another",
        day=(str(on.day), str(on.month), str(on.year)),
    )


def _sent(proposal: Proposal, offer: Offer) -> Card:
    """A card as it was sent."""
    number = str(proposal.proposal_id)
    children = request.form.get(f"children-{number}", "")
    return Card(
        proposal,
        children,
        request.form.get(f"kind-{number}", ""),
        request.form.get(f"minutes-{number}", ""),
        ticked=number in request.form.getlist("accept"),
        children_choices=_choices(offer, children.split()),
    )


def _choices(offer: Offer, guessed: list[str]) -> list[dict[str, str]]:
    """Each child, those who are recorded together, and whoever was guessed together."""
    names = {str(child.child_id): child.name for child in offer.children}
    groups = {" ".join(str(child.child_id) for child in group): group for group in offer.together}
    choices = [{"value": "", "text": "No child"}]
    if len(guessed) > 1 and " ".join(guessed) not in groups and all(child in names for child in guessed):
        choices.append({"value": " ".join(guessed), "text": " and ".join(names[child] for child in guessed)})
    choices += [{"value": key, "text": " and ".join(c.name for c in group)} for key, group in groups.items()]
    return choices + [{"value": key, "text": name} for key, name in names.items()]


def _waiting(here: Opened, person: Person) -> list[Proposal]:
    return proposals(here.desk, here.recorder.keys, person.username)


def _offer(here: Opened, person: Person) -> Offer | None:
    with here.projections.reader().connect() as connection:
        number = queries.worker_number(connection, person.worker) if person.worker else None
        if number is None:
            return None
        return offer_to(connection, here.recorder.keys, number, here.recorder.clock.today())


def _page(
    here: Opened, person: Person, offer: Offer, cards: list[Card], status: int = 200, problem: str = ""
) -> ResponseReturnValue:
    log_reads(here.desk, person.username, "my calendar", offer.child_ids, here.recorder.clock.now())
    errors = [{"text": problem, "href": "#file"}] if problem else []
    errors += [
        {"text": f"{card.proposal.summary or card.when}: {words}", "href": f"#{name}-{card.proposal.proposal_id}"}
        for card in cards
        for name, told in card.problems.items()
        for words in told
    ]
    offered = [each for each in vocabulary_in_use() if each.offered and each.kind_class not in NOT_OFFERED]
    near = {each.code for each in offer.kinds_at_hand}
    usual = [*offer.kinds_at_hand, *(each for each in offered if each.code not in near)]
    page = render_template(
        "record/calendar.html",
        tabs=tabs("calendar"),
        cards=[card for card in cards if not card.proposal.private],
        private=[card for card in cards if card.proposal.private],
        kinds=[{"value": "", "text": "Select what you did"}, *({"value": k.code, "text": k.label} for k in usual)],
        weeks_back=WEEKS_BACK.days // 7,
        file_problem=[problem] if problem else None,
        errors=errors,
        behind=g.get("behind", False),
    )
    return make_response(page, status)


def _again(here: Opened, person: Person, problem: str) -> ResponseReturnValue:
    offer = _offer(here, person)
    if offer is None:
        abort(403)
    cards = [_guess(here, person, each, offer) for each in _waiting(here, person)]
    return _page(here, person, offer, cards, 422, problem)


def _counted(number: int, word: str, several: str = "") -> str:
    return f"{number:,} {word if number == 1 else several or word + 's'}"
