"""One row of a table: its values read, what is odd about them said, and kept out where it cannot be placed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from costing.calendar import return_year_last

from .cells import Cell, cell_reader, shown
from .codes import years_of
from .findings import Finding, Nights, found
from .layout import Column, Table
from .rows import ROW_TYPES, EpisodeRow, HeaderRow, ReturnRow

__all__ = ["RowReader", "nights_of"]

_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[\dA-Z]|UN[1-5]")
_FOSTER_BY_OTHERS = frozenset({"U4", "U5", "U6"})
# Said once a row, naming the columns; the rest is said once a value.
_ONCE_A_ROW = frozenset({"date_format", "code_spelling", "decimal_number", "blank_word", "blank_value"})
_PRICED_BY = frozenset({"PLACE", "PLACE_PROVIDER"})
_Say = Callable[[Finding], None]


def nights_of(decom: date, dec: date | None, year: str) -> Nights:
    """The nights of an episode; an open one runs to the end of the return year."""
    return Nights(decom, dec or return_year_last(year) + timedelta(days=1))


class RowReader:
    """Reads the rows of one table of one return; what is found goes to `say`."""

    def __init__(self, table: Table, year: str, say: _Say) -> None:
        self._table, self._year, self._say = table, year, say
        # The fields of a row type are the columns of its table, in order.
        self._type: Callable[..., ReturnRow] = ROW_TYPES[table.name]
        self._readers = [cell_reader(column, year) for column in table.columns]
        # Blanks that the return asks to be filled; placement codes and key dates have rules of their own,
        # and a birth date is asked for in the header alone, as other tables only repeat it.
        self._asked = [
            (index, column.name)
            for index, column in enumerate(table.columns)
            if not column.may_be_blank
            and not column.row_needs
            and column.name != "PLACE"
            and (column.name != "DOB" or table.name == "header")
        ]
        self.kept_out_child = ""

    def read(self, number: int, values: Sequence[str]) -> ReturnRow | None:
        """The row from its values in the table's order, or None where it is kept out (then said).

        `kept_out_child` then holds the child it was of, '' where that is not known either.
        """
        cells = [read(raw) for read, raw in zip(self._readers, values, strict=True)]
        read_values = [cell.value for cell in cells]
        child = str(read_values[0])
        self.kept_out_child = child
        kept = self._keeps(number, child, cells)
        row = self._type(number, *read_values) if kept else None
        odd = [
            (column, raw, rule)
            for column, cell, raw in zip(self._table.columns, cells, values, strict=True)
            for rule in cell.odd
        ]
        asked = self._asked if kept else []
        missing = [name for at, name in asked if read_values[at] in {"", None} and not cells[at].odd]
        if odd or missing:
            self._say_odd(number, child, row, odd, missing)
        if isinstance(row, EpisodeRow):
            self._check_placement(row)
        elif isinstance(row, HeaderRow) and row.upn and not _UPN.fullmatch(row.upn):
            self._found("invalid_upn", number, child)
        return row

    def _keeps(self, number: int, child: str, cells: Sequence[Cell]) -> bool:
        if not child:
            self._found("blank_child", number, "")
            return False
        kept = True
        for column, cell in zip(self._table.columns, cells, strict=True):
            if column.row_needs and "unreadable_date" in cell.odd:
                kept = False
            elif column.row_needs == "value" and cell.value is None:
                self._found("blank_start", number, child, column=column.name)
                kept = False
        return kept

    def _say_odd(
        self,
        number: int,
        child: str,
        row: ReturnRow | None,
        odd: list[tuple[Column, str, str]],
        missing: list[str],
    ) -> None:
        together: defaultdict[str, list[str]] = defaultdict(list)
        if missing:
            together["blank_value"] = missing
        for column, raw, rule in odd:
            if rule in _ONCE_A_ROW:
                together[rule].append(column.name)
                continue
            words = {"column": column.name, "shown": shown(raw, column)}
            if rule == "unreadable_date":
                words["outcome"] = "the row was kept out" if column.row_needs else "it was taken as blank"
            if rule == "code_not_this_year":
                words["years"] = years_of(column.code_set, raw.strip().upper())
            self._found(rule, number, child, row if column.code_set in _PRICED_BY else None, **words)
        for rule, columns in together.items():
            self._found(rule, number, child, columns=", ".join(columns))

    def _check_placement(self, row: EpisodeRow) -> None:
        if not row.place:
            self._found("blank_place", row.row, row.child, row)
        elif not row.provider and row.place in _FOSTER_BY_OTHERS:
            self._found("blank_provider", row.row, row.child, row)

    def _found(self, rule: str, number: int, child: str, of: ReturnRow | None = None, **words: str) -> None:
        episode = of if isinstance(of, EpisodeRow) else None
        nights = nights_of(episode.decom, episode.dec, self._year) if episode else None
        decom = episode.decom if episode else None
        self._say(found(rule, self._year, self._table.name, number, child, nights, decom, **words))
