"""What a census has wrong with it, in a user's words. The rules and their wording stand in ``data/rules.csv``.

An *error* leaves something out or makes time or cost wrong, a *warning* wants looking at, a *note* says what
was read although written otherwise. Messages hold dates of services and codes, never what is personal.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import NamedTuple

from recorder.intake.batches import LISTED_PER_RULE
from recorder.intake.reading import Finding

from .layout import shipped_table

__all__ = ["FindingList", "Rule", "found", "rules"]


class Rule(NamedTuple):
    """One rule: its code, ``error``, ``warning`` or ``note``, and its wording."""

    rule: str
    severity: str
    wording: str


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its code."""
    return {row["rule"]: Rule(**row) for row in shipped_table("rules.csv")}


def found(rule: str, row: int = 0, field: str = "", /, **words: object) -> Finding:
    """A finding of a rule: ``row`` is the how-manieth Child of the file (0: the whole file), ``field`` an element.

    Raises KeyError for a rule that is not in the table, or a word that its wording needs and is not given.
    """
    known = rules()[rule]
    message = known.wording.format(**words)
    return Finding(rule=rule, row=row, field=field, message=message, severity=known.severity)


class FindingList:
    """Findings in the order met: up to 10,000 of a rule are listed, the rest counted and said.

    What is only odd about how a file is written (``tally``) is counted, and said once a kind.
    """

    def __init__(self) -> None:
        self.listed: list[Finding] = []
        self.counts: Counter[str] = Counter()
        self._tallied: dict[tuple[str, str], list[int]] = {}

    def add(self, finding: Finding) -> None:
        """Count a finding, and list it while there are not too many of its rule."""
        self.counts[finding.rule] += 1
        if self.counts[finding.rule] <= LISTED_PER_RULE:
            self.listed.append(finding)

    def tally(self, rule: str, name: str, line: int) -> None:
        """One more of what is said once for the whole file: how often, and where first."""
        seen = self._tallied.setdefault((rule, name), [0, line])
        seen[0] += 1

    def close(self, year: int) -> None:
        """Say what was tallied, and of which rules not everything is listed."""
        for (rule, name), (count, line) in self._tallied.items():
            self.add(found(rule, 0, name, name=name, count=f"{count:,}", line=f"{line:,}", year=year))
        self._tallied.clear()
        for rule, count in sorted(self.counts.items()):
            if count > LISTED_PER_RULE:
                self.listed.append(found("more_findings", count=f"{count - LISTED_PER_RULE:,}", of=rule))
