"""What payroll and the general ledger say, from a CSV file: totals by team or code and month, by child where given.

Payroll: month, team, amount; and if you like code. Placements: month, code, amount; and if you like child. A month is
written 2026-03 (or March 2026, or 03/2026), an amount in pounds; a credit has a minus sign or brackets.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

from recorder.domain.reconciliation import LedgerEntry, LedgerTotalsStated, What
from recorder.intake.cells import Cells
from recorder.intake.clients import find_clients
from recorder.intake.reading import Finding, Row, open_csv, read_pence
from recorder.personal import KeyStore

__all__ = ["COLUMNS", "TotalsRefused", "read_totals"]

COLUMNS: dict[What, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "payroll": (("month", "team", "amount"), ("code",)),
    "placements": (("month", "code", "amount"), ("child",)),
}
MOST_ROWS = 100_000
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERED = (
    re.compile(r"(?P<year>\d{4})[-/. ]?(?P<month>\d{1,2})"),
    re.compile(r"(?P<month>\d{1,2})[-/. ](?P<year>\d{4})"),
)
_NAMED = re.compile(r"(?P<name>[a-z]{3,9})[-/. ]*(?P<year>\d{4})")


class TotalsRefused(ValueError):
    """Rows of the file cannot be read; ``findings`` names every one, with its row and column."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(each.message for each in findings))
        self.findings = findings


def read_totals(path: Path, what: What, keys: KeyStore) -> tuple[list[LedgerTotalsStated], list[Finding]]:
    """The statements of a file, one a month, oldest first; and what is odd about it.

    A child that nobody knows here is no reason to refuse: the row counts, and is listed as unmatched.
    Raises ``FileProblem`` for a file that is no such CSV, and ``TotalsRefused`` with every row that cannot be read.
    """
    required, optional = COLUMNS[what]
    source = open_csv(path, required, optional)
    rows = list(source.rows())
    findings: list[Finding] = []
    if not rows or len(rows) > MOST_ROWS:
        text = f"The file has more than {MOST_ROWS:,} rows" if rows else "The file has no rows"
        raise TotalsRefused([Finding(rule="row_count", row=0, field="", message=text)])
    clients = find_clients(keys, [row.values.get("child", "") for row in rows])
    months: defaultdict[int, list[LedgerEntry]] = defaultdict(list)
    for row in rows:
        cells = Cells(row.values)
        month = cells.read("month", _month, "the month, like 2026-03")
        pence = cells.read("amount", _pence, "the amount, or 0 if there is none")
        name = "team" if what == "payroll" else "code"
        cells.needed(name, f"the {name}")
        findings += [_finding(row, *problem) for problem in cells.problems]
        if month is None or pence is None or cells.problems:
            continue
        told = cells.text("child")
        child = clients.of(told) if told else None
        unmatched = bool(told) and child is None
        months[month].append(
            LedgerEntry(
                code=cells.text("code"), team=cells.text("team"), pence=pence, child=child, unmatched=unmatched,
                line=row.number,
            )
        )  # fmt: skip
    if findings:
        raise TotalsRefused(findings)
    stated = [LedgerTotalsStated(what=what, month=month, entries=tuple(months[month])) for month in sorted(months)]
    return stated, source.odd


def _finding(row: Row, rule: str, field: str, message: str) -> Finding:
    return Finding(rule=rule, row=row.number, field=field, message=message)


def _pence(text: str) -> int | None:
    """Pounds in pence; a credit is below zero. Raises ``ValueError`` in words."""
    written = text.strip()
    credit = written.startswith(("-", "−")) or (written.startswith("(") and written.endswith(")"))
    pence = read_pence(written.strip("-−()").strip())
    return -pence if credit and pence is not None else pence


def _month(text: str) -> int | None:
    """A month as yyyymm. Raises ``ValueError`` in words."""
    written = text.strip().casefold()
    if not written:
        return None
    found = next((match for each in _NUMBERED if (match := each.fullmatch(written))), None)
    number = int(found["month"]) if found else 0
    if found is None and (found := _NAMED.fullmatch(written)):
        number = next((place for place, name in enumerate(_NAMES, 1) if found["name"].startswith(name)), 0)
    if found is None or not 1 <= number <= 12:
        message = f"“{text}” is not a month. Write it like 2026-03"
        raise ValueError(message)
    return date(int(found["year"]), number, 1).year * 100 + number
