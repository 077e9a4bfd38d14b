"""Fixtures of the tests of projections: an authority about which nothing is known yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Empty, on the embedded database."""
    opened = open_house("sqlite", tmp_path)
    yield opened
    opened.close()
