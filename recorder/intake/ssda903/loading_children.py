"""Which child each row is about: found by the return's identifier, registered where new, described, linked.

A child keeps what people corrected as long as the returns repeat themselves; a child whose record was
erased is not taken in again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from recorder.application import Recorder
from recorder.child_record import ChildRecord
from recorder.children import Description, Identifier, NewChild, describe_children, identifier, link_identifiers
from recorder.domain.child import ChildDescribed
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id
from recorder.intake.statements import Statement
from recorder.registration import register_children

from .layout import Column, tables
from .loading_past import ChildPast, Header, pasts
from .loading_rows import fits
from .rows import ChildReturn, HeaderRow

__all__ = ["SYSTEM", "Found", "child_statement", "describe_and_link", "find_children", "return_identifier", "shares"]

SYSTEM = "ssda903"
_UPN = re.compile(r"[A-Z]\d{11}[\dA-Z]")
_SEXES = {"1": "M", "2": "F", "M": "M", "F": "F", "U": "U"}


class Found(NamedTuple):
    """The children of a chunk: by the return's identifier, what was known of each, those new, those erased.

    ``taken``: (identifier, UPN) of new children whose UPN another child has.
    """

    ids: dict[str, UUID]
    pasts: dict[UUID, ChildPast]
    new: set[UUID]
    erased: set[str]
    taken: set[tuple[str, str]]


def find_children(
    recorder: Recorder, chunk: Sequence[ChildReturn], known_at: datetime, provenance: Provenance
) -> Found:
    """Find the children of a chunk and register those not known yet, in one append."""
    pairs = {current.child: identifier(SYSTEM, current.child).pair for current in chunk}
    owners = recorder.keys.find_many(pairs.values())
    gone = recorder.keys.suppressed_many(pairs.values())
    known = pasts(recorder, owners.values())
    found = Found({}, {}, set(), set(), set())
    fresh: dict[UUID, ChildReturn] = {}
    proposed: list[NewChild] = []
    for current in chunk:
        owner = owners.get(pairs[current.child])
        if pairs[current.child] in gone:
            found.erased.add(current.child)
        elif owner is not None and owner in known and known[owner].registered:
            found.ids[current.child] = owner
            found.pasts[owner] = known[owner]
        else:
            child = _new_child(current)
            fresh[child.child_id] = current
            proposed.append(child)
    if proposed:
        _register(recorder, proposed, fresh, found, known_at, provenance)
    recorder.keys.load(found.ids.values())
    return found


def _register(
    recorder: Recorder,
    proposed: Sequence[NewChild],
    fresh: Mapping[UUID, ChildReturn],
    found: Found,
    known_at: datetime,
    provenance: Provenance,
) -> None:
    answer = register_children(recorder, proposed, known_at, provenance)
    found.ids.update({fresh[asked].child: child for asked, child in answer.ids.items()})
    found.erased.update(fresh[asked].child for asked in answer.suppressed)
    found.taken.update((fresh[asked].child, named.value) for asked, named in answer.taken)
    found.new.update(answer.new)


def _new_child(current: ChildReturn) -> NewChild:
    header = current.header
    named = [identifier(SYSTEM, current.child)]
    if upn := real_upn(header):
        named.append(identifier("upn", upn))
    said = _said(header)
    return NewChild(
        child_id=new_id(),
        identifiers=tuple(named),
        personal=said.get("personal", {}),
        sex=said.get("sex", ""),
        ethnicity=said.get("ethnicity", ""),
    )


def real_upn(header: HeaderRow | None) -> str:
    """The header's UPN where it is of the form of one, else ''; the codes for an unknown UPN are none."""
    return header.upn if header is not None and _UPN.fullmatch(header.upn) else ""


def _column(name: str) -> Column:
    return next(column for column in tables()["header"].columns if column.name == name)


