"""Unit-cost sheets: what one occurrence, or one month, of each process costs, and where each figure is from.

An authority's own line is the sum over worker types of standard hours x J; a published line is as printed.
A sheet can be own, published or mixed, and says so line by line. Each line is kept exactly and rounded
half-up to the penny once, when its sheet is made: sums and reports use the whole pence that they show.

Process CLA3 is held without the fee (the placement's own nights carry that): a published amount with the
fee in it is shown as such and never priced from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

from costing.money import round_half_up
from costing.processes import processes
from costing.shipped import shipped_rows
from costing.standard_times import ADD, StandardTime, by_line, counted_by, variations_of_text
from costing.uprating import IndexSeries

OWN, PUBLISHED, COMBINED, MIXED = "own", "published", "combined", "mixed"
PUBLISHED_SHEETS = {"london": "London, published", "out_of_london": "Out of London, published"}
BASE_CASE: frozenset[str] = frozenset()


class UnknownSheet(ValueError):
    """A published sheet that does not come with the product."""


@dataclass(frozen=True, slots=True)
class TimePart:
    """One worker type's part of a line: hours x J (whole pence an hour); None where either is not known."""

    worker_type: str
    hours: Fraction | None
    hour_pence: int | None

    @property
    def exact_pence(self) -> Fraction | None:
        """Hours x J in pence, not rounded."""
        return None if self.hours is None or self.hour_pence is None else self.hours * self.hour_pence


