"""Draws the roster, schemas and names of the made-up authority: ``python -m recorder.demonstration.roster``.

Seeded, so that it writes the same files each time; they are kept in ``la_dev/``. The workers are those whom
the returns and the activity export name, with six leaders added; names, posts and amounts are made up.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import TypeVar

from costing.calendar import return_year
from costing.money import round_half_up
from recorder.demonstration import LA_DEV
from recorder.demonstration.made_up_names import FAMILY_ENDS, FAMILY_STARTS, FIRST_NAMES

__all__ = ["TEAMS", "main"]

_T = TypeVar("_T")
SEED = 903
FULL_WEEK = 37
FIRST_DAY = date(2019, 4, 1)
TEAMS = (
    "Children Looked After North",
    "Children Looked After South",
    "Family Safeguarding East",
    "Family Safeguarding West",
    "Children with Disabilities",
    "Permanence and Leaving Care",
)
ROSTER_COLUMNS = ("worker", "name", "role", "team", "grade", "contract", "fte", "weekly_hours", "from", "to")
SCHEMA_COLUMNS = (
    *("worker_type", "contract", "valid_from", "price_base", "salary", "oncosts", "qualifications"),
    *("overheads", "capital", "travel", "hours_per_year", "indirect_ratio", "source"),
)
NAME_COLUMNS = ("child", "first_name", "family_name")
SOURCE = "Made up for demonstration"

# How many in a hundred hold each role, with its grade.
ROLES = (
    (56, "Social worker", "H"),
    (20, "Senior social worker", "I"),
    (8, "Advanced practitioner", "J"),
    (10, "Newly qualified social worker", "G"),
    (6, "Family support worker", "F"),
)
AGENCY_IN_A_HUNDRED = 14
FTES = ((70, "1.0"), (16, "0.8"), (9, "0.6"), (5, "0.5"))

# Pounds of 2024/25 a year: pay, oncosts, qualifications, overheads, capital, travel; hours; indirect to direct.
SCHEMAS_2024 = {
    ("social_worker", "employed"): (43_400, 13_450, 1_900, 14_600, 3_050, 1_450, "1581.0", "1.35"),
    ("social_worker", "agency"): (67_900, 0, None, 11_200, 3_050, 1_450, "1628.0", "1.35"),
    ("senior_social_worker", "employed"): (48_200, 14_950, 1_900, 15_400, 3_050, 1_350, "1573.5", "1.50"),
    ("senior_social_worker", "agency"): (74_300, 0, None, 11_800, 3_050, 1_350, "1628.0", "1.50"),
    ("team_manager", "employed"): (55_100, 17_200, 1_900, 16_300, 3_050, 900, "1566.0", "2.40"),
    ("team_manager", "agency"): (83_600, 0, None, 12_500, 3_050, 900, "1628.0", "2.40"),
    ("family_support_worker", "employed"): (28_300, 8_650, None, 11_900, 3_050, 1_700, "1591.0", "0.90"),
    ("family_support_worker", "agency"): (40_700, 0, None, 9_800, 3_050, 1_700, "1628.0", "0.90"),
    ("iro", "employed"): (51_600, 16_050, 1_900, 15_900, 3_050, 1_600, "1573.5", "1.20"),
    ("iro", "agency"): (78_400, 0, None, 12_100, 3_050, 1_600, "1628.0", "1.20"),
    ("admin", "employed"): (25_700, 7_750, None, 10_900, 3_050, 0, "1598.5", None),
    ("admin", "agency"): (34_900, 0, None, 9_100, 3_050, 0, "1628.0", None),
}
BASE_YEAR = 2024
YEARS = range(2019, 2027)
# The rise into each April year, in hundredths of a per cent.
RISES = {2020: 275, 2021: 175, 2022: 404, 2023: 388, 2024: 512, 2025: 320, 2026: 300}


def roster(draw: Random) -> Iterator[tuple[str, ...]]:
    """A leader for each team, then the workers, dealt to the teams in turn."""
    names = _full_names(draw)
    for number, team in enumerate(TEAMS, start=1):
        yield f"TM{number:05d}", next(names), "Team manager", team, "L", "employed", "1.0", "37", "2019-04-01", ""
    first_seen = _workers()
    dealt = sorted(first_seen)
    draw.shuffle(dealt)
    for place, worker in enumerate(dealt):
        yield from _posts(draw, worker, next(names), TEAMS[place % len(TEAMS)], first_seen[worker])


def _posts(draw: Random, worker: str, name: str, team: str, seen: date) -> Iterator[tuple[str, ...]]:
    """One post, or two: some qualify, some are promoted. Never later than a child is first allocated."""
    role, grade = _weighted(draw, [(n, (role, grade)) for n, role, grade in ROLES])
    contract = "agency" if draw.randrange(100) < AGENCY_IN_A_HUNDRED else "permanent"
    fte = _weighted(draw, list(FTES))
    hours = f"{float(Fraction(fte) * FULL_WEEK):g}"
    starts = FIRST_DAY if seen < date(2020, 4, 1) else _month_before(seen, draw.randrange(1, 7))
    later = {"Newly qualified social worker": ("Social worker", "H"), "Senior social worker": ("Social worker", "H")}
    changes = date(draw.choice((2022, 2023)), draw.choice((4, 9)), 1)
    before, after = (role, grade), (role, grade)
    if role == "Newly qualified social worker":
        after = later[role]
    elif role == "Senior social worker" and draw.randrange(2):
        before = later[role]
    if before == after or changes <= starts:
        yield worker, name, *after[:1], team, after[1], contract, fte, hours, starts.isoformat(), ""
        return
    last = date.fromordinal(changes.toordinal() - 1)
    yield worker, name, before[0], team, before[1], contract, fte, hours, starts.isoformat(), last.isoformat()
    yield worker, name, after[0], team, after[1], contract, fte, hours, changes.isoformat(), ""


def schemas() -> Iterator[tuple[str, ...]]:
    """A schema for each type, contract and April year, moved with pay from the base year."""
    for year in YEARS:
        index = _index(year)
        for (worker_type, contract), (*pounds, hours, ratio) in SCHEMAS_2024.items():
            moved = ["" if p is None else str(round_half_up(Fraction(str(p)) * index)) for p in pounds]
            starts = date(year, 4, 1)
            yield (
                *(worker_type, contract, starts.isoformat(), return_year(starts), *moved),
                *(str(hours), "" if ratio is None else str(ratio), SOURCE),
            )


def names(draw: Random) -> Iterator[tuple[str, ...]]:
    """A name for each child of the returns, whole families now and then."""
    family = _family(draw)
    for child, sex in sorted(_children().items()):
        if draw.randrange(100) >= 30:
            family = _family(draw)
        yield child, draw.choice(FIRST_NAMES.get(sex, FIRST_NAMES["F"])), family


def _index(year: int) -> Fraction:
    """Prices of a year over those of the base year."""
    index = Fraction(1)
    for each, rise in RISES.items():
        if BASE_YEAR < each <= year:
            index *= 1 + Fraction(rise, 10_000)
        elif year < each <= BASE_YEAR:
            index /= 1 + Fraction(rise, 10_000)
    return index


def _workers() -> dict[str, date]:
    """Each worker with the first day on which a child was allocated to them, or work was done."""
    seen = {row["worker"]: date(2024, 4, 1) for row in _rows(LA_DEV / "activity_export.csv")}
    for path in sorted(LA_DEV.glob("ssda903/*/sw_episodes.csv")):
        for row in _rows(path):
            day, month, year = (int(part) for part in row["SW_DECOM"].split("/"))
            first = date(year, month, day)
            seen[row["SW_ID"]] = min(seen.get(row["SW_ID"], first), first)
    return seen


def _children() -> dict[str, str]:
    """Each child of the returns with the sex last returned."""
    found: dict[str, str] = {}
    for path in sorted(LA_DEV.glob("ssda903/*/header.csv")):
        found.update((row["CHILD"].strip(), row["SEX"].strip().upper()) for row in _rows(path))
    return found


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def _full_names(draw: Random) -> Iterator[str]:
    given = sorted({name for names in FIRST_NAMES.values() for name in names})
    met: set[str] = set()
    while True:
        name = f"{draw.choice(given)} {_family(draw)}"
        if name not in met:
            met.add(name)
            yield name


def _family(draw: Random) -> str:
    return draw.choice(FAMILY_STARTS) + draw.choice(FAMILY_ENDS)


def _weighted(draw: Random, choices: Sequence[tuple[int, _T]]) -> _T:
    return draw.choices([c for _, c in choices], [n for n, _ in choices])[0]


def _month_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return max(FIRST_DAY, date(index // 12, index % 12 + 1, 1))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    held = [list(row) for row in rows]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(held)
    return len(held)


def main(folder: Path = LA_DEV) -> int:
    """Write roster.csv, schemas.csv and names.csv into a folder."""
    draw, other = Random(SEED), Random(SEED + 1)  # noqa: S311 - nothing here is secret
    counts = (
        _write(folder / "roster.csv", ROSTER_COLUMNS, roster(draw)),
        _write(folder / "schemas.csv", SCHEMA_COLUMNS, schemas()),
        _write(folder / "names.csv", NAME_COLUMNS, names(other)),
    )
    sys.stdout.write("Wrote {} posts, {} schemas, {} names\n".format(*counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
