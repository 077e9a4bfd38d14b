"""To which occurrence of a process recorded work belongs.

Work on a process for a child attaches to the occurrence of that process that is under way on its day, else to
the child's next one that starts within the interval of the process (ruling: the next, never the one before).
In a process that goes on it attaches to the month, where the child was in process on every day of it. The rest
attaches to nothing and is shown as such.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from costing.calendar import month_first, month_last, month_of

__all__ = ["INTERVALS", "LONGEST_WAIT", "OCCURRED", "WORKED", "attached", "months_in_process"]

# Days before an occurrence in which work for it is done: half a year between reviews, as regulation 33 has it.
INTERVALS: Mapping[str, int] = {"review_held": 183, "planning": 183}
LONGEST_WAIT = 92

OCCURRED: Mapping[str, type[pl.DataType]] = {
    "child_no": pl.Int64, "process": pl.String, "variations": pl.String, "starts": pl.Date, "ends": pl.Date,
}  # fmt: skip
WORKED: Mapping[str, type[pl.DataType]] = {
    "child_no": pl.Int64, "process": pl.String, "day": pl.Date, "worker_type": pl.String, "team": pl.String,
    "seconds": pl.Int64,
}  # fmt: skip


def attached(work: pl.DataFrame, occurred: pl.DataFrame, waits: Mapping[str, int]) -> pl.DataFrame:
    """The ``work`` (``WORKED``) with the columns ``starts``, ``ends`` and ``variations`` of its occurrence, null
    for work that attaches to none.

    ``occurred`` (``OCCURRED``) has exclusive ends, and months in process as occurrences too. ``waits`` is the
    interval of each process in days; nought for a process that goes on, ``LONGEST_WAIT`` where it is not named.
    """
    key = ["child_no", "process"]
    last = occurred.with_columns(last=pl.col("ends") - timedelta(days=1)).sort("last", "starts")
    found = work.sort("day").join_asof(
        last, left_on="day", right_on="last", by=key, strategy="forward", check_sortedness=False
    )
    wait = pl.col("process").replace_strict(dict(waits), default=LONGEST_WAIT, return_dtype=pl.Int64)
    near = pl.col("starts") <= pl.col("day") + pl.duration(days=wait)
    return found.with_columns(pl.when(near).then(name).alias(name) for name in ("starts", "ends", "variations"))


def months_in_process(child: int, process: str, days: list[tuple[date, date, str]]) -> list[tuple[object, ...]]:
    """The whole months that stretches of days (exclusive ends, with variations) cover: rows of ``OCCURRED``.

    Stretches that follow each other are one; a month has the variations of its first day.
    """
    rows: list[tuple[object, ...]] = []
    for first, after, pieces in _joined(days):
        begins = month_first(month_of(first))
        while begins < after:
            over = _next_month(begins)
            if begins >= first and over <= after:
                variations = next(text for start, end, text in pieces if start <= begins < end)
                rows.append((child, process, variations, begins, over))
            begins = over
    return rows


@lru_cache(maxsize=4096)
def _next_month(begins: date) -> date:
    return month_last(month_of(begins)) + timedelta(days=1)


def _joined(days: list[tuple[date, date, str]]) -> list[tuple[date, date, list[tuple[date, date, str]]]]:
    found: list[tuple[date, date, list[tuple[date, date, str]]]] = []
    for each in sorted(days):
        if found and each[0] <= found[-1][1]:
            first, after, pieces = found[-1]
            found[-1] = (first, max(after, each[1]), [*pieces, each])
        else:
            found.append((each[0], each[1], [each]))
    return found
