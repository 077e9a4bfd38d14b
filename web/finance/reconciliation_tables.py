"""The two sides of a month's reconciliation as tables, for the page and for the workbook alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from costing.money import round_half_up_pence
from costing.reconciliation import Compared, TeamPay
from projections.queries.finance import child_ids
from projections.queries.identifiers import returns_of
from projections.queries.reconciliation import Payroll, Placements
from recorder.desk import log_reads
from recorder.domain.reconciliation import What
from web.design.formats import hours
from web.state import Opened

__all__ = ["Money", "Side", "Table", "payroll_side", "placements_side"]

NO_TEAM, NO_CODE = "No team", "No code: not mapped"


@dataclass(frozen=True)
class Money:
    """An amount in units, or none."""

    units: int | None


Cell = str | Money


@dataclass(frozen=True)
class Table:
    """A table: columns (amounts are told by their cells), rows and what they add up to."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    footer: Sequence[Cell] | None = None
    numeric_from: int = 1


@dataclass(frozen=True)
class Side:
    """One side of a month: what Daybook holds (``ours``), what was sent in (``theirs``), in units, and why they differ.

    ``version`` 0: nothing was sent in yet. ``notes`` are sentences to read beside the tables.
    """

    what: What
    title: str
    ours: int
    theirs: int
    version: int
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    signings: list[dict[str, Any]]

    @property
    def difference(self) -> int:
        """What was sent in above what Daybook holds."""
        return self.theirs - self.ours

    @property
    def ours_pence(self) -> int:
        """What Daybook holds, rounded."""
        return round_half_up_pence(self.ours)

    @property
    def theirs_pence(self) -> int:
        """What was sent in."""
        return round_half_up_pence(self.theirs)

    @property
    def signed(self) -> bool:
        """Whether somebody signed off what was sent in last."""
        return any(each["holds"] for each in self.signings)


def payroll_side(found: Payroll, version: int, signings: list[dict[str, Any]]) -> Side:
    """Payroll: where the pay of each team went, in money and in hours, and what payroll says of it."""
    theirs = {line.key[0]: line for line in found.lines}
    rows: list[Sequence[Cell]] = [_team_row(team, theirs.get(team.team)) for team in found.teams]
    known = {team.team for team in found.teams}
    rows += [
        [line.key[0], *[Money(None)] * 5, Money(line.theirs), Money(line.difference)]
        for line in sorted(found.lines, key=lambda each: each.key)
        if line.key[0] not in known
    ]
    sums = [
        sum(getattr(team, name) for team in found.teams) for name in ("case", "other", "absence", "unrecorded", "pay")
    ]
    footer: list[Cell] = ["All", *map(Money, sums), Money(found.theirs), Money(found.theirs - found.ours)]
    money = ("Team", "Case time", "Other work", "Absence", "Unrecorded", "Pay and oncosts", "Payroll", "Difference")
    time_rows = [
        [team.team or NO_TEAM, *(hours(getattr(team, name)) for name in
         ("case_seconds", "other_seconds", "absence_seconds", "unrecorded_seconds", "beyond"))]
        for team in found.teams
    ]  # fmt: skip
    time = ("Team", "Case time", "Other work", "Absence", "Unrecorded", "Beyond paid hours")
    return Side(
        "payroll",
        "Recorded time and payroll",
        found.ours,
        found.theirs,
        version,
        (
            Table("payroll", "Where the pay went, and what payroll says", money, rows, footer),
            Table("payroll-hours", "The same in hours", time, time_rows),
        ),
        _payroll_notes(found, known),
        signings,
    )


def _team_row(team: TeamPay, line: Compared | None) -> list[Cell]:
    theirs = line.theirs if line else None
    parts = (team.case, team.other, team.absence, team.unrecorded, team.pay)
    return [team.team or NO_TEAM, *map(Money, parts), Money(theirs), Money((theirs or 0) - team.pay)]


def _payroll_notes(found: Payroll, known: set[str]) -> tuple[str, ...]:
    notes = [
        "Pay and oncosts (A and B of the price of an hour) of the month, shared over the paid hours by what they went "
        "on. Case time + other work + absence + unrecorded = pay and oncosts."
    ]
    unknown = sum(team.without_pay for team in found.teams)
    if unknown:
        who = "One worker has" if unknown == 1 else f"{unknown} workers have"
        notes.append(f"{who} no price of an hour or no contracted hours, and is in no amount here.")
    if found.agency_seconds:
        notes.append(
            f"Agency workers recorded {hours(found.agency_seconds)}. They are invoiced, and no part of payroll."
        )
    strange = sorted(line.key[0] for line in found.lines if line.key[0] not in known)
    if strange:
        notes.append(f"Payroll names teams without a post here: {', '.join(strange)}.")
    return tuple(notes)


def placements_side(
    connection: Connection, here: Opened, found: Placements, version: int, signings: list[dict[str, Any]], who: str
) -> Side:
    """Placements by ledger code; child by child where the ledger gives children. Reading children is noted."""
    columns = ("Code", "Daybook", "Ledger", "Difference")
    rows: list[list[Cell]] = [[line.key[0] or NO_CODE, *_amounts(line)] for line in found.codes]
    footer: list[Cell] = ["All", Money(found.ours), Money(found.theirs), Money(found.theirs - found.ours)]
    tables = [Table("codes", "Placements by subjective code, the largest difference first", columns, rows, footer)]
    open_lines = [line for line in found.children if line.difference]
    if found.children:
        numbers = [int(line.key[1]) for line in open_lines if line.key[1].isdecimal()]
        names, ids = returns_of(connection, here.recorder.keys, numbers), child_ids(connection, numbers)
        log_reads(here.desk, who, "finance list", ids.values(), here.recorder.clock.now())
        child_rows: list[list[Cell]] = [
            [_child(line, names), line.key[0] or NO_CODE, *_amounts(line)] for line in open_lines
        ]
        heading = f"Unexplained, child by child: {len(open_lines)} of {len(found.children)}, the largest first"
        tables.append(Table("children", heading, ("Child", *columns), child_rows, numeric_from=2))
    notes = ["What is booked in the month, of all payers, by the subjective code of the mapping."]
    unmatched = sum(not line.key[1].isdecimal() for line in found.children)
    if unmatched:
        rows_say = "One row names" if unmatched == 1 else f"{unmatched} rows name"
        notes.append(f"{rows_say} a child that nobody knows here, listed by its row in the file.")
    title = "Placements and the general ledger"
    return Side("placements", title, found.ours, found.theirs, version, tuple(tables), tuple(notes), signings)


def _amounts(line: Compared) -> list[Money]:
    return [Money(line.ours), Money(line.theirs), Money(line.difference)]


def _child(line: Compared, names: dict[int, str]) -> str:
    number = line.key[1]
    return names.get(int(number), number) if number.isdecimal() else f"Row {number.removeprefix('line ')} of the file"
