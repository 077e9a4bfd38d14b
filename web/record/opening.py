"""Opening one entry: who may, and what to call everybody it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from flask import abort

from projections.queries import my_day as queries
from projections.queries import names as child_queries
from recorder.accounts import accounts_list
from recorder.desk import log_reads
from recorder.domain.activity import ActivityDetails, ActivityState, evolve
from recorder.domain.facts import Event
from web.account.people import Person, signed_in
from web.record.choices import Offer, offer_to
from web.record.history import Names
from web.record.typed import Typed
from web.state import Opened, state

__all__ = ["RECORDERS", "OpenEntry", "id_of", "log_reading", "names_in", "offer_for", "open_entry"]

RECORDERS = ("social_worker", "team_leader")
NOT_YOURS = "Only those who recorded an entry or took part in it can open it here."


class OpenEntry(NamedTuple):
    """An entry as somebody who may open it finds it."""

    person: Person
    here: Opened
    history: list[Event]
    state: ActivityState
    worker_no: int

    @property
    def details(self) -> ActivityDetails:
        """What holds now."""
        return self.state.details


def open_entry(activity_id: UUID, *, to_change: bool = False) -> OpenEntry:
    """The entry, for somebody who recorded it or took part; 404 where there is none, 403 for others.

    One that is withdrawn cannot be changed any more: 409.
    """
    person, here = signed_in(), state()
    history = here.recorder.history(activity_id)
    folded: ActivityState | None = None
    for event in history:
        try:
            folded = evolve(folded, event.body, event.originator_version)
        except TypeError:
            abort(404)  # the id of something else
    if folded is None:
        abort(404)
    workers = {line.worker for e in history if isinstance(e.body, ActivityDetails) for line in e.body.workers}
    mine = person.worker in workers or person.username in {e.provenance.by for e in history[:1]}
    # Another process may have destroyed a key that lies to hand here: read them anew before any note.
    here.recorder.keys.refresh(_children(history))
    with here.projections.reader().connect() as connection:
        number = queries.worker_number(connection, person.worker) if person.worker else None
    if not mine or number is None:
        abort(403, NOT_YOURS)
    if to_change and folded.withdrawn:
        abort(409, "This entry has been withdrawn, so it can no longer be changed.")
    return OpenEntry(person, here, history, folded, number)


def offer_for(found: OpenEntry, typed: Typed) -> Offer:
    """What the form offers, with everybody the entry names or ever named."""
    bodies = [e.body for e in found.history if isinstance(e.body, ActivityDetails)]
    children = [line.child for body in bodies for line in body.children]
    children += [child for text in typed.children if (child := id_of(text))]
    workers = [line.worker for body in bodies for line in body.workers]
    today = found.here.recorder.clock.today()
    with found.here.projections.reader().connect() as connection:
        return offer_to(
            connection,
            found.here.recorder.keys,
            found.worker_no,
            today,
            also_children=children,
            also_workers=workers,
        )


def names_in(found: OpenEntry, offer: Offer | None = None) -> Names:
    """What to call everybody the entry ever named."""
    bodies = [e.body for e in found.history if isinstance(e.body, ActivityDetails)]
    children = {line.child for body in bodies for line in body.children}
    workers = {line.worker for body in bodies for line in body.workers}
    here = found.here
    with here.projections.reader().connect() as connection:
        numbers = child_queries.child_numbers(connection, children)
        known = child_queries.child_names(connection, here.recorder.keys, numbers.values())
        staff = queries.workers_by_id(connection, workers | ({found.person.worker} if found.person.worker else set()))
    named = [*known.values(), *(offer.children if offer else ())]
    colleagues: Iterable[queries.Colleague] = [*staff.values(), *(offer.colleagues if offer else ())]
    return Names(
        children={child.child_id: child.name for child in named},
        workers={each.worker_id: each.name for each in colleagues},
        accounts={account.username: account.name for account in accounts_list(here.desk)},
    )


def log_reading(found: OpenEntry) -> None:
    """Note that this person looked at the entry of these children."""
    now = found.here.recorder.clock.now()
    log_reads(found.here.desk, found.person.username, "entry", _children(found.history), now)


def _children(history: list[Event]) -> list[UUID]:
    """Every child the entry ever named."""
    bodies = [e.body for e in history if isinstance(e.body, ActivityDetails)]
    return sorted({line.child for body in bodies for line in body.children})


def id_of(text: str) -> UUID | None:
    """The id that was sent, or None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
