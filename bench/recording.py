"""Forty people recording at once: a real server, real requests, and how long the slowest twentieth waits."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from bench.measures import Measure
from bench.pages import load_demonstration
from bench.stores import folder
from projections import tables as t
from projections.database import ProjectionDatabase

__all__ = ["PORT", "measure_recording", "served"]

PEOPLE = 40
SECONDS = 60
AIM_MS = 50
PORT = 8765
BEGIN_SECONDS = PEOPLE // 4 + 5  # four a second sign in; what they ask for before all are at work is not counted
_ASKED = {
    "open My day": ("the entry page", "GET /my-day"),
    "record an entry": ("saving an entry", "POST /my-day"),
    "see it on My day": ("the page after it", "GET /my-day?"),
}
_LOGGED = re.compile(r"\[(?P<at>[^]]+)\] (?P<method>\w+) (?P<path>\S+) (?P<query>\S*) ?(?P<micros>\d+)$")


def measure_recording(say: Callable[[str], None], seconds: int = SECONDS) -> Iterator[Measure]:
    """The 95th percentile of the server's time for each request; the ratio is to the aim.

    Beside it, how long the client waits for the answer: that holds the wait for a processor, which the load tool and
    the follower use too, and the load tool's own work.

    Each of the forty is a worker of the made-up authority with a caseload of their own, who opens the form, takes
    five to fifteen seconds over it, and records a visit. Two processes serve, as on a machine of two cores, and the
    load comes from the same machine, which the figures therefore include.
    """
    with folder() as scratch:
        say("loading the demonstration")
        load_demonstration(scratch)
        accounts = _people()
        with served(scratch):
            say(f"{len(accounts)} people record for {seconds} seconds")
            yield from _measured(scratch, accounts, seconds)


def _people() -> list[str]:
    """Accounts for the workers with most children, as many as there are to be people."""
    from recorder.accounts import add_account  # noqa: PLC0415 - the environment names the stores
    from recorder.domain.ids import new_id  # noqa: PLC0415
    from web.account.people import password_hasher  # noqa: PLC0415
    from web.cli.demonstration import PASSWORD  # noqa: PLC0415
    from web.cli.terminal import opened  # noqa: PLC0415
    from web.settings import Settings  # noqa: PLC0415

    hasher = password_hasher(Settings.from_environment())
    with opened() as house:
        names = []
        for number, worker in enumerate(_busiest(house.projections)):
            username = f"bench-{number}-{new_id().hex[-6:]}"
            add_account(
                house.desk, username, PASSWORD, "social_worker", house.recorder.clock.now(), name=f"Worker {number}",
                worker_id=worker, team_id=None, hasher=hasher,
            )  # fmt: skip
            names.append(username)
    return names


def _busiest(projections: ProjectionDatabase) -> list[UUID]:
    a, w = t.allocation.c, t.worker.c
    query = (
        select(w.worker_id)
        .join(t.allocation, a.worker_no == w.worker_no)
        .where(a.ends.is_(None))
        .group_by(w.worker_id)
        .order_by(func.count().desc(), w.worker_id)
        .limit(PEOPLE)
    )
    with projections.reader().connect() as connection:
        return [UUID(bytes=bytes(worker)) for worker in connection.scalars(query)]


@contextmanager
def served(scratch: Path) -> Iterator[None]:
    """The site in two processes, and the follower beside it, until the block is left."""
    from web.cli.site import server_command  # noqa: PLC0415

    environment = {
        **os.environ,
        "DAYBOOK_SIGN_IN_LIMIT": "1000 per minute",
        "DAYBOOK_ADDRESS_LIMIT": "10000 per minute",
    }
    commands = (server_command("127.0.0.1", PORT, 2), [sys.executable, "-m", "web.cli", "work"])
    log = (scratch / "server.log").open("wb")
    said = "%(t)s %(m)s %(U)s %(q)s %(D)s"
    commands[0].extend(["--access-logfile", str(scratch / "asked.log"), "--access-logformat", said])
    running = [subprocess.Popen(each, env=environment, stdout=log, stderr=log) for each in commands]
    try:
        _wait_until_served()
        yield
    finally:
        for each in running:
            each.send_signal(signal.SIGTERM)
        for each in running:
            each.wait(timeout=20)
        log.close()


def _wait_until_served() -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/sign-in", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    message = "The site did not start."
    raise RuntimeError(message)


def _measured(scratch: Path, accounts: list[str], seconds: int) -> Iterator[Measure]:
    script = Path(__file__).with_name("people_recording.py")
    command = [
        sys.executable, "-m", "locust", "-f", str(script), "--headless", "--only-summary", "--loglevel", "WARNING",
        "--host", f"http://127.0.0.1:{PORT}", "-u", str(len(accounts)), "-r", "4", "-t", f"{seconds}s",
        "--reset-stats", "--csv", str(scratch / "people"),
    ]  # fmt: skip
    environment = {**os.environ, "BENCH_PEOPLE": " ".join(accounts)}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    with (scratch / "people_stats.csv").open(newline="") as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    served_in = _server_times(scratch / "asked.log")
    for name, (words, asked) in _ASKED.items():
        row, own = rows[name], sorted(served_in[asked])
        failed = int(row["Failure Count"])
        slow = own[len(own) * 95 // 100]
        waited = f"the client waits {float(row['50%']):.0f} ms, p95 {float(row['95%']):.0f} ms"
        beside = (
            f"p95 {slow:.0f} ms, median {own[len(own) // 2]:.0f} ms; {waited}; {len(own):,} requests, {failed} failed"
        )
        what = f"{words}, {len(accounts)} people recording at once"
        met = slow <= AIM_MS and not failed
        yield Measure(what, "sqlite", slow / AIM_MS, f"≤ 1 (p95 {AIM_MS} ms)", met, beside)


def _server_times(log: Path) -> dict[str, list[float]]:
    """Milliseconds from a request's arrival to the end of its answer, by what was asked, once all have signed in."""
    found: dict[str, list[float]] = {asked: [] for _, asked in _ASKED.values()}
    lines = [said for line in log.read_text().splitlines() if (said := _LOGGED.match(line))]
    at = [datetime.strptime(each["at"], "%d/%b/%Y:%H:%M:%S %z") for each in lines]
    begin = min(at) + timedelta(seconds=BEGIN_SECONDS)
    for moment, each in zip(at, lines, strict=True):
        asked = f"{each['method']} {each['path']}{'?' if each['query'] else ''}"
        if moment > begin and asked in found:
            found[asked].append(int(each["micros"]) / 1_000)
    return found
