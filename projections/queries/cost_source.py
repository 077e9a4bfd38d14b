"""What cost summaries ask of the tables that they are made from, live or as they were known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import polars as pl
from sqlalchemy import Table

__all__ = ["CostSource"]


class CostSource(Protocol):
    """Tables to take costs from."""

    @property
    def horizon(self) -> date | None:
        """The last day that has ended."""
        ...

    def lines(self, first: date, last: date, by: Sequence[str]) -> pl.DataFrame:
        """Cost lines of the days from first to last, summed by these columns of the monthly ledger."""
        ...

    def postings(self, first: date, last: date) -> pl.DataFrame:
        """The postings that touch these days, whole, in the columns that a cut needs."""
        ...

    def postings_of(self, pairs: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
        """Of ``postings`` those of these children in these months of service: child_no, month."""
        ...

    def lines_held(self, held: pl.DataFrame) -> pl.DataFrame:
        """Cost lines of children over whole months, summed by ``held``: child_no, from_month, to_month, held."""
        ...

    def frame(self, table: Table, columns: Sequence[str] = ()) -> pl.DataFrame:
        """A table with every row; all its columns, or only these."""
        ...
