"""The rows of one child in a return as the facts they are, each with a stream of its own.

A statement is only made where a return says something else than returns said before; what an older
return says never goes before what a later one said, and a correction by a person stands as long as
the returns repeat themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

import msgspec

from costing.calendar import return_year_last
from recorder.domain.care import (
    AllocationAmended,
    AllocationDetails,
    AllocationStated,
    EpisodeAmended,
    EpisodeDetails,
    EpisodeLeftOut,
    EpisodeStated,
    ReturnRowAmended,
    ReturnRowDetails,
    ReturnRowStated,
    ReviewHeld,
)
from recorder.domain.facts import Body, Event
from recorder.domain.ids import derived_id, worker_id
from recorder.intake.statements import Statement, amended_as, details_of

from .changes import difference, still_where_it_was
from .check_earlier import year_before
from .findings import shipped_table
from .layout import Column, tables
from .loading_past import HEADER, ChildPast, facts_of, said_by_files, years_held
from .rows import ChildReturn, EpisodeRow, ReturnRow, ReviewRow, SocialWorkerRow

__all__ = ["RowFacts", "fits", "left_out_statement", "row_facts", "without_misfits", "worker_reference"]

_PERSONAL = frozenset({"DOB", "MC_DOB", "UPN", "HOME_POST", "PL_POST"})
_TEXT = re.compile(r"[A-Z0-9]{1,12}")
_PART_DATE = re.compile(r"[0-9Zz]{2}/[0-9Zz]{2}/[0-9Zz]{4}")
# The tables kept row by row as the return states them, and the column that tells rows of a child apart
# ('' where a return has one row a child).
_KEPT = {
    "uasc": "",
    "oc2": "",
    "oc3": "",
    "ad1": "",
    "previous_permanence": "",
    "missing": "MIS_START",
    "placed_for_adoption": "DATE_PLACED",
    "dolo": "DOLO_START",
}


class RowFacts(NamedTuple):
    """What one child's rows state. ``rows``: rows of the files, counted; ``besides``: what only follows from them.

    ``doubled`` counts rows that stand for a fact that another row states already.
    """

    rows: list[Statement]
    besides: list[Statement]
    doubled: int


class _Of(NamedTuple):
    """Whose rows these are, in which return, and which return each batch of files was."""

    child: UUID
    past: ChildPast | None
    year: str
    known_at: datetime
    batches: Mapping[str, str]
    seal: Callable[[UUID, Mapping[str, str]], str]


@cache
def _longest(code_set: str) -> int:
    return max((len(row["code"]) for row in shipped_table("codes.csv") if row["code_set"] == code_set), default=8)


def fits(column: Column, text: str) -> bool:
    """Whether a value can be what its column is for; one that cannot may be anything, a name too, and is sealed."""
    if column.kind == "code":
        return text.isalnum() and len(text) <= _longest(column.code_set)
    if column.kind == "free":
        return bool(_TEXT.fullmatch(text.upper()) or _PART_DATE.fullmatch(text))
    return column.kind in {"date", "integer"} or bool(_TEXT.fullmatch(text))


def _columns(row: ReturnRow, table: str) -> Iterator[tuple[Column, str, str]]:
    """Column, field and text of each value that is there."""
    for column, name in zip(tables()[table].columns[1:], row.__struct_fields__[2:], strict=True):
        value = getattr(row, name)
        if value is not None and value != "":
            yield column, name, value.isoformat() if isinstance(value, date) else str(value)


def _values(row: ReturnRow, table: str) -> tuple[dict[str, str], dict[str, str]]:
    """A row's values by column: those that may be read by all, and the personal ones.

    Only the header's birth date is kept: other tables repeat it.
    """
    plain: dict[str, str] = {}
    personal: dict[str, str] = {}
    for column, _, text in _columns(row, table):
        if column.name in _PERSONAL or not fits(column, text):
            if column.name != "DOB" or table == HEADER:
                personal[column.name] = text
        else:
            plain[column.name] = text
    return plain, personal


def without_misfits(current: ChildReturn) -> tuple[ChildReturn, dict[int, dict[str, str]]]:
    """The child's rows with values that cannot be codes blanked in the episodes; those values by row and column."""
    misfits: dict[int, dict[str, str]] = {}
    rows: list[EpisodeRow] = []
    for row in current.episodes:
        odd = [(c, name, text) for c, name, text in _columns(row, "episodes") if not fits(c, text)]
        odd = [each for each in odd if each[0].name not in _PERSONAL]
        rows.append(msgspec.structs.replace(row, **{name: "" for _, name, _ in odd}) if odd else row)
        if odd:
            misfits[row.row] = {column.name: text for column, _, text in odd}
    return (msgspec.structs.replace(current, episodes=tuple(rows)), misfits) if misfits else (current, misfits)


