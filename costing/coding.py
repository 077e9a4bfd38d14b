"""The codes of the general ledger: which cost centre and subjective code a posting belongs to, from which day.

Finance maintains the mapping. A row names any of cost kind, process, placement type, sector, worker type, team and
S251 line; blank stands for any. Of the rows that hold on the first day of service and fit a posting the most specific
wins: the one that names most; of those that name as many, the one that names the earlier of these, in that order; of
those that name the same, the one from the later day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

__all__ = ["CODES", "CONDITIONS", "CodeRow", "best_row", "clashes", "with_codes"]

CONDITIONS = ("cost_kind", "process", "place_type", "sector", "worker_type", "team", "s251_line")
CODES = ("cost_centre", "subjective")
_ONE_DAY = timedelta(days=1)
_FIRST, _LAST = date.min, date.max


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A row of the mapping, in force from `valid_from` to `valid_to`, both included; None: until another word."""

    cost_kind: str
    process: str
    place_type: str
    sector: str
    worker_type: str
    team: str
    s251_line: str
    cost_centre: str
    subjective: str
    valid_from: date
    valid_to: date | None = None

    @property
    def conditions(self) -> tuple[str, ...]:
        """What it names, in the order of `CONDITIONS`; blank is any."""
        return tuple(getattr(self, name) for name in CONDITIONS)

    @property
    def rank(self) -> tuple[int, tuple[bool, ...], date, tuple[str, str]]:
        """The higher of two that fit wins."""
        named = tuple(bool(each) for each in self.conditions)
        return sum(named), named, self.valid_from, (self.cost_centre, self.subjective)

    def fits(self, facets: Mapping[str, str]) -> bool:
        """Whether a posting of these values is one of those it names."""
        return all(not asked or asked == facets[name] for name, asked in zip(CONDITIONS, self.conditions, strict=True))

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def best_row(rows: Iterable[CodeRow], facets: Mapping[str, str], day: date) -> CodeRow | None:
    """The row that a posting of these values and this first day of service takes, or None: it is unmapped."""
    fitting = (row for row in rows if row.holds_on(day) and row.fits(facets))
    return max(fitting, key=lambda row: row.rank, default=None)


def clashes(rows: Sequence[CodeRow]) -> list[tuple[int, int]]:
    """Places of pairs of rows that name the same, from the same day, and so cannot be told apart; first place first."""
    seen: dict[tuple[tuple[str, ...], date], int] = {}
    found = []
    for place, row in enumerate(rows):
        first = seen.setdefault((row.conditions, row.valid_from), place)
        if first != place:
            found.append((first, place))
    return found


def with_codes(postings: pl.DataFrame, rows: Sequence[CodeRow], *, day: str = "service_from") -> pl.DataFrame:
    """`postings`, which have the columns of `CONDITIONS` and `day`, with cost_centre and subjective; '' is unmapped.

    The mapping is asked once for each combination of values; a timeline of each then gives the day's codes.
    """
    if not rows:
        return postings.with_columns(pl.lit("").alias(name) for name in CODES)
    conditions = list(CONDITIONS)
    texts = postings.select(*(pl.col(name).fill_null("") for name in conditions), pl.col(day).alias("_day"))
    combinations = texts.select(conditions).unique().with_row_index("_combination")
    starts = _timelines(combinations, rows)
    placed = texts.join(combinations, on=conditions, how="left", maintain_order="left").select("_combination", "_day")
    asked = placed.unique().sort("_day")
    answers = asked.join_asof(
        starts, left_on="_day", right_on="_start", by="_combination", strategy="backward", check_sortedness=False
    ).select("_combination", "_day", *CODES)
    coded = placed.join(answers, on=["_combination", "_day"], how="left", maintain_order="left")
    return postings.with_columns(coded[name].fill_null("").alias(name) for name in CODES)


def _timelines(combinations: pl.DataFrame, rows: Sequence[CodeRow]) -> pl.DataFrame:
    """From which day on each combination takes which codes: _combination, _start, the codes; by day."""
    found = []
    for facets in combinations.iter_rows(named=True):
        fitting = [row for row in rows if row.fits(facets)]
        for start in _turns(fitting):
            row = best_row(fitting, facets, start)
            codes = (row.cost_centre, row.subjective) if row else ("", "")
            found.append((facets["_combination"], start, *codes))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "_combination": combinations.schema["_combination"],
        "_start": pl.Date,
        **dict.fromkeys(CODES, pl.String),
    }
    return pl.DataFrame(found, schema=schema, orient="row").sort("_start")


def _turns(rows: Sequence[CodeRow]) -> list[date]:
    """The days on which another of these rows may begin to hold."""
    days = {_FIRST, *(row.valid_from for row in rows)}
    days |= {row.valid_to + _ONE_DAY for row in rows if row.valid_to is not None and row.valid_to < _LAST}
    return sorted(days)
