"""Standard times: hours for each process, variation and worker type, as a focus group agreed them.

A variation either *adds* to what it varies or *replaces* it whole, as its row says: a worker type that a
replacing variation does not name has no time in it. Hours are for one occurrence, or for one month in a
process that goes on (maintaining a placement, ongoing support, an order in force).
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import groupby

from costing.duration import parse_minutes
from costing.processes import processes

COLUMNS = ("process", "variations", "effect", "worker_type", "hours", "n", "date", "agreed_by")
BASE, ADD, REPLACE = "base", "add", "replace"
MOST_HOURS = 2000
_EFFECTS = {"base": BASE, "add": ADD, "adds": ADD, "replace": REPLACE, "replaces": REPLACE}
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class StandardTimeProblems(ValueError):
    """Every problem of a sheet of standard times, one each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class StandardTime:
    """Hours of one worker type for a process and a set of variations (none: the base case).

    `hours` None: the group named the worker type and its time is not known, so that no unit cost is either.
    `n` is how many practitioners agreed the figure, where that was written down.
    """

    process: str
    variations: frozenset[str]
    effect: str
    worker_type: str
    hours: Fraction | None
    n: int | None
    agreed_on: date
    agreed_by: str


def counted_by(code: str) -> str:
    """What standard hours of a process are for: an `occurrence`, or a `month` where the process goes on."""
    units = {each.code: each.unit for each in processes()}
    return "occurrence" if units.get(code, "occurrence") == "occurrence" else "month"


def variations_text(variations: Iterable[str]) -> str:
    """The codes of a set of variations as a sheet writes them, joined by `+`; blank for the base case."""
    return "+".join(sorted(variations))


def variations_of_text(text: str) -> frozenset[str]:
    """The set of variation codes written `agency_foster+out_of_area`; none for a blank."""
    return frozenset(part.strip() for part in text.split("+") if part.strip())


def read_standard_times(text: str, known: Mapping[str, Collection[str]] | None = None) -> tuple[StandardTime, ...]:
    """The rows of a CSV sheet with the columns `COLUMNS`, in their order.

    Hours are decimal (1.25) or written with a unit (1:15, 1h15, 75m); dates 2025-03-31 or 31/03/2025.
    `known` gives the variation codes of each process; without it the shipped processes are known and
    variations are taken as they come. Raises StandardTimeProblems, all at once, each with its row.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise StandardTimeProblems([f"The sheet has no column {', '.join(missing)}."])
    known_codes = {each.code: None for each in processes()} if known is None else known
    problems: list[str] = []
    rows: list[tuple[int, StandardTime]] = []
    for row in reader:
        number = reader.line_num
        wrong = list(_row_problems(row, known_codes))
        problems += [f"Row {number}: {problem}" for problem in wrong]
        if not wrong:
            rows.append((number, _standard_time(row)))
    problems += _sheet_problems(rows)
    if not rows and not problems:
        problems = ["The sheet has no rows."]
    if problems:
        raise StandardTimeProblems(problems)
    return tuple(each for _, each in rows)


def _row_problems(row: Mapping[str, str | None], known: Mapping[str, Collection[str] | None]) -> Iterator[str]:
    code, variations = _text(row, "process"), variations_of_text(_text(row, "variations"))
    if code not in known:
        yield f"“{code}” is not a process."
    elif (held := known[code]) is not None:
        for unknown in sorted(variations - set(held)):
            yield f"“{unknown}” is not a variation of {code}."
    effect = _effect(row)
    if effect is None:
        yield "Say whether the variation adds or replaces."
    elif bool(variations) == (effect == BASE):
        yield "A row of the base case has no variation, and a row that adds or replaces has one."
    if not _text(row, "worker_type"):
        yield "Say which type of worker."
    try:
        _hours(_text(row, "hours"))
    except ValueError as wrong:
        yield str(wrong)
    n = _text(row, "n")
    if n and (not n.isdecimal() or int(n) < 1):
        yield f"“{n}” is not a number of people."
    try:
        _date(_text(row, "date"))
    except ValueError as wrong:
        yield str(wrong)
    if not _text(row, "agreed_by"):
        yield "Say who agreed the time."


def _sheet_problems(rows: list[tuple[int, StandardTime]]) -> Iterator[str]:
    seen: dict[tuple[str, frozenset[str], str], int] = {}
    effects: dict[tuple[str, frozenset[str]], str] = {}
    for number, each in rows:
        first = seen.setdefault((each.process, each.variations, each.worker_type), number)
        what = f"{each.process} {variations_text(each.variations) or 'base case'}"
        if first != number:
            yield f"Row {number}: {what} has {each.worker_type} twice, first in row {first}."
        elif effects.setdefault((each.process, each.variations), each.effect) != each.effect:
            yield f"Row {number}: {what} cannot both add and replace."


def _standard_time(row: Mapping[str, str | None]) -> StandardTime:
    n = _text(row, "n")
    return StandardTime(
        process=_text(row, "process"),
        variations=variations_of_text(_text(row, "variations")),
        effect=_effect(row) or BASE,
        worker_type=_text(row, "worker_type"),
        hours=_hours(_text(row, "hours")),
        n=int(n) if n else None,
        agreed_on=_date(_text(row, "date")),
        agreed_by=_text(row, "agreed_by"),
    )


def _text(row: Mapping[str, str | None], column: str) -> str:
    return (row.get(column) or "").strip()


def _effect(row: Mapping[str, str | None]) -> str | None:
    written = _text(row, "effect").lower()
    if not written and not _text(row, "variations"):
        return BASE
    return _EFFECTS.get(written)


def _hours(written: str) -> Fraction | None:
    """Hours as written, a blank as None. Raises ValueError in words."""
    if not written:
        return None
    try:
        hours = Decimal(written)
    except InvalidOperation:
        minutes = parse_minutes(written)
        return None if minutes is None else Fraction(minutes, 60)
    if not hours.is_finite() or not 0 <= hours <= MOST_HOURS:
        raise ValueError(f"“{written}” is not a number of hours from 0 to {MOST_HOURS}.")
    return Fraction(hours)


def _date(written: str) -> date:
    slashed = _SLASHED.fullmatch(written)
    try:
        if slashed:
            day, month, year = map(int, slashed.groups())
            return date(year, month, day)
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"“{written}” is not a date. Write it like 2025-03-31 or 31/03/2025.") from None


def by_line(times: Iterable[StandardTime]) -> Iterator[tuple[str, frozenset[str], tuple[StandardTime, ...]]]:
    """The times of each process and set of variations together, the base case first."""

    def key(each: StandardTime) -> tuple[str, int, str]:
        return each.process, len(each.variations), variations_text(each.variations)

    for _, rows in groupby(sorted(times, key=key), key=key):
        held = tuple(rows)
        yield held[0].process, held[0].variations, held
