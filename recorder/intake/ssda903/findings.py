"""What a return has wrong with it, in a user's words, as rows that can be listed, counted and priced.

The rules, how severe each is and how it is worded stand in `data/rules.csv`. Its column `fault_kind` names
the kind of fault in the made-up authority's list of planted faults that the rule finds. An *error* makes
nights or costs wrong, a *warning* wants looking at, a *note* says what was read although written otherwise.
Messages hold dates of care and codes, never names, birth dates, postcodes or UPNs.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec

from costing.calendar import return_year_first, return_year_last

__all__ = ["Finding", "FindingList", "Nights", "Rule", "found", "rules", "shipped_table", "uk"]

LISTED_PER_RULE = 10_000


class Rule(NamedTuple):
    """One rule: its code, `error`, `warning` or `note`, the planted kind it finds ("" if none), its wording."""

    rule: str
    severity: str
    fault_kind: str
    wording: str


class Nights(NamedTuple):
    """Nights from the first up to, and without, the last date."""

    first: date
    last_exclusive: date


class Finding(msgspec.Struct, frozen=True):
    """One thing to know about a return.

    `row` is the number a spreadsheet shows for the row in the file of `return_year` (the header line is 1; in
    an XML file the how-manieth row of that table), None where no row of that return is meant. `first_night`
    to `last_night_exclusive` are the nights of that year whose cost hangs on it, None where no nights do;
    `decom` is the start of the episode they belong to.
    """

    return_year: str
    table: str
    row: int | None
    child: str
    rule: str
    severity: str
    message: str
    first_night: date | None = None
    last_night_exclusive: date | None = None
    decom: date | None = None

    @property
    def nights_at_stake(self) -> int:
        """How many nights hang on it; 0 where none do."""
        if self.first_night is None or self.last_night_exclusive is None:
            return 0
        return (self.last_night_exclusive - self.first_night).days


class FindingList:
    """Findings in the order met: up to 10,000 of a rule are listed, the rest are counted and said."""

    def __init__(self, limit: int = LISTED_PER_RULE) -> None:
        self._limit = limit
        self.listed: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        """Count a finding, and list it while there are not too many of its rule."""
        self.counts[finding.rule] += 1
        if self.counts[finding.rule] <= self._limit:
            self.listed.append(finding)

    def say_what_is_not_listed(self, year: str) -> None:
        """Close the list: one note for each rule that has more findings than were listed."""
        for rule, count in sorted(self.counts.items()):
            if count > self._limit:
                self.listed.append(found("more_findings", year, "", count=f"{count - self._limit:,}", of=rule))


@cache
def shipped_table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of this package's own tables (`codes.csv`), every value as text, blank as ''."""
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its code."""
    return {row["rule"]: Rule(**row) for row in shipped_table("rules.csv")}


def uk(day: date | None) -> str:
    """A date as the return writes it, dd/mm/yyyy; 'a blank date' for none."""
    return f"{day:%d/%m/%Y}" if day else "a blank date"


def _within(nights: Nights, year: str) -> Nights | None:
    after = return_year_last(year) + timedelta(days=1)
    clipped = Nights(max(nights.first, return_year_first(year)), min(nights.last_exclusive, after))
    return clipped if clipped.first < clipped.last_exclusive else None


def found(
    rule: str,
    year: str,
    table: str,
    row: int | None = None,
    child: str = "",
    nights: Nights | None = None,
    decom: date | None = None,
    /,
    **words: str,
) -> Finding:
    """A finding of a rule, worded with `words` and the start of the episode; of `nights`, those in the return year.

    Raises KeyError for a rule that is not in the table, or a word that its wording needs and is not given.
    """
    known = rules()[rule]
    nights = _within(nights, year) if nights else None
    return Finding(
        return_year=year,
        table=table,
        row=row,
        child=child,
        rule=rule,
        severity=known.severity,
        message=known.wording.format(**{"decom": uk(decom)} | words),
        first_night=nights.first if nights else None,
        last_night_exclusive=nights.last_exclusive if nights else None,
        decom=decom,
    )
