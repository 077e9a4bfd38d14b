"""Combined times: recorded times drawn toward what focus groups agreed, for a run to price standard work from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import polars as pl

from costing.combined_time import Cell, CombinedTime, FittedK, combined_time, fit_k, recorded_time
from costing.standard_times import BASE, REPLACE, StandardTime, variations_of_text, variations_text
from costing.variations import Frameworks
from projections.queries.cost_lines import CostSource
from projections.queries.recorded_times import RecordedTimes, recorded_times
from projections.queries.standard_times import standard_times_of
from recorder.personal import KeyStore

__all__ = ["CombinedRow", "combined_rows", "combined_standard_times", "fitted_k"]

_HOUR = 3600
_Key = tuple[str, str, str]
_Held = dict[_Key, list[tuple[str | None, int | None]]]
_Agreed = dict[_Key, StandardTime]


@dataclass(frozen=True)
class CombinedRow:
    """A process, variations (text; blank: the base case) and worker type: what was agreed, and both combined."""

    process: str
    variations: str
    worker_type: str
    agreed: StandardTime | None
    time: CombinedTime


def combined_standard_times(
    source: CostSource, keys: KeyStore, frameworks: Frameworks, first: date, last: date
) -> tuple[StandardTime, ...]:
    """The combined hours of the base case and of each variation, of what started from ``first`` to ``last``.

    A variation whose agreed time adds to the base case keeps it: the records of the base case move both. One
    that replaces, or was only recorded, has the combined figure of its own. What was agreed and never recorded
    stays as agreed; a time of which nothing is known is left out.
    """
    times = recorded_times(source, keys, frameworks, first, last)
    standard = standard_times_of(source)
    rows = combined_rows(times, standard)
    found = [_standard(each, last) for each in rows if each.time.mean is not None]
    adding = [each for each in standard if each.variations and each.effect != REPLACE and each.hours is not None]
    return tuple(sorted([*found, *adding], key=_key))


def combined_rows(
    times: RecordedTimes, standard: Iterable[StandardTime], k: Fraction | None = None
) -> tuple[CombinedRow, ...]:
    """Each process, variation and worker type that was recorded or agreed, with one k (fitted over all, unless given).

    The base case is of occurrences without variations. Those with variations count to themselves, and are
    drawn toward the agreed time of these variations where it replaces the base case, else toward the base
    case's; those of variations that add to the base case are in neither.
    """
    agreed, cells = _apart(times, standard)
    k = _fitted(cells, agreed).k if k is None else k
    keys = {*cells, *agreed}
    for process, variations, _ in list(cells):
        if not any(key[:2] == (process, variations) for key in agreed):
            keys |= {(process, variations, key[2]) for key in agreed if key[:2] == (process, "")}
    rows = []
    for key in sorted(keys):
        recorded = recorded_time([seconds for _, seconds in cells.get(key, [])])
        group = _estimate(key, agreed)
        estimate = None if group is None or group.hours is None else group.hours * _HOUR
        rows.append(CombinedRow(*key, agreed.get(key), combined_time(recorded, estimate, k)))
    return tuple(rows)


def fitted_k(times: RecordedTimes, standard: Iterable[StandardTime]) -> FittedK:
    """How k was fitted: by leaving out one team of the workers at a time."""
    agreed, cells = _apart(times, standard)
    return _fitted(cells, agreed)


def _apart(times: RecordedTimes, standard: Iterable[StandardTime]) -> tuple[_Agreed, _Held]:
    """What was agreed whole, and the times recorded of what has no variation that adds to the base case."""
    held = list(standard)
    agreed = {_key(each): each for each in held if not each.variations or each.effect == REPLACE}
    adding = {(each.process, code) for each in held if each.effect != REPLACE for code in each.variations}
    cells = {
        key: known
        for key, known in _cells(times).items()
        if not any((key[0], code) in adding for code in variations_of_text(key[1]))
    }
    return agreed, cells


def _estimate(key: _Key, agreed: _Agreed) -> StandardTime | None:
    """The agreed time of these variations; the base case's where none of their own is agreed for any worker type."""
    own = any(each[:2] == key[:2] for each in agreed)
    return agreed.get(key if own else (key[0], "", key[2]))


def _cells(times: RecordedTimes) -> _Held:
    cells: _Held = {}
    columns = pl.col("process", "variations", "worker_type", "team", "seconds")
    for process, variations, worker, team, seconds in times.times.select(columns).iter_rows():
        cells.setdefault((process, variations, worker), []).append((team, seconds))
    return cells


def _fitted(cells: _Held, agreed: _Agreed) -> FittedK:
    fitting = []
    for key, held in sorted(cells.items()):
        group = _estimate(key, agreed)
        if group is None or not group.hours:
            continue
        teams: dict[str, list[int]] = {}
        for team, seconds in held:
            if team is not None and seconds is not None:
                teams.setdefault(team, []).append(seconds)
        fitting.append(Cell(group.hours * _HOUR, tuple(teams[name] for name in sorted(teams))))
    return fit_k(fitting)


def _standard(each: CombinedRow, last: date) -> StandardTime:
    hours = None if each.time.mean is None else Fraction(each.time.mean) / _HOUR
    n = each.time.recorded.n or None
    if each.agreed is not None:
        return replace(each.agreed, hours=hours, n=n or each.agreed.n)
    variations = variations_of_text(each.variations)
    effect = REPLACE if variations else BASE
    return StandardTime(each.process, variations, effect, each.worker_type, hours, n, last, "records")


def _key(each: StandardTime) -> _Key:
    return each.process, variations_text(each.variations), each.worker_type
