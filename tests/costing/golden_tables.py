"""Ten children as text tables: facts in, pathway out.

A table is lines of facts, then blocks that start with `-- `. Dates are written 2024-05-01; `2024-05-01 to
2024-06-01` is from the first date up to, not including, the second; `2024-05-01 to ?` has no known end.
A fact is its kind, its id, its dates and codes, then name=value pairs; work is its id, process, day and kind of work.
"""

from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from costing.care_facts import (
    Assessment,
    Case,
    ChildFacts,
    CinPlan,
    EarlyHelp,
    Enquiry,
    Episode,
    Need,
    PreProceedings,
    ProtectionPlan,
    RecordedWork,
    Review,
    SdqScore,
)
from costing.pathway import DaysIn, Occurrence, Pathway, days_in, occurrences_in, pathway
from costing.pathway_settings import PathwaySettings
from costing.vocabulary import occurrences_of, shown_by

GOLDEN = Path(__file__).parent / "golden"
BLOCKS = ("occurrences", "expected", "days", "in the period", "notes")


@dataclass
class Table:
    """A table read: the child's facts, what is asked, and the blocks as they are written."""

    title: str
    facts: ChildFacts
    horizon: date
    first: date
    last: date
    settings: PathwaySettings
    blocks: dict[str, list[str]] = field(default_factory=dict)
    fee: int = 0

    def pathway(self) -> Pathway:
        return pathway(self.facts, self.horizon, self.settings)


def read(path: Path) -> Table:
    head, *blocks = path.read_text(encoding="utf-8").split("\n-- ")
    lines = [line for line in head.splitlines() if line.strip()]
    reading = _Reading()
    for line in lines[1:]:
        kind, *words = line.split()
        getattr(reading, f"read_{kind}")(words)
    found = {block.splitlines()[0]: [" ".join(line.split()) for line in block.splitlines()[1:]] for block in blocks}
    written = {name: [line for line in lines if line] for name, lines in found.items()}
    return Table(lines[0], reading.facts(), *reading.asked, PathwaySettings(**reading.settings), written, reading.fee)


def written(table: Table) -> dict[str, list[str]]:
    """The blocks as the code derives them."""
    found = table.pathway()
    return {
        "occurrences": [_occurrence(each) for each in found.occurrences],
        "expected": [_occurrence(each) for each in found.expected],
        "days": [f"{each.starts} to {each.ends} {_days(each)}" for each in found.days],
        "in the period": [
            *(f"{_what(part.occurrence)} x {part.share}" for part in occurrences_in(found, table.first, table.last)),
            *(_days(each).rpartition(" ")[0] for each in days_in(found, table.first, table.last)),
        ],
        "notes": [*found.notes, *(f"unattached: {each}" for each in found.unattached)],
    }


def _what(each: Occurrence | DaysIn) -> str:
    return f"{each.process} {'+'.join(each.variations) or 'base'}"


def _days(each: DaysIn) -> str:
    return f"{_what(each)} {each.days} days {','.join(each.facts)}"


def _occurrence(each: Occurrence) -> str:
    one_day = (each.ends - each.starts).days == 1
    when = f"{each.starts}" if one_day else f"{each.starts} to {each.ends}"
    return f"{when} {_what(each)} {each.evidence} {','.join(each.facts)}"


def _dates(words: list[str]) -> tuple[date, date | None]:
    """The dates at the front of `words`, which are taken off."""
    starts, ends = date.fromisoformat(words.pop(0)), None
    if words[:1] == ["to"]:
        words.pop(0)
        end = words.pop(0)
        ends = None if end == "?" else date.fromisoformat(end)
    return starts, ends


def _value(text: str) -> Any:
    if text in {"yes", "no"}:
        return text == "yes"
    if text.isdecimal():
        return int(text)
    parts = text.split(",")
    if len(parts[0]) == 10 and parts[0][4] == "-":
        return tuple(map(date.fromisoformat, parts))
    return text


def _pairs(words: list[str], *lists: str) -> dict[str, Any]:
    pairs = {name: _value(text) for name, _, text in (word.partition("=") for word in words)}
    return {
        name: value[0] if isinstance(value, tuple) and name not in lists else value for name, value in pairs.items()
    }