@dataclass(frozen=True, slots=True)
class SheetLine:
    """The unit cost of a process for a set of variations (none: the base case).

    `effect`: the amount is the `base` case, or it `replace`s or is `add`ed to what it varies. `counted_by`
    is what it is for (`occurrence`, `month`, ...). `exact_pence` None: not known, with the reasons in
    `missing`. `holds_fee`: the fee or allowance is in it, so it is shown and never priced from.
    """

    process: str
    variations: frozenset[str]
    effect: str
    counted_by: str
    exact_pence: Fraction | None
    price_year: str
    origin: str
    source: str
    note: str = ""
    holds_fee: bool = False
    parts: tuple[TimePart, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def pence(self) -> int | None:
        """The amount in whole pence, rounded half-up once."""
        return None if self.exact_pence is None else round_half_up(self.exact_pence)

    @property
    def prices(self) -> bool:
        """Whether an occurrence may be priced from the line: its amount is known and has no fee in it."""
        return self.exact_pence is not None and not self.holds_fee


@dataclass(frozen=True)
class UnitCostSheet:
    """A named sheet of lines, at most one for a process and set of variations."""

    name: str
    lines: tuple[SheetLine, ...]
    _held: dict[tuple[str, frozenset[str]], SheetLine] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        held = {(line.process, line.variations): line for line in self.lines}
        if len(held) < len(self.lines):
            raise ValueError(f"The sheet {self.name} has a process and variation twice.")
        object.__setattr__(self, "_held", held)

    @property
    def origin(self) -> str:
        """`own`, `published`, or `mixed` where it holds lines of both."""
        origins = {line.origin for line in self.lines}
        return origins.pop() if len(origins) == 1 else MIXED

    def line(self, process: str, variations: Iterable[str] = ()) -> SheetLine | None:
        """The line of a process for exactly these variations, priced from or only shown."""
        return self._held.get((process, frozenset(variations)))

    def priced(self, process: str) -> tuple[frozenset[str], ...]:
        """The sets of variations of a process that can be priced from, in the order of the sheet."""
        return tuple(line.variations for line in self.lines if line.process == process and line.prices)

    def unpriced_processes(self, codes: Iterable[str] | None = None) -> tuple[str, ...]:
        """Those of some processes (by default the shipped ones) with no base case or variation to be priced from."""
        asked = (each.code for each in processes()) if codes is None else codes
        return tuple(code for code in asked if not self.priced(code))

    def whole_pence(self, process: str, variations: Iterable[str] = ()) -> int | None:
        """The unit cost that stands for the whole: an added amount comes on top of what it varies.

        None where the line, or what it varies, is not known.
        """
        line = self.line(process, variations)
        if line is None or not line.prices:
            return None
        if line.effect != ADD:
            return line.pence
        below = self._below(line)
        return _plus(line.pence, None if below is None else self.whole_pence(process, below.variations))

    def added_pence(self, process: str, variations: Iterable[str]) -> int | None:
        """What variations add: the amount added, or a replacing amount less what it varies. None: not known."""
        line = self.line(process, variations)
        if line is None or not line.prices:
            return None
        if line.effect == ADD:
            return line.pence
        below = self._below(line)
        under = None if below is None else self.whole_pence(process, below.variations)
        return None if under is None else _plus(line.pence, -under)

    def cost_pence(self, process: str, base: Iterable[str] = (), additions: Iterable[Iterable[str]] = ()) -> int | None:
        """The unit cost of an occurrence: the line that stands for the whole, and each addition to it."""
        total = self.whole_pence(process, base)
        for each in additions:
            total = _plus(total, self.added_pence(process, each))
        return total

    def _below(self, line: SheetLine) -> SheetLine | None:
        """What a line varies: the priced line with the most of its variations, short of all of them."""
        held = [each for each in self.lines if each.process == line.process and each.prices]
        under = [each for each in held if each.variations < line.variations]
        return max(under, key=lambda each: len(each.variations), default=None)


def own_sheet(
    name: str, times: Iterable[StandardTime], hour_pence: Mapping[str, int], price_year: str
) -> UnitCostSheet:
    """An authority's own sheet: for each process and variation the sum over worker types of hours x J.

    `hour_pence` gives J in whole pence by worker type. A line with a time or rate that is not known has no
    amount, and says which.
    """
    lines = []
    for process, variations, rows in by_line(times):
        parts = tuple(TimePart(row.worker_type, row.hours, hour_pence.get(row.worker_type)) for row in rows)
        missing = [f"no time for {part.worker_type}" for part in parts if part.hours is None]
        missing += [f"no cost of an hour for {part.worker_type}" for part in parts if part.hour_pence is None]
        known = [part.exact_pence for part in parts if part.exact_pence is not None]
        agreed = sorted({f"{row.agreed_by}, {row.agreed_on:%d/%m/%Y}" for row in rows})
        line = SheetLine(
            process=process,
            variations=variations,
            effect=rows[0].effect,
            counted_by=counted_by(process),
            exact_pence=None if missing else sum(known, Fraction(0)),
            price_year=price_year,
            origin=OWN,
            source="; ".join(agreed),
            parts=parts,
            missing=tuple(missing),
        )
        lines.append(line)
    return UnitCostSheet(name, tuple(lines))


@cache
def published_sheet(key: str) -> UnitCostSheet:
    """A sheet that comes with the product, `london` or `out_of_london`. Raises UnknownSheet.

    Each framework has the prices of its own report, and no source holds a London sheet for children looked
    after: `unpriced_processes` tells what is missing.
    """
    if key not in PUBLISHED_SHEETS:
        raise UnknownSheet(f"There is no published sheet “{key}”. There are: {', '.join(PUBLISHED_SHEETS)}.")
    rows = [row for row in shipped_rows("process_unit_costs.csv") if row["sheet"] == key]
    return UnitCostSheet(PUBLISHED_SHEETS[key], tuple(_published_line(row) for row in rows))


def _published_line(row: Mapping[str, str]) -> SheetLine:
    return SheetLine(
        process=row["code"],
        variations=variations_of_text(row["variations"]),
        effect=row["effect"],
        counted_by=row["counted_by"],
        exact_pence=Fraction(Decimal(row["cost_gbp"])) * 100,
        price_year=row["price_year"],
        origin=PUBLISHED,
        source=row["source_title"],
        note=row["note"],
        holds_fee=row["holds_fee"] == "yes",
    )


def mixed_sheet(name: str, own: UnitCostSheet, published: UnitCostSheet) -> UnitCostSheet:
    """Own lines where their amount is known, published ones elsewhere; each line keeps its origin.

    A published variation of a process that has an own base case stays: it is of another origin, and says so.
    """
    taken = {(line.process, line.variations): line for line in published.lines}
    for line in own.lines:
        key = line.process, line.variations
        if line.prices or key not in taken:
            taken[key] = line
    return UnitCostSheet(name, tuple(taken.values()))


def uprated_sheet(sheet: UnitCostSheet, price_year: str, series: IndexSeries) -> UnitCostSheet:
    """The sheet at the prices of one year: every line from its own year, exactly, then rounded once.

    Parts are left off, as their J is of another year; a line without an amount stays as it is. Raises
    UpratingRefused for a year not in the series.
    """
    lines = []
    for line in sheet.lines:
        if line.price_year == price_year or line.exact_pence is None:
            lines.append(line)
            continue
        factor = series.factor(line.price_year, price_year)
        exact = line.exact_pence * factor
        note = "; ".join(filter(None, (line.note, f"from {line.price_year} prices by {series.name}")))
        lines.append(replace(line, exact_pence=exact, price_year=price_year, note=note, parts=()))
    return UnitCostSheet(sheet.name, tuple(lines))


def line_cost(
    amount: Fraction | Decimal, quantity: Fraction | Decimal, is_for: Fraction | Decimal | int = 1,
    added: Fraction | Decimal | int = 0,
) -> Fraction:  # fmt: skip
    """One line of a report, exactly: unit cost x occurrences, and what is added once.

    `is_for` is how many occurrences the printed amount is for (an amount for three updates: 3).
    """
    return Fraction(amount) * Fraction(quantity) / Fraction(is_for) + Fraction(added)


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
