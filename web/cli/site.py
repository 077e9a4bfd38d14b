"""Commands that start the site."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from web.cli.terminal import opened

__all__ = ["COMMANDS", "server_command"]


def server_command(host: str, port: int, workers: int) -> list[str]:
    """How the site is served: gunicorn, each worker opening its own stores after the fork."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "web:create_app()",
        "--config",
        "python:web.serving",
        "--bind",
        f"{host}:{port}",
        "--workers",
        str(workers),
        "--threads",
        "4",
        "--worker-tmp-dir",
        "/dev/shm" if Path("/dev/shm").is_dir() else ".",  # noqa: S108 - a heartbeat file, no data
        "--graceful-timeout",
        "10",
        "--log-level",
        "warning",
    ]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site (run “daybook work” beside it, which keeps the tables up to date)."""
    with opened():
        pass
    command = server_command(host, port, workers)
    os.execv(command[0], command)  # noqa: S606 - our own command line, no shell


COMMANDS = (serve,)
