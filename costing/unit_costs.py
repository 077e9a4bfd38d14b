"""The price of an hour: the schema A to J for a worker type and contract.

A pay, B oncosts, C qualifications, D overheads, E capital, F travel, each in pounds a year; G is their sum;
H the hours worked in the year; I the ratio of indirect to direct time; J = G / H, the cost of an hour,
rounded half-up to the penny once, which is how it is published. The method: the Cost Calculator for
Children's Services, after the unit-cost schemas of the Personal Social Services Research Unit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from costing.money import round_half_up

COMPONENTS = ("pay", "oncosts", "qualifications", "overheads", "capital", "travel")
LETTERS = dict(zip(COMPONENTS, "ABCDEF", strict=True))
CONTRACTS = ("employed", "agency")
_MOST_HOURS = 8784
_NAMES = {
    "pay": "A, pay",
    "oncosts": "B, oncosts",
    "qualifications": "C, qualifications",
    "overheads": "D, overheads",
    "capital": "E, capital",
    "travel": "F, travel",
}


class SchemaProblems(ValueError):
    """Every problem of a schema, in the words of whoever publishes it, one each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Schema:
    """A published schema, in force from a date until the next one for the worker type and contract.

    Components are pounds a year; None means left out of the schema, which is not the same as nothing
    spent (where F is left out, miles are priced on their own). `price_base` is the year of the prices,
    as `2024/25`. Raises SchemaProblems on construction, all at once.
    """

    worker_type: str
    contract: str
    valid_from: date
    price_base: str
    pay: Decimal | None
    oncosts: Decimal | None
    qualifications: Decimal | None
    overheads: Decimal | None
    capital: Decimal | None
    travel: Decimal | None
    hours: Decimal
    indirect_ratio: Decimal | None = None

    def __post_init__(self) -> None:
        if problems := list(_problems(self)):
            raise SchemaProblems(problems)

    @property
    def components(self) -> Mapping[str, Decimal | None]:
        """A to F by name, in that order."""
        return {name: getattr(self, name) for name in COMPONENTS}

    def annual_cost(self, *, with_qualifications: bool = True) -> Decimal:
        """G, pounds a year: the sum of the unrounded components that the schema holds."""
        parts = [
            amount
            for name, amount in self.components.items()
            if amount is not None and (with_qualifications or name != "qualifications")
        ]
        return sum(parts, Decimal(0))

    def exact_hour(self, *, with_qualifications: bool = True) -> Fraction:
        """G / H in pence, not rounded: for fractions inside a run, not for postings."""
        return Fraction(self.annual_cost(with_qualifications=with_qualifications)) * 100 / Fraction(self.hours)

    def hour_pence(self, *, with_qualifications: bool = True) -> int:
        """J, the cost of an hour in whole pence, rounded half-up once."""
        return round_half_up(self.exact_hour(with_qualifications=with_qualifications))

    def client_hour_pence(self, *, with_qualifications: bool = True) -> int | None:
        """The cost of an hour with the client, J x (1 + indirect / direct), in pence from the unrounded J.

        None where the schema holds no ratio.
        """
        if self.indirect_ratio is None:
            return None
        return round_half_up(
            self.exact_hour(with_qualifications=with_qualifications) * (1 + Fraction(self.indirect_ratio))
        )

    def weights(self) -> dict[str, int]:
        """Whole numbers in proportion to A to F, by which an amount at J is told apart into its parts.

        They are the components in pence, or finer where a component was given finer.
        """
        parts = {name: Fraction(amount or 0) * 100 for name, amount in self.components.items()}
        scale = max(part.denominator for part in parts.values())
        while any((part * scale).denominator != 1 for part in parts.values()):
            scale *= 10
        return {name: int(part * scale) for name, part in parts.items()}


def _problems(schema: Schema) -> Iterator[str]:
    if not schema.worker_type.strip():
        yield "Say which type of worker the schema is for."
    if schema.contract not in CONTRACTS:
        yield "Say whether the contract is employed or agency."
    if not schema.price_base.strip():
        yield "Say which year's prices these are, like 2024/25."
    total = Decimal(0)
    for name, amount in schema.components.items():
        if amount is None:
            continue
        if not amount.is_finite() or amount < 0:
            yield f"{_NAMES[name]}, must be an amount of pounds a year, zero or more."
        else:
            total += amount
    if total <= 0:
        yield "Give at least one yearly amount, A to F, that is more than zero."
    if not schema.hours.is_finite() or not 0 < schema.hours <= _MOST_HOURS:
        yield f"H, the hours worked in the year, must be more than 0 and at most {_MOST_HOURS}."
    ratio = schema.indirect_ratio
    if ratio is not None and (not ratio.is_finite() or ratio < 0):
        yield "I, the ratio of indirect to direct time, must be zero or more."
