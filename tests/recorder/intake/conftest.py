from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from recorder.children import NewChild, identifier, register_children
from recorder.intake.roster import worker_statement
from recorder.intake.statements import apply_statements
from tests.recorder.desk_store import Office
from tests.recorder.intake.la_dev import BEFORE, CLERK

WriteFile = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """Writes text to a new file each time."""
    numbers = count(1)

    def make(text: str) -> Path:
        path = tmp_path / f"file_{next(numbers)}.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return make


@pytest.fixture
def child(office: Office) -> UUID:
    """The one registered child, 152024."""
    one = NewChild(identifiers=(identifier("ssda903", "152024"),), personal={"dob": "2010-10-04"})
    register_children(office.recorder, [one], BEFORE, CLERK)
    return one.child_id


@pytest.fixture
def worker(office: Office) -> None:
    """The one worker on the roster, SW1."""
    apply_statements(office.recorder, [worker_statement("SW1")], BEFORE, CLERK)
