"""The words of a sentence, each understood once, and the times and days among them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from costing.duration import parse_minutes

__all__ = ["SMALL", "TOKEN", "Words", "day_in", "miles_in", "minutes_in", "time_at", "travel_in"]

TOKEN = re.compile(r"\d+(?:[.:/-]\d+)+(?:[a-z]+)?|\d+[a-z]+\d*[a-z]*|\w[\w'’&/-]*", re.IGNORECASE)
_WEEKDAYS = ("monday mon", "tuesday tue tues", "wednesday wed weds", "thursday thu thur thurs", "friday fri",
             "saturday sat", "sunday sun")  # fmt: skip
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_TRAVEL = {"travel", "travelling", "drive", "driving", "travelled", "drove"}
_MILES = {"mile", "miles", "mi"}
_UNITS = {"h", "hr", "hrs", "hour", "hours", "m", "min", "mins", "minute", "minutes"}
SMALL = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "re", "the", "then", "to", "took", "with", "w",
          "about", "regarding", "last", "this", "children", "kids", "siblings", "family", "each", "both"}  # fmt: skip
_LONGEST = 6


@dataclass
class Words:
    """The words of a sentence, each used once."""

    said: list[str]
    used: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.plain = [word.casefold().replace("’", "'") for word in self.said]
        self.used = [False] * len(self.said)

    def free(self, start: int, length: int) -> str | None:
        """The words from a place on as one text, or None where one is used or missing."""
        stop = start + length
        if stop > len(self.plain) or any(self.used[start:stop]):
            return None
        return " ".join(self.plain[start:stop])

    def use(self, start: int, length: int = 1) -> None:
        """These words are understood."""
        self.used[start : start + length] = [True] * length

    def runs(self, longest: int = _LONGEST) -> Iterable[tuple[int, int, str]]:
        """Every unused run of words, the longest first: place, length, text."""
        for length in range(min(longest, len(self.plain)), 0, -1):
            for start in range(len(self.plain) - length + 1):
                text = self.free(start, length)
                if text is not None:
                    yield start, length, text


def travel_in(words: Words) -> int | None:
    """Time beside a word for travel: ``travel 20m``, ``20m travel``."""
    for place, plain in enumerate(words.plain):
        if plain in _TRAVEL and not words.used[place]:
            for start, length in (*((place + 1, n) for n in (4, 3, 2, 1)), *((place - n, n) for n in (4, 3, 2, 1))):
                found = time_at(words, start, length)
                if found is not None:
                    words.use(start, length)
                    words.use(place)
                    return found
    return None


def minutes_in(words: Words) -> int | None:
    """The first time of the longest run of words that is one, in minutes."""
    for start, length, _ in words.runs(4):
        found = time_at(words, start, length)
        if found is not None:
            words.use(start, length)
            return found
    return None


def time_at(words: Words, start: int, length: int) -> int | None:
    """Minutes that a run of words says, else None; a lone number counts, a name with a figure in it does not."""
    text = words.free(start, length) if start >= 0 else None
    if text is None or not (any(c.isdigit() for c in text) or "hour" in text):
        return None
    if length > 1 and not (set(words.plain[start : start + length]) & _UNITS or "hour" in text or text[-1] in "hm"):
        return None
    try:
        return parse_minutes(text)
    except ValueError:
        return None


def miles_in(words: Words) -> str | None:
    """Miles as they were written: ``12 miles``, ``3.5mi``."""
    for place, plain in enumerate(words.plain):
        joined = re.fullmatch(r"(\d+(?:\.\d)?)(?:miles?|mi)", plain)
        if joined:
            words.use(place)
            return joined[1]
        if plain in _MILES and place and re.fullmatch(r"\d+(?:\.\d)?", words.plain[place - 1]):
            words.use(place - 1, 2)
            return words.plain[place - 1]
    return None


def day_in(words: Words, today: date) -> date | None:
    """The day a sentence names: today, yesterday, a weekday (the last one), 3/11, 3 November."""
    for start, length, text in words.runs(3):
        found = _named_day(text, today) if length < 2 else _written_day(text, today)
        if found is not None:
            words.use(start, length)
            return found
    return None


def _named_day(plain: str, today: date) -> date | None:
    if plain in {"today", "yesterday"}:
        return today - timedelta(days=plain == "yesterday")
    if plain in _WEEKDAY:
        return today - timedelta(days=(today.weekday() - _WEEKDAY[plain]) % 7)
    match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2}|\d{4}))?", plain)
    if match and ("/" in plain or plain.count("-") == 2 or plain.count(".") == 2):
        day, month, year = (int(part) if part else None for part in match.groups())
        return _dated(day or 0, month or 0, year, today)
    return None


def _written_day(text: str, today: date) -> date | None:
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})(?: (\d{4}))?", text)
    if match is None:
        return None
    month = next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(match[2])), 0)
    return _dated(int(match[1]), month, int(match[3]) if match[3] else None, today) if month else None


def _dated(day: int, month: int, year: int | None, today: date) -> date | None:
    """The day; without a year the last one that has been."""
    try:
        if year is not None:
            return date(year + 2000 if year < 100 else year, month, day)
        found = date(today.year, month, day)
        return found if found <= today else date(today.year - 1, month, day)
    except ValueError:
        return None
