"""Fixtures of the page tests: a small authority, the site over it, and browsers signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from recorder.accounts import add_account
from tests.web.pages import PASSWORD, Browser
from tests.web.priced import price
from tests.web.village import Village, found_village, open_village
from web import create_app, state
from web.account.people import password_hasher


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("village")
    found_village(folder)
    return folder


@pytest.fixture
def village(founded: Path, tmp_path: Path) -> Iterator[Village]:
    opened = open_village(founded, tmp_path)
    yield opened
    opened.house.close()


@pytest.fixture
def app(village: Village) -> Iterator[Flask]:
    site = create_app(village.settings, clock=village.house.clock)
    site.testing = True
    yield site
    site.extensions[state.EXTENSION].close()


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app)


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], Browser]:
    """Makes browsers signed in under a username of the village: ada, ben, cam, fin, max."""

    def make(username: str) -> Browser:
        made = Browser(app)
        made.sign_in(username)
        return made

    return make


@pytest.fixture
def ada(signed_in: Callable[[str], Browser]) -> Browser:
    """The social worker Ada Osei, signed in: Ruby and Tom are on her caseload."""
    return signed_in("ada")


@pytest.fixture
def fin(village: Village, signed_in: Callable[[str], Browser]) -> Browser:
    """The finance officer of the village once it has prices, signed in."""
    price(village)
    return signed_in("fin")


@pytest.fixture
def fay(village: Village, signed_in: Callable[[str], Browser], fin: Browser) -> Browser:
    """A second finance officer, signed in."""
    desk = village.house.where.engine("desk")
    hasher = password_hasher(village.settings)
    add_account(desk, "fay", PASSWORD, "finance", village.house.clock.now(), name="Fay Lund", hasher=hasher)
    desk.dispose()
    assert fin
    return signed_in("fay")
