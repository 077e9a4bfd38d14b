"""Two runs side by side: what differs in their settings, rows of both with the change, and what explains it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from costing.calculator import Comparison, RunReport, compare
from costing.what_if import change_words
from web.design.formats import number, pounds_whole, signed_pounds, uk_instant
from web.runs.figures import group_words, mean_and_median
from web.runs.held import HeldRun
from web.runs.versions import versions_words
from web.runs.words import settings_words
from web.words import process_words

__all__ = [
    "CAUSES",
    "Pair",
    "SideBySide",
    "by_child",
    "by_group",
    "causes",
    "causes_words",
    "change_steps",
    "compared",
    "differing_settings",
    "totals",
]

CAUSES = {
    "population": ("Population", "more or fewer children, each at what a child cost on average in the first run"),
    "mix": ("Mix", "children with other needs, mostly in other types of placement"),
    "practice": ("Practice", "more or fewer occurrences, days, nights or hours for like children"),
    "price": ("Price", "other fees, unit costs or costs of an hour for the same work"),
}


@dataclass(frozen=True)
class Pair:
    """The run that a comparison begins with, and the one that it leads to."""

    first: HeldRun
    second: HeldRun


@dataclass(frozen=True)
class SideBySide:
    """One row: the amount in either run in units, None where the run has no such row."""

    key: str
    words: str
    first: int | None
    second: int | None

    @property
    def change(self) -> int:
        """What the second run has more."""
        return (self.second or 0) - (self.first or 0)


def compared(pair: Pair) -> Comparison:
    """The difference of the totals, split by cause."""
    return compare(pair.first.report, pair.second.report)


def causes(found: Comparison) -> list[tuple[str, str, int]]:
    """Each cause, what it means, and its part of the difference; the parts add up to it."""
    return [(words, meaning, getattr(found, name)) for name, (words, meaning) in CAUSES.items()]


def causes_words(found: Comparison) -> str:
    """In a sentence what makes most of the difference."""
    difference = found.difference
    if not difference and not any(part for _, _, part in causes(found)):
        return "The two runs come to the same."
    words, _, most = max(causes(found), key=lambda each: abs(each[2]))
    if not difference:
        return f"The two runs come to the same, as {words.lower()} ({signed_pounds(most)}) is made good by the others."
    way = "more" if difference > 0 else "less"
    said = f"The second run comes to {pounds_whole(abs(difference))} {way}. "
    if (most > 0) != (difference > 0):
        return said + f"The largest part is {words.lower()} ({signed_pounds(most)}), which goes the other way."
    whole = "all" if most == difference else "mostly"
    return said + f"The difference is {whole} {words.lower()} ({signed_pounds(most)})."


def differing_settings(pair: Pair) -> list[tuple[str, str, str]]:
    """The settings that differ, in words: what, in the first run, in the second."""
    one, other = (_said(each) for each in (pair.first, pair.second))
    names = list(dict.fromkeys((*one, *other)))
    return [
        (name, one.get(name, _none(name)), other.get(name, _none(name)))
        for name in names
        if one.get(name) != other.get(name)
    ]


def _said(held: HeldRun) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    for name, value in settings_words(held.settings):
        said.setdefault(name, []).append(value)
    found = {name: "; ".join(values) for name, values in said.items()}
    found["As known at"] = uk_instant(held.made.known_upto)
    found["Log position"] = number(held.made.position)
    return found | {f"Version: {name}": value for name, value in versions_words(held.made.versions)}


def _none(name: str) -> str:
    return "nothing" if name == "What if" else "as usual"


def totals(pair: Pair) -> list[SideBySide]:
    """The whole, and its two parts."""
    one, other = pair.first.report, pair.second.report
    return [
        SideBySide("total", "Total", one.total, other.total),
        SideBySide("placements", "Placements", one.placement_total, other.placement_total),
        SideBySide("work", "Processes and work", one.total - one.placement_total, other.total - other.placement_total),
        SideBySide("a child", "A child, on average", mean_and_median(one)[0], mean_and_median(other)[0]),
    ]


def by_group(pair: Pair, by: str) -> list[SideBySide]:
    """A grouping of both runs; the rows with most in either run first."""
    one, other = ({row.key: row.amount for row in each.group(by)} for each in (pair.first.report, pair.second.report))
    rows = _rows(one, other, lambda key: group_words(by, key))
    if by == "process":
        order = {"CLA": 0, "CIN": 1, "CAF": 2}
        return sorted(rows, key=lambda row: (order.get(row.key[:3], 3), len(row.key), row.key))
    return sorted(rows, key=lambda row: (-max(row.first or 0, row.second or 0), row.key))


def by_child(pair: Pair) -> list[SideBySide]:
    """Every child of either run; the largest change, up or down, first."""
    one, other = ({str(each.child_no): each.total for each in run.children} for run in _reports(pair))
    rows = _rows(one, other, lambda key: f"Child {key}")
    return sorted(rows, key=lambda row: (-abs(row.change), int(row.key)))


def change_steps(pair: Pair) -> list[tuple[str, int]]:
    """Each change that the second run supposes beyond the first, and what it made of the total.

    Only where that explains the whole difference: the runs are otherwise the same, and the parts re-add.
    """
    one, other = pair.first, pair.second
    before, changes = one.settings.changes, other.settings.changes
    alike = replace(one.settings, changes=()) == replace(other.settings, changes=())
    if not alike or changes[: len(before)] != before or len(other.report.effects) != len(changes):
        return []
    effects = other.report.effects[len(before) :]
    if one.report.total + sum(effects) != other.report.total:
        return []
    said = (change_words(each, process_words) for each in changes[len(before) :])
    return list(zip(said, effects, strict=True))


def _reports(pair: Pair) -> Iterable[RunReport]:
    return pair.first.report, pair.second.report


def _rows(one: Mapping[str, int], other: Mapping[str, int], words: Callable[[str], str]) -> list[SideBySide]:
    keys = dict.fromkeys((*one, *other))
    return [SideBySide(key, words(key), one.get(key), other.get(key)) for key in keys]
