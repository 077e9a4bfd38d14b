"""What a run comes to: children with their blocks and lines, groups, and what has no price.

Amounts are whole units of 1/420 of a penny. Each occurrence, and all the days of one line, is rounded
half-up to a unit once; everything above is a sum of those, so any grouping re-adds to the total exactly.
Round to pence with `costing.money.pounds` only where a figure is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from costing.calculator_settings import RunSettings

OCCURRENCE, MONTH, DAY, PERIOD = "occurrence", "month", "day", "period of care"
NIGHT, HOUR, ENTRY = "night", "hour", "entry"
NONE, SEVERAL_JOIN = "none", "+"
NOT_PLACED = "not in a placement"
UNASSIGNED_BLOCK = "unassigned"
WHAT_IF_BLOCK, WHAT_IF_BASIS = "what_if", "what if"
GROUPINGS = ("process", "placement-type", "need", "month", "year")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a child's report: `unit_cost` x `quantity` of `unit` is `product`.

    `what` is what it is for in words; `variation` the variations that picked the unit cost, in words.
    `unit_cost` is in units a `unit` (occurrence, month, day, period of care, night, hour, entry), exact. `basis`
    says what the amount rests on: `standard`, `combined`, `recorded`, or `average` (a night without a fee of its
    own); after `what if: ` where a change altered it, and `what if` alone where one added it. `rests_on` are the
    ids of the facts behind it.
    """

    what: str
    variation: str
    unit_cost: Fraction
    quantity: Fraction
    unit: str
    product: int
    basis: str
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One process of a child's report, its lines and their total. `process` is its code, `name` its name.

    The eight of children looked after are always there, in order; those of other frameworks, work that belongs
    to no process (`unassigned`) and what a change added (`what_if`), only where they have a line.
    """

    process: str
    name: str
    lines: tuple[Line, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ChildReport:
    """A child's cost. `needs` are those held on some day of the period, in the order of the flags.

    `placement_type` is the one with most nights in the period (the first by name of equals; '' without a
    night). `notes` say what its pathway left out. `expected` are the days in the period on which a review fell
    due by regulation 33 and nobody recorded one: in no line, unless the settings count them (`expected_reviews`).
    """

    child_no: int
    blocks: tuple[Block, ...]
    total: int
    needs: tuple[str, ...] = ()
    placement_type: str = ""
    notes: tuple[str, ...] = ()
    expected: tuple[date, ...] = ()

    @property
    def nights(self) -> int:
        """The nights in placements that are counted."""
        return int(sum(line.quantity for block in self.blocks for line in block.lines if line.unit == NIGHT))

    @property
    def need_combination(self) -> str:
        """The needs joined by `+`; `none` without one."""
        return SEVERAL_JOIN.join(self.needs) or NONE


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group's cost: how many children have a part in it, nights, and the amount in units."""

    key: str
    children: int
    nights: int
    amount: int


@dataclass(frozen=True, slots=True)
class Unpriced:
    """What the run found and could not price: it is in no total. `reason` is in words."""

    process: str
    what: str
    variation: str
    quantity: Fraction
    unit: str
    children: int
    reason: str


@dataclass(frozen=True, slots=True)
class TeamMonth:
    """How much of a team's hours in a month (yyyymm) was recorded; `share` None where no hours are known."""

    team: str
    month: int
    recorded_seconds: int
    contracted_seconds: int
    covered: bool

    @property
    def share(self) -> Fraction | None:
        """Recorded over contracted."""
        return Fraction(self.recorded_seconds, self.contracted_seconds) if self.contracted_seconds else None


@dataclass(frozen=True)
class RunReport:
    """A run: its settings, its children by number, and the same amount grouped each way in `groups`.

    `groups` has a tuple of rows for each of `GROUPINGS`; each adds up to `total`. `months` are yyyymm and
    years April years, by the day of the service. `checksum` is the SHA-256 of `csv_bytes` (hexadecimal).
    `effects` are what each change of the settings made of the total, in their order: without them the run comes
    to `total` less their sum.
    """

    settings: RunSettings
    horizon: date
    children: tuple[ChildReport, ...]
    groups: Mapping[str, tuple[GroupRow, ...]]
    total: int
    nights: int
    placement_total: int
    coverage: tuple[TeamMonth, ...]
    unpriced: tuple[Unpriced, ...]
    notes: tuple[str, ...]
    csv_bytes: bytes = field(repr=False)
    checksum: str
    effects: tuple[int, ...] = ()

    def group(self, by: str) -> tuple[GroupRow, ...]:
        """The rows of one of `GROUPINGS`."""
        return self.groups[by]
