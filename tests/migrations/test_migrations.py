"""The revisions lead to the tables the program states, on both databases, from any folder, again and again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Column, Integer, MetaData, Table, insert, inspect, select

from migrations.run import (
    METADATA,
    PURPOSES,
    SchemaError,
    check,
    configuration,
    differences,
    head,
    standing,
    upgrade,
    upgrade_all,
)
from projections import tables as t
from projections.database import ProjectionDatabase
from recorder.store import Databases
from tests.stores import DATABASES, databases


@pytest.fixture(params=DATABASES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Databases:
    return databases(request.param, tmp_path)


def test_the_revisions_lead_to_the_tables_that_the_program_states() -> None:
    assert check() == {"keys": [], "desk": [], "projections": []}


def test_an_upgrade_leaves_no_difference_and_may_be_run_again(where: Databases) -> None:
    for _ in range(2):
        upgrade_all(where)

    for purpose in PURPOSES:
        assert standing(where, purpose) == head(purpose)
        assert differences(where, purpose) == []


@pytest.mark.parametrize("purpose", ["keys", "desk"])
def test_tables_made_without_a_revision_are_taken_as_they_are(where: Databases, purpose: str) -> None:
    _make(where, purpose, METADATA[purpose])

    upgrade(where, purpose)

    assert standing(where, purpose) == head(purpose)


def test_keys_that_no_revision_leads_to_are_left_alone(where: Databases) -> None:
    strange = MetaData()
    Table("child_keys", strange, Column("number", Integer, primary_key=True))
    _make(where, "keys", strange)

    with pytest.raises(SchemaError, match="keys"):
        upgrade(where, "keys")

    assert standing(where, "keys") is None


def test_projections_after_a_rebuild_are_taken_as_they_are(where: Databases) -> None:
    upgrade(where, "projections")
    tables = ProjectionDatabase(where)
    name, engine = tables.fresh()
    engine.dispose()
    tables.swap(name)
    tables.close()

    upgrade(where, "projections")

    assert standing(where, "projections") == head("projections")
    assert differences(where, "projections") == []


def test_projections_of_another_form_are_emptied_for_the_follower_to_fill(where: Databases) -> None:
    strange = MetaData()
    Table("child", strange, Column("number", Integer, primary_key=True))
    _make(where, "projections", strange)

    upgrade(where, "projections")

    assert differences(where, "projections") == []


def test_projections_that_lack_columns_are_emptied_for_the_follower_to_fill(where: Databases) -> None:
    engine = where.engine("projections")
    command.upgrade(configuration("projections", engine), "0003")
    said = {"name": "tables", "position": 7, "known_at": 1}
    with engine.begin() as connection:
        connection.execute(insert(t.follower).values(said))
        connection.execute(insert(t.worker).values(worker_no=1, worker_id=bytes(16), reference="W1", name="One"))
    engine.dispose()

    upgrade(where, "projections")

    assert differences(where, "projections") == []
    tables = ProjectionDatabase(where)
    with tables.reader().connect() as connection:
        assert not any(connection.execute(select(table)).all() for table in t.metadata.sorted_tables)
    tables.close()


def test_the_check_runs_from_any_folder(tmp_path: Path) -> None:
    answer = subprocess.run([sys.executable, "-m", "migrations.check"], cwd=tmp_path, capture_output=True, check=False)

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"", b"")


def _make(where: Databases, purpose: str, metadata: MetaData) -> None:
    engine = where.engine(purpose)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f'CREATE SCHEMA "{purpose}"')
        metadata.create_all(connection)
        assert inspect(connection).get_table_names()
    engine.dispose()
