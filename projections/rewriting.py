"""What was worked out again, written in the place of what stood; sums are kept by difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Table

from costing.closing import book, is_closed_column, month_of_period
from projections import tables as t
from projections.bulk import update_rows
from projections.database import delete_where, read_frame, write_frame
from projections.derive import LEDGER_KEY, TIME_KEY, ledger_sums, time_sums
from projections.whole_sums import SUM_KEY, whole_sums

__all__ = ["repost", "resum", "rewrite_shares"]

_Frame = pl.DataFrame
_Summed = Callable[[pl.DataFrame], pl.DataFrame]


def rewrite_shares(connection: Connection, before: pl.DataFrame, shown: pl.DataFrame, amended: list[int]) -> None:
    """Write the lines of children that are new or not as they were; most of what is priced again is as it was."""
    number = "activity_no"
    shown = shown.cast(before.schema)
    if before.is_empty():
        delete_where(connection, t.activity_child, t.activity_child.c.activity_no, amended)
        write_frame(connection, t.activity_child, shown)
        return
    same = before.join(shown, on=before.columns, how="semi", nulls_equal=True).group_by(number).len("same")
    counts = before.group_by(number).len("was").join(shown.group_by(number).len("now"), on=number, how="left")
    kept = counts.join(same, on=number).filter((pl.col("same") == pl.col("was")) & (pl.col("was") == pl.col("now")))
    gone = before.select(number).unique().join(kept, on=number, how="anti")[number].to_list()
    delete_where(connection, t.activity_child, t.activity_child.c.activity_no, [*gone, *amended])
    write_frame(connection, t.activity_child, shown.join(kept, on=number, how="anti"))


def repost(
    connection: Connection,
    column: Any,
    among: Sequence[int],
    kind: ColumnElement[bool],
    implied: pl.DataFrame,
    books: int | None,
    unchosen: pl.DataFrame | None = None,
) -> None:
    """Put what the facts imply in place of the open postings of these; those of closed periods stay."""
    old = read_frame(connection, t.posting, column, among, kind)
    closed = is_closed_column(pl.col("accounting_month"), books)
    standing = old.filter(~closed)
    new = book(implied, old.filter(closed), books, unchosen).select(old.columns).cast(old.schema)
    if standing.is_empty():  # new work, as most of it is: somebody waits to see it
        write_frame(connection, t.posting, new)
        _add_difference(connection, standing, new)
        return
    differing = [
        one.join(other, on=old.columns, how="anti", nulls_equal=True).select(column.name)
        for one, other in ((standing, new), (new, standing))
    ]
    changed = pl.concat(differing).unique()
    standing, new = (each.join(changed, on=column.name, how="semi") for each in (standing, new))
    if standing.height == new.height and _in_place(connection, standing, new):
        return
    p = t.posting.c.accounting_month
    still = [kind] if books is None else [kind, p > month_of_period(books), p != books]
    delete_where(connection, t.posting, column, changed[column.name].to_list(), *still)
    write_frame(connection, t.posting, new)
    _add_difference(connection, standing, new)


def _in_place(connection: Connection, standing: pl.DataFrame, new: pl.DataFrame) -> bool:
    """Change just the columns that differ, where the postings are the same; a price changes amounts alone."""
    key = [c.name for c in t.posting.primary_key]
    standing, new = standing.sort(key), new.sort(key)
    if new.is_empty() or not standing.select(key).equals(new.select(key)):
        return False
    columns = [name for name in new.columns if not new[name].equals(standing[name], null_equal=True)]
    update_rows(connection, t.posting, new, columns)
    _add_difference(connection, standing, new)
    return True


def _add_difference(connection: Connection, old: pl.DataFrame, new: pl.DataFrame) -> None:
    """Keep the sums: add what the new postings come to, take away what the old ones came to."""
    _add(connection, t.ledger_month, LEDGER_KEY, ledger_sums, old, new)
    _add(connection, t.process_time, TIME_KEY, time_sums, old, new)
    resum(connection, old, new)


def resum(connection: Connection, old: pl.DataFrame, new: pl.DataFrame) -> None:
    """Keep the sums over all children: as ``old`` postings go and ``new`` ones come, in the columns these sums need."""
    _add(connection, t.ledger_sum, SUM_KEY, whole_sums, old, new)


def _add(connection: Connection, table: Table, key: list[str], summed: _Summed, old: _Frame, new: _Frame) -> None:
    sums = [c.name for c in table.c if c.name not in key]
    delta = summed(new)
    if not old.is_empty():
        signed = pl.concat([delta, summed(old).with_columns(-pl.col(sums))])
        delta = signed.group_by(key).agg(pl.col(sums).sum())
    delta = delta.filter(pl.any_horizontal(pl.col(sums) != 0))
    if delta.is_empty():
        return
    names = [*key, *sums]
    connection.exec_driver_sql(
        _adding(table, tuple(key), tuple(sums), connection.dialect.name), delta.select(names).rows()
    )
    if "child_no" not in key:
        if (delta["entries"] != 0).any():
            connection.execute(table.delete().where(table.c.entries == 0))
        return
    fewer = delta.filter(pl.col("entries") < 0)["child_no"].unique().to_list()
    delete_where(connection, table, table.c.child_no, fewer, table.c.entries == 0)


@cache
def _adding(table: Table, key: tuple[str, ...], sums: tuple[str, ...], dialect: str) -> str:
    """A statement that adds a row's sums to those held under its key, or begins them."""
    mark = "?" if dialect == "sqlite" else "%s"
    names = (*key, *sums)
    added = ", ".join(f'"{name}" = {table.name}."{name}" + excluded."{name}"' for name in sums)
    quoted = ", ".join(f'"{name}"' for name in names)
    return (
        f"INSERT INTO {table.name} ({quoted}) VALUES ({', '.join([mark] * len(names))})"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
    )
