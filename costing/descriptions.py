"""Free-text descriptions of work, as exports carry them: the phrase apart from the marks written after it."""

import re
from dataclasses import dataclass
from functools import cache

from costing.shipped import shipped_rows
from costing.vocabulary import VERSION, kinds

HELD, NOT_IN, CANCELLED = "held", "not_in", "cancelled"

_TIMES = re.compile(r"(.+?)[\s,]*\(?[x×]\s?([1-9]\d?)\)?")
_CANCELLED = re.compile(r"(.+?)[\s,–-]*\(?(?:cancelled|canceled)\)?")
_NOT_IN = re.compile(r"(.+?)[\s,–-]*\(?(?:no reply|no answer|not in|nobody in)\)?")
_SIBLINGS = re.compile(r"(.+?)[\s,–-]*\(?(?:re|with|and) siblings?\)?")


@dataclass(frozen=True, slots=True)
class Description:
    """What a description says: its phrase, normalised, and the marks that followed it.

    `outcome` is `held`, `not_in` or `cancelled`; `siblings` that a brother or sister was meant as well;
    `times` how often it was done (the minutes beside it are taken to cover all of them).
    """

    phrase: str
    outcome: str = HELD
    siblings: bool = False
    times: int = 1


def normalise(text: str) -> str:
    """Small letters and single blanks, so that spellings of one phrase compare equal."""
    return " ".join(text.casefold().split())


def read_description(text: str) -> Description:
    """Take the marks `x2`, `- no reply`, `(cancelled)` and `re sibling` off the end, in any order.

    A text that is only a mark stays the phrase; a cancelled visit to which nobody answered is cancelled.
    """
    phrase, outcome, siblings, times = normalise(text), HELD, False, 1
    while True:
        if match := _TIMES.fullmatch(phrase):
            times *= int(match[2])
        elif match := _CANCELLED.fullmatch(phrase):
            outcome = CANCELLED
        elif match := _NOT_IN.fullmatch(phrase):
            outcome = outcome if outcome == CANCELLED else NOT_IN
        elif match := _SIBLINGS.fullmatch(phrase):
            siblings = True
        else:
            return Description(phrase, outcome, siblings, times)
        phrase = match[1]


def suggested_kind(phrase: str, version: str = VERSION) -> str | None:
    """The kind of work that ships as the suggestion for a phrase, or None.

    The shipped matches come first; then a phrase that is exactly one offered kind's label or synonym.
    The suggestion is for a person to accept: it never overrules a match that an authority has made.
    """
    return _matches(version).get(normalise(phrase))


@cache
def _matches(version: str) -> dict[str, str]:
    named: dict[str, set[str]] = {}
    for kind in kinds(version):
        for name in (kind.label, *kind.synonyms) if kind.offered else ():
            named.setdefault(normalise(name), set()).add(kind.code)
    found = {name: codes.pop() for name, codes in named.items() if len(codes) == 1}
    rows = shipped_rows("description_matches.csv")
    return found | {row["phrase"]: row["kind"] for row in rows if row["version"] == version}