def worker_reference(text: str) -> str:
    """A worker's reference as it is kept."""
    return "".join(text.split()).upper()


def row_facts(
    current: ChildReturn,
    misfits: Mapping[int, Mapping[str, str]],
    child: UUID,
    past: ChildPast | None,
    year: str,
    known_at: datetime,
    batches: Mapping[str, str],
    encrypt: Callable[[UUID, Mapping[str, str]], str],
) -> RowFacts:
    """What the rows of one child state. ``batches``: the return year of each batch of files taken in so far."""
    of = _Of(child, past, year, known_at, batches, encrypt)
    said: dict[UUID, Statement] = {}
    read = 0
    for episode in current.episodes_once:
        _add(said, _episode(of, episode, misfits.get(episode.row, {})))
    for review in current.reviews:
        _add(said, _review(of, review))
    for allocation in current.social_workers:
        if allocation.sw_id:
            _add(said, _allocation(of, allocation))
    for table, key in _KEPT.items():
        _keep(of, said, table, key, current.rows_of(table))
    _keep(of, said, "social_workers", "SW_DECOM", [r for r in current.social_workers if not r.sw_id])
    besides = []
    if current.header is not None:
        _keep(of, said, HEADER, "", [current.header])
    else:
        # That the return held the child is known without a header row too.
        besides.append(_kept(of, HEADER, year, {}, {}))
    read = sum(len(current.rows_of(table)) for table in tables())
    return RowFacts(list(said.values()), besides, read - len(said))


def _add(said: dict[UUID, Statement], statement: Statement) -> None:
    """Of rows about the same thing the last one counts; none of them twice."""
    said[statement.stream] = statement


def _seal(of: _Of, stream: UUID, personal: Mapping[str, str], kind: type[Body]) -> str | None:
    if of.past is not None:
        return of.past.sealed(stream, personal, of.known_at, kind)
    return of.seal(of.child, personal) if personal else None


def _episode(of: _Of, row: EpisodeRow, misfits: Mapping[str, str]) -> Statement:
    stream = derived_id(of.child, "episode", row.decom.isoformat())
    posts = {"HOME_POST": row.home_post, "PL_POST": row.pl_post}
    personal = {name: text for name, text in posts.items() if text} | dict(misfits)
    facts = {name: getattr(row, name) for name in row.facts.__struct_fields__}
    sealed = _seal(of, stream, personal, EpisodeDetails)
    first = EpisodeStated(child=of.child, return_year=of.year, personal=sealed, **facts)
    return Statement(stream, of.child, first, lambda _: None, lambda known: _episode_again(of, known, first))


def _episode_again(of: _Of, known: Sequence[Event], row: EpisodeDetails) -> Body | None:
    """What this return adds to an episode that is known: its amendment, or nothing."""
    last = said_by_files(known, EpisodeDetails, EpisodeLeftOut)[-1].body
    holding = next(e.body for e in reversed(known) if isinstance(e.body, EpisodeDetails))
    before = last if isinstance(last, EpisodeDetails) else holding
    facts = still_where_it_was(facts_of(before), facts_of(row))
    details = details_of(row, EpisodeDetails) | msgspec.structs.asdict(facts)
    if isinstance(last, EpisodeLeftOut):
        if last.return_year > of.year:
            return None
    elif isinstance(last, EpisodeDetails):
        returns = of.past.headers(of.known_at) if of.past else ()
        # A return that repeated the episode states nothing anew, and yet it said it.
        if max([last.return_year, *years_held(last, returns)]) > of.year or _same(last, details):
            return None
        if isinstance(known[-1].body, EpisodeDetails) and _same(holding, details):
            return None
    change = difference(facts_of(holding), facts, of.year)
    return EpisodeAmended(**details, change="amendment" if change == "same" else change)


