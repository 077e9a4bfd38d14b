"""The week grid's rows: a kind of work with its children (or an absence) down, the days of the week across."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from costing.duration import parse_minutes
from costing.vocabulary import Kind
from projections.queries.my_day import DayEntry
from projections.queries.names import ChildName
from recorder.domain.ids import new_id
from web.design.formats import hours, uk_date_short
from web.design.formats import minutes as minutes_text
from web.record.choices import kind_label, kind_of
from web.record.day import WEEKDAYS

__all__ = [
    "ABSENCE",
    "CHANGED",
    "SEVERAL",
    "Absence",
    "Cell",
    "Row",
    "days_of_week",
    "key_of",
    "lost_rows",
    "rows_of",
    "with_typed",
]

ABSENCE = ("A1", "A2", "A3")
ALWAYS = ("N1", "N2", "N3")
WHOLE_DAY = "day"
CHANGED = "This was changed elsewhere meanwhile. Load the week again to see how it stands"
SEVERAL = "There are several entries for this now: change them one by one"
GONE = "This row can no longer be recorded here"
_MINUTE = 60


@dataclass(frozen=True)
class Absence:
    """What stands of an absence: seconds, None for the whole day."""

    kind: str
    on: date
    seconds: int | None


@dataclass
class Cell:
    """One day of a row. ``text`` is what its box holds; ``stands`` what is recorded, as it would be typed.

    ``seconds`` counts the work with its ``travel``, as totals do; a box holds the work alone.

    ``several``: more than one entry makes the sum, so that it is changed entry by entry and not here.
    """

    on: date
    activity_id: UUID
    version: int = 0
    stands: str = ""
    text: str = ""
    seconds: int = 0
    travel: int = 0
    several: bool = False
    shut: bool = False
    saved: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether something else was typed than stands; the same time written another way is the same."""
        return not _same_time(self.text, self.stands)

    @property
    def cleared(self) -> bool:
        """Whether the box of something recorded was emptied."""
        return bool(self.version) and self.changed and not self.text.strip()

    @property
    def unknown(self) -> bool:
        """Whether something is recorded whose time is not known."""
        return bool(self.version) and not self.stands


@dataclass
class Row:
    """A kind with its children, or an absence: ``key`` tells it from the others, ``label`` names it."""

    key: str
    kind: str
    children: tuple[UUID, ...]
    label: str
    whom: str
    cells: list[Cell]

    @property
    def absence(self) -> bool:
        """Whether the row says that the worker was away."""
        return self.kind in ABSENCE

    @property
    def total(self) -> int:
        """Seconds of the whole row."""
        return sum(cell.seconds for cell in self.cells)

    def name_of(self, cell: Cell) -> str:
        """The cell's name for a screen reader."""
        whom = f"{self.whom}, " if self.whom else ""
        unknown = ", recorded without a time" if cell.unknown else ""
        return f"{whom}{self.label}, {WEEKDAYS[cell.on.weekday()]} {uk_date_short(cell.on)}{unknown}"


def days_of_week(monday: date) -> list[date]:
    """Its seven days."""
    return [monday + timedelta(days=n) for n in range(7)]


def key_of(kind: str, children: Iterable[UUID]) -> str:
    """The key of a row."""
    return ":".join([kind, ",".join(str(child) for child in sorted(children))])


def rows_of(
    monday: date,
    today: date,
    entries: Iterable[DayEntry],
    absences: Iterable[Absence],
    known: Mapping[int, ChildName],
    wanted: Iterable[str],
) -> list[Row]:
    """The rows of a week: those recorded, those ``wanted`` by key, and what is always there."""
    by_id = {child.child_id: child for child in known.values()}
    held = list(absences)
    rows: dict[str, Row] = {}
    cells: dict[tuple[str, date], list[DayEntry]] = {}
    for entry in sorted(entries, key=lambda each: (each.on, str(each.activity_id))):
        children = [known[share.child_no].child_id for share in entry.children if share.child_no in known]
        key = key_of(entry.kind, children)
        rows.setdefault(key, _row(key, by_id, monday, today))
        cells.setdefault((key, entry.on), []).append(entry)
    for key in wanted:
        if _sound(key, by_id):
            rows.setdefault(key, _row(key, by_id, monday, today))
    case = sorted(rows.values(), key=lambda row: (not row.children, row.whom.casefold(), row.label))
    always = [_row(key_of(kind, ()), by_id, monday, today) for kind in (*ALWAYS, *ABSENCE)]
    found = [*case, *(row for row in always if row.key not in rows)]
    for row in found:
        for cell in row.cells:
            if row.absence:
                _fill_absence(cell, [each for each in held if (each.kind, each.on) == (row.kind, cell.on)])
            else:
                _fill(cell, cells.get((row.key, cell.on), []))
    return found


