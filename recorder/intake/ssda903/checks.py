"""The checks of a staged return: a child at a time, children left out, and UPNs across children."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .check_earlier import PreviousChild, check_earlier
from .check_episodes import check_episodes, check_rows
from .findings import Finding, found
from .rows import ChildReturn
from .staging import StagedReturn

__all__ = ["check_across", "check_child", "check_omitted"]

# Which other children, by identifier, earlier returns know under a UPN.
EarlierOwners = Callable[[str], tuple[str, ...]]


def check_child(
    current: ChildReturn,
    previous: PreviousChild | None,
    year: str,
    *,
    earlier_return: str | None = None,
    header_table: bool = True,
) -> list[Finding]:
    """What is wrong with one child's rows in the return of `year`, in themselves and against earlier returns.

    `earlier_return` is the last return year already loaded (None: none, or not known): it lets an episode
    that it should have held be told. `header_table` False: the return has no header table at all, so that
    a missing header is not said for each child.
    """
    return [
        *check_rows(current, year, header_table),
        *check_episodes(current, year),
        *check_earlier(current, previous, year, earlier_return),
    ]


def check_omitted(previous: PreviousChild, year: str) -> list[Finding]:
    """What it means that the return of `year` holds no row of a child known from earlier ones."""
    return list(check_earlier(None, previous, year, None))


def check_across(staged: StagedReturn, earlier_owners: EarlierOwners | None = None) -> list[Finding]:
    """One UPN on several children: a finding for each child of this return that shares its UPN.

    `earlier_owners` answers which children earlier returns know under a UPN; those outside this return are
    named as sharers too.
    """
    return list(_shared(staged, earlier_owners))


def _shared(staged: StagedReturn, earlier_owners: EarlierOwners | None) -> Iterator[Finding]:
    for upn, children in staged.upn_owners():
        known = earlier_owners(upn) if earlier_owners else ()
        everyone = sorted({*children, *known})
        if len(everyone) < 2:
            continue
        for child, row in children.items():
            others = ", ".join(each for each in everyone if each != child)
            yield found("upn_shared", staged.return_year, "header", row, child, others=others)
