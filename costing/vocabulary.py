"""The kinds of work: a versioned vocabulary in which finer kinds point to the wider kind they belong to.

The same kinds serve every framework (looked after, in need, early help); what a piece of work is *for* is
its process, which is told apart in `costing.inference`.

The code of an authority's own kind is the code of the shipped kind it belongs to, a full stop and a mark of its
own (`D1H.SIB`). So whoever knows the shipped table alone reads it as its wider kind: class, process and
occurrences follow from the code, and old records can be read whatever became of its wording.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from costing.shipped import shipped_rows

VERSION = "2026.1"
CLASSES = ("direct", "indirect_case", "travel", "indirect_non_case", "absence", "residual")
CASE_CLASSES = frozenset({"direct", "indirect_case", "travel"})
VISIT_RULES = ("if_seen", "local", "no")
OWN_MARK = "."
_NO_FIT = 9


# What work of a kind shows of the occurrence it belongs to, in the vocabulary of `costing.predicates`.
_SHOWS: Mapping[str, str] = {"D4E": "abe_interview", "D6S": "strategy_meeting"}


class UnknownKind(ValueError):
    """A kind of work that this version of the vocabulary does not hold."""


class UnknownVersion(ValueError):
    """A version of the vocabulary that was never shipped."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work.

    `kind_class` is one of `CLASSES`. `asks_seen`: the form asks whether the child was seen, and seen
    alone. `offered`: people may choose it (headings and kinds kept for old records are not offered, but
    remain valid codes). `may_satisfy_visit_rule` is `if_seen`, `local` (only where local policy says so)
    or `no`. `parent` is the code of the wider kind, '' at the top. `occurrence_of`: what work of this kind is
    itself an occurrence of, as codes of `costing.pathway_triggers` (a review held is one; a report for it is not).
    """

    code: str
    parent: str
    label: str
    kind_class: str
    definition: str
    examples: str
    synonyms: tuple[str, ...]
    asks_seen: bool
    needs_child: bool
    offered: bool
    may_satisfy_visit_rule: str
    occurrence_of: tuple[str, ...]
    source: str

    @property
    def direct(self) -> bool:
        """With, or talking to, the child, family or carer."""
        return self.kind_class == "direct"

    @property
    def case_work(self) -> bool:
        """For a named child, so that a process and a cost belong to it."""
        return self.kind_class in CASE_CLASSES


def kinds(version: str = VERSION) -> tuple[Kind, ...]:
    """Every kind of a version, in the order of the shipped table. Raises UnknownVersion."""
    return tuple(_by_code(version).values())


def kind(code: str, version: str = VERSION) -> Kind:
    """The kind with a code; of an own kind what its wider kind makes of it. Raises UnknownKind, naming the code."""
    shipped = _by_code(version)
    found = shipped.get(code)
    if found is not None:
        return found
    wider, mark, own = code.partition(OWN_MARK)
    if not (mark and own and wider in shipped):
        raise UnknownKind(f"“{code}” is not a kind of work in vocabulary {version}.")
    parent = shipped[wider]
    label = f"{parent.label} ({own})"
    return replace(parent, code=code, parent=wider, label=label, synonyms=(), occurrence_of=(), offered=False)


def ancestry(code: str, version: str = VERSION) -> tuple[str, ...]:
    """The code itself, then each wider kind above it, up to the top. Raises UnknownKind."""
    line = [code]
    while parent := kind(line[-1], version).parent:
        line.append(parent)
    return tuple(line)


def shown_by(code: str, version: str = VERSION) -> frozenset[str]:
    """The marks (`costing.predicates.MARKS`) that work of a kind shows to hold: none for a kind not known."""
    try:
        return frozenset(_SHOWS[each] for each in ancestry(code, version) if each in _SHOWS)
    except UnknownKind:
        return frozenset()


def occurrences_of(code: str, version: str = VERSION) -> frozenset[str]:
    """What work of a kind, or of the wider kinds above it, is itself an occurrence of: triggers; none for a
    kind not known, or one whose work only prepares an occurrence or follows it up."""
    try:
        return frozenset(trigger for each in ancestry(code, version) for trigger in kind(each, version).occurrence_of)
    except UnknownKind:
        return frozenset()


def find_kinds(words: str, version: str = VERSION) -> list[Kind]:
    """The offered kinds that fit what someone types, best first.

    A synonym or label that is exactly the words comes first, then one that starts with them, then one
    that holds every word somewhere in label, synonyms or examples. No words: every offered kind.
    """
    return fitting(words, (each for each in kinds(version) if each.offered))


def fitting(words: str, among: Iterable[Kind]) -> list[Kind]:
    """The kinds among some that fit what someone types, best first, as `find_kinds` ranks them."""
    wanted = " ".join(words.casefold().split())
    ranked = [(_fit(wanted, each), place, each) for place, each in enumerate(among)]
    return [each for fit, _, each in sorted(ranked, key=lambda entry: entry[:2]) if fit < _NO_FIT]


def _fit(wanted: str, each: Kind) -> int:
    names = [name.casefold() for name in (each.label, *each.synonyms, each.code)]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    text = " ".join([*names, each.examples.casefold()])
    return 2 if all(word in text for word in wanted.split()) else _NO_FIT


@cache
def _by_code(version: str) -> Mapping[str, Kind]:
    rows = [row for row in shipped_rows("activity_kinds.csv") if row["version"] == version]
    if not rows:
        raise UnknownVersion(f"There is no vocabulary {version}.")
    return {row["code"]: _kind(row) for row in rows}


def _kind(row: Mapping[str, str]) -> Kind:
    return Kind(
        code=row["code"],
        parent=row["parent"],
        label=row["label"],
        kind_class=row["class"],
        definition=row["definition"],
        examples=row["examples"],
        synonyms=tuple(row["synonyms"].split(";")) if row["synonyms"] else (),
        asks_seen=row["asks_seen"] == "yes",
        needs_child=row["needs_child"] == "yes",
        offered=row["offered"] == "yes",
        may_satisfy_visit_rule=row["may_satisfy_visit_rule"],
        occurrence_of=tuple(row["occurrence_of"].split(";")) if row["occurrence_of"] else (),
        source=row["source"],
    )