def _same(body: EpisodeDetails, details: Mapping[str, object]) -> bool:
    return all(getattr(body, name) == value for name, value in details.items() if name != "return_year")


def left_out_statement(past: ChildPast, decom: date, year: str, known_at: datetime) -> Statement:
    """The return of ``year`` does not hold this open episode: its last night is that of the return before."""
    first = EpisodeLeftOut(return_year=year, stops_on=return_year_last(year_before(year)))

    def judge(known: Sequence[Event]) -> Body | None:
        said = said_by_files(known, EpisodeDetails, EpisodeLeftOut)
        last = said[-1].body if said else None
        holding = known[-1].body
        if not isinstance(last, EpisodeDetails) or not isinstance(holding, EpisodeDetails) or holding.dec:
            return None
        said_in = max([last.return_year, *years_held(last, (y for y in past.headers(known_at) if y != year))])
        return first if said_in < year else None

    child = past.child
    return Statement(derived_id(child, "episode", decom.isoformat()), child, first, lambda _: None, judge)


def _review(of: _Of, row: ReviewRow) -> Statement:
    stream = derived_id(of.child, "review", row.review.isoformat())
    values, _ = _values(row, "reviews")
    first = ReviewHeld(child=of.child, on=row.review, participation=values.get("REVIEW_CODE", ""))
    return _repeated(of, stream, first, ReviewHeld, lambda before: None if before == first else first)


def _allocation(of: _Of, row: SocialWorkerRow) -> Statement:
    reference = worker_reference(row.sw_id)
    stream = derived_id(of.child, "allocation", f"{reference} {row.sw_decom.isoformat()}")
    values, _ = _values(row, "social_workers")
    first = AllocationStated(
        child=of.child,
        worker=worker_id(reference),
        starts=row.sw_decom,
        ends=row.sw_dec,
        reason=values.get("SW_REASON", ""),
    )
    amend = amended_as(first, AllocationDetails, AllocationAmended)
    return _repeated(of, stream, first, AllocationDetails, amend)


def _keep(of: _Of, said: dict[UUID, Statement], table: str, key: str, rows: Sequence[ReturnRow]) -> None:
    """State the rows of a table as they stand, the same row once; rows that share a key are told apart by order."""
    seen: dict[str, list[tuple[dict[str, str], dict[str, str]]]] = {}
    for row in rows:
        values = _values(row, table)
        name = values[0].get(key, "") if key else of.year
        alike = seen.setdefault(name, [])
        if values not in alike:
            alike.append(values)
            _add(said, _kept(of, table, name if len(alike) == 1 else f"{name} {len(alike)}", *values))


def _kept(of: _Of, table: str, key: str, values: dict[str, str], personal: dict[str, str]) -> Statement:
    stream = derived_id(of.child, table, key)
    sealed = _seal(of, stream, personal, ReturnRowDetails)
    first = ReturnRowStated(child=of.child, table=table, return_year=of.year, values=values, personal=sealed)
    amend = amended_as(first, ReturnRowDetails, ReturnRowAmended, ignore=("return_year",))
    return _repeated(of, stream, first, ReturnRowDetails, amend)


def _repeated(of: _Of, stream: UUID, first: Body, kind: type[Body], amend: Callable[[Body], Body | None]) -> Statement:
    """A statement compared with what the last return said; a return older than that one adds nothing."""

    def judge(known: Sequence[Event]) -> Body | None:
        said = said_by_files(known, kind)
        if not said or of.batches.get(said[-1].provenance.batch, "") > of.year:
            return None
        body = said[-1].body
        if isinstance(body, ReturnRowDetails) and body.return_year > of.year:
            return None
        return amend(body)

    return Statement(stream, of.child, first, amend, judge)
