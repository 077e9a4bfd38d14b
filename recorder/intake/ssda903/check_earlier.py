"""What one return says of one child against what earlier returns said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from costing.calendar import return_year, return_year_first, return_year_last

from .changes import changes_in_words, difference, only_fills_in
from .codes import same_sex, years_of
from .findings import Finding, Nights, found
from .rows import ChildReturn, EpisodeFacts, EpisodeRow, HeaderRow

__all__ = ["PreviousChild", "check_earlier", "left_out_episodes", "year_before"]

_NOT_KNOWN = "UN"
_NO_UPN_YET = "UN1"
_YOUNGEST_AT_SCHOOL = 3


class PreviousChild(msgspec.Struct, frozen=True):
    """A child as earlier returns have it.

    `episodes` are as known last. `return_year` is the last return that held the child ('' = the one before).
    `earlier_upns` are the UPNs (or codes for unknown) of the returns before that, oldest first, one a return.
    `left_out` are the starts of episodes already found to be left out of a return.
    """

    child: str
    upn: str
    sex: str
    dob: date | None
    episodes: tuple[EpisodeFacts, ...]
    return_year: str = ""
    earlier_upns: tuple[str, ...] = ()
    left_out: tuple[date, ...] = ()


def year_before(year: str) -> str:
    """The return year before one written `2024/25`."""
    return return_year(return_year_first(year) - timedelta(days=1))


def left_out_episodes(current: ChildReturn | None, previous: PreviousChild) -> tuple[EpisodeFacts, ...]:
    """The episodes that were open in the last return and that this one (None: holds no row of the child) lacks.

    Episodes already known to be left out are none; nor is any where a row of this child could not be read.
    """
    if current is not None and current.rows_kept_out:
        return ()
    here = {row.decom for row in current.episodes} if current else set()
    return tuple(
        e for e in previous.episodes if e.dec is None and e.decom not in here and e.decom not in previous.left_out
    )


def check_earlier(
    current: ChildReturn | None, previous: PreviousChild | None, year: str, earlier_return: str | None
) -> Iterator[Finding]:
    """Everything that differs from earlier returns and is neither an ending nor a change of code list."""
    if previous is not None:
        yield from _left_out(current, previous, year)
    if current is None:
        return
    last_year = earlier_return or (previous.return_year if previous else "")
    for row in current.episodes_once:
        yield from _episode(row, current.child, previous, year, last_year)
    if previous is not None and current.header is not None:
        yield from _identity(current.header, previous, year)


def _left_out(current: ChildReturn | None, previous: PreviousChild, year: str) -> Iterator[Finding]:
    last_year = previous.return_year or year_before(year)
    nights = Nights(return_year_first(year), return_year_last(year) + timedelta(days=1))
    for episode in left_out_episodes(current, previous):
        yield found("left_out", year, "episodes", None, previous.child, nights, episode.decom, last_year=last_year)


def _episode(
    row: EpisodeRow, child: str, previous: PreviousChild | None, year: str, last_year: str
) -> Iterator[Finding]:
    known = {e.decom: e for e in previous.episodes} if previous else {}
    before = known.get(row.decom)
    if before is None:
        if last_year == year_before(year) and row.decom <= return_year_last(last_year):
            nights = Nights(row.decom, min(row.dec or date.max, return_year_first(year)))
            words = {"year": year, "last_year": last_year, "other": str(row.row)}
            yield found("came_late", last_year, "episodes", None, child, nights, row.decom, **words)
        return
    if previous and row.decom in previous.left_out:
        yield found("back_again", year, "episodes", row.row, child, None, row.decom)
    if difference(before, row.facts, year) == "amendment":
        yield _amended(before, row, previous, year)


def _amended(before: EpisodeFacts, row: EpisodeRow, previous: PreviousChild | None, year: str) -> Finding:
    stated_in = (previous.return_year if previous else "") or year_before(year)
    rule = "filled_in" if only_fills_in(before, row.facts) else "put_right"
    nights = Nights(row.decom, min(day for day in (before.dec, row.dec, return_year_first(year)) if day))
    words = {"year": year, "changes": changes_in_words(before, row.facts)}
    return found(rule, stated_in, "episodes", None, row.child, nights, row.decom, **words)


def _identity(header: HeaderRow, previous: PreviousChild, year: str) -> Iterator[Finding]:
    if not same_sex(header.sex, previous.sex) and _known_sex(header.sex) and _known_sex(previous.sex):
        yield found("sex_changed", year, "header", header.row, header.child)
    if header.dob and previous.dob and header.dob != previous.dob:
        yield found("dob_changed", year, "header", header.row, header.child)
    if header.upn and previous.upn and header.upn != previous.upn:
        yield from _upn(header, previous, year)


def _known_sex(code: str) -> bool:
    return not code or bool(years_of("SEX", code))


def _upn(header: HeaderRow, previous: PreviousChild, year: str) -> Iterator[Finding]:
    """A UPN that differs from the last return's.

    Going back to one stated before puts the last return right. A UPN stated by a single return gives way to
    the next one, as a placement does; one stated by several is what this return departs from.
    """
    stated_in = previous.return_year or year_before(year)
    was_known, is_known = not previous.upn.startswith(_NOT_KNOWN), not header.upn.startswith(_NOT_KNOWN)
    if header.upn in previous.earlier_upns:
        yield found("upn_put_right", stated_in, "header", None, header.child, other_year=year)
    elif was_known and is_known:
        if previous.upn in previous.earlier_upns or any(_real(u) for u in previous.earlier_upns):
            yield found("upn_changed", year, "header", header.row, header.child, other_year=stated_in)
        else:
            yield found("upn_changed", stated_in, "header", None, header.child, other_year=year)
    elif was_known:
        yield found("upn_lost", year, "header", header.row, header.child)
    elif (
        is_known and previous.upn == _NO_UPN_YET and header.dob and _age_at_end(header.dob, year) < _YOUNGEST_AT_SCHOOL
    ):
        yield found("upn_before_school", year, "header", header.row, header.child)


def _real(upn: str) -> bool:
    return bool(upn) and not upn.startswith(_NOT_KNOWN)


def _age_at_end(born: date, year: str) -> int:
    end = return_year_last(year)
    return end.year - born.year - ((end.month, end.day) < (born.month, born.day))
