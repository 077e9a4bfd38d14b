"""What rows of the mapping name, in words."""

from __future__ import annotations

from collections.abc import Callable

from costing.s251 import s251_lines
from web.words import COST_KINDS, placement_type_words, process_words, worker_type_words

__all__ = ["CONDITION_NAMES", "SECTOR_WORDS", "condition_words", "cost_kind_words"]

SECTOR_WORDS = {
    "own_provision": "Own provision",
    "private": "Private",
    "voluntary": "Voluntary",
    "other_local_authority": "Another local authority",
    "other_public": "Other public",
    "parents": "Parents",
    "unknown": "Not known",
}
CONDITION_NAMES = {
    "cost_kind": "Kind of cost",
    "process": "Process",
    "place_type": "Placement type",
    "sector": "Provider sector",
    "worker_type": "Worker type",
    "team": "Team",
    "s251_line": "S251 line",
}


def cost_kind_words(code: str) -> str:
    """A kind of cost; one that has no word yet by its code."""
    return COST_KINDS.get(code, code.replace("_", " ").capitalize())


def _s251_words(code: str) -> str:
    name = next((line.name for line in s251_lines() if line.code == code), "")
    return f"{code} {name}".strip()


_WORDS: dict[str, Callable[[str], str]] = {
    "cost_kind": cost_kind_words,
    "process": process_words,
    "place_type": placement_type_words,
    "sector": lambda code: SECTOR_WORDS.get(code, code),
    "worker_type": worker_type_words,
    "team": str,
    "s251_line": _s251_words,
}


def condition_words(name: str, code: str) -> str:
    """What a row names, in words."""
    return _WORDS[name](code)
