"""Cost by outcome: children of a run put in bands by what became of them, and what each band cost.

It describes and explains nothing: a band may cost more because of whom it holds. What is not known is a band of
its own, and so is what no return says; neither is ever a "no". Amounts are units of 1/420 of a penny.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from costing.care_facts import ChildFacts
from costing.pathway_care import Period, periods_of_care
from costing.pathway_dates import months_after
from costing.pathway_settings import PathwaySettings

__all__ = [
    "FEW", "MOST_COUNTED", "NOT_KNOWN", "NOT_LOOKED_AFTER", "NOT_RETURNED", "ChildCost", "OutcomeRow",
    "cost_by_outcome", "count_band", "hidden_bands", "leaving_band", "moves_band", "quantile", "sdq_band",
    "yes_no_band",
]  # fmt: skip

FEW = 5
NOT_KNOWN, NOT_RETURNED, NOT_LOOKED_AFTER = "not known", "not in the return", "not looked after in the period"
_WENT_HOME = frozenset({"E4A", "E4B"})
_RE_ENTRY_MONTHS = 12
MOST_COUNTED = 3
_SDQ_BANDS = ((13, "normal (0 to 13)"), (16, "borderline (14 to 16)"), (40, "cause for concern (17 to 40)"))


@dataclass(frozen=True, slots=True)
class ChildCost:
    """A child's part of a run: its number, nights and units."""

    child_no: int
    nights: int
    total: int


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A band: children, nights, units, and units a child (mean, quartiles) and a night; None without nights."""

    band: str
    children: int
    nights: int
    total: int
    mean: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    a_night: Fraction | None

    @property
    def few(self) -> bool:
        """Whether there are too few children to say anything."""
        return self.children < FEW


def cost_by_outcome(costs: Iterable[ChildCost], bands: Mapping[int, str], order: Sequence[str]) -> list[OutcomeRow]:
    """A row for each band that holds a child: those of `order` first, others by name, then what is not known.

    A child without a band is `NOT_RETURNED`. Every child is in one row, so the rows add up to the run.
    """
    held: dict[str, list[ChildCost]] = {}
    for each in costs:
        held.setdefault(bands.get(each.child_no, NOT_RETURNED), []).append(each)
    last = (NOT_KNOWN, NOT_RETURNED, NOT_LOOKED_AFTER)
    named = [band for band in order if band not in last]
    others = sorted(set(held) - set(named) - set(last))
    return [_row(band, held[band]) for band in (*named, *others, *last) if band in held]


def _row(band: str, costs: list[ChildCost]) -> OutcomeRow:
    totals = sorted(each.total for each in costs)
    nights, total = sum(each.nights for each in costs), sum(totals)
    return OutcomeRow(
        band,
        len(costs),
        nights,
        total,
        Fraction(total, len(costs)),
        quantile(totals, Fraction(1, 4)),
        quantile(totals, Fraction(1, 2)),
        quantile(totals, Fraction(3, 4)),
        Fraction(total, nights) if nights else None,
    )


def quantile(ordered: Sequence[int], part: Fraction) -> Fraction:
    """The quantile of values in order, between neighbours in proportion (type 7 of Hyndman and Fan, 1996)."""
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def hidden_bands(rows: Sequence[OutcomeRow]) -> tuple[frozenset[str], bool]:
    """The bands whose figures are withheld, and whether the total is too.

    Bands of fewer than `FEW` children; and with them the next smallest, until at least two bands and `FEW`
    children are withheld together, so that the total less what is shown tells of no small group.
    """
    if not any(each.few for each in rows):
        return frozenset(), False
    hidden: list[OutcomeRow] = []
    for each in sorted(rows, key=lambda row: (row.children, row.band)):
        if each.few or len(hidden) < 2 or sum(row.children for row in hidden) < FEW:
            hidden.append(each)
    return frozenset(each.band for each in hidden), len(hidden) < 2 or sum(each.children for each in hidden) < FEW


def sdq_band(score: str) -> str:
    """The band of a score of the carers' questionnaire, by its published cut-offs."""
    if not score:
        return NOT_KNOWN
    if score.isascii() and score.isdecimal():
        for most, words in _SDQ_BANDS:
            if int(score) <= most:
                return words
    return f"unknown code {score}"


def yes_no_band(code: str) -> str:
    """The band of a code that says yes (1) or no (0)."""
    return {"": NOT_KNOWN, "1": "yes", "0": "no"}.get(code, f"unknown code {code}")


def count_band(count: int) -> str:
    """The band of a number of times."""
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED} or more"


def moves_band(child: ChildFacts, first: date, last: date, horizon: date, settings: PathwaySettings) -> str:
    """How often a child moved in the days from first to last: the occurrences of process 5, no other changes."""
    periods = _cared_for(child, first, last, horizon, settings)
    if not periods:
        return NOT_LOOKED_AFTER
    moved = [part for each in periods for part in each.placements if part.moved and first <= part.starts <= last]
    return count_band(len(moved))


def leaving_band(child: ChildFacts, first: date, last: date, horizon: date, settings: PathwaySettings) -> str:
    """Whether a child left care in the period, went home, and came back within 12 months (the last such leaving)."""
    periods = periods_of_care(child.episodes, horizon, settings)
    left = [each for each in periods if each.exit is not None and first <= each.ends <= last]
    if not left:
        return "did not leave care" if _cared_for(child, first, last, horizon, settings) else NOT_LOOKED_AFTER
    home = [each for each in left if each.exit is not None and each.exit.rec in _WENT_HOME]
    if not home:
        return "left care, not to go home"
    until = months_after(home[-1].ends, _RE_ENTRY_MONTHS)
    if any(home[-1].ends <= each.starts < until for each in periods if each is not home[-1]):
        return "went home and came back within 12 months"
    return "went home, 12 months not over yet" if until > horizon else "went home and stayed 12 months"


def _cared_for(child: ChildFacts, first: date, last: date, horizon: date, settings: PathwaySettings) -> list[Period]:
    periods = periods_of_care(child.episodes, horizon, settings)
    return [each for each in periods if each.starts <= last and each.ends >= first]
