from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recorder.desk_store import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An authority on SQLite."""
    opened = open_office("sqlite", tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An authority on each database in turn."""
    opened = open_office(request.param, tmp_path)
    yield opened
    opened.close()
