"""Server time of every page, as each role sees it, on the demonstration's data."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient

from bench.measures import Measure
from bench.stores import folder

__all__ = ["load_demonstration", "measure_pages"]

AIM_MS = 100
VISITS = 7
USERS = ("demo-worker", "demo-leader", "demo-finance", "demo-admin", "demo-governance")
EXTRA = {
    "demo-finance": ("/finance?from=2024-04-01&to=2025-03-31", "/finance/teams?from=2024-04-01&to=2025-03-31"),
}
_LINK = re.compile(r'href="(/[^"#]*)"')


def measure_pages(say: Callable[[str], None]) -> Iterator[Measure]:
    """The median over visits of each page that a role can reach from its first one; the ratio is to the aim."""
    with folder() as scratch:
        say("loading the demonstration")
        load_demonstration(scratch)
        for user in USERS:
            say(f"pages of {user}")
            yield from _pages_of(user, scratch)


def load_demonstration(scratch: Path) -> None:
    """The demonstration's authority in a folder of its own, which this process's environment then names."""
    environment = {**os.environ, "DAYBOOK_DATA": str(scratch / "data"), "DAYBOOK_ENV": "demonstration"}
    environment |= {"DAYBOOK_ARGON2_TIME": "1", "DAYBOOK_ARGON2_KIB": "8", "DAYBOOK_ARGON2_LANES": "1"}
    command = [sys.executable, "-m", "web.cli", "demo", "--load-only"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    os.environ.update({k: v for k, v in environment.items() if k.startswith("DAYBOOK_")})


def _pages_of(user: str, _: Path) -> Iterator[Measure]:
    from web import create_app  # noqa: PLC0415 - reads the environment set above
    from web.cli.demonstration import PASSWORD  # noqa: PLC0415

    app = create_app()
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    client.post("/sign-in", data={"csrf_token": token.group(1), "username": user, "password": PASSWORD})
    for rule, path in _found(client, app, user).items():
        times = []
        for _visit in range(VISITS):
            started = time.perf_counter()
            answer = client.get(path)
            times.append((time.perf_counter() - started) * 1_000)
            assert answer.status_code == 200, (path, answer.status_code)
        median, slowest = statistics.median(times), max(times)
        beside = f"{median:.0f} ms, slowest {slowest:.0f} ms"
        yield Measure(
            f"{rule} ({user.removeprefix('demo-')})",
            "sqlite",
            median / AIM_MS,
            "≤ 1 (100 ms)",
            median <= AIM_MS,
            beside,
        )


def _found(client: FlaskClient, app: object, user: str) -> dict[str, str]:
    """One address for each rule that links lead to, two steps deep, and a few with longer periods."""
    from flask import Flask  # noqa: PLC0415

    assert isinstance(app, Flask)
    matcher = app.url_map.bind("localhost")
    found: dict[str, str] = {}
    wanted = [client.get("/", follow_redirects=True).request.path, *EXTRA.get(user, ())]
    for depth in range(4):
        following: list[str] = []
        for path in wanted:
            bare = path.split("?")[0]
            if bare.startswith("/assets") or "/assets/" in bare:
                continue
            try:
                rule, _ = matcher.match(bare, method="GET", return_rule=True)
            except Exception:
                continue
            name = str(rule.rule) + ("?period" if path in EXTRA.get(user, ()) else "")
            if name in found:
                continue
            answer = client.get(path)
            if answer.status_code != 200:
                continue
            found[name] = path
            if answer.mimetype == "text/html":
                following += [unescape(link) for link in _LINK.findall(answer.text)]
        wanted = following
        if not wanted or depth == 3:
            break
    return found
