"""Which known child a child of the census is: told by its number, or by UPN and birth date; else asked.

A link is made by itself only where two independent things agree. Birth date, sex and ethnicity alone
fit strangers often enough: such a child waits until somebody says (``matches``). Nothing is compared
but keyed hashes of identifiers and values decrypted for the moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from recorder.application import Recorder
from recorder.child_record import ChildRecord
from recorder.children import identifier, read_children
from recorder.domain.child import ChildRegistered

from .known import KnownChild, known_children
from .rows import CensusChild

__all__ = ["RETURN", "SYSTEM", "UPN", "How", "Match", "Matcher"]

SYSTEM, RETURN, UPN = "cin", "ssda903", "upn"
How = Literal["known", "same identifier", "UPN and birth date", "new", "waits", "erased"]
_LOG_PAGE = 2_000
_NOT_SAID = frozenset({"", "NOBT", "REFU"})
_WHY = {
    "number": "A child with this number in the looked-after return has another birth date and no such UPN.",
    "upn_date": "A known child has the same UPN, but not the same birth date or sex.",
    "upn_number": "A known child with the same UPN has another number in the census already.",
    "alike": "A known child has the same birth date, sex and ethnicity, and nothing else tells whether it is this one.",
}


class Match(NamedTuple):
    """What was told of a child of the census.

    ``known`` where it is a known one; where it waits, the ``candidates``, and ``why`` they may be it.
    """

    how: How
    known: KnownChild | None = None
    candidates: tuple[UUID, ...] = ()
    why: str = ""


class _Alike(NamedTuple):
    """A known child without a number in the census, and its UPNs."""

    child: UUID
    upns: frozenset[str]


class Matcher:
    """Tells the children of one or more censuses. ``match`` a chunk at a time; two of them are never the same child."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._linked: set[UUID] = set()
        self._index: dict[tuple[str, str, str], list[_Alike]] | None = None

    def match(self, chunk: Sequence[CensusChild]) -> list[Match]:
        """What each child is, in order."""
        keys = self._recorder.keys
        pairs = {pair for current in chunk for pair in _pairs(current)}
        owners, gone = keys.find_many(pairs), keys.suppressed_many(pairs)
        known = known_children(self._recorder, owners.values())
        records = {child: each.record(None) for child, each in known.items()}
        return [self._match(current, owners, gone, known, records) for current in chunk]

    def _match(
        self,
        current: CensusChild,
        owners: Mapping[tuple[str, str], UUID],
        gone: set[tuple[str, str]],
        known: Mapping[UUID, KnownChild],
        records: Mapping[UUID, ChildRecord],
    ) -> Match:
        if any(pair in gone for pair in _pairs(current)):
            return Match("erased")

        def owner(system: str, value: str) -> KnownChild | None:
            child = owners.get(identifier(system, value).pair) if value else None
            return known.get(child) if child else None

        if mine := owner(SYSTEM, current.child):
            self._linked.add(mine.child)
            return Match("known", mine)
        named = owner(UPN, current.upn) or owner(UPN, current.former_upn)
        if numbered := owner(RETURN, current.child):
            record = records[numbered.child]
            if self._free(record) and (_same_birth(current, record) is not False or named is numbered):
                return self._link("same identifier", numbered)
            return Match("waits", None, (numbered.child,), _WHY["number"])
        if named:
            return self._by_upn(current, named, records[named.child])
        alike = self._alike(current)
        return Match("waits", None, alike, _WHY["alike"]) if alike else Match("new")

    def _by_upn(self, current: CensusChild, named: KnownChild, record: ChildRecord) -> Match:
        """A known child has the UPN: the same one only where the birth date agrees, and nobody else is it."""
        if not self._free(record):
            return Match("waits", None, (named.child,), _WHY["upn_number"])
        if _same_birth(current, record) and _may_be_same_sex(current, record):
            return self._link("UPN and birth date", named)
        return Match("waits", None, (named.child,), _WHY["upn_date"])

    def _free(self, record: ChildRecord) -> bool:
        """Whether no other child of the census is this known one."""
        return record.child_id not in self._linked and not any(i.system == SYSTEM for i in record.identifiers)

    def _link(self, how: How, known: KnownChild) -> Match:
        self._linked.add(known.child)
        return Match(how, known)

    def _alike(self, current: CensusChild) -> tuple[UUID, ...]:
        """Known children of the same birth date, sex and ethnicity whose UPN does not say that they are others."""
        born = current.born.isoformat() if current.born else ""
        if not born or current.sex not in {"M", "F"} or current.ethnicity in _NOT_SAID:
            return ()
        if self._index is None:
            self._index = self._known_without_number()
        upns = {each for each in (current.upn, current.former_upn) if each}
        found = self._index.get((born, current.sex, current.ethnicity), ())
        others = (each for each in found if upns and each.upns and not upns & each.upns)
        not_it = self._linked.union(each.child for each in others)
        return tuple(each.child for each in found if each.child not in not_it)

    def _known_without_number(self) -> dict[tuple[str, str, str], list[_Alike]]:
        """Every registered child without a number in the census, by what is compared. Read once."""
        index: defaultdict[tuple[str, str, str], list[_Alike]] = defaultdict(list)
        for page in self._recorder.log_store.pages(0, _LOG_PAGE, [ChildRegistered.topic]):
            children = read_children(self._recorder, (UUID(bytes=row.stream_id) for row in page))
            for record in children.values():
                if record.erased or any(i.system == SYSTEM for i in record.identifiers):
                    continue
                upns = frozenset(i.value for i in record.identifiers if i.system == UPN)
                key = (record.personal.get("dob", ""), record.sex, record.ethnicity)
                index[key].append(_Alike(record.child_id, upns))
        return dict(index)


def _pairs(current: CensusChild) -> list[tuple[str, str]]:
    """Everything that could find the child."""
    upns = [(UPN, each) for each in (current.upn, current.former_upn) if each]
    return [identifier(*pair).pair for pair in [(SYSTEM, current.child), (RETURN, current.child), *upns]]


def _same_birth(current: CensusChild, record: ChildRecord) -> bool | None:
    """Whether the birth dates agree; None where one is not known."""
    known = record.personal.get("dob", "")
    return current.born.isoformat() == known if current.born and known else None


def _may_be_same_sex(current: CensusChild, record: ChildRecord) -> bool:
    return len({current.sex, record.sex} - {"", "U"}) < 2
