"""A site on a loopback port, and its follower, which rests while nobody asks for anything."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from tests.web.village import Village
from web import state

NAP = 0.02
# Sites stay up until the last of the tests: at rest they leave the machine to whoever is at work.
REST = 0.5
AWAKE = 1.0


@contextmanager
def serving(village: Village, app: Flask) -> Iterator[str]:
    """The address of the site while it is served; both are closed after it."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    ended, asked = threading.Event(), threading.Event()
    app.before_request(asked.set)
    app.teardown_request(lambda _: asked.set())

    def follow() -> None:
        until = 0.0
        while not ended.is_set():
            if asked.wait(0 if time.monotonic() < until else REST):
                asked.clear()
                until = time.monotonic() + AWAKE
            village.catch_up()
            ended.wait(NAP)

    threads = [threading.Thread(target=work, daemon=True) for work in (server.serve_forever, follow)]
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        ended.set()
        asked.set()
        server.shutdown()
        for thread in threads:
            thread.join(timeout=5)
        app.extensions[state.EXTENSION].close()
        village.house.close()
