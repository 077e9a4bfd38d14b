"""An entry that may be there already: ask before saving, and let a colleague join instead of recording twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec
from flask import abort

from projections.queries import habits, my_day, names
from projections.queries.names import ChildName
from recorder.activities import AmendActivity, activity_state, amend
from recorder.application import Conflict, Receipt
from recorder.domain.activity import ActivityDetails, WorkerLine
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import derived_id
from web.account.people import Person
from web.design.formats import hours
from web.record.choices import Offer, kind_label
from web.state import Opened

__all__ = ["Alike", "alike", "join"]

ASK = "You may have recorded this already. Look at the entry shown, then say that this is another piece of work"
ASK_JOIN = "A colleague has recorded this already. Add your time to it, or say that this is another piece of work"
_TRIES = 3


class Alike(NamedTuple):
    """An entry like the one about to be recorded, in words. ``joinable``: a colleague's that I am not on yet."""

    activity_id: UUID
    words: str
    who: str
    joinable: bool


def alike(here: Opened, worker: UUID, details: ActivityDetails, offer: Offer, but: UUID) -> tuple[Alike, ...]:
    """Entries that may be the same piece of work, left out ``but``."""
    with here.projections.reader().connect() as connection:
        number = my_day.worker_number(connection, worker)
        children = frozenset(names.child_numbers(connection, [line.child for line in details.children]).values())
        if number is None:
            return ()
        found = habits.likely_same(connection, number, details.kind, details.on, children)
        known: Mapping[int, ChildName] = names.child_names(
            connection, here.recorder.keys, {n for each in found for n in each.children}
        )
    told = []
    for each in found:
        if each.activity_id == but:
            continue
        whom = " and ".join(known[n].name for n in sorted(each.children) if n in known)
        time = f", your time {hours(each.seconds)}" if each.mine and each.seconds is not None else ""
        words = f"{kind_label(each.kind)}{f' – {whom}' if whom else ''}{time}"
        told.append(Alike(each.activity_id, words, " and ".join(each.who), not each.mine))
    return tuple(told)


def join(here: Opened, person: Person, activity_id: UUID, line: WorkerLine, offer: Offer, sent: UUID) -> Receipt:
    """Add a worker's own line to a colleague's entry: one visit, each worker's minutes once.

    Only for an entry of a child whom this worker may record for; 403 otherwise. Sent twice it is one line.
    Raises ``Refused`` where the entry was withdrawn meanwhile.
    """
    for _ in range(_TRIES):
        found = activity_state(here.recorder, activity_id)
        if found is None:
            abort(404)
        if not {each.child for each in found.details.children} & set(offer.child_ids):
            abort(403, "Only those who work with one of the children can add themselves to an entry.")
        others = tuple(each for each in found.details.workers if each.worker != line.worker)
        details = msgspec.structs.replace(found.details, workers=(*others, line))
        command = AmendActivity(
            activity_id=activity_id,
            event_id=derived_id(activity_id, "joined", f"{line.worker} {sent}"),
            version=found.version,
            details=details,
            reason="left_out",
            provenance=Provenance(by=person.username, source="form"),
        )
        try:
            return amend(here.recorder, command)
        except Conflict:
            continue  # somebody changed the entry in the same moment: their change stands, the line is added to it
    raise Refused(("minutes", "This entry is being changed by somebody else. Send your time again"))
