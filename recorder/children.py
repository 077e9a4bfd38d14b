"""Commands about a child: who it is, what is said of it, and its needs.

Each command may be sent again: what is said already is not said twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from uuid import UUID

import msgspec
from eventsourcing.persistence import IntegrityError

from recorder.application import Conflict, Receipt, Recorder
from recorder.child_record import (
    NOBODY,
    ChildRecord,
    NeedPeriod,
    histories,
    known_facts,
    read_child,
    read_children,
    record_of,
)
from recorder.domain.child import ChildDescribed, IdentifierLinked, IdentifierUnlinked, NeedEnded, NeedStarted
from recorder.domain.facts import Body, Event, Provenance, Refused
from recorder.domain.ids import new_id
from recorder.personal import ErasedError
from recorder.registration import (
    SYSTEMS,
    Identifier,
    NewChild,
    Registered,
    identifier,
    register_children,
    sweep_orphans,
)

__all__ = [
    "NEEDS",
    "SYSTEMS",
    "ChildRecord",
    "Description",
    "Identifier",
    "NeedPeriod",
    "NewChild",
    "Registered",
    "describe_child",
    "describe_children",
    "end_need",
    "identifier",
    "link_identifier",
    "link_identifiers",
    "read_child",
    "read_children",
    "register_children",
    "start_need",
    "state_needs",
    "sweep_orphans",
    "unlink_identifier",
]

_ERASED = "The personal details of this child have been erased"
NEEDS = ("disability", "ebd", "offending", "uasc", "cp_plan")
ATTEMPTS = 8


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """Something said of a child: values given replace those known, None and names left out stay."""

    child_id: UUID
    personal: dict[str, str] = {}
    sex: str | None = None
    ethnicity: str | None = None


def describe_child(
    recorder: Recorder, said: Description, provenance: Provenance, known_at: datetime | None = None
) -> Receipt:
    """Replace, whole, what is said of a child: ``personal`` as given is all there is from now on.

    Raises ``Refused`` for nobody, ``ErasedError`` for an erased child.
    """

    def decide(past: list[Event]) -> list[Body]:
        record = record_of(recorder, past, known_at)
        if record.erased:
            raise ErasedError(_ERASED)
        return _described(recorder, record, said, keep=False)

    return _once(recorder, said.child_id, decide, provenance, known_at)


def describe_children(
    recorder: Recorder, said: Iterable[Description], known_at: datetime, provenance: Provenance
) -> Counter[str]:
    """Lay what is said over what is known, many children in one append: counts amended, unchanged, erased."""
    by_child = {each.child_id: each for each in said}
    counts: Counter[str] = Counter()

    def decide(past: list[Event]) -> list[Body]:
        record = record_of(recorder, past, known_at)
        bodies = [] if record.erased else _described(recorder, record, by_child[record.child_id], keep=True)
        counts["erased" if record.erased else "amended" if bodies else "unchanged"] += 1
        return bodies

    _append(recorder, by_child, decide, provenance, known_at, counts.clear)
    return counts


def link_identifier(
    recorder: Recorder, child_id: UUID, named: Identifier, provenance: Provenance, known_at: datetime | None = None
) -> Receipt:
    """Let one more identifier find the child. Raises ``Refused``; ``TakenError`` where another child has it."""
    mine = identifier(*named)
    if child_id not in histories(recorder, [child_id]):
        raise Refused(("", NOBODY))
    recorder.keys.claim(child_id, *mine.pair)
    return _once(recorder, child_id, lambda past: _linked(recorder, past, [mine], known_at), provenance, known_at)


def link_identifiers(
    recorder: Recorder, links: Iterable[tuple[UUID, Identifier]], known_at: datetime, provenance: Provenance
) -> tuple[Counter[str], list[tuple[UUID, Identifier]]]:
    """Link many identifiers in one append: counts (new, unchanged), and the links refused as taken or erased."""
    wanted = [(child, identifier(*named)) for child, named in links]
    refused = recorder.keys.claim_many((child, *named.pair) for child, named in wanted)
    by_child: defaultdict[UUID, list[Identifier]] = defaultdict(list)
    for child, named in wanted:
        if (child, *named.pair) not in refused:
            by_child[child].append(named)
    counts: Counter[str] = Counter()

    def decide(past: list[Event]) -> list[Body]:
        asked = by_child[past[0].originator_id]
        bodies = _linked(recorder, past, asked, known_at)
        counts.update(new=len(bodies), unchanged=len(asked) - len(bodies))
        return bodies

    _append(recorder, by_child, decide, provenance, known_at, counts.clear)
    return counts, [(child, named) for child, named in wanted if (child, *named.pair) in refused]


def unlink_identifier(
    recorder: Recorder,
    child_id: UUID,
    named: Identifier,
    reason: str,
    provenance: Provenance,
    known_at: datetime | None = None,
) -> Receipt:
    """The identifier is not this child's: it finds the child no more. Raises ``Refused``."""
    if not reason.strip():
        raise Refused(("reason", "Say why this identifier is not the child's"))
    mine = identifier(*named)

    def decide(past: list[Event]) -> list[Body]:
        held = {i.pair for i in record_of(recorder, past, known_at).identifiers}
        if mine.pair not in held:
            return []
        sealed = recorder.keys.encrypt(child_id, {"value": mine.value})
        return [IdentifierUnlinked(system=mine.system, personal=sealed, reason=reason.strip())]

    receipt = _once(recorder, child_id, decide, provenance, known_at)
    recorder.keys.release(child_id, *mine.pair)
    return receipt


