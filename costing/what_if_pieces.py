"""The lines and pieces of a run while changes are made to them, and the ways in which a change alters them.

Whatever a change alters or adds says so in its basis. Amounts that are scaled or shared are rounded half-up to a
unit on the running total of their line, so that they re-add; what a change leaves equal is left as it was.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from costing.calculator_lines import PIECE, Lines, OpenLine
from costing.calculator_report import NIGHT, WHAT_IF_BASIS
from costing.money import round_half_up


class Piece(NamedTuple):
    """A row of `costing.calculator_lines.PIECE`."""

    line: int
    child_no: int
    start: date
    stop: date
    month: int
    place_type: str
    nights: int
    amount: int | None


class Pieces:
    """What a run comes to before it is put into a report: its `lines`, and the `rows` that they are made of.

    `placed` is each child's placement type at every date.
    """

    def __init__(self, lines: Lines, rows: pl.DataFrame, placed: pl.DataFrame) -> None:
        self.lines = lines
        self.rows = rows
        self.placed = placed
        self._added = 0

    @property
    def total(self) -> int:
        """The amount of every line that a report shows."""
        shown = [number for number, line in enumerate(self.lines.lines) if line.pence is not None and line.quantity]
        return int(self.rows.filter(pl.col("line").is_in(shown))["amount"].sum())

    def numbers(self, fits: Callable[[OpenLine], bool]) -> list[int]:
        """The numbers of the lines that fit, in order."""
        return [number for number, line in enumerate(self.lines.lines) if line.quantity and fits(line)]

    def of(self, numbers: Iterable[int]) -> list[Piece]:
        """The pieces of some lines, by line and day."""
        held = self.rows.filter(pl.col("line").is_in(list(numbers))).sort("line", "start", "stop", "place_type")
        return list(map(Piece._make, held.iter_rows()))

    def put(self, numbers: Iterable[int], pieces: Iterable[Piece]) -> None:
        """These pieces, in the place of all those of some lines."""
        rest = self.rows.filter(~pl.col("line").is_in(list(numbers)))
        self.rows = pl.concat([rest, pl.DataFrame(list(pieces), schema=PIECE, orient="row")])

    def add(self, line: OpenLine) -> int:
        """The number of a new line."""
        self._added += 1
        return self.lines.place(("what if", self._added), line)

    def copy_of(self, number: int) -> int:
        """The number of a new line like another, without a quantity, labelled as supposed and priced."""
        like = self.lines.lines[number]
        basis = supposed(like.basis)
        return self.add(replace(like, quantity=0, product=0, pence=0, basis=basis, rests_on=dict(like.rests_on)))

    def scale(self, numbers: list[int], factor: Fraction) -> None:
        """So many times the quantity and the amount of some lines."""
        if factor == 1:
            return
        amounts = Running(factor)
        made = [each._replace(amount=amounts.of(each.line, each.amount)) for each in self.of(numbers)]
        for number in numbers:
            line = self.lines.lines[number]
            line.quantity = Fraction(line.quantity) * factor
            if line.pence is not None:
                line.pence, line.basis = 0, supposed(line.basis)
        self.put(numbers, made)


class Running:
    """Amounts times a factor, each line's rounded half-up on its running total."""

    def __init__(self, factor: Fraction) -> None:
        self._factor = factor
        self._before: dict[int, int] = {}
        self._after: dict[int, int] = {}

    def of(self, line: int, amount: int | None) -> int | None:
        """The next amount of a line."""
        if amount is None:
            return None
        before = self._before[line] = self._before.get(line, 0) + amount
        after, last = round_half_up(before * self._factor), self._after.get(line, 0)
        self._after[line] = after
        return after - last


def supposed(basis: str) -> str:
    """The basis of a line that a change altered."""
    return basis if basis.startswith(WHAT_IF_BASIS) else f"{WHAT_IF_BASIS}: {basis}"


def split_at(piece: Piece, day: date) -> Iterator[Piece]:
    """A piece cut before a day, by its days."""
    if not piece.start < day < piece.stop:
        yield piece
        return
    part = Fraction((day - piece.start).days, (piece.stop - piece.start).days)
    nights, amount = round_half_up(piece.nights * part), piece.amount
    first = None if amount is None else round_half_up(amount * part)
    rest = None if amount is None or first is None else amount - first
    yield piece._replace(stop=day, nights=nights, amount=first)
    yield piece._replace(start=day, nights=piece.nights - nights, amount=rest)


def is_night(line: OpenLine) -> bool:
    """Whether a line is of nights in a placement."""
    return line.unit == NIGHT
