"""What speaks for and against a known child being one of the census: both values side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from recorder.child_record import ChildRecord
from recorder.intake.cin_census.matches import CensusMatch
from recorder.intake.cin_census.matching import RETURN, SYSTEM, UPN
from recorder.registration import Identifier
from web.design.formats import uk_date

__all__ = ["AGREES", "DIFFERS", "Candidate", "Cell", "Evidence", "candidates_of", "evidence_of"]

AGREES, DIFFERS = "agrees", "differs"
_SEXES = {"M": "Male", "F": "Female"}
_SYSTEMS = {RETURN: "looked-after return", SYSTEM: "census", "early_help": "early help"}
_NOT_SAID = frozenset({"", "NOBT", "REFU"})


@dataclass(frozen=True)
class Candidate:
    """A known child that one of the census may be. ``taken``: why it cannot be chosen, "" where it can."""

    child_id: UUID
    name: str
    record: ChildRecord
    taken: str = ""


@dataclass(frozen=True)
class Cell:
    """A known child's value (None: not known), and whether it agrees with the census: "" where that says nothing."""

    text: str | None
    verdict: str = ""


@dataclass(frozen=True)
class Evidence:
    """One thing compared: what the census says of it, and each known child in the order of the candidates."""

    what: str
    said: str | None
    known: tuple[Cell, ...]


def candidates_of(match: CensusMatch, records: Mapping[UUID, ChildRecord]) -> list[Candidate]:
    """The known children that it may be; those erased meanwhile are left out."""
    found = (records[child] for child in match.candidates if child in records)
    return [Candidate(r.child_id, _name(r), r, _taken(match, r)) for r in found if not r.erased]


def _name(record: ChildRecord) -> str:
    number = next((i.value for system in _SYSTEMS for i in record.identifiers if i.system == system), "")
    if record.name:
        return f"{record.name} ({number})" if number else record.name
    return f"Child {number}" if number else "Child without a number"


def _taken(match: CensusMatch, record: ChildRecord) -> str:
    others = [i.value for i in record.identifiers if i.system == SYSTEM and i.value != match.child]
    return f"has the number {others[0]} in the census already" if others else ""


def evidence_of(match: CensusMatch, candidates: Sequence[Candidate]) -> list[Evidence]:
    """What tells them apart, or not: birth dates, sex, ethnicity, UPN and numbers."""
    said, records = match.said, [each.record for each in candidates]
    upns = {each for each in (said.upn, said.former_upn) if each}
    born = Evidence("Birth date", _day(said.born), tuple(_born(said.born, r, "dob") for r in records))
    expected = Evidence(
        "Expected birth date", _day(said.expected), tuple(_born(said.expected, r, "expected_dob") for r in records)
    )
    rows = [
        born,
        expected,
        Evidence("Sex", _SEXES.get(said.sex), tuple(_plain(said.sex, r.sex, _SEXES) for r in records)),
        Evidence("Ethnicity", _ethnicity(said.ethnicity), tuple(_plain(said.ethnicity, r.ethnicity) for r in records)),
        Evidence("UPN", ", ".join(sorted(upns)) or None, tuple(_upn(upns, r.identifiers) for r in records)),
        Evidence("Number", f"{match.child} (census)", tuple(_number(match.child, r.identifiers) for r in records)),
    ]
    unsaid = expected.said is None and all(cell.text is None for cell in expected.known)
    return [row for row in rows if not (row is expected and unsaid)]


def _verdict(agrees: bool) -> str:
    return AGREES if agrees else DIFFERS


def _day(day: date | None) -> str | None:
    return uk_date(day) if day else None


def _born(said: date | None, record: ChildRecord, name: str) -> Cell:
    known = record.personal.get(name, "")
    if not known:
        return Cell(None)
    return Cell(uk_date(date.fromisoformat(known)), _verdict(said.isoformat() == known) if said else "")


def _ethnicity(code: str) -> str | None:
    return None if code in _NOT_SAID else code


def _plain(said: str, known: str, names: Mapping[str, str] | None = None) -> Cell:
    if known in _NOT_SAID | {"U"}:
        return Cell(None)
    compared = said not in _NOT_SAID | {"U"}
    return Cell((names or {}).get(known, known), _verdict(said == known) if compared else "")


def _upn(said: set[str], held: Sequence[Identifier]) -> Cell:
    upns = {i.value for i in held if i.system == UPN}
    if not upns:
        return Cell(None)
    return Cell(", ".join(sorted(upns)), _verdict(bool(upns & said)) if said else "")


def _number(said: str, held: Sequence[Identifier]) -> Cell:
    """Two systems number a child each in its own way: only the same number tells, or another one of the census."""
    numbers = [(i.value, i.system) for system in _SYSTEMS for i in held if i.system == system]
    if not numbers:
        return Cell(None)
    text = ", ".join(f"{value} ({_SYSTEMS[system]})" for value, system in numbers)
    if any(value == said for value, _ in numbers):
        return Cell(text, AGREES)
    return Cell(text, DIFFERS if any(system == SYSTEM for _, system in numbers) else "")
