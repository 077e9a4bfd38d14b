"""Which process a piece of work belongs to, where nobody has chosen one (ruling 14).

A dated table gives kind of work x open framework -> process. Of the rows that apply, the one for the
finest kind wins (a kind before the wider kind it belongs to); then a row for an open framework before one
for `any`; and where several frameworks are open, looked after before in need before early help, because
the care of a looked-after child takes in the rest. Where no row applies the work is `unassigned`; work
that is not for a child has no process at all.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import product

import polars as pl

from costing.processes import FRAMEWORKS, NO_PROCESS, UNASSIGNED, process
from costing.shipped import shipped_rows
from costing.vocabulary import OWN_MARK, UnknownKind, ancestry, kind, kinds

VERSION = "2026.1"
ANY = "any"
_NOTHING = (UNASSIGNED, "")
_OPEN_COLUMNS = ("cla_open", "cin_open", "caf_open")


@dataclass(frozen=True, slots=True)
class Rule:
    """Work of a kind, while a framework is open for the child, belongs to a process.

    `open_framework` is `CLA`, `CIN`, `CAF` or `any` (open or not). `valid_from` (included) and `valid_to`
    (excluded) bound the service dates; None is without bound. `version` says which version of which table it is of.
    """

    kind: str
    open_framework: str
    process: str
    valid_from: date | None = None
    valid_to: date | None = None
    version: str = VERSION

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on a service date."""
        return (self.valid_from or date.min) <= day < (self.valid_to or date.max)


