"""One sentence about a piece of work, taken apart: ``home visit Asha and Ben 50m travel 20m yesterday``.

It is read here and nowhere else: no word of it leaves the server. What is understood fills the form, for the
worker to confirm; words that are not understood are said, and are never kept. Nothing is guessed between two:
a first name that two children have is a question, not an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from rapidfuzz import fuzz

from costing.vocabulary import Kind
from web.record.sentence_people import Named, Question, people_in
from web.record.sentence_words import SMALL, TOKEN, Words, day_in, miles_in, minutes_in, time_at, travel_in

__all__ = ["Named", "Question", "Sentence", "read_sentence"]

_OUTCOMES = {
    "not in": "not_in", "nobody in": "not_in", "no reply": "not_in", "no answer": "not_in", "no access": "not_in",
    "not at home": "not_in", "dna": "not_in", "cancelled": "cancelled", "canceled": "cancelled",
    "called off": "cancelled",
}  # fmt: skip
_SEEN = {"seen alone": "alone", "spoken to alone": "alone", "alone": "alone", "not seen": "no", "seen": "seen"}
# Two letters turned round cost a short word more than a long one.
_ALIKE, _ALIKE_LONG, _LONG = 86, 82, 8
_LEAST_FUZZY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What a sentence says. Minutes and miles as they were written; None: it does not say.

    ``on`` None: today is meant. ``left`` are the words that were not understood.
    """

    kind: Kind | None = None
    children: tuple[UUID, ...] = ()
    colleagues: tuple[UUID, ...] = ()
    minutes: int | None = None
    travel_minutes: int | None = None
    miles: str | None = None
    on: date | None = None
    outcome: str = "held"
    seen: str = ""
    questions: tuple[Question, ...] = ()
    left: tuple[str, ...] = ()


def read_sentence(
    text: str, kinds: Sequence[Kind], children: Sequence[Named], colleagues: Sequence[Named], today: date
) -> Sentence:
    """What a sentence says of work done by ``today``: one of the kinds, for some of the children, with colleagues."""
    words = Words(TOKEN.findall(text))
    questions: list[Question] = []
    kind = _exact_kind(words, [each for each in kinds if each.kind_class != "travel"])
    on = day_in(words, today)
    miles = miles_in(words)
    # Travel to a piece of work is its travel time; a journey alone is the work itself.
    travel = travel_in(words) if kind or not _exact_kind_is_travel(words, kinds) else None
    kind = kind or _exact_kind(words, kinds)
    minutes = minutes_in(words)
    outcome = _one_of(words, _OUTCOMES) or "held"
    with_whom = people_in(words, colleagues, questions, after_with=True)
    for_whom = people_in(words, children, questions)
    with_whom += [each for each in people_in(words, colleagues, questions) if each not in with_whom]
    seen = _one_of(words, _SEEN) or ""
    kind = kind or _alike_kind(words, kinds)
    left = [said for said, used, plain in zip(words.said, words.used, words.plain, strict=True)
            if not used and plain not in SMALL]  # fmt: skip
    return Sentence(
        kind=kind,
        children=tuple(for_whom),
        colleagues=tuple(with_whom),
        minutes=minutes,
        travel_minutes=travel,
        miles=miles,
        on=None if on == today else on,
        outcome=outcome,
        seen=seen,
        questions=tuple(questions),
        left=tuple(left),
    )


@lru_cache(maxsize=8)
def _phrases(kinds: tuple[Kind, ...]) -> dict[str, Kind]:
    """Every phrase for a kind, as words joined by a space; where two kinds share one, the first has it."""
    found: dict[str, Kind] = {}
    for names in (lambda k: (k.label,), lambda k: k.synonyms, lambda k: k.examples.split(";")):
        for each in kinds:
            for phrase in names(each):
                found.setdefault(" ".join(TOKEN.findall(phrase.casefold())), each)
    found.pop("", None)
    return found


def _exact_kind(words: Words, kinds: Sequence[Kind]) -> Kind | None:
    phrases = _phrases(tuple(kinds))
    for start, length, text in words.runs():
        # "Seen" says who was seen, as well as that there was a visit: it stays in the sentence.
        if text in phrases and text not in _SEEN:
            words.use(start, length)
            return phrases[text]
    return None


def _exact_kind_is_travel(words: Words, kinds: Sequence[Kind]) -> bool:
    """Whether nothing but a journey is named, with one time: a second one would be that of some work."""
    phrases = _phrases(tuple(kinds))
    times = sum(time_at(words, place, 1) is not None for place in range(len(words.plain)))
    return times < 2 and any(text in phrases and phrases[text].kind_class == "travel" for _, _, text in words.runs())


def _alike_kind(words: Words, kinds: Sequence[Kind]) -> Kind | None:
    """The kind whose phrase is nearly what was typed, letters left out or turned round."""
    phrases = _phrases(tuple(kinds))
    best, place = 0.0, None
    for start, length, text in words.runs(4):
        least = _ALIKE if len(text) < _LONG else _ALIKE_LONG
        for phrase, kind in phrases.items() if len(text) >= _LEAST_FUZZY else ():
            if len(phrase) >= _LEAST_FUZZY and (alike := fuzz.ratio(text, phrase)) >= max(least, best + 0.01):
                best, place = alike, (start, length, kind)
    if place is not None:
        words.use(*place[:2])
        return place[2]
    return next((phrases["seen"] for plain in words.plain if plain == "seen" and "seen" in phrases), None)


def _one_of(words: Words, meanings: dict[str, str]) -> str | None:
    for start, length, text in words.runs(3):
        if text in meanings:
            words.use(start, length)
            return meanings[text]
    return None
