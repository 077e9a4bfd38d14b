"""Time per process as a file: every figure of every row, with what could tell of a small group withheld."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from fractions import Fraction
from typing import Any

from flask import Response, abort
from flask.typing import ResponseReturnValue

from costing.withholding import FEW, withheld
from projections.queries.costs import defused
from projections.queries.time_per_process import NO_TEAM, TimeRow, row_key
from web.account.access import allow
from web.method.frame import MAY_SEE
from web.method.time_book import SPLITS, TimeAsked, ask_time_through, unit_of
from web.state import state

__all__ = ["COLUMNS", "time_csv"]

_NAMED = ("process", "variations", "worker_type", "team", "counted_by")
_FIGURES = ("first_start", "last_start", "took_place", "n", "n_with_time", "n_not_known", "mean_minutes",
            "median_minutes", "trimmed_mean_minutes", "lower_quartile_minutes", "upper_quartile_minutes",
            "interval_low_minutes", "interval_high_minutes", "direct_share", "coverage", "entry_lag_days", "weight",
            "combined_minutes")  # fmt: skip
_AGREED = ("agreed_minutes", "agreed_n", "agreed_on", "agreed_by", "k", "k_fitted")
COLUMNS = (*_NAMED, *_FIGURES, *_AGREED, "note")
_Key = tuple[str, str | None, str, str | None]


@allow(*MAY_SEE)
def time_csv() -> ResponseReturnValue:
    """The rows asked for as a file; small ones are withheld, and whatever would tell of them."""
    with state().projections.reader().connect() as connection:
        found = ask_time_through(connection)
    if found is None or found.asked.errors:
        abort(404)
    period = found.asked.period
    answer = Response(_file(found), mimetype="text/csv")
    name = f"time-per-process-{period.first.isoformat()}-to-{period.last.isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _file(found: TimeAsked) -> str:
    report, hidden = found.report(), _hidden(found)
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(COLUMNS)
    for row in report.rows:
        if not found.keeps(row):
            continue
        small = row_key(row) in hidden
        figures = [""] * len(_FIGURES) if small else _figures(row)
        k = [_plain(row.time.k), "yes" if report.fitted.fitted else "no"]
        note = f"withheld: rests on fewer than {FEW}, or would tell of a row that does" if small else ""
        out.writerow([*_named(row, found), *figures, *_agreed(row), *k, note])
    return text.getvalue()


def _hidden(found: TimeAsked) -> frozenset[_Key]:
    """What is withheld, over the rows of every split at once: the files of one period fit together.

    A row is as small as the number of occurrences with time of its worker type.
    """
    rows = [row for split in SPLITS for row in found.report(split).rows]
    sums: dict[tuple[_Key, bool], list[_Key]] = defaultdict(list)
    for process, variations, worker, team in map(row_key, rows):
        key = (process, variations, worker, team)
        if variations is not None:
            sums[(process, None, worker, team), True].append(key)
        if team is not None:
            sums[(process, variations, worker, None), False].append(key)
    counts = {row_key(row): row.with_time for row in rows}
    return withheld(counts, [(total, parts) for (total, _), parts in sums.items() if total in counts])


def _named(row: TimeRow, found: TimeAsked) -> list[str]:
    variations = "all" if row.variations is None else row.variations or "base case"
    team = "all" if row.team is None else "no team" if row.team == NO_TEAM else row.team
    return [row.process, defused(variations), defused(row.worker_type), defused(team),
            unit_of(found.book.frameworks, row.process)]  # fmt: skip


def _figures(row: TimeRow) -> list[Any]:
    recorded, starts = row.time.recorded, row.starts
    low, high = row.time.interval or (None, None)
    # A few without a time could be told apart from the others.
    unknown = "" if 0 < recorded.unknown < FEW else recorded.unknown
    times = (recorded.mean, recorded.median, recorded.trimmed_mean, recorded.lower_quartile, recorded.upper_quartile)
    return [
        *(["", ""] if starts is None else [each.isoformat() for each in starts]),
        "" if row.took_place is None else row.took_place,
        recorded.n,
        row.with_time,
        unknown,
        *(_minutes(each) for each in (*times, low, high)),
        *(_plain(each) for each in (row.direct_share, row.coverage)),
        "" if row.lag is None else f"{row.lag:g}",
        _plain(row.time.weight),
        _minutes(row.time.mean),
    ]


def _agreed(row: TimeRow) -> list[Any]:
    agreed = row.agreed
    if agreed is None:
        return [_minutes(row.time.estimate), "", "", ""]
    minutes = _minutes(None if agreed.hours is None else agreed.hours * 3600)
    return [minutes, agreed.n or "", agreed.agreed_on.isoformat(), defused(agreed.agreed_by)]


def _minutes(seconds: Fraction | int | None) -> str:
    return "" if seconds is None else f"{float(seconds) / 60:.1f}"


def _plain(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share):.3f}".rstrip("0").rstrip(".")