def _said(header: HeaderRow | None, before: Header | None = None, record: ChildRecord | None = None) -> dict[str, Any]:
    """What a header says of the child; without what the return before said already, where the record has a value."""
    if header is None:
        return {}
    said: dict[str, Any] = {}
    sex, was_sex = _SEXES.get(header.sex, ""), _SEXES.get(before.sex, "") if before else ""
    if sex and not (record and record.sex and sex == was_sex):
        said["sex"] = sex
    ethnic = header.ethnic if header.ethnic and fits(_column("ETHNIC"), header.ethnic) else ""
    if ethnic and not (record and record.ethnicity and before and ethnic == before.ethnic):
        said["ethnicity"] = ethnic
    if header.dob and not (record and record.personal.get("dob") and before and header.dob == before.dob):
        said["personal"] = {"dob": header.dob.isoformat()}
    return said


def child_statement(
    recorder: Recorder, current: ChildReturn, past: ChildPast | None, known_at: datetime
) -> Statement | None:
    """Where the child itself was known later only: that it was known by then, so that its care can be."""
    if past is None or past.known(past.child, known_at):
        return None
    said = _said(current.header)
    sealed = recorder.keys.encrypt(past.child, said["personal"]) if "personal" in said else None
    first = ChildDescribed(personal=sealed, sex=said.get("sex", ""), ethnicity=said.get("ethnicity", ""))
    return Statement(past.child, past.child, first, lambda _: None)


def describe_and_link(
    recorder: Recorder,
    chunk: Iterable[ChildReturn],
    found: Found,
    year: str,
    known_at: datetime,
    provenance: Provenance,
) -> set[tuple[str, str]]:
    """Bring descriptions and UPNs of children known before up to date; answers (identifier, UPN) not linked."""
    said: list[Description] = []
    links: list[tuple[UUID, Identifier]] = []
    names: dict[UUID, str] = {}
    for current in chunk:
        child = found.ids[current.child]
        past = found.pasts.get(child)
        if past is None:
            continue
        names[child] = current.child
        record = past.record(known_at)
        if past.known(child, known_at) and (news := _news(current, past, record, year, known_at)):
            said.append(Description(child_id=child, **news))
        held = {named.pair for named in record.identifiers}
        upn = real_upn(current.header)
        called = [identifier(SYSTEM, current.child), *([identifier("upn", upn)] if upn else [])]
        links.extend((child, named) for named in called if named.pair not in held)
    if said:
        describe_children(recorder, said, known_at, provenance)
    refused = link_identifiers(recorder, links, known_at, provenance)[1] if links else []
    return {(names[child], named.value) for child, named in refused}


def _news(current: ChildReturn, past: ChildPast, record: ChildRecord, year: str, known_at: datetime) -> dict[str, Any]:
    """What the header says that the record has not; nothing where a later return said it."""
    returns = {y: header for y, header in past.headers(known_at).items() if header.held}
    if any(y > year for y in returns):
        return {}
    return _said(current.header, returns[max(returns)] if returns else None, record)


def return_identifier(record: ChildRecord) -> str:
    """What the return calls a child: the identifier linked last; '' where it has none."""
    return next((named.value for named in reversed(record.identifiers) if named.system == SYSTEM), "")


def shares(recorder: Recorder, chunk: Iterable[ChildReturn], found: Found, year: str) -> dict[str, set[str]]:
    """For each UPN of these children that another child's earlier header states too: that child's identifier."""
    upns = {upn: current.child for current in chunk if (upn := real_upn(current.header))}
    owners = recorder.keys.find_many(("upn", upn) for upn in upns)
    others = {upn: child for (_, upn), child in owners.items() if found.ids.get(upns[upn]) != child}
    sharers: defaultdict[str, set[str]] = defaultdict(set)
    known = pasts(recorder, others.values()) if others else {}
    for upn, child in others.items():
        past = known.get(child)
        if past is None or not recorder.keys.readable(child):
            continue
        stated = any(h.upn == upn for y, h in past.headers().items() if y < year)
        name = return_identifier(past.record(None))
        if stated and name and name != upns[upn]:
            sharers[upn].add(name)
    return sharers
