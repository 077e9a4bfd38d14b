"""The findings of several years' returns one after another, without storing anything: a dry run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import msgspec

from .check_earlier import PreviousChild, left_out_episodes
from .checks import check_across, check_child, check_omitted
from .findings import Finding
from .folders import ReturnFolder
from .rows import ChildReturn
from .staging import StagedReturn, stage

__all__ = ["check_history", "next_previous"]

_Progress = Callable[[int, int], None]


def check_history(folders: Iterable[ReturnFolder], progress: _Progress = lambda done, total: None) -> Iterator[Finding]:
    """Every finding of the folders, read in the order of their years and days known.

    Keeps each child's episodes in memory between the years. Raises OSError where a file cannot be opened.
    """
    history: dict[str, PreviousChild] = {}
    earlier: str | None = None
    for folder in sorted(folders, key=lambda f: (f.return_year, f.known_on or date.max)):
        with stage(folder, progress) as staged:
            yield from staged.findings
            yield from _one_year(staged, history, earlier)
            earlier = folder.return_year


def next_previous(current: ChildReturn, previous: PreviousChild | None, year: str) -> PreviousChild:
    """The child as known once the return of `year` has been taken in."""
    header = current.header
    episodes = {e.decom: e for e in previous.episodes} if previous else {}
    left_out = {*previous.left_out, *(e.decom for e in left_out_episodes(current, previous))} if previous else set()
    for row in current.episodes_once:
        episodes[row.decom] = row.facts
        left_out.discard(row.decom)
    earlier_upns = (*previous.earlier_upns, previous.upn) if previous and previous.upn and header else ()
    if previous and not header:
        earlier_upns = previous.earlier_upns
    return PreviousChild(
        child=current.child,
        upn=header.upn if header and header.upn else (previous.upn if previous else ""),
        sex=header.sex if header and header.sex else (previous.sex if previous else ""),
        dob=header.dob if header and header.dob else (previous.dob if previous else None),
        episodes=tuple(episodes[decom] for decom in sorted(episodes)),
        return_year=year,
        earlier_upns=earlier_upns,
        left_out=tuple(sorted(left_out)),
    )


def _one_year(staged: StagedReturn, history: dict[str, PreviousChild], earlier: str | None) -> Iterator[Finding]:
    year = staged.return_year
    # A return without its tables says nothing about who is in it.
    header_table, has_episodes = bool(staged.tables["header"]), bool(staged.tables["episodes"])
    seen: set[str] = set()
    for current in staged.children():
        previous = history.get(current.child)
        if has_episodes:
            seen.add(current.child)
            yield from check_child(current, previous, year, earlier_return=earlier, header_table=header_table)
            history[current.child] = next_previous(current, previous, year)
    for child in sorted(history.keys() - seen) if has_episodes else ():
        previous = history[child]
        yield from check_omitted(previous, year)
        omitted = (e.decom for e in left_out_episodes(None, previous))
        history[child] = msgspec.structs.replace(previous, left_out=tuple(sorted({*previous.left_out, *omitted})))
    yield from check_across(staged)
