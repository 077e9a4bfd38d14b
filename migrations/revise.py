"""Draft the next revision of a database from what the program states: ``python -m migrations.revise keys 'what'``."""

from __future__ import annotations

import sys
import tempfile

from alembic import command
from alembic.script import ScriptDirectory

from migrations.run import PURPOSES, configuration, upgrade
from recorder.store import open_databases


def main(arguments: list[str]) -> int:
    """Bring an empty SQLite file to the newest revision and draft what is missing. Read the draft before use."""
    if len(arguments) != 2 or arguments[0] not in PURPOSES:
        sys.stderr.write(f"Usage: python -m migrations.revise {{{','.join(PURPOSES)}}} 'what changed'\n")
        return 2
    purpose, message = arguments
    with tempfile.TemporaryDirectory() as folder:
        databases = open_databases(folder)
        upgrade(databases, purpose)
        engine = databases.engine(purpose)
        config = configuration(purpose, engine)
        number = 1 + len(_versions(purpose))
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()
    return 0


def _versions(purpose: str) -> list[str]:
    return [r.revision for r in ScriptDirectory.from_config(configuration(purpose)).walk_revisions()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
