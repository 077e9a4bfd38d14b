"""Registering children: keys and identifiers first, then the facts, each child once.

A key is committed before the fact that needs it (rulings 22). What stops between the two leaves an
orphan: the next registration under the same identifier takes it up, or ``sweep_orphans`` drops it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
from eventsourcing.persistence import IntegrityError

from recorder.application import Conflict, Recorder
from recorder.domain.child import ChildRegistered, IdentifierLinked
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import new_id
from recorder.personal import KeyStore, SuppressedError, TakenError, normalise_identifier

__all__ = ["SYSTEMS", "Identifier", "NewChild", "Registered", "identifier", "register_children", "sweep_orphans"]

# The systems that name children: the looked-after return, the pupil number, the census of children in need,
# and the early help records of children whom neither holds.
SYSTEMS = ("ssda903", "upn", "cin", "early_help")
CHUNK = 500
ATTEMPTS = 8
ORPHANED_AFTER = timedelta(hours=1)
LOG_PAGE = 5000


class Identifier(NamedTuple):
    """What a system calls a child, and how it is known that this is the child. Make one with ``identifier``."""

    system: str
    value: str
    evidence: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What finds the child: system and value."""
        return self.system, self.value


def identifier(system: str, value: str, evidence: str = "") -> Identifier:
    """An identifier as it is compared and kept: the value without blanks, in capitals."""
    return Identifier(system, normalise_identifier(value), evidence)


