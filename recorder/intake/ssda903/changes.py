"""When a later return says something else of an episode: what kind of difference it is, and in words."""

from __future__ import annotations

from typing import Literal

import msgspec

from .codes import recoded, years_of
from .findings import uk
from .rows import EpisodeFacts

__all__ = ["Difference", "changes_in_words", "difference", "only_fills_in", "still_where_it_was"]

Difference = Literal["same", "ending", "recoding", "amendment"]
_CODE_SETS = {
    "rne": "RNE",
    "ls": "LS",
    "cin": "CIN",
    "place": "PLACE",
    "provider": "PLACE_PROVIDER",
    "rec": "REC",
    "reason_place_change": "REASON_PLACE_CHANGE",
    "pl_location": "PL_LOCATION",
}
_WORDS = {
    "dec": "end",
    "rne": "reason for the episode",
    "ls": "legal status",
    "cin": "category of need",
    "place": "placement",
    "provider": "provider",
    "rec": "reason it ended",
    "reason_place_change": "reason for the move",
    "urn": "URN",
    "pl_location": "area",
    "pl_la": "authority it lies in",
}
# Columns that a return need not have: one without them says nothing of what they hold.
_BESIDE_THE_GUIDE = frozenset({"pl_location", "pl_la"})
_WHERE = ("place", "provider", "urn")
_NOT_SHOWN = frozenset({"urn", "pl_la"})
_SAID_WHEN_IT_ENDS = frozenset({"dec", "rec", "reason_place_change"})


def difference(before: EpisodeFacts, after: EpisodeFacts, return_year: str) -> Difference:
    """What a return of `return_year` does to an episode known from an earlier one.

    - *ending*: the blank end is filled, with its reasons; nothing else differs.
    - *recoding*: codes differ only because the list changed by that year (H5 and P2 are K3 from 2024/25;
      `data/recodings.csv`); a URN that the new list asks for may come along. An episode recoded and ended in
      one return is a recoding.
    - *amendment*: anything else: a code, provider or end stated otherwise, filled in later, or taken back.

    Where a placement lies is compared only where both say it: a return need not.
    Ending and recoding are never findings.
    """
    changed = _changed(before, after)
    if not changed:
        return "same"
    by_list = {
        name
        for name in changed
        if name in _CODE_SETS and recoded(_CODE_SETS[name], getattr(before, name), getattr(after, name), return_year)
    }
    left = changed - by_list - _ending(before, after)
    if "place" in by_list and not before.urn:
        left -= {"urn"}
    if left:
        return "amendment"
    return "recoding" if by_list else "ending"


def changes_in_words(before: EpisodeFacts, after: EpisodeFacts) -> str:
    """What differs, the ending apart, as `placement K2, then P1; provider PR4, then PR0`."""
    changed = _changed(before, after) - _ending(before, after)
    return "; ".join(
        f"{words} {_value(before, name)}, then {_value(after, name)}" if name not in _NOT_SHOWN else words
        for name, words in _WORDS.items()
        if name in changed
    )


def only_fills_in(before: EpisodeFacts, after: EpisodeFacts) -> bool:
    """Whether everything that differs, the ending apart, was blank before."""
    return all(not getattr(before, name) for name in _changed(before, after) - _ending(before, after))


def still_where_it_was(before: EpisodeFacts, after: EpisodeFacts) -> EpisodeFacts:
    """`after` with what it leaves blank of where the placement lies taken from `before`, of the same placement."""
    if any(getattr(before, name) != getattr(after, name) for name in _WHERE):
        return after
    kept = {name: getattr(after, name) or getattr(before, name) for name in _BESIDE_THE_GUIDE}
    return msgspec.structs.replace(after, **kept)


def _changed(before: EpisodeFacts, after: EpisodeFacts) -> frozenset[str]:
    differs = {name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)}
    unsaid = {name for name in _BESIDE_THE_GUIDE if not (getattr(before, name) and getattr(after, name))}
    return frozenset(differs - unsaid)


def _ending(before: EpisodeFacts, after: EpisodeFacts) -> frozenset[str]:
    return _SAID_WHEN_IT_ENDS if before.dec is None and after.dec is not None else frozenset()


def _value(facts: EpisodeFacts, name: str) -> str:
    if name == "dec":
        return uk(facts.dec)
    value: str = getattr(facts, name)
    if not value:
        return "blank"
    # A code that no list holds may be anything, a person's name too; it stays in its row.
    return value if years_of(_CODE_SETS[name], value) or len(value) <= 3 else "a code not in the list"
