"""The frameworks as data: processes, their variations, and which of these an occurrence has.

A variation either *replaces* the base case or *adds* to it. Of the variations that replace, at most one of
each aspect (placement type, area, need, ...) is picked: the first that applies, in the order of the table.
Each addition that applies is picked. An occurrence where nothing applies is the base case. An authority's
own rows come before the shipped ones, and a row of its own with a shipped code takes that row's place.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from costing.pathway_triggers import RECORDED_WORK, TRIGGERS
from costing.predicates import PREDICATES, Condition, ConditionProblems, condition
from costing.processes import FRAMEWORKS, UNITS, VERSION, Process, UnknownProcess, process_of_row
from costing.shipped import shipped_rows

PROCESS_COLUMNS = (
    *("code", "framework", "number", "name", "definition", "starts", "ends"),
    *("repeats_by", "varies_by", "unit", "counted_from"),
)
VARIATION_COLUMNS = ("process", "code", "name", "adds", "aspect", "when")
LONGEST_CODE = 12
_YES_NO = {"yes": True, "no": False}


class FrameworkProblems(ValueError):
    """Every problem found in the rows of processes and variations, one line each, in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Variation:
    """A way in which a process takes more or less time than its base case, and when it does.

    `adds`: it comes on top of the rest; otherwise it replaces the base case within its `aspect`.
    """

    process: str
    code: str
    name: str
    adds: bool
    aspect: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Picked:
    """The variations of one occurrence: codes in the order of the table, additions last, and the needs they rest on."""

    codes: tuple[str, ...]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """Which lines of a sheet price an occurrence: one that stands for the whole, and additions to it."""

    base: frozenset[str]
    additions: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Frameworks:
    """Processes and variations that fit together; make one with `frameworks`."""

    version: str
    processes: tuple[Process, ...]
    variations: tuple[Variation, ...]
    _by_code: dict[str, Process] = field(init=False, repr=False, compare=False)
    _of_process: dict[str, tuple[Variation, ...]] = field(init=False, repr=False, compare=False)
    _counted: dict[str, tuple[Process, ...]] = field(init=False, repr=False, compare=False)
    _picked: dict[tuple[str, frozenset[str]], Picked] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        of_process = {
            each.code: tuple(row for row in self.variations if row.process == each.code) for each in self.processes
        }
        counted: dict[str, tuple[Process, ...]] = {}
        for each in self.processes:
            key = each.code if each.counted_from == RECORDED_WORK else each.counted_from
            counted[key] = (*counted.get(key, ()), each)
        object.__setattr__(self, "_by_code", {each.code: each for each in self.processes})
        object.__setattr__(self, "_of_process", of_process)
        object.__setattr__(self, "_counted", counted)
        object.__setattr__(self, "_picked", {})

    def process(self, code: str) -> Process:
        """The process with a code. Raises UnknownProcess."""
        if code not in self._by_code:
            raise UnknownProcess(f"“{code}” is not a process of these frameworks.")
        return self._by_code[code]

    def variations_of(self, code: str) -> tuple[Variation, ...]:
        """The variations of a process, in the order in which they are looked at."""
        return self._of_process[self.process(code).code]

    def variation_codes(self) -> dict[str, set[str]]:
        """The codes of the variations of each process, by its code."""
        return {code: {each.code for each in rows} for code, rows in self._of_process.items()}

    def counted_from(self, key: str) -> tuple[Process, ...]:
        """The processes counted from a trigger, or, by its own code, the one counted from recorded work alone."""
        return self._counted.get(key, ())

    def key_of(self, code: str) -> str:
        """What occurrences of a process are gathered under: its trigger, or its code for recorded work alone."""
        found = self.process(code)
        return found.code if found.counted_from == RECORDED_WORK else found.counted_from

    def pick(self, code: str, standing: frozenset[str]) -> Picked:
        """The variations of a process for a child's standing (the predicates that hold that day)."""
        found = self._picked.get((code, standing))
        if found is None:
            found = self._picked[code, standing] = self._picking(code, standing)
        return found

    def in_words(self, code: str, variations: Iterable[str]) -> str:
        """Names of an occurrence's variations, `base case` where there are none."""
        names = {each.code: each.name for each in self._of_process.get(code, ())}
        return ", ".join(names.get(each, each) for each in variations) or "base case"

    def line_for(self, code: str, picked: Iterable[str], priced: Collection[frozenset[str]]) -> Line | None:
        """Which of a sheet's `priced` sets of variations fit an occurrence; None where not even a base does.

        The line for the whole is the one that names most of what was picked and nothing else; of equals, the
        one that stands first in the table. Each addition picked adds its own line, chosen the same way.
        """
        order = {each.code: place for place, each in enumerate(self._of_process.get(code, ()))}
        adds = {each.code for each in self._of_process.get(code, ()) if each.adds}
        has = frozenset(picked)
        fitting = sorted((each for each in priced if each <= has), key=lambda each: _rank(each, order))
        base = next((each for each in fitting if not each & adds), None)
        if base is None:
            return None
        added = (next((each for each in fitting if each & adds == {code}), None) for code in sorted(has & adds))
        return Line(base, tuple(each for each in added if each is not None))

    def _picking(self, code: str, standing: frozenset[str]) -> Picked:
        taken: dict[str, Variation] = {}
        added: list[Variation] = []
        for each in self._of_process[code]:
            if (each.adds or each.aspect not in taken) and each.when.holds(standing):
                if each.adds:
                    added.append(each)
                else:
                    taken[each.aspect] = each
        chosen = (*taken.values(), *added)
        needs = frozenset(need for each in chosen for need in each.when.needs())
        return Picked(tuple(each.code for each in chosen), needs)


