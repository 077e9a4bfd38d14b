"""Calendar files (``.ics``): what happened between two days, recurring events laid out, in London time.

The file is read and nothing is fetched. An event that cannot be read is a problem in words; the others stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import recurring_ical_events
from icalendar import Calendar

__all__ = ["CalendarEvent", "CalendarFile", "NotACalendar", "read_calendar"]

LONDON = ZoneInfo("Europe/London")
MOST_BYTES = 5 * 1024 * 1024
MOST_EVENTS = 2_000
_MINUTE, _DAY_MINUTES = 60, 24 * 60
# An event every minute is no appointment, and laying it out would take for ever.
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
# The library types a property as everything it could be; what it is, is checked where it is used.
_Component = Any
_OF_A_SERIES = ("RRULE", "RDATE", "RECURRENCE-ID")
_PRIVATE = {"PRIVATE", "CONFIDENTIAL"}


class NotACalendar(ValueError):
    """The file is not a calendar that can be read, in words for whoever uploaded it."""


class CalendarEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One appointment, or one day of a recurring one.

    ``key`` is the same whenever the same appointment is read again, moved or not. ``on`` is its day in London and
    ``starts`` the instant; None for a whole day. ``minutes`` is how long it lasts on that day; None: the whole day.
    """

    key: str
    on: date
    starts: datetime | None
    minutes: int | None
    summary: str
    location: str = ""
    private: bool = False
    cancelled: bool = False
    free: bool = False


class CalendarFile(msgspec.Struct, frozen=True, kw_only=True):
    """The appointments of a file in order of their time, and what could not be read, in words."""

    events: tuple[CalendarEvent, ...]
    problems: tuple[str, ...]


def read_calendar(content: bytes, first: date, last: date) -> CalendarFile:
    """The appointments from ``first`` to ``last``, both included. Raises ``NotACalendar``."""
    if len(content) > MOST_BYTES:
        raise NotACalendar(f"The file is over {MOST_BYTES // 1024 // 1024} MB. Export fewer weeks of your calendar.")
    calendar = _opened(content)
    problems = list(_taken_out(calendar))
    series = {_uid(each) for each in calendar.walk("VEVENT") if any(name in each for name in _OF_A_SERIES)}
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    found: dict[str, CalendarEvent] = {}
    # A day more on each side: the file's days can be those of another time zone.
    for number, each in enumerate(query.between(first - timedelta(days=1), last + timedelta(days=2))):
        if number >= MOST_EVENTS:
            problems.append(f"Only the first {MOST_EVENTS:,} appointments of these weeks were read.")
            break
        try:
            event = _event(each, series)
        except (ValueError, KeyError, TypeError, OverflowError):
            problems.append(f"“{_text(each, 'SUMMARY') or 'An appointment'}” has no time that can be read.")
            continue
        if first <= event.on <= last:
            found.setdefault(event.key, event)
    ordered = sorted(found.values(), key=lambda each: (each.on, each.starts or _midnight(each.on), each.key))
    return CalendarFile(events=tuple(ordered), problems=tuple(problems))


def _opened(content: bytes) -> _Component:
    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError) as wrong:
        message = "This is not a calendar file. Export your calendar as an .ics file and choose that."
        raise NotACalendar(message) from wrong
    if not any(True for _ in calendar.walk("VEVENT")):
        raise NotACalendar("There are no appointments in this file.")
    return calendar


def _taken_out(calendar: _Component) -> Iterator[str]:
    """Series that recur too often to be appointments are taken out of the calendar."""
    often = [each for each in calendar.subcomponents if each.name == "VEVENT" and _frequency(each) in _TOO_OFTEN]
    for each in often:
        calendar.subcomponents.remove(each)
        yield f"“{_text(each, 'SUMMARY') or 'An appointment'}” recurs by the hour or oftener, and was passed over."


def _frequency(event: _Component) -> str:
    rule = event.get("RRULE")
    stated = rule.get("FREQ", [""]) if isinstance(rule, dict) else [""]
    return str(stated[0] if isinstance(stated, list) else stated).upper()


def _event(each: _Component, series: set[str]) -> CalendarEvent:
    starts, ends = each["DTSTART"].dt, _end(each)
    whole_day = not isinstance(starts, datetime)
    begins = _midnight(starts) if whole_day else _instant(starts)
    on = starts if whole_day else begins.astimezone(LONDON).date()
    # What goes on past midnight counts up to it: the next day is another day's work.
    stops = min(_instant(ends), _midnight(on + timedelta(days=1))) if isinstance(ends, datetime) else begins
    minutes = None if whole_day else max(0, min(_DAY_MINUTES, round((stops - begins).total_seconds() / _MINUTE)))
    # The library gives every event the time it stands for in its series; outside one it may move and is the same.
    which = each["RECURRENCE-ID"].dt if _uid(each) in series and "RECURRENCE-ID" in each else ""
    summary = _text(each, "SUMMARY")
    return CalendarEvent(
        # Without an id of its own an appointment is known by its time and words.
        key="\n".join((_uid(each) or f"{begins.isoformat()} {summary}", _when(which))),
        on=on,
        starts=None if whole_day else begins.astimezone(UTC),
        minutes=minutes,
        summary=summary,
        location=_text(each, "LOCATION"),
        private=_text(each, "CLASS").upper() in _PRIVATE,
        cancelled=_text(each, "STATUS").upper() == "CANCELLED",
        free=_text(each, "TRANSP").upper() == "TRANSPARENT"
        or _text(each, "X-MICROSOFT-CDO-BUSYSTATUS").upper() == "FREE",
    )


def _end(each: _Component) -> date | datetime | None:
    if "DTEND" in each:
        ends: date | datetime = each["DTEND"].dt
        return ends
    if "DURATION" in each:
        after: date | datetime = each["DTSTART"].dt + each["DURATION"].dt
        return after
    return None


def _when(which: date | datetime | str) -> str:
    if isinstance(which, datetime):
        return _instant(which).astimezone(UTC).isoformat()
    return which.isoformat() if isinstance(which, date) else ""


def _instant(moment: datetime) -> datetime:
    """A time without a zone is London's: it is where the calendar's owner works."""
    return moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _uid(each: _Component) -> str:
    return str(each.get("UID") or "")


def _text(each: _Component, name: str) -> str:
    return " ".join(str(each.get(name, "")).split())