def start_need(
    recorder: Recorder, child_id: UUID, need: str, on: date, provenance: Provenance, known_at: datetime | None = None
) -> Receipt:
    """A need holds from this day. Raises ``Refused``."""
    return _need(recorder, child_id, NeedStarted(need=need, on=on), provenance, known_at)


def end_need(
    recorder: Recorder, child_id: UUID, need: str, on: date, provenance: Provenance, known_at: datetime | None = None
) -> Receipt:
    """A need holds no more from this day. Raises ``Refused``."""
    return _need(recorder, child_id, NeedEnded(need=need, on=on), provenance, known_at)


def state_needs(
    recorder: Recorder,
    needs: Iterable[tuple[UUID, NeedStarted | NeedEnded]],
    known_at: datetime,
    provenance: Provenance,
) -> Counter[str]:
    """State the beginnings and ends of many needs in one append: counts new and unchanged."""
    by_child: defaultdict[UUID, list[Body]] = defaultdict(list)
    for child, body in needs:
        by_child[child].append(body)
    counts: Counter[str] = Counter()

    def decide(past: list[Event]) -> list[Body]:
        said = {(type(e.body), *_plain(e.body)) for e in known_facts(past, known_at)}
        asked = by_child[past[0].originator_id]
        fresh = [b for b in dict.fromkeys(asked) if (type(b), *_plain(b)) not in said]
        counts.update(new=len(fresh), unchanged=len(asked) - len(fresh))
        return fresh

    _append(recorder, by_child, decide, provenance, known_at, counts.clear)
    return counts


def _plain(body: Body) -> tuple[object, ...]:
    return (body.need, body.on) if isinstance(body, NeedStarted | NeedEnded) else ()


def _need(
    recorder: Recorder, child_id: UUID, body: NeedStarted | NeedEnded, provenance: Provenance, known_at: datetime | None
) -> Receipt:
    problems = []
    if body.need not in NEEDS:
        problems.append(("need", "Select the need"))
    if body.on > recorder.clock.today():
        problems.append(("on", "The date must be today or in the past"))
    if problems:
        raise Refused(*problems)

    def decide(past: list[Event]) -> list[Body]:
        return [] if any(e.body == body for e in known_facts(past, known_at)) else [body]

    return _once(recorder, child_id, decide, provenance, known_at)


def _described(recorder: Recorder, record: ChildRecord, said: Description, *, keep: bool) -> list[Body]:
    personal = {name: value for name, value in said.personal.items() if value}
    if keep:
        personal = {**record.personal, **personal}
    sex = record.sex if said.sex is None else said.sex
    ethnicity = record.ethnicity if said.ethnicity is None else said.ethnicity
    if (personal, sex, ethnicity) == (record.personal, record.sex, record.ethnicity):
        return []
    sealed = recorder.keys.encrypt(record.child_id, personal) if personal else None
    return [ChildDescribed(personal=sealed, sex=sex, ethnicity=ethnicity)]


def _linked(
    recorder: Recorder, past: list[Event], asked: Iterable[Identifier], known_at: datetime | None
) -> list[Body]:
    record = record_of(recorder, past, known_at)
    held = {i.pair for i in record.identifiers}
    bodies: list[Body] = []
    for named in asked:
        if named.pair not in held:
            held.add(named.pair)
            sealed = recorder.keys.encrypt(record.child_id, {"value": named.value})
            bodies.append(IdentifierLinked(system=named.system, personal=sealed, evidence=named.evidence))
    return bodies


_Decide = Callable[[list[Event]], list[Body]]


def _once(
    recorder: Recorder, child_id: UUID, decide: _Decide, provenance: Provenance, known_at: datetime | None
) -> Receipt:
    """Append what one child's history does not say yet."""
    appended, position = _append(recorder, [child_id], decide, provenance, known_at)
    if appended:
        return Receipt(position, appended[-1].originator_version, repeated=False)
    return Receipt(position, len(recorder.history(child_id)), repeated=True)


def _append(
    recorder: Recorder,
    children: Iterable[UUID],
    decide: _Decide,
    provenance: Provenance,
    known_at: datetime | None,
    again: Callable[[], None] = lambda: None,
) -> tuple[list[Event], int]:
    """Append what ``decide`` makes of each child's history; decides afresh where somebody was quicker."""
    wanted = list(dict.fromkeys(children))
    for _ in range(ATTEMPTS):
        again()
        found = histories(recorder, wanted)
        if len(found) < len(wanted):
            raise Refused(("", NOBODY))
        recorder.keys.refresh(wanted)
        events = [e for past in found.values() for e in _next(recorder, past, decide(past), provenance, known_at)]
        try:
            return events, recorder.append(events)
        except IntegrityError:
            continue
    raise Conflict(())


def _next(
    recorder: Recorder, past: list[Event], bodies: list[Body], provenance: Provenance, known_at: datetime | None
) -> Iterator[Event]:
    child = past[0].originator_id
    for version, body in enumerate(bodies, start=past[-1].originator_version + 1):
        yield recorder.event(child, version, new_id(), body, provenance, known_at=known_at, subject=child)