def with_typed(rows: list[Row], keys: list[str], typed: Mapping[str, str]) -> None:
    """Put what was sent into the boxes; ``keys`` are the rows of the page it was typed on, in its order.

    A box that still holds what the page showed says nothing, whatever was recorded since. One that was changed
    while its entry was changed elsewhere is told so. What was saved already, and is sent again because its answer
    was lost, is no change.
    """
    by_key = {row.key: row for row in rows}
    for place, key in enumerate(keys):
        row = by_key.get(key)
        if row is None:
            continue
        for day, cell in enumerate(row.cells):
            text = _typed_into(typed, place, day)
            if text is None or cell.shut:
                continue
            if cell.several:
                cell.wrong.append(SEVERAL)
                continue
            cell.text = text
            sent, version = _uuid(typed.get(f"i-{place}-{day}", "")), typed.get(f"v-{place}-{day}", "0")
            again = sent == cell.activity_id and _same_time(text, cell.stands)
            gone = version != "0" and not cell.version and not text.strip()
            if not (row.absence or again or gone) and version != str(cell.version):
                cell.wrong.append(CHANGED)
            if sent is not None and not cell.version:
                cell.activity_id = sent


def lost_rows(rows: list[Row], keys: list[str], typed: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Boxes filled in of rows that are no more, as (place, day, why): a kind or child not known any longer."""
    there = {row.key for row in rows}
    return [
        (place, day, f"{GONE}: “{text.strip()}” is not saved")
        for place, key in enumerate(keys)
        if key not in there
        for day in range(7)
        if (text := _typed_into(typed, place, day)) is not None
    ]


def _typed_into(typed: Mapping[str, str], place: int, day: int) -> str | None:
    """What was typed into a box; None where it still holds what the page showed."""
    text = typed.get(f"c-{place}-{day}")
    return None if text == typed.get(f"o-{place}-{day}", "") else text


def _row(key: str, by_id: Mapping[UUID, ChildName], monday: date, today: date) -> Row:
    kind, _, ids = key.partition(":")
    children = tuple(child for text in ids.split(",") if (child := _uuid(text)) is not None)
    whom = " and ".join(by_id[child].name for child in children if child in by_id)
    days = [Cell(on=day, activity_id=new_id(), shut=day > today) for day in days_of_week(monday)]
    return Row(key, kind, children, kind_label(kind), whom, days)


def _sound(key: str, by_id: Mapping[UUID, ChildName]) -> bool:
    kind, _, ids = key.partition(":")
    found: Kind | None = kind_of(kind)
    children = [_uuid(text) for text in ids.split(",") if text]
    return found is not None and all(child in by_id for child in children) and kind not in ABSENCE


def _fill(cell: Cell, entries: list[DayEntry]) -> None:
    cell.seconds = sum(entry.mine.time or 0 for entry in entries)
    cell.travel = sum(entry.mine.travel_seconds or 0 for entry in entries)
    if len(entries) == 1:
        (entry,) = entries
        cell.activity_id, cell.version = entry.activity_id, entry.version
        # An entry whose time is not known has a box that waits for the time.
        cell.stands = "" if entry.mine.seconds is None else minutes_text(entry.mine.seconds // _MINUTE)
    elif entries:
        cell.several, cell.stands = True, hours(cell.seconds)
    cell.text = cell.stands


def _fill_absence(cell: Cell, found: list[Absence]) -> None:
    if found:
        held = found[-1].seconds
        cell.stands = WHOLE_DAY if held is None else minutes_text(held // _MINUTE) if held else ""
        cell.seconds = held or 0
    cell.text = cell.stands


def _same_time(one: str, other: str) -> bool:
    if one.strip() == other.strip():
        return True
    try:
        minutes = parse_minutes(one), parse_minutes(other)
    except ValueError:
        return False
    return minutes[0] == minutes[1]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