class NewChild(msgspec.Struct, frozen=True, kw_only=True):
    """A child to register. The first identifier says who it is; none is allowed (unborn, not yet known).

    ``personal`` holds plain values by name (``first_name``, ``family_name``, ``dob`` as yyyy-mm-dd,
    ``expected_dob``); they are encrypted with the child's own key.
    """

    child_id: UUID = msgspec.field(default_factory=new_id)
    identifiers: tuple[Identifier, ...] = ()
    personal: dict[str, str] = {}
    sex: str = ""
    ethnicity: str = ""


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a registration.

    ``ids``: for each proposed id the child it is, which is another where the first identifier was
    known already. ``new``: the children this call registered. ``taken``: (proposed id, identifier)
    where a further identifier belongs to another child and was left out. ``suppressed``: proposed
    ids refused because an erased child had one of the identifiers.
    """

    ids: dict[UUID, UUID] = {}
    new: set[UUID] = set()
    taken: list[tuple[UUID, Identifier]] = []
    suppressed: list[UUID] = []


def register_children(
    recorder: Recorder, children: Iterable[NewChild], known_at: datetime, provenance: Provenance
) -> Registered:
    """Register the children that are not known yet; sent again, it changes nothing.

    Two registrations of one identifier at once settle on the first. A child that is known already
    is not changed: see ``children.describe_children`` and ``children.link_identifiers``.
    """
    answer = Registered(ids={}, new=set(), taken=[], suppressed=[])
    wanted = [_normalised(child) for child in children]
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        for _ in range(ATTEMPTS):
            try:
                _register(recorder, chunk, known_at, provenance, answer)
                break
            except (TakenError, SuppressedError, IntegrityError):
                continue  # somebody registered one of them meanwhile: look again
        else:
            raise Conflict(())
    return answer


def _normalised(child: NewChild) -> NewChild:
    named = tuple(identifier(*i) for i in child.identifiers)
    return msgspec.structs.replace(child, identifiers=named)


class _Plan(NamedTuple):
    """What one look at the key store says of a chunk."""

    ids: dict[UUID, UUID]
    make: dict[UUID, list[Identifier]]
    suppressed: list[UUID]


def _plan(keys: KeyStore, chunk: Sequence[NewChild]) -> _Plan:
    pairs = {i.pair for child in chunk for i in child.identifiers}
    erased, owners = keys.suppressed_many(pairs), keys.find_many(pairs)
    kept = keys.holds(child.child_id for child in chunk)
    plan = _Plan({}, {}, [])
    for child in chunk:
        if any(i.pair in erased for i in child.identifiers):
            plan.suppressed.append(child.child_id)
            continue
        known = child.child_id if child.child_id in kept else None
        who = known or (owners.get(child.identifiers[0].pair) if child.identifiers else None)
        plan.ids[child.child_id] = who or child.child_id
        if who is not None:
            continue
        free = [i for i in child.identifiers if i.pair not in owners]
        owners.update((i.pair, child.child_id) for i in free)
        plan.make[child.child_id] = free
    return plan


def _register(
    recorder: Recorder, chunk: Sequence[NewChild], known_at: datetime, provenance: Provenance, answer: Registered
) -> None:
    keys = recorder.keys
    plan = _plan(keys, chunk)
    if plan.make:
        keys.create({c: [i.pair for i in free] for c, free in plan.make.items()}, recorder.clock.now())
    bare = set(plan.ids.values()) - _in_log(recorder, plan.ids.values())
    orphans = bare - plan.make.keys()
    if orphans and keys.renew(orphans, recorder.clock.now()) != orphans:
        message = "an orphaned key was swept meanwhile"
        raise TakenError(message)
    named, taken = _owned(keys, chunk, plan, bare)
    keys.load(bare)
    by_id = {plan.ids[c.child_id]: c for c in reversed(chunk) if c.child_id in plan.ids}
    events: list[Event] = []
    for child_id in sorted(bare):
        events += _first_facts(recorder, child_id, by_id[child_id], named[child_id], known_at, provenance)
    recorder.append(events)
    answer.ids.update(plan.ids)
    answer.new.update(bare)
    answer.taken.extend(taken)
    answer.suppressed.extend(plan.suppressed)


def _in_log(recorder: Recorder, children: Iterable[UUID]) -> set[UUID]:
    return {UUID(bytes=row.stream_id) for row in recorder.log_store.rows_of_streams(set(children))}


def _owned(
    keys: KeyStore, chunk: Sequence[NewChild], plan: _Plan, bare: set[UUID]
) -> tuple[defaultdict[UUID, list[Identifier]], list[tuple[UUID, Identifier]]]:
    """For each child without a fact yet the identifiers that find it; and those that find another."""
    named: defaultdict[UUID, list[Identifier]] = defaultdict(list)
    taken: list[tuple[UUID, Identifier]] = []
    asked = [(c.child_id, plan.ids[c.child_id], i) for c in chunk if c.child_id in plan.ids for i in c.identifiers]
    asked = [each for each in asked if each[1] in bare]
    owners = keys.find_many(i.pair for _, _, i in asked)
    for proposed, child_id, each in asked:
        if owners.get(each.pair) != child_id:
            taken += [(proposed, each)] if proposed == child_id else []
        elif each.pair not in {i.pair for i in named[child_id]}:
            named[child_id].append(each)
    return named, taken


def _first_facts(
    recorder: Recorder,
    child_id: UUID,
    child: NewChild,
    named: Sequence[Identifier],
    known_at: datetime,
    provenance: Provenance,
) -> Iterator[Event]:
    personal = {name: value for name, value in child.personal.items() if value}
    sealed = recorder.keys.encrypt(child_id, personal) if personal else None
    registered = ChildRegistered(personal=sealed, sex=child.sex, ethnicity=child.ethnicity)
    yield recorder.event(child_id, 1, child_id, registered, provenance, known_at=known_at, subject=child_id)
    for version, each in enumerate(named, start=2):
        hidden = recorder.keys.encrypt(child_id, {"value": each.value})
        linked = IdentifierLinked(system=each.system, personal=hidden, evidence=each.evidence)
        yield recorder.event(child_id, version, new_id(), linked, provenance, known_at=known_at, subject=child_id)


def sweep_orphans(recorder: Recorder, older_than: timedelta = ORPHANED_AFTER) -> int:
    """Drop keys that were made but that no fact followed; answers how many."""
    before = recorder.clock.now() - older_than
    candidates = recorder.keys.made_before(before)
    for page in recorder.log_store.pages(0, LOG_PAGE, [ChildRegistered.topic]):
        candidates.difference_update(UUID(bytes=row.stream_id) for row in page)
    return recorder.keys.sweep(candidates, before)