class RuleProblems(ValueError):
    """Every problem found in a table of rules, one line each, in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class InferenceTable:
    """A version of the rules, resolved once for every kind, set of open frameworks and span of dates.

    `own` are the codes of processes beside the shipped ones. Raises RuleProblems for unknown kinds, processes or
    frameworks, and for two rules that clash.
    """

    version: str
    rules: tuple[Rule, ...]
    own: frozenset[str] = frozenset()
    _starts: list[date] = field(init=False, repr=False)
    _answers: dict[tuple[str, int, int], tuple[str, str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if problems := list(_problems(self.rules, self.own)):
            raise RuleProblems(problems)
        bounds = {bound for rule in self.rules for bound in (rule.valid_from, rule.valid_to) if bound}
        starts = sorted(bounds)
        object.__setattr__(self, "_starts", starts)
        object.__setattr__(self, "_answers", dict(self._resolve([date.min, *starts])))

    def infer_one(self, kind_code: str, service_date: date, *, cla_open: bool, cin_open: bool, caf_open: bool) -> str:
        """The process of one piece of work; `unassigned` where no rule or kind is known, '' off the case."""
        span = sum(service_date >= start for start in self._starts)
        if (kind_code, 0, 0) not in self._answers:
            kind_code = kind_code.partition(OWN_MARK)[0]
        return self._answers.get((kind_code, cla_open + 2 * cin_open + 4 * caf_open, span), _NOTHING)[0]

    def infer(self, frame: pl.DataFrame) -> pl.Series:
        """The process of each row, as `infer_one` gives it; see `infer_with_rule`."""
        return self.infer_with_rule(frame)["process"]

    def infer_with_rule(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Process of each row, and the version of the rule that gave it ('' where none did).

        The frame holds kind str, service_date date, and the booleans cla_open, cin_open, caf_open; a null in an
        open column counts as not open.
        """
        open_set = pl.sum_horizontal(
            pl.col(name).fill_null(value=False).cast(pl.Int64) * 2**place for place, name in enumerate(_OPEN_COLUMNS)
        )
        span = pl.lit(0, dtype=pl.Int64)
        for start in self._starts:
            span = span + (pl.col("service_date") >= start).cast(pl.Int64)
        code = pl.col("kind").cast(pl.String)
        known = pl.Series(sorted({key[0] for key in self._answers}), dtype=pl.String)
        # An own kind that no rule names has the process of the wider kind its code begins with.
        resolved = pl.when(code.is_in(known.implode())).then(code).otherwise(code.str.split(OWN_MARK).list.first())
        keys = frame.select(kind=resolved, _open=open_set, _span=span)
        found = keys.join(self._answer_frame(), on=["kind", "_open", "_span"], how="left", maintain_order="left")
        return found.select(pl.col("process").fill_null(UNASSIGNED), pl.col("rule").fill_null(""))

    def _answer_frame(self) -> pl.DataFrame:
        rows = [(*key, *found) for key, found in self._answers.items()]
        schema = {
            "kind": pl.String, "_open": pl.Int64, "_span": pl.Int64, "process": pl.String, "rule": pl.String
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _resolve(self, starts: list[date]) -> Iterator[tuple[tuple[str, int, int], tuple[str, str]]]:
        own = sorted({rule.kind for rule in self.rules if OWN_MARK in rule.kind})
        named = (*kinds(), *(kind(code) for code in own))
        for span, day in enumerate(starts):
            in_force = {(r.kind, r.open_framework): (r.process, r.version) for r in self.rules if r.holds_on(day)}
            for each, flags in product(named, product((0, 1), repeat=3)):
                open_now = [name for name, flag in zip(FRAMEWORKS, flags, strict=True) if flag]
                number = sum(flag * 2**place for place, flag in enumerate(flags))
                answer = _best(in_force, each.code, open_now) if each.case_work else (NO_PROCESS, "")
                yield (each.code, number, span), answer


@cache
def shipped_table() -> InferenceTable:
    """The table that comes with the product."""
    rules = (
        Rule(
            kind=row["kind"],
            open_framework=row["open_framework"],
            process=row["process"],
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in shipped_rows("process_inference.csv")
        if row["version"] == VERSION
    )
    return InferenceTable(VERSION, tuple(rules))


def infer(frame: pl.DataFrame, table: InferenceTable | None = None) -> pl.Series:
    """The process of each row of a frame; see `InferenceTable.infer`. The shipped table by default."""
    return (table or shipped_table()).infer(frame)


def infer_one(kind_code: str, service_date: date, *, cla_open: bool, cin_open: bool, caf_open: bool) -> str:
    """The process of one piece of work by the shipped table; see `InferenceTable.infer_one`."""
    return shipped_table().infer_one(kind_code, service_date, cla_open=cla_open, cin_open=cin_open, caf_open=caf_open)


def with_own_rules(own: Iterable[Rule]) -> InferenceTable:
    """The shipped table with an authority's own rules on top: of a kind and framework they hold for their days.

    Own rules of one kind and framework must not meet. Raises RuleProblems.
    """
    rules = tuple(own)
    if not rules:
        return shipped_table()
    left = [part for each in shipped_table().rules for part in _days_left(each, rules)]
    codes = frozenset(each.process for each in rules)
    told = hashlib.sha256(repr(rules).encode()).hexdigest()[:12]
    return InferenceTable(f"{VERSION} with rules of the authority, {told}", (*rules, *left), codes)


def _days_left(shipped: Rule, own: Iterable[Rule]) -> Iterator[Rule]:
    """What own rules of the same kind and framework leave of the days of a shipped one."""
    start: date | None = shipped.valid_from
    same = [each for each in own if (each.kind, each.open_framework) == (shipped.kind, shipped.open_framework)]
    for each in sorted(same, key=lambda rule: rule.valid_from or date.min):
        if each.valid_from and (start or date.min) < each.valid_from:
            yield replace(shipped, valid_from=start, valid_to=each.valid_from)
        if each.valid_to is None:
            return
        start = each.valid_to
    if start is None or start < (shipped.valid_to or date.max):
        yield replace(shipped, valid_from=start)


def _best(in_force: dict[tuple[str, str], tuple[str, str]], code: str, open_now: list[str]) -> tuple[str, str]:
    for wider in ancestry(code):
        for framework in (*open_now, ANY):
            if (wider, framework) in in_force:
                return in_force[wider, framework]
    return _NOTHING


def _problems(rules: Iterable[Rule], own: frozenset[str]) -> Iterator[str]:
    seen: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        where = f"{rule.kind} while {rule.open_framework} is open"
        for check, code in ((kind, rule.kind), (process, rule.process)):
            try:
                if code not in own:
                    check(code)
            except (UnknownKind, ValueError) as error:
                yield f"{where}: {error}"
        if rule.open_framework not in (*FRAMEWORKS, ANY):
            yield f"{where}: write CLA, CIN, CAF or any."
        if rule.valid_from and rule.valid_to and rule.valid_to <= rule.valid_from:
            yield f"{where}: the rule ends before it starts."
        for other in seen.setdefault((rule.kind, rule.open_framework), []):
            if _meet(rule, other):
                yield f"{where}: two rules for the same days, {other.process} and {rule.process}."
        seen[rule.kind, rule.open_framework].append(rule)


def _meet(one: Rule, other: Rule) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts < min(one.valid_to or date.max, other.valid_to or date.max)
