"""Runs the revisions of one database: on the engine handed in, or at ``alembic -n NAME -x database=PLACE``."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, Engine

from migrations.run import METADATA, make_schema
from recorder.store import open_databases

PURPOSE: str = context.config.attributes.get("purpose") or context.config.config_ini_section


def _engine() -> Engine:
    handed: Engine | None = context.config.attributes.get("engine")
    if handed is not None:
        return handed
    place = context.get_x_argument(as_dictionary=True).get("database")
    if not place:
        message = "Say where the databases are: alembic -n NAME -x database=FOLDER_OR_ADDRESS ..."
        raise SystemExit(message)
    return open_databases(place).engine(PURPOSE)


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA[PURPOSE],
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("The migrations run on a database; there is no offline mode")
engine = _engine()
with engine.begin() as _connection:
    make_schema(_connection, PURPOSE)
    _run(_connection)
