"""One census taken in: a chunk of children at a time, each found, registered or left to wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from recorder.children import (
    Description,
    Identifier,
    NewChild,
    describe_children,
    identifier,
    link_identifiers,
    register_children,
)
from recorder.domain.child import ChildDescribed
from recorder.intake.batches import Batch
from recorder.intake.reading import Finding
from recorder.intake.statements import Statement
from recorder.waiting import Suggestion, WaitingRow, put_waiting, settle_keys

from .findings import found
from .known import CensusRow, KnownChild
from .matching import RETURN, SYSTEM, UPN, Match, Matcher
from .rows import CensusChild
from .stating import child_facts

__all__ = ["WAITS", "OneCensus", "new_child"]

# What a child that waits to be told from a known one is called on the desk, and for which reason it waits.
WAITS = ("cin", "match")
_ENCODE = msgspec.json.Encoder().encode
_PERSONAL = ("dob", "expected_dob")
# What is said where the census has another value than the record keeps: the rule, and the element.
_OTHERWISE = {"dob": ("other_birth_date", "PersonBirthDate"), "sex": ("other_sex", "Sex")}


class _Told(NamedTuple):
    """A child of the chunk that has an identity: which, and what was known of it."""

    current: CensusChild
    child: UUID
    known: KnownChild | None
    match: Match


class OneCensus:
    """Takes one census in, for as many chunks of children as it has. ``say`` gets what is found."""

    def __init__(self, batch: Batch, year: str, matcher: Matcher, say: Callable[[Finding], None]) -> None:
        self._batch = batch
        self._recorder = batch.recorder
        self._known_at = batch.known_at
        self._year = year
        self._matcher = matcher
        self._say = say

    def take(self, chunk: Sequence[CensusChild]) -> int:
        """Take some children in; answers how many rows they have."""
        matches = list(zip(chunk, self._matcher.match(chunk), strict=True))
        self._refuse([current for current, match in matches if match.how == "erased"])
        self._let_wait([(current, match) for current, match in matches if match.how == "waits"])
        told = [_Told(c, match.known.child, match.known, match) for c, match in matches if match.known]
        told += self._register([(current, match) for current, match in matches if match.how == "new"])
        self._recorder.keys.load(each.child for each in told)
        self._besides([s for each in told if (s := self._known_by_then(each))])
        self._link(told)
        self._describe([each for each in told if each.known])
        rows: list[Statement] = []
        besides: list[Statement] = []
        for each in told:
            encrypt = self._recorder.keys.encrypt
            facts = child_facts(each.current, each.child, each.known, self._year, self._known_at, encrypt)
            rows += facts.rows
            besides += facts.besides
            self._batch.summary.unchanged += facts.doubled
            for finding in facts.findings:
                self._say(finding)
        self._batch.state(rows)
        self._besides(besides)
        self._wait_no_more(told)
        return sum(current.rows for current in chunk)

    def _besides(self, statements: Sequence[Statement]) -> None:
        """State what is no row of the file."""
        if statements:
            self._batch.state(statements, count=False)

    def _found(self, rule: str, current: CensusChild, field: str = "LAchildID", **words: object) -> None:
        self._say(found(rule, current.number, field, line=f"{current.line:,}", **words))

    def _refuse(self, erased: Sequence[CensusChild]) -> None:
        for current in erased:
            self._found("erased_child", current, count=f"{current.rows:,}")
            self._batch.summary.refused += current.rows

    def _register(self, fresh: Sequence[tuple[CensusChild, Match]]) -> list[_Told]:
        proposed = {
            child.child_id: (current, match, child) for current, match in fresh for child in [new_child(current)]
        }
        if not proposed:
            return []
        children = [child for _, _, child in proposed.values()]
        answer = register_children(self._recorder, children, self._known_at, self._batch.provenance)
        for asked, _ in answer.taken:
            self._found("upn_not_linked", proposed[asked][0], "UPN")
        self._refuse([proposed[asked][0] for asked in answer.suppressed])
        return [
            _Told(current, answer.ids[asked], None, match)
            for asked, (current, match, _) in proposed.items()
            if asked in answer.ids
        ]

    def _known_by_then(self, each: _Told) -> Statement | None:
        """Where the child itself was known later only: that it was known by then, so that its services can be."""
        known = each.known
        if known is None or known.known(known.child, self._known_at):
            return None
        said = _said(each.current)
        sealed = self._recorder.keys.encrypt(known.child, said["personal"]) if said["personal"] else None
        first = ChildDescribed(personal=sealed, sex=said["sex"], ethnicity=said["ethnicity"])
        return Statement(known.child, known.child, first, lambda _: None)

    def _link(self, told: Sequence[_Told]) -> None:
        """Link the census's number and the UPN to children known before."""
        links: list[tuple[UUID, Identifier]] = []
        by_child: dict[UUID, CensusChild] = {}
        for each in told:
            if each.known is None:
                continue
            by_child[each.child] = each.current
            held = {named.pair for named in each.known.record(self._known_at).identifiers}
            evidence = "" if each.match.how == "known" else each.match.how
            called = [identifier(SYSTEM, each.current.child, evidence)]
            called += [identifier(UPN, each.current.upn)] if each.current.upn else []
            links += [(each.child, named) for named in called if named.pair not in held]
        if links:
            refused = link_identifiers(self._recorder, links, self._known_at, self._batch.provenance)[1]
            for child, _ in refused:
                self._found("upn_not_linked", by_child[child], "UPN")

    def _describe(self, told: Sequence[_Told]) -> None:
        """Bring descriptions of children known before up to date; say where the census says otherwise."""
        said: list[Description] = []
        for each in told:
            assert each.known is not None
            news = self._news(each.current, each.known)
            if news and each.known.known(each.child, self._known_at):
                personal = {name: news.pop(name) for name in _PERSONAL if name in news}
                said.append(Description(child_id=each.child, personal=personal, **news))
        if said:
            describe_children(self._recorder, said, self._known_at, self._batch.provenance)

    def _news(self, current: CensusChild, known: KnownChild) -> dict[str, str]:
        """What the census says that the record has not; nothing where a later census said it.

        A value the record has gives way only where the census changed what it says, and no looked-after
        return speaks of the child: that one goes first.
        """
        censuses = known.census_rows(self._known_at)
        if any(year > self._year for year in censuses):
            return {}
        record = known.record(self._known_at)
        returned = any(named.system == RETURN for named in record.identifiers)
        was = _plain(censuses[max(censuses)]) if censuses and not returned else {}
        own = {"sex": record.sex, "ethnicity": record.ethnicity} | record.personal
        news: dict[str, str] = {}
        for name, value in _plain(current).items():
            if value in {"", own.get(name, "")}:
                continue
            if not own.get(name) or was.get(name, value) not in {"", value}:
                news[name] = value
            elif name in _OTHERWISE and "U" not in {value, own[name]}:
                rule, element = _OTHERWISE[name]
                self._found(rule, current, element)
        return news

    def _let_wait(self, asked: Sequence[tuple[CensusChild, Match]]) -> None:
        rows: list[WaitingRow] = []
        for current, match in asked:
            count = f"{current.rows:,}"
            self._found("match_waits", current, why=match.why, count=count)
            self._batch.summary.waiting += current.rows
            rows.append(
                WaitingRow(
                    what=WAITS[0],
                    reason=WAITS[1],
                    reference=self._year,
                    client=current.child,
                    row={"census": _ENCODE(current).decode(), "why": match.why, "rows": count},
                    batch=self._batch.provenance.batch,
                    row_number=current.number,
                    known_at=self._known_at,
                    suggestions=tuple(
                        Suggestion(str(child), 100 // len(match.candidates)) for child in match.candidates
                    ),
                )
            )
        if rows:
            put_waiting(self._batch.desk, self._recorder.keys, rows, self._recorder.clock.now())

    def _wait_no_more(self, told: Sequence[_Told]) -> None:
        names = [(self._year, each.current.child) for each in told]
        settle_keys(self._batch.desk, self._recorder.keys, WAITS[0], names, self._recorder.clock.now())


def new_child(current: CensusChild) -> NewChild:
    """A child of the census as one to register."""
    upns = [identifier(UPN, current.upn)] if current.upn else []
    return NewChild(identifiers=(identifier(SYSTEM, current.child), *upns), **_said(current))


def _said(current: CensusChild) -> dict[str, Any]:
    """What the census says of the child itself, by the names of the record."""
    plain = _plain(current)
    personal = {name: plain.pop(name) for name in _PERSONAL}
    return {**plain, "personal": {name: day for name, day in personal.items() if day}}


def _plain(row: CensusChild | CensusRow) -> dict[str, str]:
    """The same as texts by name, '' where nothing is said."""
    days = {"dob": row.born, "expected_dob": row.expected}
    return {"sex": row.sex, "ethnicity": row.ethnicity} | {n: day.isoformat() if day else "" for n, day in days.items()}
