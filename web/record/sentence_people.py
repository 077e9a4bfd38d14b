"""Whom a sentence names: children of the caseload, families of them, colleagues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from web.record.sentence_words import SMALL, TOKEN, Words

__all__ = ["Named", "Question", "people_in"]


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a sentence may name: a child of the caseload, or a colleague."""

    id: UUID
    name: str
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Words that fit several: which of them is meant?"""

    words: str
    candidates: tuple[Named, ...]


def people_in(
    words: Words, people: Sequence[Named], questions: list[Question], *, after_with: bool = False
) -> list[UUID]:
    """Those named, in the order of the sentence. ``after_with``: only straight after *with*, and after those."""
    index = _index(people)
    found: dict[UUID, None] = {}
    place, last_key, open_to = 0, "", not after_with
    while place < len(words.plain):
        if words.used[place]:
            place += 1
            continue
        taken, key = _named_at(words, place, index, last_key)
        if taken and open_to:
            fits = index[key]
            whole_family = key.endswith("\0family")
            if len(fits) > 1 and not whole_family:
                questions.append(Question(" ".join(words.said[place : place + taken]), fits))
            else:
                found.update(dict.fromkeys(each.id for each in fits))
            words.use(place, taken)
            place, last_key = place + taken, key
            continue
        plain = words.plain[place]
        open_to = not after_with or plain in {"with", "w"} or (open_to and plain in {"and", "&"})
        place += 1
    return list(found)


def _named_at(words: Words, place: int, index: dict[str, tuple[Named, ...]], last_key: str) -> tuple[int, str]:
    """How many words from a place on name somebody, and the key under which they are found."""
    for length in range(4, 0, -1):
        text = words.free(place, length)
        if text is None:
            continue
        text = text.removesuffix("'s")
        shared = " ".join((*last_key.split(" ")[:-1], text))  # "Child A and B" goes on as "Child B"
        for key in _family_first(text) if length < 3 else (text,):
            if key in index and (len(key) > 1 or not last_key):
                return length, key
        if last_key and shared != text and shared in index:
            return length, shared
    return 0, ""


def _family_first(text: str) -> tuple[str, ...]:
    """A family as people write it (*the Smiths*, *Smith children*) before a person of that name."""
    singular = text.removesuffix(" children").removesuffix(" kids").removesuffix(" siblings").removesuffix(" family")
    if singular != text:
        return (f"{singular}\0family",)
    return (
        (text, f"{text.removesuffix('es')}\0family", f"{text.removesuffix('s')}\0family")
        if text.endswith("s")
        else (text,)
    )


@lru_cache(maxsize=64)
def _indexed(people: tuple[Named, ...]) -> dict[str, tuple[Named, ...]]:
    found: dict[str, dict[UUID, Named]] = {}

    def put(key: str, each: Named) -> None:
        found.setdefault(key, {})[each.id] = each

    for each in people:
        for name in (each.name, *each.other_names):
            parts = [word.casefold().replace("’", "'") for word in TOKEN.findall(name)]
            if not parts:
                continue
            put(" ".join(parts), each)
            if len(parts) > 1:
                for part in (parts[0], parts[-1]):
                    if len(part) > 1 and part not in SMALL:
                        put(part, each)
                put(parts[-1] + "\0family", each)
                put("".join(part[0] for part in parts), each)
    # A whole name stands for its bearer, even where it is part of another's.
    whole = {" ".join(word.casefold() for word in TOKEN.findall(each.name)): each for each in people}
    return {key: (whole[key],) if key in whole else tuple(fits.values()) for key, fits in found.items()}


def _index(people: Sequence[Named]) -> dict[str, tuple[Named, ...]]:
    find: Callable[[tuple[Named, ...]], dict[str, tuple[Named, ...]]] = _indexed
    return find(tuple(people))