class _Reading:
    def __init__(self) -> None:
        self.child: dict[str, Any] = {"child": "golden"}
        self.lists: dict[str, list[Any]] = {each.name: [] for each in fields(ChildFacts)}
        self.case: dict[str, list[Any]] = {}
        self.cases: list[dict[str, Any]] = []
        self.settings: dict[str, Any] = {}
        self.asked = (date.max, date.min, date.max)
        self.fee = 0

    def facts(self) -> ChildFacts:
        cases = tuple(
            Case(**{name: tuple(value) if isinstance(value, list) else value for name, value in case.items()})
            for case in self.cases
        )
        lists = {name: tuple(value) for name, value in self.lists.items() if value}
        return ChildFacts(**self.child, **lists, cases=cases)

    def read_born(self, words: list[str]) -> None:
        self.child["birth_date"] = date.fromisoformat(words[0])

    def read_known(self, words: list[str]) -> None:
        self.child["reviews_known_from"] = date.fromisoformat(words[0])

    def read_episode(self, words: list[str]) -> None:
        name = words.pop(0)
        starts, ends = _dates(words)
        rne, ls, place, provider, kind, *pairs = words
        number = len(self.lists["episodes"])
        known = (number, name, starts, ends, rne, ls, place, provider.replace("-", ""))
        self.lists["episodes"].append(Episode(*known, placement_type=kind, **_pairs(pairs)))

    def read_review(self, words: list[str]) -> None:
        self.lists["reviews"].append(Review(words[0], date.fromisoformat(words[1])))

    def read_need(self, words: list[str]) -> None:
        name, flag, *when = words
        self.lists["needs"].append(Need(name, flag, *_dates(when)))

    def read_sdq(self, words: list[str]) -> None:
        self.lists["sdq_scores"].append(SdqScore(words[0], date.fromisoformat(words[1]), int(words[2])))

    def read_work(self, words: list[str]) -> None:
        name, process, on, kind = words
        work = RecordedWork(name, process, date.fromisoformat(on), shown_by(kind), occurrences_of(kind))
        self.lists["work"].append(work)

    def read_case(self, words: list[str]) -> None:
        name = words.pop(0)
        starts, ends = _dates(words)
        self.cases.append({"id": name, "referred_on": starts, "closed_on": ends, **_pairs(words)})

    def _of_case(self, what: str, kind: Any, words: list[str], *lists: str) -> None:
        name = words.pop(0)
        starts, ends = _dates(words)
        self.cases[-1].setdefault(what, []).append(kind(name, starts, ends, **_pairs(words, *lists)))

    def read_assessment(self, words: list[str]) -> None:
        self._of_case("assessments", Assessment, words)

    def read_plan(self, words: list[str]) -> None:
        self._of_case("plans", CinPlan, words)

    def read_protection(self, words: list[str]) -> None:
        self._of_case("protection_plans", ProtectionPlan, words, "reviews")

    def read_enquiry(self, words: list[str]) -> None:
        self._of_case("enquiries", Enquiry, words)

    def read_preproceedings(self, words: list[str]) -> None:
        self._of_case("pre_proceedings", PreProceedings, words)

    def read_earlyhelp(self, words: list[str]) -> None:
        self.lists["early_help"].append(EarlyHelp(id=words[0], **_pairs(words[1:], "meetings")))

    def read_setting(self, words: list[str]) -> None:
        name, _, text = words[0].partition("=")
        known = {"transition_left_out_for": frozenset(text.split(","))}
        self.settings[name] = known.get(name, _value(text))

    def read_period(self, words: list[str]) -> None:
        first, last = _dates(words)
        assert last is not None
        self.asked = (self.asked[0], first, last)

    def read_fee(self, words: list[str]) -> None:
        """Pounds a week for every placement."""
        self.fee = int(words[0].replace(".", ""))

    def read_until(self, words: list[str]) -> None:
        self.asked = (date.fromisoformat(words[0]), *self.asked[1:])
