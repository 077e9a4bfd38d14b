"""Bring keys, desk and projections to the schema this version of Daybook reads; say whether they are."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from projections.database import ProjectionDatabase
from projections.tables import metadata as _projections
from recorder.key_tables import metadata as _keys
from recorder.recording_tables import metadata as _desk
from recorder.store import Databases, open_databases

__all__ = ["METADATA", "PURPOSES", "SchemaError", "check", "head", "make_schema", "standing", "upgrade", "upgrade_all"]

HERE = Path(__file__).resolve().parent
PURPOSES = ("keys", "desk", "projections")
VERSION_TABLE = "alembic_version"


class SchemaError(RuntimeError):
    """A database holds tables that no revision of this version of Daybook leads to."""


METADATA = {"keys": _keys, "desk": _desk, "projections": _projections}


def configuration(purpose: str, engine: Engine | None = None) -> Config:
    """Alembic's configuration for one database, without any file of settings."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("version_locations", str(HERE / "versions" / purpose).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["purpose"] = purpose
    config.attributes["engine"] = engine
    return config


def make_schema(connection: Connection, purpose: str) -> None:
    """Make the PostgreSQL schema that the engine's search path names, where it is missing."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{purpose}"')


def head(purpose: str) -> str | None:
    """The newest revision of a database that this version knows."""
    return ScriptDirectory.from_config(configuration(purpose)).get_current_head()


def standing(databases: Databases, purpose: str) -> str | None:
    """The revision a database is at, or None before the first."""
    with _engine(databases, purpose) as engine, engine.execution_options(reading=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(databases: Databases, purpose: str) -> None:
    """Bring one database (keys, desk or projections) to the newest revision; done already, nothing happens.

    Projections without a revision come from a rebuild: they are taken as they are where they fit, and
    else emptied, for the follower to fill again. Raises ``SchemaError`` for keys or desk like that.
    """
    with _engine(databases, purpose) as engine, _quiet():
        config = configuration(purpose, engine)
        found = _unversioned(engine, purpose)
        if found == "fits":
            command.stamp(config, "head")
            return
        if found == "differs":
            if purpose != "projections":
                message = f"The {purpose} database holds tables without a revision, and they are not this version's"
                raise SchemaError(message)
            with engine.begin() as connection:
                METADATA[purpose].drop_all(connection)
        command.upgrade(config, "head")


def upgrade_all(databases: Databases) -> None:
    """Bring all three to the newest revision."""
    for purpose in PURPOSES:
        upgrade(databases, purpose)


def check() -> dict[str, list[str]]:
    """Where the revisions, run on empty SQLite files, lead to other tables than the program states.

    A list of differences for each database; all empty when the revisions are complete.
    """
    with tempfile.TemporaryDirectory() as folder:
        databases = open_databases(folder)
        upgrade_all(databases)
        return {purpose: differences(databases, purpose) for purpose in PURPOSES}


def differences(databases: Databases, purpose: str) -> list[str]:
    """How a database differs from the tables the program states, one line each."""
    with _engine(databases, purpose) as engine, engine.connect() as connection:
        return [str(each) for each in _compared(connection, purpose)]


def _compared(connection: Connection, purpose: str) -> Sequence[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA[purpose]))


def _unversioned(engine: Engine, purpose: str) -> str:
    """ "" for an empty or versioned database; else whether its tables fit or differ."""
    with engine.execution_options(reading=True).connect() as connection:
        there = set(inspect(connection).get_table_names())
        if VERSION_TABLE in there or not there & METADATA[purpose].tables.keys():
            return ""
        return "differs" if _compared(connection, purpose) else "fits"


@contextmanager
def _engine(databases: Databases, purpose: str) -> Iterator[Engine]:
    """The engine of a database; for projections that of the generation in use."""
    if purpose == "projections":
        tables = ProjectionDatabase(databases)
        try:
            yield tables.engine()
        finally:
            tables.close()
        return
    engine = databases.engine(purpose)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _quiet() -> Iterator[None]:
    """Alembic reports each step to the log; whoever calls says what it did in its own words."""
    log = logging.getLogger("alembic")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)
