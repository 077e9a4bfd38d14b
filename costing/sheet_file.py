"""Unit-cost sheets as files: a line for each process and its variations, written and read back the same.

Columns: process, variations (codes joined by +, blank for the base case), effect (base, adds, replaces),
counted_by (occurrence, month, day, period of care; blank: as the framework counts it), amount (pounds; blank is not
known), price_year (2025/26), origin (own, published, combined; blank: own), source, note, holds_fee (yes where
the fee is in the amount). A file that Daybook wrote has a column `made_of` more, which is not read.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from costing.standard_times import ADD, BASE, REPLACE, counted_by, variations_of_text, variations_text
from costing.unit_cost_sheets import COMBINED, OWN, PUBLISHED, SheetLine, UnitCostSheet

REQUIRED = ("process", "variations", "effect", "amount", "price_year", "source")
OPTIONAL = ("counted_by", "origin", "note", "holds_fee")
COLUMNS = ("process", "variations", "effect", "counted_by", "amount", "price_year", "origin", "source", "note",
           "holds_fee", "made_of")  # fmt: skip
COUNTED_BY = ("occurrence", "month", "day", "period of care")
MOST_POUNDS = 1_000_000
_EFFECTS = {"": BASE, "base": BASE, "add": ADD, "adds": ADD, "replace": REPLACE, "replaces": REPLACE}
_YEAR = re.compile(r"\d{4}/\d{2}")
_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class SheetProblems(ValueError):
    """Every problem of a file of unit costs, one each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_sheet_lines(
    text: str, known: Mapping[str, Collection[str]], units: Mapping[str, str] | None = None
) -> tuple[SheetLine, ...]:
    """The lines of a CSV file, in their order.

    `known` gives the variation codes of each process, `units` what each is counted by where the file does not say.
    Raises SheetProblems, all at once, each with its row.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise SheetProblems([f"The file has no column {', '.join(missing)}."])
    problems: list[str] = []
    lines: list[SheetLine] = []
    first: dict[tuple[str, frozenset[str]], int] = {}
    for row in reader:
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        wrong = list(_row_problems(cells, known))
        key = cells["process"], variations_of_text(cells["variations"])
        if first.setdefault(key, reader.line_num) != reader.line_num:
            wrong.append(f"the same process and variations are in row {first[key]}.")
        problems += [f"Row {reader.line_num}: {problem}" for problem in wrong]
        if not wrong:
            lines.append(_line(cells, units or {}))
    if not lines and not problems:
        problems = ["The file has no rows."]
    if problems:
        raise SheetProblems(problems)
    return tuple(lines)


def _row_problems(cells: Mapping[str, str], known: Mapping[str, Collection[str]]) -> Iterator[str]:
    code, variations = cells["process"], variations_of_text(cells["variations"])
    if code not in known:
        yield f"“{code}” is not a process."
    else:
        for unknown in sorted(variations - set(known[code])):
            yield f"“{unknown}” is not a variation of {code}."
    effect = _EFFECTS.get(cells["effect"].lower())
    if effect is None:
        yield "say whether the amount is of the base case, adds or replaces."
    elif bool(variations) == (effect == BASE):
        yield "the base case has no variation, and a line that adds or replaces has one."
    try:
        pence_of(cells["amount"])
    except ValueError as wrong:
        yield str(wrong)
    year = _YEAR.fullmatch(cells["price_year"])
    if cells["amount"] and not year:
        yield f"“{cells['price_year']}” is not a year of prices. Write it like 2025/26."
    if cells["amount"] and not cells["source"]:
        yield "say where the amount is from."
    if cells["counted_by"] not in {"", *COUNTED_BY}:
        yield f"“{cells['counted_by']}” is not what an amount is for. Use {', '.join(COUNTED_BY)}."
    if cells["origin"] not in {"", OWN, PUBLISHED, COMBINED}:
        yield f"“{cells['origin']}” is not own, published or combined."
    if cells["holds_fee"].lower() not in {"", "yes", "no"}:
        yield f"“{cells['holds_fee']}” is not yes or no."


def pence_of(written: str) -> Fraction | None:
    """An amount of pounds in pence, a blank as None. Raises ValueError in words."""
    bare = written.replace("£", "").replace(",", "").strip()
    if not bare:
        return None
    try:
        pounds = Decimal(bare)
    except InvalidOperation:
        raise ValueError(f"“{written}” is not an amount of pounds.") from None
    if not pounds.is_finite() or not 0 <= pounds <= MOST_POUNDS:
        raise ValueError(f"“{written}” is not an amount from £0 to £{MOST_POUNDS:,}.")
    return Fraction(pounds) * 100


def _line(cells: Mapping[str, str], units: Mapping[str, str]) -> SheetLine:
    by_framework = (
        "month" if units.get(cells["process"], "occurrence") != "occurrence" else counted_by(cells["process"])
    )
    return SheetLine(
        process=cells["process"],
        variations=variations_of_text(cells["variations"]),
        effect=_EFFECTS[cells["effect"].lower()],
        counted_by=cells["counted_by"] or by_framework,
        exact_pence=pence_of(cells["amount"]),
        price_year=cells["price_year"],
        origin=cells["origin"] or OWN,
        source=cells["source"].removeprefix("'"),
        note=cells["note"].removeprefix("'"),
        holds_fee=cells["holds_fee"].lower() == "yes",
        missing=() if cells["amount"] else ("no amount in the file",),
    )


def sheet_csv(sheet: UnitCostSheet) -> str:
    """The sheet as a file, amounts in pounds rounded once to the penny."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in sheet.lines:
        amount = "" if line.pence is None else f"{line.pence // 100}.{line.pence % 100:02d}"
        effect = {ADD: "adds", REPLACE: "replaces"}.get(line.effect, BASE)
        made_of = "; ".join(
            f"{part.worker_type} {_hours(part.hours)} h x {_pounds(part.hour_pence)}" for part in line.parts
        )
        cells = [
            line.process, variations_text(line.variations), effect, line.counted_by, amount, line.price_year,
            line.origin, line.source, line.note, "yes" if line.holds_fee else "no", made_of,
        ]  # fmt: skip
        writer.writerow([f"'{cell}" if cell.startswith(_SIGNS) else cell for cell in cells])
    return text.getvalue()


def _hours(hours: Fraction | None) -> str:
    return "not known" if hours is None else f"{float(hours):.4f}".rstrip("0").rstrip(".")


def _pounds(pence: int | None) -> str:
    return "not known" if pence is None else f"{pence // 100}.{pence % 100:02d}"
