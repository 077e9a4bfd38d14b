"""Time spent, as people write it, to whole minutes. Blank means not known; it is never nothing at all."""

import re
from fractions import Fraction
from functools import lru_cache

from costing.money import round_half_up

MOST_MINUTES = 24 * 60
_EXAMPLES = "Write it like 75, 1h15, 1:15, 1.25 hrs or 35m."

_NUMBER = r"(\d{1,6}(?:\.\d{1,18})?|\.\d{1,18})"
_HOURS = r"(?:h|hr|hrs|hour|hours)\.?"
_MINUTES = r"(?:m|min|mins|minute|minutes)\.?"
_WHOLE_MINUTES = re.compile(r"(\d{1,6})")
_CLOCK = re.compile(r"(\d{1,6}):(\d{2})(?::00)?")
_IN_HOURS = re.compile(rf"{_NUMBER}\s*{_HOURS}")
_IN_MINUTES = re.compile(rf"{_NUMBER}\s*{_MINUTES}")
_HOURS_AND_MINUTES = re.compile(rf"(\d{{1,6}})\s*{_HOURS}\s*(?:and\s*)?(\d{{1,2}})\s*(?:{_MINUTES})?")
_BARE_DECIMAL = re.compile(r"\d*\.\d+")
_WORDS = {
    "an hour": 60,
    "one hour": 60,
    "half an hour": 30,
    "half hour": 30,
    "quarter of an hour": 15,
    "hour and a half": 90,
    "an hour and a half": 90,
}


@lru_cache(maxsize=4096)
def parse_minutes(text: str | None) -> int | None:
    """Whole minutes from a time as written, or None where nothing is written.

    A number alone is minutes; parts of an hour go to the nearest minute, halves up (0.58 hrs is 35).
    Raises ValueError, in words for the person who wrote it, for anything else and for over 24 hours.
    """
    written = " ".join((text or "").split())
    if not written:
        return None
    minutes = _minutes(written.casefold(), written)
    if minutes > MOST_MINUTES:
        raise ValueError(f"“{written}” is more than 24 hours. Record each day on its own. {_EXAMPLES}")
    return minutes


def _minutes(plain: str, written: str) -> int:
    if match := _WHOLE_MINUTES.fullmatch(plain):
        return int(match[1])
    if match := _CLOCK.fullmatch(plain) or _HOURS_AND_MINUTES.fullmatch(plain):
        if int(match[2]) >= 60:
            raise ValueError(f"“{written}” has 60 minutes or more after the hours. {_EXAMPLES}")
        return int(match[1]) * 60 + int(match[2])
    if match := _IN_HOURS.fullmatch(plain):
        return round_half_up(Fraction(match[1]) * 60)
    if match := _IN_MINUTES.fullmatch(plain):
        return round_half_up(Fraction(match[1]))
    named = _WORDS.get(plain)
    if named is not None:
        return named
    if _BARE_DECIMAL.fullmatch(plain):
        raise ValueError(f"“{written}” could be hours or minutes. Write {written}h or whole minutes.")
    raise ValueError(f"“{written}” is not a time we can read. {_EXAMPLES}")
