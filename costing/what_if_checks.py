"""What changes of a run share: their fields, and what can be wrong with a number, an amount or a code."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

from costing.calculator_settings import RunProblems
from costing.money import round_half_up
from costing.placement_map import PLACEMENT_TYPES

MOST, MOST_HOURS, MOST_LETTERS = Decimal(1_000_000), Decimal(2000), 100
_PLACES = 4
# As they stand after "in": a night in residential care.
_TYPES = {
    "parents": "placement with parents",
    "kinship": "kinship foster care",
    "la_foster": "local authority foster care",
    "agency_foster": "agency foster care",
    "residential": "residential care",
    "independence": "independent living",
    "custody": "custody",
    "adoption": "placement for adoption",
    "health": "a health setting",
    "temporary": "temporary placement",
    "other": "another kind of placement",
}
Called = Callable[[str], str]
"""What to call a process, by its code."""


def type_words(code: str) -> str:
    """A placement type inside a sentence."""
    return _TYPES.get(code, code)


def plain(number: Decimal) -> str:
    """A number as it would be typed: 10, 2.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Checked:
    """What is checked as it is made. Raises RunProblems, all problems at once."""

    __slots__ = ()

    def __post_init__(self) -> None:
        if problems := list(self.problems()):
            raise RunProblems(problems)

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        yield from ()


def share(percent: Decimal | None) -> Fraction:
    """A per cent as a share of one."""
    return Fraction(percent or 0) / 100


def type_problems(code: str, what: str = "type of placement") -> Iterator[str]:
    """What is wrong with a placement type."""
    if not code:
        yield f"Choose the {what}."
    elif code not in PLACEMENT_TYPES:
        yield f"“{code}” is not a placement type. Use {', '.join(PLACEMENT_TYPES)}."


def number_problems(what: str, value: Decimal | None, least: Decimal, most: Decimal) -> Iterator[str]:
    """What is wrong with a number that is needed."""
    if value is None:
        yield f"{what} is missing."
    elif not value.is_finite() or not least <= value <= most:
        yield f"{what} is from {least} to {most}, not {value}."
    elif round(value, _PLACES) != value:
        yield f"{what} has at most {_PLACES} decimal places, not {value}."


def pounds_problems(what: str, value: Decimal | None) -> Iterator[str]:
    """What is wrong with an amount, where one is given."""
    if value is None:
        return
    if not value.is_finite() or not 0 <= value <= MOST:
        yield f"{what} is from £0 to £{MOST:,}, not {value}."
    elif round(value, 2) != value:
        yield f"{what} is in pounds and whole pence, not {value}."


def reference_of(typed: str) -> str:
    """A provider's reference (URN) as returns have it: capitals, no spaces."""
    return "".join(typed.split()).upper()


def many(count: int, what: str) -> str:
    """So many of a thing: month, 3 months."""
    return what if count == 1 else f"{count} {what}s"


def pence_of(amount: Decimal | None) -> int:
    """Whole pence of an amount in pounds; none is nothing."""
    return round_half_up(Fraction(amount or 0) * 100)
