from __future__ import annotations

from pathlib import Path

import pytest

from tests.recorder.desk_store import Office

from .loaded_returns import Returns


@pytest.fixture
def returns(office: Office, tmp_path: Path) -> Returns:
    """An empty authority on SQLite, and a folder to write returns in."""
    (tmp_path / "returns").mkdir()
    return Returns(office, tmp_path / "returns")
