"""The tables of the SSDA903 and how a file is told to be one of them: by its columns, not its name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from .findings import shipped_table

__all__ = ["Column", "Recognised", "Table", "column_name", "recognise", "tables"]

# Columns that many tables share say nothing about which table a file is.
_SHARED = frozenset({"CHILD", "DOB", "SEX"})
_OTHER_NAMES = {"CHILD_ID": "CHILD", "PLACEMENT_PROVIDER": "PLACE_PROVIDER"}


class Column(NamedTuple):
    """One column. `kind`: identifier, text, free (kept as written), code, date or integer.

    `row_needs`: `value` where a row without it is kept out, `readable` where a blank is fine but an
    unreadable value keeps the row out, else ''. `in_guide` is False for a column that many systems write beside
    those of the guide: it is read where it is there, and nobody asks for it.
    """

    name: str
    kind: str
    code_set: str
    may_be_blank: bool
    row_needs: str
    in_guide: bool


class Table(NamedTuple):
    """One table: its name here, the columns in order, and the first return year that has it ('' = all)."""

    name: str
    columns: tuple[Column, ...]
    from_return_year: str

    @property
    def telling(self) -> frozenset[str]:
        """The columns that tell this table from others."""
        return frozenset(c.name for c in self.columns if c.in_guide) - _SHARED

    @property
    def needed(self) -> frozenset[str]:
        """The columns without which no row of the table can be kept."""
        return frozenset(c.name for c in self.columns if c.row_needs == "value")


class Recognised(NamedTuple):
    """A file told to be a table: where each column of the table stands in it (None: missing), and what is odd."""

    table: Table
    positions: tuple[int | None, ...]
    respelled: tuple[str, ...]
    extra: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns of the guide that the file lacks."""
        pairs = zip(self.table.columns, self.positions, strict=True)
        return tuple(column.name for column, position in pairs if position is None and column.in_guide)


@cache
def tables() -> dict[str, Table]:
    """The tables by name, in the order of the guide."""
    columns: dict[str, list[Column]] = {}
    first: dict[str, str] = {}
    for row in shipped_table("columns.csv"):
        columns.setdefault(row["table"], []).append(
            Column(
                name=row["column"],
                kind=row["kind"],
                code_set=row["code_set"],
                may_be_blank=row["may_be_blank"] == "Y",
                row_needs=row["row_needs"],
                in_guide=row["in_guide"] == "Y",
            )
        )
        first[row["table"]] = row["from_return_year"]
    return {name: Table(name, tuple(held), first[name]) for name, held in columns.items()}


@cache
def _by_xml_tag() -> dict[str, str]:
    return {row["xml_tag"]: row["column"] for row in shipped_table("columns.csv")} | _OTHER_NAMES


def column_name(written: str) -> str:
    """A column's name in the guide, from any spelling of it: case, blanks, and the tags of the XML form."""
    name = "_".join(written.replace("\ufeff", "").strip().strip('"').upper().replace("-", " ").split())
    return _by_xml_tag().get(name, name)


def recognise(written: Sequence[str], least: float = 0.5) -> Recognised | None:
    """Which table has these columns; None if none has.

    A table answers if its key columns are all there, and of those that tell it from others at least one and
    the share `least`; the one with the most of them, in share and then in number, is taken.
    """
    names = [column_name(each) for each in written]
    there = set(names)
    best: tuple[float, int, Table] | None = None
    for table in tables().values():
        hits = len(table.telling & there)
        share = hits / len(table.telling)
        if not hits or share < least or not table.needed <= there:
            continue
        if best is None or (share, hits) > best[:2]:
            best = (share, hits, table)
    if best is None:
        return None
    table = best[2]
    wanted = [c.name for c in table.columns]
    return Recognised(
        table=table,
        positions=tuple(names.index(name) if name in there else None for name in wanted),
        respelled=tuple(n for n, w in zip(names, written, strict=True) if n in wanted and n != w.lstrip("\ufeff")),
        extra=tuple(n[:40] for n in dict.fromkeys(names) if n and n not in wanted),
        twice=tuple(name for name in wanted if names.count(name) > 1),
    )
