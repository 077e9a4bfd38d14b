"""Published examples worked out again with the product's own code, worked beside printed.

Three shapes of table are told by their columns: worked examples of a child's cost (`vignettes`), schemas A to
J (`staff_unit_cost_schema`) and uprated amounts (`uprating_checks`). A row passes within its column's
tolerance: a line or total to the pound as its rounding says, J exactly as printed, G within 1, an uprated
amount to the pound. A row that its table marks as not tying, or that comes without what it is made of, is
*not checkable*; that is not a failure.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from itertools import groupby

from costing.money import round_half_up
from costing.unit_cost_sheets import line_cost
from costing.unit_costs import COMPONENTS, LETTERS, Schema, SchemaProblems
from costing.uprating import CHECKS_SERIES, UpratingRefused, index_series, uprate

TIES, DIFFERS, NOT_CHECKABLE = "ties", "differs", "not checkable"
EXACT, WITHIN_ONE = Fraction(0), Fraction(1)
_ROUNDINGS: Mapping[str, Callable[[Fraction], int]] = {"half-up": round_half_up, "down": Fraction.__floor__}
_CLIENT_HOUR = "per hour of client-related work"

Row = Mapping[str, str]


class TableProblems(ValueError):
    """What keeps a table from being read, all at once, in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Checked:
    """One printed figure and what was worked out for it; `worked` is None where it is not checkable.

    `row` is the line of the file. `tolerance` is how far the two may lie apart. `note` says how the figure
    was worked, or why it could not be.
    """

    row: int
    what: str
    printed: Decimal | None
    worked: Decimal | None
    tolerance: Fraction
    note: str

    @property
    def outcome(self) -> str:
        """`ties`, `differs` or `not checkable`."""
        if self.printed is None or self.worked is None:
            return NOT_CHECKABLE
        return TIES if abs(Fraction(self.printed) - Fraction(self.worked)) <= self.tolerance else DIFFERS


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table's figures in their order; `inputs` counts its rows that are only given, such as a salary."""

    shape: str
    figures: tuple[Checked, ...]
    inputs: int

    def count(self, outcome: str) -> int:
        """How many figures have an outcome."""
        return sum(figure.outcome == outcome for figure in self.figures)


def check_table(text: str) -> CheckedTable:
    """Work out every row of a CSV table. Raises TableProblems: no known shape, no rows, numbers that are none."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    columns = set(reader.fieldnames or ())
    shape = next((name for name, (needed, _) in SHAPES.items() if needed <= columns), None)
    if shape is None:
        shapes = "; ".join(f"{name}: {', '.join(sorted(needed))}" for name, (needed, _) in SHAPES.items())
        raise TableProblems([f"The columns are those of no table that can be checked. They are, {shapes}."])
    rows = [(reader.line_num, {name: (cell or "").strip() for name, cell in row.items() if name}) for row in reader]
    if not rows:
        raise TableProblems(["The table has no rows."])
    if problems := [problem for number, row in rows for problem in _unreadable(shape, number, row)]:
        raise TableProblems(problems)
    marked = {number: row.get("note") or "marked as not tying" for number, row in rows if _marked_not_tying(row)}
    figures = [
        replace(figure, worked=None, note=marked[figure.row]) if figure.row in marked else figure
        for figure in sorted(SHAPES[shape][1](rows), key=lambda figure: figure.row)
    ]
    return CheckedTable(shape, tuple(figures), len(rows) - len({figure.row for figure in figures}))


def _marked_not_tying(row: Row) -> bool:
    return any(name.startswith("ties") and cell.lower() in {"no", "n", "false"} for name, cell in row.items())


_NUMBERS = {
    "vignettes": ("amount_gbp", "amount_is_for", "quantity", "addition_gbp", "line_total_gbp"),
    "staff_unit_cost_schema": ("value",),
    "uprating_checks": ("original_gbp", "printed_uprated_gbp"),
}


def _unreadable(shape: str, number: int, row: Row) -> Iterable[str]:
    for column in _NUMBERS[shape]:
        try:
            if (value := _number(row, column)) is not None and not value.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            yield f"Row {number}, {column}: “{row[column]}” is not a number."
        else:
            if column == "amount_is_for" and value is not None and value <= 0:
                yield f"Row {number}, {column}: it must be more than zero."


def _number(row: Row, column: str) -> Decimal | None:
    written = row.get(column, "")
    return Decimal(written) if written else None


def _check_vignettes(rows: Sequence[tuple[int, Row]]) -> Iterable[Checked]:
    worked: dict[str, list[Decimal | None]] = {}
    lines = [(number, row) for number, row in rows if row["process"].upper() != "TOTAL"]
    for number, row in lines:
        figure = _vignette_line(number, row)
        worked.setdefault(row["example_id"], []).append(figure.worked)
        yield figure
    for number, row in rows:
        if row["process"].upper() == "TOTAL":
            known = [amount for amount in worked.get(row["example_id"], []) if amount is not None]
            whole = bool(known) and len(known) == len(worked[row["example_id"]])
            note = f"sum of {len(known)} lines" if whole else "without all of its lines"
            printed = _number(row, "line_total_gbp")
            total = sum(known, Decimal(0)) if whole else None
            yield Checked(number, f"{row['example_id']} total", printed, total, EXACT, note)


def _vignette_line(number: int, row: Row) -> Checked:
    make = partial(Checked, number, f"{row['example_id']} {row['process']}", _number(row, "line_total_gbp"))
    amount, quantity = _number(row, "amount_gbp"), _number(row, "quantity")
    # Where nothing is said, the amount is for one, and nothing is added.
    is_for, added = _number(row, "amount_is_for") or Decimal(1), _number(row, "addition_gbp") or Decimal(0)
    rounding = row["rounding"] or "half-up"
    if amount is None or quantity is None:
        return make(None, EXACT, "without an amount or quantity")
    if rounding not in _ROUNDINGS:
        return make(None, EXACT, f"“{rounding}” is not a rounding: {', '.join(_ROUNDINGS)}")
    working = f"{amount} × {quantity}"
    working += f" / {is_for}" if is_for != 1 else ""
    working += f" + {added}" if added else ""
    pounds = _ROUNDINGS[rounding](line_cost(amount, quantity, is_for, added))
    return make(Decimal(pounds), EXACT, f"{working}, {rounding}")


def _check_schemas(rows: Sequence[tuple[int, Row]]) -> Iterable[Checked]:
    def key(numbered: tuple[int, Row]) -> tuple[str, ...]:
        return tuple(numbered[1].get(name, "") for name in ("schema_id", "role", "scenario"))

    for (schema_id, role, scenario), group in groupby(sorted(rows, key=key), key=key):
        held = list(group)
        items = {row["item_code"]: _number(row, "value") for _, row in held if row["item_code"] != "OUT"}
        title = ", ".join(filter(None, (schema_id, role, scenario)))
        built = _schema(items)
        for number, row in held:
            if row["item_code"] in {"G", "J", "OUT"}:
                yield _schema_figure(number, row, title, built)


def _schema(items: Mapping[str, Decimal | None]) -> Schema | str:
    """The schema of a table's items A to F, H and I; or, in words, why there is none."""
    amounts = {name: items.get(letter) for name, letter in LETTERS.items()}
    if all(amount is None for amount in amounts.values()):
        return "without its parts A to F"
    hours = items.get("H")
    if hours is None:
        return "without H, the hours worked"
    try:
        return Schema(
            worker_type="as printed",
            contract="employed",
            valid_from=date.min,
            price_base="as printed",
            hours=hours,
            indirect_ratio=items.get("I"),
            **{name: amounts[name] for name in COMPONENTS},
        )
    except SchemaProblems as wrong:
        return " ".join(wrong.problems)


