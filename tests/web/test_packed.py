"""Styles, scripts and pages travel packed to those who take them so; a page with words of the asker does not."""

from __future__ import annotations

import gc
import gzip
import warnings

import pytest
from werkzeug.test import TestResponse, create_environ

from tests.web.pages import Browser

PACKED = {"Accept_Encoding": "gzip, deflate, br"}


def addresses(ada: Browser) -> list[str]:
    page = ada.get("/my-day")
    scripts = [e.get("src", "") for e in page.all("script") if e.get("src")]
    styles = [e.get("href", "") for e in page.all("link", rel="stylesheet")]
    assert scripts
    assert styles
    return scripts + styles


def asked(ada: Browser, address: str, **headers: str) -> TestResponse:
    given = {name.replace("_", "-"): said for name, said in headers.items()}
    return ada.client.get(address, headers=given, buffered=True)  # read whole and closed, as a server does


def test_a_file_packed_is_the_file(ada: Browser) -> None:
    for address in addresses(ada):
        plain = asked(ada, address)
        packed = asked(ada, address, **PACKED)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
        assert all("Accept-Encoding" in answer.vary for answer in (plain, packed))
        assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]


@pytest.mark.parametrize("refused", ["", "br", "gzip;q=0"])
def test_nothing_is_packed_for_a_browser_that_does_not_take_it(ada: Browser, refused: str) -> None:
    answer = asked(ada, addresses(ada)[0], Accept_Encoding=refused)
    assert "Content-Encoding" not in answer.headers


def test_a_file_that_has_not_changed_is_not_sent_again(ada: Browser) -> None:
    address = addresses(ada)[0]
    tag = asked(ada, address, **PACKED).headers["ETag"]
    assert tag.startswith("W/")
    again = asked(ada, address, If_None_Match=tag, **PACKED)
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_whose_address_has_no_words_is_packed(ada: Browser) -> None:
    for path in ("/my-day", "/my-week", "/my-day?at=3"):
        packed, plain = asked(ada, path, **PACKED), asked(ada, path)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert "Accept-Encoding" in packed.vary
        assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"] == "no-store"
        assert b"<h1" in gzip.decompress(packed.data)
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3


@pytest.mark.parametrize(
    "path", ["/my-day?kind=HV", "/my-day?at=3&q=secret", "/my-day?at=guess", "/sign-in?next=/my-day", "/nowhere/guess"]
)
def test_a_page_that_may_hold_words_of_the_asker_is_not(ada: Browser, path: str) -> None:
    # The length of a packed page would tell how much of the words is in the rest of it.
    assert "Content-Encoding" not in asked(ada, path, **PACKED).headers


@pytest.mark.parametrize("headers", [{}, PACKED, {"If_None_Match": "*"}], ids=["plain", "packed", "unchanged"])
def test_an_answer_never_closed_leaves_no_file_open(ada: Browser, headers: dict[str, str]) -> None:
    # A server that finds the connection gone may not close its answer. What is not open needs no closing.
    app = ada.client.application
    for address in addresses(ada):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            given = {name.replace("_", "-"): said for name, said in headers.items()}
            answer = app.wsgi_app(create_environ(address, headers=given), lambda *_: bytes.__len__)
            del answer
            gc.collect()
        assert [str(one.message) for one in told if issubclass(one.category, ResourceWarning)] == []
