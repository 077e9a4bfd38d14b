"""What the pages and files of a run show of its report: rows in words, shares, and what makes most of the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from costing.calculator import ChildReport, RunReport
from costing.calculator_report import (
    DAY,
    ENTRY,
    HOUR,
    MONTH,
    NIGHT,
    NONE,
    NOT_PLACED,
    OCCURRENCE,
    PERIOD,
    SEVERAL_JOIN,
    UNASSIGNED_BLOCK,
    WHAT_IF_BLOCK,
    GroupRow,
)
from costing.money import round_half_up
from web.design.formats import month_name, number, percent, pounds_whole
from web.words import NEEDS, placement_type_words, process_words

__all__ = [
    "GROUP_TITLES",
    "MadeOf",
    "Ranked",
    "child_words",
    "costliest",
    "drivers",
    "drivers_words",
    "group_words",
    "made_of",
    "mean_and_median",
    "need_words",
    "quantity_words",
    "sorted_groups",
]

GROUP_TITLES = {
    "need": "Need combination",
    "placement-type": "Placement type",
    "process": "Process",
    "month": "Month",
    "year": "Year",
}
BASIS_WORDS = {
    "standard": "standard",
    "combined": "combined",
    "recorded": "recorded",
    "average": "average of the type",
    "what if": "added, what if",
    **{
        f"what if: {code}": f"what if, not {words}"
        for code, words in (
            ("standard", "as standard"),
            ("combined", "as combined"),
            ("recorded", "as recorded"),
            ("average", "at the average of the type"),
        )
    },
}
_UNITS = {
    OCCURRENCE: ("occurrence", "occurrences"),
    MONTH: ("month", "months"),
    DAY: ("day", "days"),
    PERIOD: ("period of care", "periods of care"),
    "week": ("week", "weeks"),
    "quarter": ("quarter", "quarters"),
    "year": ("year", "years"),
    NIGHT: ("night", "nights"),
    HOUR: ("hour", "hours"),
    ENTRY: ("entry", "entries"),
}
OTHER_BLOCKS = {UNASSIGNED_BLOCK: "Not assigned to a process", WHAT_IF_BLOCK: "Added, what if"}
_TENTH = 10


@dataclass(frozen=True)
class MadeOf:
    """A part of the total by what it rests on."""

    words: str
    amount: int
    quantity: str


@dataclass(frozen=True)
class Ranked:
    """One of the parts that make most of a total; `upto` is its share with those before it."""

    words: str
    note: str
    children: int
    amount: int
    share: Fraction
    upto: Fraction


def child_words(child_no: int) -> str:
    """A child by the number that the files use."""
    return f"Child {child_no}"


def need_words(combination: str) -> str:
    """A combination of needs: "Disability and offending"."""
    if combination in {NONE, ""}:
        return "No additional needs"
    said = [NEEDS.get(each, each.replace("_", " ").capitalize()) for each in combination.split(SEVERAL_JOIN)]
    lowered = [said[0], *(each[0].lower() + each[1:] for each in said[1:])]
    return " and ".join(filter(None, [", ".join(lowered[:-1]), lowered[-1]]))


def group_words(by: str, key: str) -> str:
    """The key of a group in words."""
    if by == "need":
        return need_words(key)
    if by == "placement-type":
        return "Not in a placement" if key == NOT_PLACED else placement_type_words(key)
    if by == "process":
        return OTHER_BLOCKS.get(key) or process_words(key)
    return month_name(int(key)) if by == "month" else key


def sorted_groups(by: str, rows: Iterable[GroupRow]) -> list[GroupRow]:
    """The order in which a grouping is read: time and processes in theirs, others with the largest first."""
    if by in {"month", "year"}:
        return sorted(rows, key=lambda row: row.key)
    if by == "process":
        order = {"CLA": 0, "CIN": 1, "CAF": 2}
        return sorted(rows, key=lambda row: (order.get(row.key[:3], 3), len(row.key), row.key))
    return sorted(rows, key=lambda row: (-row.amount, row.key))


def quantity_words(quantity: Fraction, unit: str) -> str:
    """How much of a unit, rounded to two places where it is no whole number: "12 nights", "0.53 occurrences"."""
    text = number(quantity) if quantity.denominator == 1 else number(quantity, 2)
    one, many = _UNITS.get(unit, (unit, unit))
    return f"{text} {one if quantity == 1 else many}"


def mean_and_median(report: RunReport) -> tuple[int | None, int | None]:
    """The cost a child in units, rounded half-up; None without a child."""
    totals = [each.total for each in report.children]
    if not totals:
        return None, None
    return round_half_up(Fraction(sum(totals), len(totals))), round_half_up(Fraction(median(map(Fraction, totals))))


def made_of(report: RunReport) -> list[MadeOf]:
    """The total by what it rests on; the parts add up to it."""
    amounts: dict[str, int] = defaultdict(int)
    nights: dict[str, Fraction] = defaultdict(Fraction)
    for child in report.children:
        for block in child.blocks:
            for line in block.lines:
                key = f"{NIGHT} {line.basis}" if line.unit == NIGHT else line.basis
                amounts[key] += line.product
                nights[key] += line.quantity if line.unit == NIGHT else 0
    known = {
        f"{NIGHT} recorded": "Placements at their fees",
        f"{NIGHT} average": "Placements at the average of their type",
        "standard": "Processes at standard unit costs",
        "combined": "Processes at combined unit costs",
        "recorded": "Recorded work",
        f"{NIGHT} what if: recorded": "Placements at other than their fees, what if",
        f"{NIGHT} what if: average": "Placements at other than the average of their type, what if",
        "what if: standard": "Processes at other than standard unit costs or as often, what if",
        "what if: combined": "Processes at other than combined unit costs or as often, what if",
        "what if: recorded": "Recorded work as often as supposed, what if",
        "what if": "Added, what if",
    }
    order = [*known, *sorted(set(amounts) - set(known))]
    return [
        MadeOf(known.get(key, key.capitalize()), amounts[key], f"{number(nights[key])} nights" if nights[key] else "")
        for key in order
        if key in amounts
    ]


def drivers(report: RunReport, count: int = 10) -> list[Ranked]:
    """The lines that make most of the total, the largest first: the same line of every child taken together."""
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    children: dict[tuple[str, str], set[int]] = defaultdict(set)
    for child in report.children:
        for block in child.blocks:
            for line in block.lines:
                kind = "Nights in placements" if line.unit == NIGHT else group_words("process", block.process)
                key = (line.what, kind)
                amounts[key] += line.product
                children[key].add(child.child_no)
    ranked = sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))[:count]
    return _ranked([(what, note, len(children[what, note]), amount) for (what, note), amount in ranked], report.total)


def _ranked(rows: list[tuple[str, str, int, int]], total: int) -> list[Ranked]:
    found, upto = [], 0
    for words, note, children, amount in rows:
        upto += amount
        share, so_far = (Fraction(each, total) if total else Fraction(0) for each in (amount, upto))
        found.append(Ranked(words, note, children, amount, share, so_far))
    return found


def costliest(report: RunReport, count: int = 10) -> list[ChildReport]:
    """The children whose cost is highest, the highest first."""
    return sorted(report.children, key=lambda each: (-each.total, each.child_no))[:count]


def drivers_words(report: RunReport) -> str:
    """In a sentence or two what makes most of the total."""
    if not report.total:
        return "Nothing in this run has a price."
    said = []
    if report.placement_total:
        share = percent(Fraction(report.placement_total, report.total))
        said.append(f"Placements make {share} of the total, everything else {pounds_whole(_other(report))}.")
    if len(report.children) >= _TENTH:
        top = costliest(report, len(report.children) // _TENTH)
        share = percent(Fraction(sum(each.total for each in top), report.total))
        one = "costliest child makes" if len(top) == 1 else f"{number(len(top))} costliest children make"
        said.append(f"The {one} {share} of it: one child in ten.")
    first = max(report.group("placement-type"), key=lambda row: row.amount, default=None)
    if first is not None and first.key != NOT_PLACED:
        share = percent(Fraction(first.amount, report.total))
        said.append(f"{group_words('placement-type', first.key)} comes to {share}, work for those children included.")
    return " ".join(said)


def _other(report: RunReport) -> int:
    return report.total - report.placement_total