def _schema_figure(number: int, row: Row, title: str, built: Schema | str) -> Checked:
    code, printed = row["item_code"], _number(row, "value")
    what = f"{title}: {code if code != 'OUT' else row.get('item', '')}"
    if isinstance(built, str):
        return Checked(number, what, printed, None, EXACT, built)
    if code == "G":
        return Checked(number, what, printed, built.annual_cost(), WITHIN_ONE, "sum of A to F, within 1")
    if code == "J":
        hour = built.exact_hour() / 100
        return Checked(number, what, printed, _as_printed(hour, printed), EXACT, "G / H of unrounded parts, half-up")
    if row.get("item") == _CLIENT_HOUR and built.indirect_ratio is not None:
        hour = built.exact_hour() / 100 * (1 + Fraction(built.indirect_ratio))
        return Checked(number, what, printed, _as_printed(hour, printed), EXACT, "J × (1 + indirect / direct), half-up")
    return Checked(number, what, printed, None, EXACT, "without the ratio it rests on")


def _as_printed(exact: Fraction, printed: Decimal | None) -> Decimal:
    """A figure rounded half-up to as many decimals as were printed."""
    exponent = 0 if printed is None else printed.as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    return Decimal(round_half_up(exact * 10**decimals)).scaleb(-decimals)


def _check_uprating(rows: Sequence[tuple[int, Row]]) -> Iterable[Checked]:
    for number, row in rows:
        what = f"{row['ucd_code']}, {row['price_year']} to {row['target_price_year']}"
        make = partial(Checked, number, what, _number(row, "printed_uprated_gbp"))
        original, name = _number(row, "original_gbp"), row.get("series") or CHECKS_SERIES
        if original is None:
            yield make(None, EXACT, "without the amount it is made from")
        else:
            try:
                exact = uprate(original, row["price_year"], row["target_price_year"], index_series(name), "pound")
            except UpratingRefused as refused:
                yield make(None, EXACT, str(refused))
            else:
                yield make(Decimal(int(exact)), EXACT, f"{original} by {name}, half-up")


SHAPES: Mapping[str, tuple[frozenset[str], Callable[[Sequence[tuple[int, Row]]], Iterable[Checked]]]] = {
    "vignettes": (
        frozenset({"example_id", "process", "amount_gbp", "quantity", "rounding", "line_total_gbp"}),
        _check_vignettes,
    ),
    "staff_unit_cost_schema": (frozenset({"schema_id", "item_code", "value"}), _check_schemas),
    "uprating_checks": (
        frozenset({"ucd_code", "original_gbp", "price_year", "target_price_year", "printed_uprated_gbp"}),
        _check_uprating,
    ),
}
