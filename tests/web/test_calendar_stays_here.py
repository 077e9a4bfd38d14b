"""Reading a calendar asks nobody anything: whatever addresses a file holds, no connection is opened."""

from __future__ import annotations

import socket
from typing import Never

import pytest

from tests.recorder.intake.test_calendar_file import file
from tests.web.pages import Browser
from tests.web.test_calendar import cards, upload

TEMPTING = (
    "UID:1\nSUMMARY:HV Ruby\nURL:https://calendar.example/1\nATTACH:https://files.example/plan.pdf\n"
    "ORGANIZER;DIR=ldap://people.example/o=x:mailto:lead@mail.example\nATTENDEE:mailto:worker@mail.example\n"
    'CONFERENCE;VALUE=URI:https://meet.example/1\nDTSTART;TZID="https://zones.example/London":20260330T090000\n'
    'DTEND;TZID="https://zones.example/London":20260330T100000\n'
    "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT15M\nATTACH:https://sounds.example/bell.wav\nEND:VALARM"
)
ZONE = (
    "BEGIN:VTIMEZONE\nTZID:https://zones.example/London\nTZURL:https://zones.example/London.ics\nBEGIN:STANDARD\n"
    "DTSTART:19961027T020000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0000\nEND:STANDARD\nEND:VTIMEZONE\n"
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every name looked up and every connection tried; none is made."""
    tried: list[str] = []

    def refuse(*what: object, **_: object) -> Never:
        tried.append(repr(what))
        raise OSError("No connection is opened in this test")

    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    return tried


def test_a_calendar_full_of_addresses_is_read_without_a_call(ada: Browser, asked: list[str]) -> None:
    page = upload(ada, file(TEMPTING, head=ZONE))
    assert [each.split(" 30 March")[0] for each in cards(page)] == ["HV Ruby"]
    assert asked == []


def test_a_call_would_be_noticed(asked: list[str]) -> None:
    with pytest.raises(OSError, match="No connection"), socket.socket() as one:
        one.connect(("127.0.0.1", 9))
    assert len(asked) == 1