def frameworks(
    own_processes: Iterable[Mapping[str, str]] = (),
    own_variations: Iterable[Mapping[str, str]] = (),
    version: str = VERSION,
) -> Frameworks:
    """The shipped frameworks of a version with an authority's own rows, as text in the columns named above.

    Raises FrameworkProblems, all problems at once, in the words of whoever writes the rows.
    """
    own = [dict(row) for row in own_processes]
    own_ways = [dict(row) for row in own_variations]
    problems = [*_missing("process", own, PROCESS_COLUMNS), *_missing("variation", own_ways, VARIATION_COLUMNS)]
    if problems:
        raise FrameworkProblems(problems)
    shipped = [row for row in shipped_rows("processes.csv") if row["version"] == version]
    if not shipped:
        raise FrameworkProblems([f"There are no frameworks {version}."])
    ways = [row for row in shipped_rows("process_variations.csv") if row["version"] == version]
    codes = {row["code"] for row in own}
    rows = [*(row for row in shipped if row["code"] not in codes), *own]
    replaced = {(row["process"], row["code"]) for row in own_ways}
    way_rows = [*own_ways, *(row for row in ways if (row["process"], row["code"]) not in replaced)]
    counted = {row["code"]: row["counted_from"] for row in rows}
    kept = [row for row in way_rows if row not in own_ways]
    problems = [*_process_problems(own), *_variation_problems(own_ways, counted), *_ways_left(own, kept)]
    if problems:
        raise FrameworkProblems(problems)
    found = sorted(
        (process_of_row({"version": version, **row}) for row in rows),
        key=lambda each: (FRAMEWORKS.index(each.framework), each.number, each.code),
    )
    return Frameworks(version, tuple(found), tuple(_variation(row) for row in way_rows))


@cache
def shipped_frameworks() -> Frameworks:
    """The three frameworks as they come with the product."""
    return frameworks()


def _variation(row: Mapping[str, str]) -> Variation:
    return Variation(
        row["process"], row["code"], row["name"], _YES_NO[row["adds"]], row["aspect"], condition(row["when"])
    )


def _rank(each: frozenset[str], order: Mapping[str, int]) -> tuple[int, list[int]]:
    return -len(each), sorted(order.get(code, len(order)) for code in each)


def _missing(what: str, rows: list[dict[str, str]], columns: tuple[str, ...]) -> Iterator[str]:
    for place, row in enumerate(rows, start=1):
        if gone := [name for name in columns if name not in row]:
            yield f"Row {place} of the {what} rows has no column {', '.join(gone)}."


def _process_problems(rows: list[dict[str, str]]) -> Iterator[str]:
    for code, times in Counter(row["code"] for row in rows).items():
        if times > 1:
            yield f"Process {code} is written {times} times."
    for row in rows:
        where = f"Process {row['code'] or '(no code)'}"
        if not row["code"].isalnum() or len(row["code"]) > LONGEST_CODE:
            yield f"{where}: write a code of letters and figures, {LONGEST_CODE} at most, like CLA9."
        if row["framework"] not in FRAMEWORKS:
            yield f"{where}: “{row['framework']}” is not a framework. Use {', '.join(FRAMEWORKS)}."
        if not row["number"].isdecimal():
            yield f"{where}: “{row['number']}” is not a number."
        if not row["name"].strip():
            yield f"{where}: give it a name."
        if row["unit"] not in UNITS:
            yield f"{where}: “{row['unit']}” is not a unit. Use {', '.join(UNITS)}."
        trigger = TRIGGERS.get(row["counted_from"])
        if trigger is None:
            yield f"{where}: it cannot be counted from “{row['counted_from']}”. Use {', '.join(TRIGGERS)}."
        elif row["unit"] in UNITS and trigger.goes_on != (row["unit"] != "occurrence"):
            fits = "a month or a day" if trigger.goes_on else "an occurrence"
            yield f"{where}: what is counted from “{trigger.code}” has the unit of {fits}."


def _variation_problems(rows: list[dict[str, str]], counted: Mapping[str, str]) -> Iterator[str]:
    for (process, code), times in Counter((row["process"], row["code"]) for row in rows).items():
        if times > 1:
            yield f"Variation {code} of {process} is written {times} times."
    for row in rows:
        where = f"Variation {row['code'] or '(no code)'} of {row['process'] or '(no process)'}"
        if not row["code"].isidentifier():
            yield f"{where}: write a code of letters, figures and _, like under_six."
        if row["process"] not in counted:
            yield f"{where}: there is no process “{row['process']}”."
        if not row["name"].strip():
            yield f"{where}: give it a name."
        if row["adds"] not in _YES_NO:
            yield f"{where}: say yes or no for whether it adds to the rest."
        if not row["aspect"].strip():
            yield f"{where}: name its aspect, such as need or placement type."
        try:
            mentioned = condition(row["when"]).mentions()
        except ConditionProblems as error:
            yield from (f"{where}: {problem}" for problem in error.problems)
            continue
        for name in sorted(mentioned):
            only = PREDICATES[name].only
            if only and counted.get(row["process"], next(iter(only))) not in only:
                yield f"{where}: “{name}” is never known for this process."


def _ways_left(own: list[dict[str, str]], ways: list[dict[str, str]]) -> Iterator[str]:
    """Shipped variations that a changed process could no longer have."""
    changed = {row["code"]: row["counted_from"] for row in own}
    for row in ways:
        trigger = changed.get(row["process"])
        for name in sorted(condition(row["when"]).mentions()) if trigger in TRIGGERS else ():
            if PREDICATES[name].only and trigger not in PREDICATES[name].only:
                yield f"Process {row['process']}: its variation {row['code']} rests on “{name}”, never known then."
