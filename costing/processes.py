"""The processes of the three frameworks, to which time and cost attach."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from costing.pathway_triggers import RECORDED_WORK
from costing.shipped import shipped_rows

VERSION = "2026.1"
FRAMEWORKS = ("CLA", "CIN", "CAF")
UNITS = ("occurrence", "month", "day")
UNASSIGNED = "unassigned"
NO_PROCESS = ""


class UnknownProcess(ValueError):
    """A process code that no framework holds."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a framework: what it covers, where it starts and ends, and how it is counted.

    `unit` says what a time or cost of it is for: an `occurrence`, a `month` or a `day`. `counted_from` is
    the code of the trigger (`costing.pathway_triggers`) from which occurrences or days are counted.
    """

    code: str
    framework: str
    number: int
    name: str
    definition: str
    starts: str
    ends: str
    repeats_by: str
    varies_by: tuple[str, ...]
    unit: str
    version: str
    counted_from: str = RECORDED_WORK


def process_of_row(row: Mapping[str, str]) -> Process:
    """A process from a row of text, in the columns of `processes.csv`. Raises ValueError for a number that is none."""
    return Process(
        code=row["code"],
        framework=row["framework"],
        number=int(row["number"]),
        name=row["name"],
        definition=row["definition"],
        starts=row["starts"],
        ends=row["ends"],
        repeats_by=row["repeats_by"],
        varies_by=tuple(part for part in row["varies_by"].split("; ") if part),
        unit=row["unit"],
        version=row["version"],
        counted_from=row["counted_from"],
    )


@cache
def processes(framework: str | None = None, version: str = VERSION) -> tuple[Process, ...]:
    """The processes in order, of one framework (`CLA`, `CIN`, `CAF`) or of all three."""
    found = (process_of_row(row) for row in shipped_rows("processes.csv") if row["version"] == version)
    return tuple(each for each in found if framework in {None, each.framework})


def process(code: str, version: str = VERSION) -> Process:
    """The process with a code such as `CLA3`. Raises UnknownProcess."""
    for each in processes(None, version):
        if each.code == code:
            return each
    raise UnknownProcess(f"“{code}” is not a process of CLA, CiN or CAF.")


def process_name(code: str) -> str:
    """What to show for a code found on a posting, the two that are not processes included."""
    if code == UNASSIGNED:
        return "Not assigned to a process"
    if code == NO_PROCESS:
        return "Not work for one child"
    return process(code).name
