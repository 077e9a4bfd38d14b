"""Calendar files are read as their owner sees them: recurring events, time zones, and what is private."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from recorder.intake.calendar_file import NotACalendar, read_calendar

FIRST, LAST = date(2026, 10, 19), date(2026, 11, 1)  # the clocks go back on 25 October


def file(*events: str, head: str = "") -> bytes:
    body = "\n".join(f"BEGIN:VEVENT\nDTSTAMP:20261001T000000Z\n{each}\nEND:VEVENT" for each in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{head}{body}\nEND:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(*events: str, head: str = "") -> list[tuple[str, datetime | None, int | None, str]]:
    return [
        (e.on.isoformat(), e.starts, e.minutes, e.summary)
        for e in read_calendar(file(*events, head=head), FIRST, LAST).events
    ]


def test_a_plain_appointment() -> None:
    assert read("UID:1\nSUMMARY:Home visit\nDTSTART:20261020T090000Z\nDTEND:20261020T101500Z") == [
        ("2026-10-20", datetime(2026, 10, 20, 9, tzinfo=UTC), 75, "Home visit")
    ]


def test_a_weekly_one_keeps_its_hour_when_the_clocks_change() -> None:
    weekly = (
        "UID:1\nSUMMARY:Supervision\nDTSTART;TZID=Europe/London:20261001T100000\n"
        "DTEND;TZID=Europe/London:20261001T110000\nRRULE:FREQ=WEEKLY\nEXDATE;TZID=Europe/London:20261015T100000"
    )
    assert [(on, starts) for on, starts, _, _ in read(weekly)] == [
        ("2026-10-22", datetime(2026, 10, 22, 9, tzinfo=UTC)),
        ("2026-10-29", datetime(2026, 10, 29, 10, tzinfo=UTC)),
    ]


def test_one_of_a_series_moved_is_read_once_and_keeps_its_key() -> None:
    series = "UID:1\nSUMMARY:Visit\nDTSTART:20261020T100000Z\nDTEND:20261020T110000Z\nRRULE:FREQ=WEEKLY;COUNT=2"
    moved = "UID:1\nSUMMARY:Visit\nRECURRENCE-ID:20261027T100000Z\nDTSTART:20261028T140000Z\nDTEND:20261028T143000Z"
    before = read_calendar(file(series), FIRST, LAST).events
    after = read_calendar(file(series, moved), FIRST, LAST).events
    assert [each.on.isoformat() for each in after] == ["2026-10-20", "2026-10-28"]
    assert [each.key for each in after] == [each.key for each in before]


def test_another_time_zone_is_london_s_day() -> None:
    zone = "TZID=America/New_York"
    late = f"UID:1\nSUMMARY:Call\nDTSTART;{zone}:20261020T200000\nDTEND;{zone}:20261020T203000"
    assert read(late)[0][:3] == ("2026-10-21", datetime(2026, 10, 21, 0, tzinfo=UTC), 30)


def test_a_whole_day_has_no_minutes_and_a_time_without_a_zone_is_london_s() -> None:
    whole = "UID:1\nSUMMARY:Leave\nDTSTART;VALUE=DATE:20261021\nDTEND;VALUE=DATE:20261022"
    floating = "UID:2\nSUMMARY:Visit\nDTSTART:20261020T100000\nDURATION:PT45M"
    assert read(floating, whole) == [
        ("2026-10-20", datetime(2026, 10, 20, 9, tzinfo=UTC), 45, "Visit"),
        ("2026-10-21", None, None, "Leave"),
    ]


def test_what_goes_on_past_midnight_counts_up_to_it() -> None:
    assert read("UID:1\nSUMMARY:Duty\nDTSTART:20261027T220000Z\nDTEND:20261028T060000Z")[0][2] == 120


def test_private_cancelled_and_free_are_told() -> None:
    (event,) = read_calendar(
        file("UID:1\nSUMMARY:Dentist\nCLASS:PRIVATE\nSTATUS:CANCELLED\nTRANSP:TRANSPARENT\n"
             "DTSTART:20261020T090000Z\nDTEND:20261020T100000Z"), FIRST, LAST,
    ).events  # fmt: skip
    assert (event.private, event.cancelled, event.free) == (True, True, True)


def test_what_is_no_calendar_is_said() -> None:
    for content in (b"child_id,minutes\n1,2\n", b"", b"\xff\xfe\x00"):
        with pytest.raises(NotACalendar):
            read_calendar(content, FIRST, LAST)


def test_a_series_every_second_is_passed_over_and_the_rest_stands() -> None:
    often = "UID:1\nSUMMARY:Tick\nDTSTART:20200101T000000Z\nDTEND:20200101T000001Z\nRRULE:FREQ=SECONDLY"
    good = "UID:2\nSUMMARY:Visit\nDTSTART:20261020T090000Z\nDTEND:20261020T100000Z"
    found = read_calendar(file(often, good), FIRST, LAST)
    assert [each.summary for each in found.events] == ["Visit"]
    assert found.problems == ("“Tick” recurs by the hour or oftener, and was passed over.",)


def test_read_again_the_keys_are_the_same() -> None:
    event = "SUMMARY:No id\nDTSTART:20261020T090000Z\nDTEND:20261020T100000Z"
    assert read_calendar(file(event), FIRST, LAST) == read_calendar(file(event), FIRST, LAST)
